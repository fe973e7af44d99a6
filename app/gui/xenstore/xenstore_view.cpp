// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/gui/xenstore/xenstore_view.h"

#include "app/gui/base/empty_state.h"
#include "app/gui/base/error_bar.h"
#include "app/gui/base/settings.h"
#include "app/gui/base/theme.h"
#include "app/gui/xenstore/xenstore_place_box.h"
#include "app/gui/xenstore/xenstore_texts.h"
#include "app/session/hosts.h"

#include <QAction>
#include <QEvent>
#include <QHBoxLayout>
#include <QLabel>
#include <QPointer>
#include <QShortcut>
#include <QSplitter>
#include <QTimer>
#include <QVBoxLayout>

#include <utility>

namespace rumpus::gui {

namespace settings {
/// Whose Xenstore was shown last.
inline const Setting<QString> xenstoreHost{.key = "xenstore/host", .standard = {}};
} // namespace settings

XenstoreView::XenstoreView(const HostList* hosts, QWidget* parent)
    : QWidget(parent), places_(new XenstorePlaceBox(hosts)), mark_(new QLabel), words_(new QLabel),
      bar_(new ErrorBar(this)), tree_(new XenstoreTreePane), journal_(new XenstoreJournalPane),
      none_(new EmptyState(
          QStringLiteral("xenstore"), tr("No Xenstore is chosen"),
          tr("In a Xen host's Xenstore, guests and their host tell each other of devices, consoles and "
             "configuration. Choose a Xen host in the tool bar or above, such as xen+ssh://root@HOST/ under "
             "Edit → Hosts; where this machine is a dom0, its own."))),
      waiting_(new EmptyState(QStringLiteral("xenstore"), tr("Connecting…"), {})),
      failed_(new EmptyState(QStringLiteral("error"), tr("This Xenstore cannot be reached"), {})),
      editing_(new XenstoreEditing(bar_, this))
{
    setObjectName(QStringLiteral("xenstoreView"));
    words_->setObjectName(QStringLiteral("xenstoreState"));
    words_->setTextFormat(Qt::PlainText);
    bar_->setObjectName(QStringLiteral("xenstoreProblems"));
    makeEmptyStates();
    tree_->tools().insertWidget(0, places_);
    tree_->tools().insertWidget(1, mark_);
    tree_->tools().insertWidget(2, words_);

    auto* halves = new QSplitter;
    halves->setObjectName(QStringLiteral("xenstoreHalves"));
    halves->addWidget(tree_);
    halves->addWidget(journal_);
    halves->setSizes({5300, 4700}); // shares; what there is, it divides by them
    halves->setChildrenCollapsible(false);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    column->addWidget(bar_);
    column->addWidget(halves, 1);
    connectParts();
    take(std::nullopt);
}

XenstoreView::~XenstoreView()
{
    // its models look into it
    tree_->setLink(nullptr);
    journal_->setLink(nullptr);
}

void XenstoreView::makeEmptyStates()
{
    none_->setObjectName(QStringLiteral("xenstoreNone"));
    waiting_->setObjectName(QStringLiteral("xenstoreWaiting"));
    failed_->setObjectName(QStringLiteral("xenstoreFailed"));
    for (EmptyState* state : {none_, waiting_, failed_}) {
        tree_->showInstead(state); // which makes it the tree's
    }
    auto* here = new QAction(icon(QStringLiteral("host")), tr("This Machine's Xenstore"), this);
    connect(here, &QAction::triggered, this, [this] { places_->choose(QStringLiteral("local")); });
    none_->addAction(here);
    auto* again = new QAction(icon(QStringLiteral("refresh")), tr("Try Again"), this);
    connect(again, &QAction::triggered, this, [this] { take(place_); });
    failed_->addAction(again);
}

void XenstoreView::offer(QAction* action)
{
    none_->addAction(action);
}

QList<QAction*> XenstoreView::offeredActions() const
{
    using Deed = XenstoreTreePane::Deed;
    return {tree_->seeAllAction(), tree_->action(Deed::Add), tree_->action(Deed::Undo),
            tree_->action(Deed::Snapshot), tree_->action(Deed::Compare)};
}

void XenstoreView::connectParts()
{
    connect(places_, &XenstorePlaceBox::hostChanged, this, &XenstoreView::choose);
    connect(tree_, &XenstoreTreePane::wanted, this, &XenstoreView::carryOut);
    connect(&tree_->model(), &XenstoreModel::valueWanted, this,
            [this](const std::string& path, const std::string& value) {
                editing_->apply({{.path = path, .value = value, .permissions = {}}});
            });
    connect(journal_, &XenstoreJournalPane::pathWanted, this, [this](const QString& path) {
        if (!tree_->reveal(path.toStdString())) {
            bar_->tellNotice(tr("%1 is not there any more.").arg(path));
        }
    });
    connect(editing_, &XenstoreEditing::undoChanged, this, [this] { tree_->setUndo(editing_->undoWords()); });
    auto* find = new QShortcut(QKeySequence::Find, this);
    find->setContext(Qt::WidgetWithChildrenShortcut);
    connect(find, &QShortcut::activated, tree_, &XenstoreTreePane::focusFilter);
}

// --- which Xenstore ----------------------------------------------------------------------------

void XenstoreView::followHost(const QString& host)
{
    if (isXenHost(host)) {
        places_->choose(host);
    }
}

void XenstoreView::choose(const QString& host)
{
    if (host.isEmpty()) {
        take(std::nullopt);
        return;
    }
    Settings::instance().set(settings::xenstoreHost, host);
    Result<XenstorePlace> place = xenstoreOf(host.toStdString());
    if (place) {
        take(std::optional(*place));
    } else {
        take(std::unexpected(place.error()));
    }
}

/// The one that was shown last; else this machine's, where it has one.
void XenstoreView::chooseFirst()
{
    const QString last = Settings::instance().get(settings::xenstoreHost);
    std::error_code ignored;
    if (isXenHost(last)) {
        places_->choose(last);
    } else if (std::filesystem::exists(usualXenstoreSocket(), ignored)) {
        places_->choose(QStringLiteral("local"));
    }
}

void XenstoreView::showPlace(const XenstorePlace& place)
{
    take(std::optional(place));
}

void XenstoreView::take(Result<std::optional<XenstorePlace>> place)
{
    place_ = std::move(place);
    tree_->setLink(nullptr);
    journal_->setLink(nullptr);
    editing_->setLink(nullptr);
    bar_->clear();
    if (link_) {
        link_->disconnect(this);
        link_.reset();
    }
    begin();
    showState();
}

/// Connects, once somebody looks.
void XenstoreView::begin()
{
    if (!place_ || !*place_ || link_ || !isSeen()) {
        return;
    }
    link_ = std::make_shared<XenstoreLink>(**place_);
    connect(link_.get(), &XenstoreLink::stateChanged, this, &XenstoreView::showState);
    tree_->setLink(link_);
    journal_->setLink(link_);
    editing_->setLink(link_);
    Q_EMIT linked();
    link_->start();
}

void XenstoreView::showEvent(QShowEvent* event)
{
    QWidget::showEvent(event);
    arriveSoon();
}

void XenstoreView::arriveSoon()
{
    // while a window is laid out, it may be on the screen for a moment
    QTimer::singleShot(0, this, &XenstoreView::arrive);
}

/// A dock behind another one is visible, too, but at a place that nobody sees.
bool XenstoreView::isSeen() const
{
    return isVisible() && !visibleRegion().isEmpty();
}

void XenstoreView::arrive()
{
    if (!isSeen()) {
        return;
    }
    if (place_ && !*place_) {
        chooseFirst();
    }
    begin();
    showState();
}

// --- its state ---------------------------------------------------------------------------------

void XenstoreView::showState()
{
    using State = XenstoreLink::State;
    const State state = link_ ? link_->state() : State::Connecting;
    const bool isLost = link_ && state == State::Lost;
    const bool isLive = link_ && state == State::Live;
    QWidget* instead = nullptr;
    if (!place_ || (link_ && state == State::Failed)) {
        QString words = QString::fromStdString(place_ ? link_->words() : toString(place_.error()));
        if (!words.isEmpty()) {
            words[0] = words[0].toUpper();
        }
        failed_->setTexts(tr("This Xenstore cannot be reached"), words);
        instead = failed_;
    } else if (!*place_) {
        instead = none_;
    } else if (!isLive && !isLost) {
        waiting_->setTexts(
            tr("Connecting…"),
            tr("The nodes of %1 appear here.").arg(QString::fromStdString(toString(**place_))));
        instead = waiting_;
    }
    tree_->showInstead(instead);
    journal_->setVisible(instead == nullptr);
    tree_->setLive(isLive);
    if (isLost) {
        QString words = QString::fromStdString(link_->words());
        bar_->tellNotice(words.isEmpty() ? tr("It is there again, and read anew.")
                                         : words + u'\n' + tr("What is shown is from before."));
        wasLost_ = true;
    } else if (std::exchange(wasLost_, false)) {
        bar_->clear();
    }
    paintState();
}

void XenstoreView::paintState()
{
    using State = XenstoreLink::State;
    const auto tell = [this](Tone tone, const QString& words) {
        const int size = fontMetrics().height() * 3 / 4;
        mark_->setPixmap(icon(QStringLiteral("dot"), tone).pixmap(size));
        words_->setText(words);
        mark_->show();
        words_->show();
    };
    if (!place_) {
        tell(Tone::Bad, tr("failed"));
    } else if (!link_) {
        mark_->hide();
        words_->hide();
    } else {
        switch (link_->state()) {
        case State::Connecting: tell(Tone::Quiet, tr("connecting")); break;
        case State::Live: tell(Tone::Good, tr("live")); break;
        case State::Lost: tell(Tone::Notice, tr("lost")); break;
        case State::Failed: tell(Tone::Bad, tr("failed")); break;
        }
        words_->setToolTip(toolTipText(QString::fromStdString(toString(**place_))));
    }
}

void XenstoreView::changeEvent(QEvent* event)
{
    QWidget::changeEvent(event);
    if (event->type() == QEvent::PaletteChange) {
        showState();
    }
}

void XenstoreView::carryOut(XenstoreTreePane::Deed deed, const std::string& path)
{
    using Deed = XenstoreTreePane::Deed;
    switch (deed) {
    case Deed::Edit: break; // in the row itself
    case Deed::Add: editing_->add(path); break;
    case Deed::Remove: editing_->remove(path); break;
    case Deed::Permit:
        editing_->permit(path, [model = QPointer(&tree_->model())](std::uint32_t domain) {
            return model ? model->domainText(domain).toStdString() : std::to_string(domain);
        });
        break;
    case Deed::Undo: editing_->undo(); break;
    case Deed::Snapshot: editing_->saveSnapshot(path); break;
    case Deed::Compare: editing_->compare(); break;
    }
}

} // namespace rumpus::gui
