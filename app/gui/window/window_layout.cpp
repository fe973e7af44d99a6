// How the window is laid out: centre, docks, menus, bars, and the two layouts.
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/gui/base/empty_state.h"
#include "app/gui/base/error_bar.h"
#include "app/gui/build/build_pane.h"
#include "app/gui/console/console_area.h"
#include "app/gui/debug/breakpoints_view.h"
#include "app/gui/debug/call_stack_view.h"
#include "app/gui/debug/disassembly_view.h"
#include "app/gui/debug/gdb_console.h"
#include "app/gui/debug/memory_view.h"
#include "app/gui/debug/registers_view.h"
#include "app/gui/debug/threads_view.h"
#include "app/gui/debug/variables_view.h"
#include "app/gui/log/log_pane.h"
#include "app/gui/status/status_view.h"
#include "app/gui/timeline/timeline_view.h"
#include "app/gui/window/editor_area.h"
#include "app/gui/window/host_box.h"
#include "app/gui/window/main_window.h"
#include "app/gui/window/unikernel_tree.h"
#include "app/gui/window/window_settings.h"
#include "app/gui/xenstore/xenstore_view.h"

#include <QDockWidget>
#include <QLabel>
#include <QMenuBar>
#include <QStackedWidget>
#include <QStatusBar>
#include <QToolBar>
#include <QToolButton>
#include <QVBoxLayout>

namespace rumpus::gui {

namespace {
/// Counts the sets of docks: a layout of another one leaves new docks in no place.
constexpr int layoutVersion = 2;
} // namespace

void MainWindow::makeCentre()
{
    auto* empty = new EmptyState(
        QStringLiteral("rumpus"), tr("No unikernel is open"),
        tr("Make one from a template, or open a config or an image. What you open stands on the left; "
           "Run boots it, Debug stops it at its main."));
    for (const Act act : {Act::NewUnikernel, Act::OpenFile, Act::OpenFolder, Act::PasteCommand}) {
        empty->addAction((*actions_)[act]);
    }
    empty->setObjectName(QStringLiteral("welcome"));
    centre_->addWidget(empty);
    centre_->addWidget(editors_);
    const auto choose = [this] { centre_->setCurrentIndex(editors_->count() == 0 ? 0 : 1); };
    connect(editors_, &EditorArea::currentPageChanged, this, choose);
    auto* middle = new QWidget;
    auto* column = new QVBoxLayout(middle);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    problems_->setObjectName(QStringLiteral("windowProblems"));
    column->addWidget(problems_);
    column->addWidget(centre_);
    setCentralWidget(middle);
}

QDockWidget* MainWindow::addDock(const QString& id, const QString& title, const QString& iconName,
                                 Qt::DockWidgetArea area, QWidget* content)
{
    auto* dock = new QDockWidget(title, this);
    dock->setObjectName(id);
    dock->setWidget(content);
    // its tab names it, and can be dragged
    dock->setTitleBarWidget(new QWidget(dock));
    dock->setWindowIcon(icon(iconName));
    addDockWidget(area, dock);
    docks_[id] = dock;
    dockOrder_ << dock;
    QAction* toggle = dock->toggleViewAction();
    toggle->setIcon(icon(iconName));
    actions_->add(toggle, QStringLiteral("dock-") + id);
    addAction(toggle);
    return dock;
}

void MainWindow::makeDocks()
{
    setTabPosition(Qt::AllDockWidgetAreas, QTabWidget::North);
    setCorner(Qt::BottomLeftCorner, Qt::BottomDockWidgetArea);
    setCorner(Qt::BottomRightCorner, Qt::BottomDockWidgetArea);
    const auto at = [this](const char* id, const QString& title, const char* iconName,
                           Qt::DockWidgetArea area, QWidget* content) {
        return addDock(QString::fromLatin1(id), title, QString::fromLatin1(iconName), area, content);
    };
    at("unikernels", tr("Unikernels"), "guest", Qt::LeftDockWidgetArea, treeView_);

    at("console", tr("Console"), "console", Qt::BottomDockWidgetArea, consoles_);
    at("build", tr("Build"), "build", Qt::BottomDockWidgetArea, build_);
    connect(at("xenstore", tr("Xenstore"), "xenstore", Qt::BottomDockWidgetArea, xenstore_),
            &QDockWidget::visibilityChanged, xenstore_, &XenstoreView::arriveSoon);
    xenstore_->offer((*actions_)[Act::Hosts]);
    for (QAction* action : xenstore_->offeredActions()) {
        actions_->add(action, action->objectName());
    }
    status_->offer((*actions_)[Act::Run]);
    at("status", tr("Status"), "plan", Qt::BottomDockWidgetArea, status_);
    at("timeline", tr("Timeline"), "timeline", Qt::BottomDockWidgetArea, new TimelineView(&timeline_));
    at("log", tr("Log"), "log", Qt::BottomDockWidgetArea, new LogPane(&log_));

    debugDocks_ = {
        at("stack", tr("Call Stack"), "stack", Qt::RightDockWidgetArea, new CallStackView(debug_)),
        at("threads", tr("Threads"), "thread", Qt::RightDockWidgetArea, new ThreadsView(debug_)),
        at("variables", tr("Variables"), "variables", Qt::RightDockWidgetArea, new VariablesView(debug_)),
        at("watches", tr("Watches"), "watch", Qt::RightDockWidgetArea, new WatchesView(debug_)),
        at("registers", tr("Registers"), "registers", Qt::RightDockWidgetArea, new RegistersView(debug_)),
        at("breakpoints", tr("Breakpoints"), "breakpoint", Qt::RightDockWidgetArea,
           new BreakpointsView(debug_)),
        at("gdb", tr("GDB"), "gdb", Qt::BottomDockWidgetArea, new GdbConsole(debug_)),
        at("memory", tr("Memory"), "memory", Qt::BottomDockWidgetArea, new MemoryView(debug_)),
        at("disassembly", tr("Disassembly"), "file", Qt::BottomDockWidgetArea, new DisassemblyView(debug_)),
    };
}

void MainWindow::arrange(Layout layout)
{
    layout_ = layout;
    const QByteArray kept =
        Settings::instance().get(layout == Layout::Debug ? settings::debugLayout : settings::runLayout);
    if (!kept.isEmpty() && restoreState(kept, layoutVersion)) {
        return;
    }
    const auto tabify = [this](std::initializer_list<const char*> ids) {
        QDockWidget* first = nullptr;
        for (const char* id : ids) {
            QDockWidget* next = docks_.value(QString::fromLatin1(id));
            if (first != nullptr) {
                tabifyDockWidget(first, next);
            }
            first = first == nullptr ? next : first;
        }
        first->raise();
    };
    // out of the groups that they are in, and side by side again
    for (QDockWidget* dock : std::as_const(dockOrder_)) {
        const Qt::DockWidgetArea area = dockWidgetArea(dock);
        removeDockWidget(dock);
        addDockWidget(area, dock);
    }
    tabify({"console", "build", "status", "xenstore", "timeline", "log", "gdb", "memory", "disassembly"});
    // two groups, one above the other
    splitDockWidget(docks_.value(QStringLiteral("stack")), docks_.value(QStringLiteral("variables")),
                    Qt::Vertical);
    tabify({"stack", "threads"});
    tabify({"variables", "watches", "registers", "breakpoints"});
    for (QDockWidget* dock : std::as_const(docks_)) {
        dock->setVisible(layout == Layout::Debug || !debugDocks_.contains(dock));
    }
    for (const char* id : {"console", "stack", "variables"}) {
        docks_.value(QString::fromLatin1(id))->raise();
    }
    constexpr int left = 210;
    constexpr int right = 340;
    constexpr int bottom = 260;
    resizeDocks({docks_.value(QStringLiteral("unikernels"))}, {left}, Qt::Horizontal);
    resizeDocks({docks_.value(QStringLiteral("stack"))}, {right}, Qt::Horizontal);
    resizeDocks({docks_.value(QStringLiteral("stack")), docks_.value(QStringLiteral("variables"))}, {1, 1},
                Qt::Vertical);
    resizeDocks({docks_.value(QStringLiteral("console"))}, {bottom}, Qt::Vertical);
}

void MainWindow::switchLayout(Layout layout)
{
    if (layout != layout_) {
        saveLayout();
        arrange(layout);
    }
}

void MainWindow::saveLayout()
{
    Settings::instance().set(settings::geometry, saveGeometry());
    Settings::instance().set(layout_ == Layout::Debug ? settings::debugLayout : settings::runLayout,
                             saveState(layoutVersion));
}

void MainWindow::makeMenus()
{
    const auto menu = [this](const QString& title, const QList<std::optional<Act>>& acts) {
        QMenu* made = menuBar()->addMenu(title);
        for (const std::optional<Act>& act : acts) {
            if (act) {
                made->addAction((*actions_)[*act]);
            } else {
                made->addSeparator();
            }
        }
        return made;
    };
    menu(tr("&File"), {Act::NewUnikernel,
                       Act::OpenFile,
                       Act::OpenFolder,
                       Act::OpenImage,
                       Act::OpenDump,
                       Act::PasteCommand,
                       {},
                       Act::Save,
                       Act::CloseTab,
                       {},
                       Act::Quit});
    menu(tr("&Edit"), {Act::Undo, Act::Redo, {}, Act::Hosts, Act::Shortcuts, Act::Settings});
    menu(tr("&Guest"), {Act::Build,
                        Act::Run,
                        Act::Debug,
                        {},
                        Act::Pause,
                        Act::Stop,
                        Act::Reset,
                        Act::Dump,
                        {},
                        Act::MakeMedium});
    menu(tr("&Debug"), {Act::Attach,
                        Act::Detach,
                        {},
                        Act::StepOver,
                        Act::StepInto,
                        Act::StepOut,
                        Act::StepInstruction,
                        Act::RunToCursor,
                        {},
                        Act::ToggleBreakpoint});
    QMenu* view =
        menu(tr("&View"),
             {Act::QuickOpen, Act::Palette, Act::ShowImage, {}, Act::FocusEditor, Act::FocusConsole, {}});
    for (const char* id :
         {"unikernels", "console", "build", "status", "xenstore", "timeline", "log", "stack", "threads",
          "variables", "watches", "registers", "breakpoints", "gdb", "memory", "disassembly"}) {
        view->addAction(docks_.value(QString::fromLatin1(id))->toggleViewAction());
    }
    view->addSeparator();
    view->addAction((*actions_)[Act::ResetLayout]);
    menu(tr("&Help"), {Act::Manual, Act::Doctor, Act::About});
}

void MainWindow::makeToolBar()
{
    auto* bar = addToolBar(tr("Main"));
    bar->setObjectName(QStringLiteral("mainToolBar"));
    bar->setMovable(false);
    bar->setContextMenuPolicy(Qt::PreventContextMenu);
    hosts_ = new HostBox(&workbench_.hosts());
    bar->addWidget(hosts_);
    bar->addSeparator();
    const auto add = [&](Act act, bool withText) {
        QAction* action = (*actions_)[act];
        bar->addAction(action);
        auto* button = qobject_cast<QToolButton*>(bar->widgetForAction(action));
        button->setToolButtonStyle(withText ? Qt::ToolButtonTextBesideIcon : Qt::ToolButtonIconOnly);
        button->setAccessibleName(plainName(action->text()));
    };
    for (const Act act : {Act::Build, Act::Run, Act::Debug, Act::Stop}) {
        add(act, true);
    }
    bar->addSeparator();
    for (const Act act : {Act::Pause, Act::StepOver, Act::StepInto, Act::StepOut, Act::Reset}) {
        add(act, false);
    }
    auto* space = new QWidget;
    space->setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Preferred);
    bar->addWidget(space);
    stateMark_ = new QLabel;
    bar->addWidget(stateMark_);
    state_ = new QLabel;
    state_->setObjectName(QStringLiteral("guestState"));
    state_->setTextFormat(Qt::PlainText);
    state_->setContentsMargins(4, 0, 8, 0);
    bar->addWidget(state_);
}

void MainWindow::makeStatusBar()
{
    machine_ = new QLabel;
    usage_ = new QLabel;
    for (QLabel* label : {machine_, usage_}) {
        label->setTextFormat(Qt::PlainText);
        label->setContentsMargins(6, 0, 6, 0);
        statusBar()->addPermanentWidget(label);
    }
}

} // namespace rumpus::gui
