// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/gui/window/guest_desk.h"

#include "app/gui/console/console_area.h"
#include "app/gui/console/console_view.h"
#include "app/gui/log/log_model.h"
#include "app/gui/window/unikernel_model.h"

#include <QPointer>

namespace rumpus::gui {

GuestDesk::GuestDesk(Workbench* workbench, ConsoleArea* consoles, LogModel* log, QObject* parent)
    : QObject(parent), workbench_(workbench), consoles_(consoles), log_(log)
{
    connect(workbench, &Workbench::guestAppeared, this, &GuestDesk::adopt);
    connect(workbench, &Workbench::guestChanged, this, &GuestDesk::show);
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
    const QString id = QString::fromStdString(guest->id());
    const QString before = consoles_->currentId();
    ConsoleView* view = consoles_->addGuest(id, id, guest->guest().openConsole());
    view->setStartedAt(guest->guest().startedAt());
    view->setCanBreak(true);
    connect(view, &ConsoleView::breakWanted, this,
            [this, guest = std::weak_ptr(guest)] { sendBreak(guest.lock()); });
    if (!guest->isOurs() && !before.isEmpty()) {
        consoles_->setCurrent(before);
    }
    log_->add(LogKind::Event,
              guest->isOurs() ? tr("%1 was launched").arg(id) : tr("%1 runs already").arg(id));
    connect(guest.get(), &GuestSession::crashed, this, [this, weak = std::weak_ptr(guest)] {
        if (const auto crashed = weak.lock()) {
            log_->add(LogKind::Error, tr("%1 crashed").arg(QString::fromStdString(crashed->id())),
                      QString::fromStdString(toText(*crashed->crash())));
            Q_EMIT this->crashed(crashed);
        }
    });
    show(guest);
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
        log_->add(bad ? LogKind::Error : LogKind::Event, tr("%1: %2").arg(id, words));
    }
}

QCoro::Task<> GuestDesk::sendBreak(std::shared_ptr<GuestSession> guest)
{
    const QPointer<GuestDesk> self(this);
    const Result<void> sent = guest ? co_await guest->guest().sendBreak() : Result<void>();
    if (self && guest) {
        const QString id = QString::fromStdString(guest->id());
        log_->add(sent ? LogKind::Action : LogKind::Error,
                  (sent ? tr("A break was sent to %1") : tr("No break was sent to %1")).arg(id),
                  sent ? QString() : QString::fromStdString(toString(sent.error())));
    }
}

void GuestDesk::showConsole(const std::string& guest)
{
    consoles_->setCurrent(QString::fromStdString(guest));
}

} // namespace rumpus::gui
