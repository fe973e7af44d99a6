// All of the debugger's views in one window, at a stop in sprig, light and dark: to be looked at.
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/gui/base/theme.h"
#include "app/gui/debug/breakpoint_book.h"
#include "app/gui/debug/breakpoints_view.h"
#include "app/gui/debug/call_stack_view.h"
#include "app/gui/debug/disassembly_view.h"
#include "app/gui/debug/gdb_console.h"
#include "app/gui/debug/memory_view.h"
#include "app/gui/debug/registers_view.h"
#include "app/gui/debug/threads_view.h"
#include "app/gui/debug/variables_view.h"
#include "app/gui/source/source_area.h"
#include "app/gui/source/source_view.h"

#include <QApplication>
#include <QDir>
#include <QDockWidget>
#include <QMainWindow>
#include <QStyleFactory>
#include <QTabWidget>
#include <QTableView>
#include <QTreeView>

#include "tests/gui/debug/guest_case.h"

namespace rumpus::gui {
namespace {

class DebugWindow : public GuestCase {
protected:
    DebugWindow()
    {
        QApplication::setStyle(QStyleFactory::create(QStringLiteral("Fusion")));
        window.resize(1280, 800);
        window.setCentralWidget(tabs);
        tabs->setDocumentMode(true);
        window.setDockOptions(QMainWindow::AllowTabbedDocks | QMainWindow::AnimatedDocks);
        dock(QStringLiteral("Call stack"), stack, Qt::RightDockWidgetArea);
        dock(QStringLiteral("Threads"), threads, Qt::RightDockWidgetArea);
        dock(QStringLiteral("Variables"), variables, Qt::RightDockWidgetArea);
        dock(QStringLiteral("Memory"), memory, Qt::BottomDockWidgetArea);
        dock(QStringLiteral("Registers"), registers, Qt::BottomDockWidgetArea);
        window.show();
    }
    ~DebugWindow() override { QApplication::setPalette(QPalette()); }

    QDockWidget* dock(const QString& name, QWidget* view, Qt::DockWidgetArea place)
    {
        auto* dock = new QDockWidget(name, &window);
        dock->setWidget(view);
        window.addDockWidget(place, dock);
        docks << dock;
        return dock;
    }
    void shoot(const char* name)
    {
        QApplication::processEvents();
        QDir().mkpath(QStringLiteral(RUMPUS_BINARY_DIR "/shots"));
        window.grab().save(QStringLiteral(RUMPUS_BINARY_DIR "/shots/%1.png").arg(QLatin1StringView(name)));
    }

    QMainWindow window;
    QTabWidget* tabs = new QTabWidget;
    SourceArea* area = new SourceArea(tabs, &context);
    CallStackView* stack = new CallStackView(&context);
    ThreadsView* threads = new ThreadsView(&context);
    VariablesView* variables = new VariablesView(&context);
    MemoryView* memory = new MemoryView(&context);
    RegistersView* registers = new RegistersView(&context);
    QList<QDockWidget*> docks;
};

TEST_F(DebugWindow, ShowsAStopInTheKernelWithTheStackAcrossComponents)
{
    shoot("debug-empty");
    debug("threads");
    runTo(QStringLiteral("waiter"));
    context.breakpoints().add({.kind = Breakpoint::Kind::Line,
                               .where = sourceOf("threads").toStdString(),
                               .line = lineWith(sourceOf("threads"), QStringLiteral("printf(\"waiter"))});
    runTo(QStringLiteral("platform_console_write"));
    ASSERT_TRUE(waitUntil([&] {
        return stack->model().rowCount() > 1 && stack->model().refresher().isCurrent() &&
               threads->model().refresher().isCurrent() && memory->model().refresher().isCurrent() &&
               registers->model().refresher().isCurrent();
    }));
    step();
    ASSERT_TRUE(waitUntil(
        [&] { return threads->model().refresher().isCurrent() && memory->model().refresher().isCurrent(); }));
    EXPECT_NE(area->current(), nullptr);
    shoot("debug-stop-light");
    QApplication::setPalette(darkPalette());
    shoot("debug-stop-dark");
    QApplication::setPalette(QPalette());
}

TEST_F(DebugWindow, ShowsACrashInTheApplication)
{
    auto* breakpoints = new BreakpointsView(&context);
    auto* console = new GdbConsole(&context);
    auto* watches = new WatchesView(&context);
    auto* code = new DisassemblyView(&context);
    docks.at(3)->hide();
    docks.at(4)->hide();
    dock(QStringLiteral("Breakpoints"), breakpoints, Qt::BottomDockWidgetArea);
    dock(QStringLiteral("GDB"), console, Qt::BottomDockWidgetArea);
    window.tabifyDockWidget(docks.at(2), dock(QStringLiteral("Watches"), watches, Qt::RightDockWidgetArea));
    dock(QStringLiteral("Disassembly"), code, Qt::BottomDockWidgetArea);
    debug("crash");
    watches->model().add(QStringLiteral("*first"));
    watches->model().add(QStringLiteral("sum * 2"));
    context.breakpoints().add({.kind = Breakpoint::Kind::Line,
                               .where = sourceOf("crash").toStdString(),
                               .line = lineWith(sourceOf("crash"), QStringLiteral("sum += age_of")),
                               .condition = "i > 0"});
    context.breakpoints().add({.kind = Breakpoint::Kind::Function, .where = "sprig_trap"});
    ASSERT_TRUE(waitUntil([&] { return context.breakpoints().all().size() == 2; }));
    const std::uint64_t before = context.generation();
    context.resume();
    ASSERT_TRUE(waitForStop(before));
    console->run(QStringLiteral("info threads"));
    console->run(QStringLiteral("print *first"));
    VariablesModel& model = variables->model();
    ASSERT_TRUE(waitUntil([&] { return rowOf(model, QStringLiteral("first")) >= 0; }));
    variables->view().expand(model.index(rowOf(model, QStringLiteral("first")), 0));
    ASSERT_TRUE(waitUntil([&] { return console->text().contains(QStringLiteral("age =")); }));
    EXPECT_TRUE(
        waitUntil([&] { return stack->model().refresher().isCurrent() && code->model().currentRow() > 0; }));
    shoot("debug-crash-light");
    QApplication::setPalette(darkPalette());
    shoot("debug-crash-dark");
    QApplication::setPalette(QPalette());
}

} // namespace
} // namespace rumpus::gui
