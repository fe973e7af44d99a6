// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/gui/console/console_area.h"

#include "app/gui/base/empty_state.h"
#include "app/gui/console/console_view.h"

#include <QAction>
#include <QEvent>
#include <QPainter>
#include <QStackedLayout>
#include <QStackedWidget>
#include <QTabBar>
#include <QTabWidget>
#include <QToolButton>

namespace rumpus::gui {

namespace {

QIcon dot(const QColor& colour)
{
    QIcon icon;
    for (const int size : {16, 32, 48}) {
        QPixmap pixmap(size, size);
        pixmap.fill(Qt::transparent);
        QPainter painter(&pixmap);
        painter.setRenderHint(QPainter::Antialiasing);
        painter.setPen(Qt::NoPen);
        painter.setBrush(colour);
        const double inset = size * 0.28;
        painter.drawEllipse(QRectF(0, 0, size, size).adjusted(inset, inset, -inset, -inset));
        painter.end();
        icon.addPixmap(pixmap);
    }
    return icon;
}

/// A tab's text has no mnemonic, and its tool tip no markup: names come from configs.
QString tabText(const QString& title)
{
    return QString(title).replace(u'&', QStringLiteral("&&"));
}

} // namespace

ConsoleArea::ConsoleArea(QWidget* parent)
    : QWidget(parent), stack_(new QStackedLayout(this)),
      empty_(new EmptyState(
          QStringLiteral("console"), tr("No guest runs"),
          tr("What a guest prints appears here, and what you type goes to it. Run a unikernel, "
             "or open a guest under Hosts."))),
      tabs_(new QTabWidget), tools_(new QStackedWidget)
{
    tabs_->setObjectName(QStringLiteral("consoleTabs"));
    tabs_->setDocumentMode(true);
    tabs_->setMovable(true);
    tabs_->setUsesScrollButtons(true);
    tabs_->setElideMode(Qt::ElideMiddle);
    tabs_->tabBar()->setAccessibleName(tr("Consoles"));
    stack_->addWidget(empty_);
    tabs_->setCornerWidget(tools_);
    stack_->addWidget(tabs_);
    connect(tabs_, &QTabWidget::currentChanged, this, [this] {
        setFocusProxy(tabs_->currentWidget());
        if (QWidget* tools = toolsOf_.value(tabs_->currentWidget())) {
            tools_->setCurrentWidget(tools);
        }
        Q_EMIT currentChanged(currentId());
    });
    auto* close = new QAction(tr("Close the finished console"), this);
    close->setShortcut(tr("Ctrl+Shift+W"));
    close->setShortcutContext(Qt::WidgetWithChildrenShortcut);
    addAction(close);
    connect(close, &QAction::triggered, this, [this] {
        const QString id = currentId();
        if (const ConsoleView* current = view(id); current != nullptr && current->hasEnded()) {
            remove(id);
            Q_EMIT closed(id);
        }
    });
}

ConsoleView* ConsoleArea::addGuest(const QString& id, const QString& title,
                                   std::unique_ptr<ConsoleChannel> channel)
{
    ConsoleView*& view = views_[id];
    if (view == nullptr) {
        view = new ConsoleView;
        view->setProperty("guest", id);
        QWidget* tools = view->takeTools();
        toolsOf_[view] = tools;
        tools_->addWidget(tools);
        tabs_->addTab(view, tabText(title));
    }
    ConsoleView* const added = view;
    added->setTitle(title);
    const int index = indexOf(id);
    tabs_->setTabText(index, tabText(title));
    tabs_->tabBar()->setTabButton(index, QTabBar::RightSide, nullptr);
    setState(id, tr("starting"), Tone::Quiet);
    stack_->setCurrentWidget(tabs_);
    tabs_->setCurrentIndex(index);
    added->attach(std::move(channel));
    return added;
}

void ConsoleArea::setState(const QString& id, const QString& state, Tone tone)
{
    const int index = indexOf(id);
    if (index < 0) {
        return;
    }
    tones_[id] = tone;
    tabs_->setTabIcon(index, dot(colour(tone, palette())));
    tabs_->setTabToolTip(index, QStringLiteral("%1: %2").arg(view(id)->title(), state).toHtmlEscaped());
}

void ConsoleArea::setEnded(const QString& id, const QString& how, Tone tone)
{
    if (ConsoleView* ended = view(id)) {
        ended->setEnded(how, tone);
        setState(id, how, tone);
        addCloseButton(id);
    }
}

void ConsoleArea::addCloseButton(const QString& id)
{
    auto* button = new QToolButton;
    button->setObjectName(QStringLiteral("consoleClose"));
    button->setIcon(icon(QStringLiteral("close")));
    button->setIconSize({12, 12});
    button->setAutoRaise(true);
    button->setToolTip(tr("Close this console (Ctrl+Shift+W)"));
    button->setAccessibleName(tr("Close the console of %1").arg(view(id)->title()));
    tabs_->tabBar()->setTabButton(indexOf(id), QTabBar::RightSide, button);
    // queued: the button goes with its tab
    connect(
        button, &QToolButton::clicked, this,
        [this, id] {
            remove(id);
            Q_EMIT closed(id);
        },
        Qt::QueuedConnection);
}

void ConsoleArea::remove(const QString& id)
{
    if (ConsoleView* gone = views_.take(id)) {
        tones_.remove(id);
        tabs_->removeTab(tabs_->indexOf(gone));
        tools_->removeWidget(toolsOf_.take(gone));
        gone->deleteLater();
        if (views_.isEmpty()) {
            stack_->setCurrentWidget(empty_);
        }
    }
}

ConsoleView* ConsoleArea::view(const QString& id) const
{
    return views_.value(id);
}

QString ConsoleArea::currentId() const
{
    const QWidget* current = tabs_->currentWidget();
    return current == nullptr ? QString() : current->property("guest").toString();
}

void ConsoleArea::setCurrent(const QString& id)
{
    tabs_->setCurrentIndex(indexOf(id));
}

int ConsoleArea::indexOf(const QString& id) const
{
    return tabs_->indexOf(view(id));
}

void ConsoleArea::paintTabs()
{
    for (auto [id, tone] : tones_.asKeyValueRange()) {
        tabs_->setTabIcon(indexOf(id), dot(colour(tone, palette())));
    }
}

void ConsoleArea::changeEvent(QEvent* event)
{
    QWidget::changeEvent(event);
    if (event->type() == QEvent::PaletteChange) {
        paintTabs();
    }
}

} // namespace rumpus::gui
