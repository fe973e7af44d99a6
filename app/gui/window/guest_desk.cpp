// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/gui/window/guest_desk.h"

#include "app/gui/console/console_area.h"
#include "app/gui/console/console_view.h"
#include "app/gui/log/log_model.h"
#include "app/gui/window/unikernel_model.h"

#include <QPointer>
#include <QTimer>

namespace rumpus::gui {

namespace {

/// So many consoles of guests that were found open by themselves; the others when they are chosen.
constexpr int mostFoundConsoles = 12;

} // namespace

GuestDesk::GuestDesk(Workbench* workbench, ConsoleArea* consoles, LogModel* log, QObject* parent)
    : QObject(parent), workbench_(workbench), consoles_(consoles), log_(log)
{
    connect(workbench, &Workbench::guestAppeared, this, &GuestDesk::adopt);
    connect(workbench, &Workbench::guestChanged, this, &GuestDesk::show);
    connect(workbench, &Workbench::guestForgotten, consoles, &ConsoleArea::remove);
    connect(consoles, &ConsoleArea::currentChanged, this, &GuestDesk::currentChanged);
    connect(consoles, &ConsoleArea::closed, this, [this](const QString& id) {
        ended_.remove(id);
        workbench_->forget(id.toStdString());
    });
}

std::shared_ptr<GuestSession> GuestDesk::current() const
{
    return workbench_->guest(consoles_->currentId().toStdString());
}

void GuestDesk::adopt(const std::shared_ptr<GuestSession>& guest)
{
    const QString name = QString::fromStdString(guest->name());
    // a host can have hundreds of guests, and some consoles have room for one reader only
    const int consoles = consoles_->count() + static_cast<int>(waiting_.size());
    if (guest->isOurs()) {
        openConsole(guest);
    } else if (guest->guest().isOurs() && consoles < mostFoundConsoles) {
        waiting_.push_back(guest);
        if (waiting_.size() == 1) {
            QTimer::singleShot(0, this, &GuestDesk::openWaiting);
        }
    }
    log_->add(LogKind::Event,
              guest->isOurs() ? tr("%1 was launched").arg(name) : tr("%1 runs already").arg(name));
    connect(guest.get(), &GuestSession::crashed, this, [this, weak = std::weak_ptr(guest)] {
        if (const auto crashed = weak.lock()) {
            log_->add(LogKind::Error, tr("%1 crashed").arg(QString::fromStdString(crashed->name())),
                      QString::fromStdString(toText(*crashed->crash())));
            Q_EMIT this->crashed(crashed);
        }
    });
    show(guest);
}

void GuestDesk::openWaiting()
{
    // one at a turn: a terminal takes its time
    const std::shared_ptr<GuestSession> guest = waiting_.front().lock();
    waiting_.pop_front();
    if (guest && consoles_->view(QString::fromStdString(guest->id())) == nullptr) {
        const QString before = consoles_->currentId();
        openConsole(guest);
        if (!before.isEmpty()) {
            consoles_->setCurrent(before);
        }
        show(guest);
    }
    if (!waiting_.empty()) {
        QTimer::singleShot(0, this, &GuestDesk::openWaiting);
    }
}

void GuestDesk::openConsole(const std::shared_ptr<GuestSession>& guest)
{
    ConsoleView* view =
        consoles_->addGuest(QString::fromStdString(guest->id()), QString::fromStdString(guest->name()),
                            guest->guest().openConsole());
    view->setStartedAt(guest->guest().startedAt());
    view->setCanBreak(true);
    connect(view, &ConsoleView::breakWanted, this,
            [this, guest = std::weak_ptr(guest)] { sendBreak(guest.lock()); });
}

void GuestDesk::show(const std::shared_ptr<GuestSession>& guest)
{
    using Phase = GuestSession::Phase;
    const QString id = QString::fromStdString(guest->id());
    const QString words = QString::fromStdString(guest->words());
    const Phase phase = guest->phase();
    if (phase != Phase::Held && phase != Phase::Ended) {
        consoles_->setState(id, words, toneOf(*guest));
        ended_.remove(id);
        return;
    }
    consoles_->setEnded(id, words, toneOf(*guest));
    if (!ended_.contains(id)) {
        ended_.insert(id);
        const bool bad = toneOf(*guest) == Tone::Bad;
        log_->add(bad ? LogKind::Error : LogKind::Event,
                  tr("%1: %2").arg(QString::fromStdString(guest->name()), words));
    }
    if (phase == Phase::Ended && consoles_->view(id) == nullptr) {
        // nobody looks at it; queued, for others hear of its end too
        QMetaObject::invokeMethod(
            this,
            [this, id] {
                ended_.remove(id);
                workbench_->forget(id.toStdString());
            },
            Qt::QueuedConnection);
    }
}

QCoro::Task<> GuestDesk::sendBreak(std::shared_ptr<GuestSession> guest)
{
    const QPointer<GuestDesk> self(this);
    const Result<void> sent = guest ? co_await guest->guest().sendBreak() : Result<void>();
    if (self && guest) {
        const QString name = QString::fromStdString(guest->name());
        log_->add(sent ? LogKind::Action : LogKind::Error,
                  (sent ? tr("A break was sent to %1") : tr("No break was sent to %1")).arg(name),
                  sent ? QString() : QString::fromStdString(toString(sent.error())));
    }
}

void GuestDesk::showConsole(const std::string& guest)
{
    const std::shared_ptr<GuestSession> wanted = workbench_->guest(guest);
    if (wanted && consoles_->view(QString::fromStdString(guest)) == nullptr) {
        openConsole(wanted);
        show(wanted);
    }
    consoles_->setCurrent(QString::fromStdString(guest));
}

} // namespace rumpus::gui
