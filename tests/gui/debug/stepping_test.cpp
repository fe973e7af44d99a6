// Holding F10, losing GDB, breakpoints and GDB's own prompt.
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/gui/debug/breakpoint_book.h"
#include "app/gui/debug/breakpoint_form.h"
#include "app/gui/debug/breakpoints_view.h"
#include "app/gui/debug/call_stack_view.h"
#include "app/gui/debug/disassembly_view.h"
#include "app/gui/debug/frame_values.h"
#include "app/gui/debug/gdb_console.h"
#include "app/gui/debug/memory_view.h"
#include "app/gui/debug/paint_gate.h"
#include "app/gui/debug/registers_view.h"
#include "app/gui/debug/threads_view.h"
#include "app/gui/debug/variables_view.h"

#include <QAction>
#include <QComboBox>
#include <QDialogButtonBox>
#include <QElapsedTimer>
#include <QLineEdit>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QTableView>
#include <QTemporaryDir>
#include <QTimer>
#include <QTreeView>

#include <csignal>
#include <gmock/gmock.h>

#include "tests/gui/debug/guest_case.h"

namespace rumpus::gui {
namespace {

class Stepping : public GuestCase {};

TEST_F(Stepping, AsFastAsAKeyRepeatsNeverQueuesRefreshes)
{
    CallStackView stack(&context);
    VariablesView variables(&context);
    ThreadsView threads(&context);
    RegistersView registers(&context);
    for (QWidget* view : std::initializer_list<QWidget*>{&stack, &variables, &threads, &registers}) {
        view->show();
    }
    debug("deep", "deep200");
    runTo(QStringLiteral("work_for_ever"));
    const std::uint64_t first = context.generation();
    const int refreshed = stack.model().refresher().count();
    // a key that repeats much faster than any: every few milliseconds
    QTimer key;
    QObject::connect(&key, &QTimer::timeout, &key, [&] { context.step(StepKind::Over); });
    key.start(3);
    ASSERT_TRUE(waitUntil([&] { return context.generation() >= first + 30; }));
    key.stop();
    ASSERT_TRUE(waitUntil([&] {
        return context.mayAsk() && stack.model().refresher().isCurrent() &&
               context.values().refresher().isCurrent() && threads.model().refresher().isCurrent();
    }));
    const auto stops = static_cast<int>(context.generation() - first);
    EXPECT_LE(stack.model().refresher().count() - refreshed, stops + 1) << "at most one refresh a stop";
    EXPECT_EQ(stack.model().frames().front(), session().stop()->frame) << "and it ends with the last";
    const int count = rowOf(variables.model(), QStringLiteral("count"));
    EXPECT_EQ(cell(variables.model(), count, ExpressionModel::Value).toStdString(), evaluate("count"));
    EXPECT_TRUE(failures.isEmpty());
}

/// How often a view was painted, and how often while half of it was still of the stop before.
class Paintings : public QObject {
public:
    explicit Paintings(CallStackView& stack) : stack_(stack)
    {
        stack.view().viewport()->installEventFilter(this);
        connect(&stack.context(), &DebugContext::asking, this, [this] { sinceAsked_.start(); });
    }
    int all = 0;
    int halves = 0;

    bool eventFilter(QObject*, QEvent* event) override
    {
        // on a machine that is too busy to answer in time, halves are better than nothing
        static constexpr int inTime = 30;
        if (event->type() == QEvent::Paint) {
            ++all;
            halves += !stack_.model().refresher().isCurrent() && !sinceAsked_.hasExpired(inTime) ? 1 : 0;
        }
        return false;
    }

private:
    CallStackView& stack_;
    QElapsedTimer sinceAsked_;
};

TEST_F(Stepping, PaintsNoNewTopOverOldCallers)
{
    CallStackView stack(&context);
    new PaintGate(&context, &stack);
    stack.show();
    debug("deep", "deep5");
    runTo(QStringLiteral("dive"));
    ASSERT_TRUE(waitUntil([&] { return stack.model().refresher().isCurrent(); }));
    Paintings paintings(stack);
    for (int depth = 2; depth <= 5; ++depth) {
        const int before = paintings.all;
        runTo(QStringLiteral("dive"));
        ASSERT_TRUE(waitUntil([&] { return paintings.all > before; }));
        EXPECT_TRUE(waitUntil([&] { return static_cast<int>(stack.model().frames().size()) > depth; }));
    }
    EXPECT_EQ(paintings.halves, 0);
}

TEST_F(Stepping, AsksNothingForViewsThatNobodySees)
{
    ThreadsView threads(&context);
    debug("deep", "deep5");
    runTo(QStringLiteral("work_for_ever"));
    step();
    EXPECT_EQ(threads.model().refresher().count(), 0);
    threads.show();
    EXPECT_TRUE(waitUntil([&] { return threads.model().refresher().count() == 1; }));
    threads.hide();
    step();
    EXPECT_EQ(threads.model().refresher().count(), 1);
}

TEST_F(Stepping, EndsWithGdbsDeathAndAnEmptyView)
{
    CallStackView stack(&context);
    VariablesView variables(&context);
    stack.show();
    variables.show();
    QString words;
    QObject::connect(&context, &DebugContext::ended, &stack, [&](const QString& why) { words = why; });
    debug("deep", "deep5");
    context.breakpoints().add({.kind = Breakpoint::Kind::Function, .where = "dive"});
    runTo(QStringLiteral("work_for_ever"));
    ::kill(static_cast<pid_t>(session().gdb().processId()), SIGKILL);
    ASSERT_TRUE(waitUntil([&] { return !context.session(); }));
    EXPECT_TRUE(words.contains(QStringLiteral("GDB"))) << words.toStdString();
    EXPECT_EQ(stack.model().rowCount(), 0);
    EXPECT_EQ(variables.model().rowCount(), 0);
    EXPECT_FALSE(context.frame());
    context.step(StepKind::Over);
    ASSERT_EQ(context.breakpoints().all().size(), 1U) << "the user's breakpoints are not GDB's to lose";
    EXPECT_EQ(context.breakpoints().all().front().wish.where, "dive");
}

TEST_F(Stepping, GreysWhatIsShownOnlyWhenTheGuestRunsOn)
{
    QList<bool> told;
    QObject::connect(&context, &DebugContext::staleChanged, &context, [&](bool stale) { told << stale; });
    debug("deep", "deep5");
    runTo(QStringLiteral("work_for_ever"));
    told.clear();
    step();
    step();
    EXPECT_TRUE(told.isEmpty()) << "no flicker for a step";
    context.resume();
    EXPECT_TRUE(waitUntil([&] { return told == QList<bool>{true}; }));
    const std::uint64_t before = context.generation();
    context.interrupt();
    ASSERT_TRUE(waitForStop(before));
    EXPECT_EQ(told, QList<bool>({true, false}));
}

TEST_F(Stepping, StopsAtWhatTheTableHolds)
{
    BreakpointsView view(&context);
    view.show();
    auto* entry = view.findChild<QLineEdit*>(QStringLiteral("newBreakpoint"));
    debug("deep", "deep5");
    QTest::keyClicks(entry, QStringLiteral("dive"));
    QTest::keyClick(entry, Qt::Key_Return);
    BreakpointsModel& model = view.model();
    ASSERT_TRUE(
        waitUntil([&] { return model.rowCount() == 1 && !model.at(model.index(0, 0))->number.empty(); }));
    model.setData(model.index(0, BreakpointsModel::Condition), QStringLiteral("left == 2"));
    ASSERT_TRUE(waitUntil(
        [&] { return cell(model, 0, BreakpointsModel::Condition) == QStringLiteral("left == 2"); }));
    const std::uint64_t before = context.generation();
    context.resume();
    ASSERT_TRUE(waitForStop(before));
    EXPECT_EQ(evaluate("left"), "2");
    EXPECT_TRUE(waitUntil([&] { return !cell(model, 0, BreakpointsModel::Hits).isEmpty(); }));
    model.setData(model.index(0, 0), Qt::Unchecked, Qt::CheckStateRole);
    EXPECT_TRUE(waitUntil([&] { return !context.breakpoints().all().front().wish.enabled; }));
    view.view().setCurrentIndex(model.index(0, 0));
    view.activateWindow();
    view.view().setFocus();
    ASSERT_TRUE(QTest::qWaitForWindowActive(&view));
    QTest::keyClick(&view.view(), Qt::Key_Delete);
    EXPECT_TRUE(waitUntil([&] { return context.breakpoints().all().empty(); }));
}

TEST_F(Stepping, StopsForOneThreadAndRunsCommandsAsTheFormSays)
{
    BreakpointsView view(&context);
    view.resize(700, 200);
    view.show();
    QStringList told;
    QObject::connect(&context, &DebugContext::logged, &context,
                     [&](const QString& message) { told << message; });
    debug("threads");
    context.breakpoints().add(breakpointAt("sprig_sleep_ms"));
    BreakpointsModel& model = view.model();
    ASSERT_TRUE(
        waitUntil([&] { return model.rowCount() == 1 && !model.at(model.index(0, 0))->number.empty(); }));
    view.view().setCurrentIndex(model.index(0, 0));
    view.findChild<QAction*>(QStringLiteral("editBreakpoint"))->trigger();
    auto* form = view.findChild<BreakpointForm*>();
    ASSERT_NE(form, nullptr);
    auto* thread = form->findChild<QComboBox*>(QStringLiteral("thread"));
    EXPECT_TRUE(waitUntil([&] { return thread->findText(QStringLiteral("threads")) >= 0; }))
        << "the threads that there are";
    EXPECT_EQ(thread->currentText(), QString());
    thread->setEditText(QStringLiteral("fast"));
    form->findChild<QPlainTextEdit*>(QStringLiteral("commands"))
        ->setPlainText(QStringLiteral("print 6 * 7\n\nprint 2 + 3"));
    form->grab().save(QStringLiteral(RUMPUS_BINARY_DIR "/shots/breakpoint-form.png"));
    QTest::mouseClick(form->findChild<QDialogButtonBox*>()->button(QDialogButtonBox::Ok), Qt::LeftButton);
    ASSERT_TRUE(waitUntil([&] {
        return cell(model, 0, BreakpointsModel::Commands) == QStringLiteral("print 6 * 7; print 2 + 3");
    }));
    EXPECT_EQ(cell(model, 0, BreakpointsModel::Thread), QStringLiteral("fast"));
    view.grab().save(QStringLiteral(RUMPUS_BINARY_DIR "/shots/breakpoints.png"));
    const std::uint64_t before = context.generation();
    context.resume();
    ASSERT_TRUE(waitForStop(before));
    EXPECT_THAT(evaluate("sprig_current->name"), testing::HasSubstr("\"fast\""));
    EXPECT_THAT(told.join(u' ').toStdString(), testing::ContainsRegex("= 42.*= 5"));
}

TEST_F(Stepping, KeepsBreakpointsInTheFileBesideTheConfig)
{
    const QTemporaryDir folder;
    const std::filesystem::path file(folder.filePath(QStringLiteral("a.breakpoints.json")).toStdString());
    BreakpointBook book;
    ASSERT_TRUE(book.setFile(file));
    book.toggle(QStringLiteral("/x/a.c"), 3);
    book.toggle(QStringLiteral("/x/a.c"), 4);
    book.toggle(QStringLiteral("/x/a.c"), 3);
    ASSERT_TRUE(waitUntil([&] { return std::filesystem::exists(file); }));
    BreakpointBook later;
    ASSERT_TRUE(later.setFile(file));
    ASSERT_EQ(later.inSource(QStringLiteral("/x/a.c")).size(), 1U);
    EXPECT_EQ(later.all().front().wish.line, 4);
}

TEST_F(Stepping, GdbsOwnPromptTakesAnyCommand)
{
    GdbConsole console(&context);
    console.show();
    debug("deep", "deep5");
    runTo(QStringLiteral("work_for_ever"));
    auto* entry = console.findChild<QLineEdit*>(QStringLiteral("gdbCommand"));
    QTest::keyClicks(entry, QStringLiteral("print 6 * 7"));
    QTest::keyClick(entry, Qt::Key_Return);
    EXPECT_TRUE(waitUntil([&] { return console.text().contains(QStringLiteral("= 42")); }))
        << console.text().toStdString();
    QTest::keyClicks(entry, QStringLiteral("nonsense"));
    QTest::keyClick(entry, Qt::Key_Return);
    EXPECT_TRUE(waitUntil([&] { return console.text().contains(QStringLiteral("Undefined command")); }));
    QTest::keyClick(entry, Qt::Key_Up);
    QTest::keyClick(entry, Qt::Key_Up);
    EXPECT_EQ(entry->text(), QStringLiteral("print 6 * 7"));
    entry->clear();
    QTest::keyClicks(entry, QStringLiteral("info thr"));
    QTest::keyClick(entry, Qt::Key_Tab);
    EXPECT_TRUE(waitUntil([&] { return entry->text().startsWith(QStringLiteral("info threads")); }))
        << entry->text().toStdString();
}

TEST_F(Stepping, IsFollowedInstructionByInstruction)
{
    DisassemblyView view(&context);
    view.show();
    debug("deep", "deep5");
    runTo(QStringLiteral("work_for_ever"));
    DisassemblyModel& model = view.model();
    ASSERT_TRUE(waitUntil([&] { return model.currentRow() > 0; }));
    EXPECT_EQ(model.addressOf(model.currentRow()), context.frame()->address);
    EXPECT_TRUE(model.index(0, 0).data(DisassemblyModel::SourceRole).toBool());
    const int before = model.currentRow();
    step(StepKind::InstructionOver);
    ASSERT_TRUE(waitUntil([&] { return model.currentRow() != before; }));
    EXPECT_EQ(model.addressOf(model.currentRow()), context.frame()->address);
}

} // namespace
} // namespace rumpus::gui
