// Call stack and threads of real guests.
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/gui/base/theme.h"
#include "app/gui/debug/call_stack_view.h"
#include "app/gui/debug/registers_view.h"
#include "app/gui/debug/threads_view.h"

#include <QTableView>
#include <QTemporaryDir>
#include <QTreeView>

#include <fstream>

#include "tests/gui/debug/guest_case.h"

namespace rumpus::gui {
namespace {

class Stack : public GuestCase {};

TEST_F(Stack, ShowsTheTopFrameAtOnceAndTheOthersInPages)
{
    CallStackView view(&context);
    view.resize(400, 300);
    view.show();
    debug("deep", "deep200");
    runTo(QStringLiteral("work_for_ever"));
    const CallStackModel& model = view.model();
    ASSERT_TRUE(waitUntil([&] { return model.rowCount() > 5; }));
    EXPECT_EQ(cell(model, 0, CallStackModel::Function), QStringLiteral("work_for_ever"));
    EXPECT_EQ(cell(model, 1, CallStackModel::Function), QStringLiteral("dive"));
    EXPECT_LT(model.frames().size(), 50U) << "no more than can be seen is asked for";
    const int last = model.rowCount() - 1;
    ASSERT_EQ(model.kindAt(last), CallStackModel::Kind::More);
    const std::size_t before = model.frames().size();
    view.model().unfold(last);
    ASSERT_TRUE(waitUntil([&] { return model.frames().size() == before + 50; }));
    for (std::size_t i = 0; i < model.frames().size(); ++i) {
        EXPECT_EQ(model.frames().at(i).level, static_cast<int>(i));
    }
}

TEST_F(Stack, ChoosingAFrameSelectsItForAll)
{
    CallStackView view(&context);
    view.show();
    debug("deep", "deep5");
    runTo(QStringLiteral("work_for_ever"));
    ASSERT_TRUE(waitUntil([&] { return view.model().rowOf(2) == 2; }));
    QString shown;
    QObject::connect(&context, &DebugContext::sourceWanted, &view,
                     [&](const QString& path, int) { shown = path; });
    Q_EMIT view.view().clicked(view.model().index(2, 0));
    EXPECT_EQ(context.level(), 2);
    EXPECT_TRUE(shown.endsWith(QStringLiteral("deep.c"))) << shown.toStdString();
    step();
    EXPECT_EQ(context.level(), 0) << "a stop is looked at where the guest stands";
    EXPECT_TRUE(waitUntil([&] { return view.view().currentIndex().row() == 0; }));
}

TEST_F(Stack, FoldsTheKernelsFramesIntoOneRow)
{
    CallStackView view(&context);
    view.show();
    debug("crash");
    runTo(QStringLiteral("sprig_trap"));
    CallStackModel& model = view.model();
    ASSERT_TRUE(waitUntil([&] { return rowOf(model, QStringLiteral("main")) > 0; }));
    const int unfolded = model.rowCount();
    model.setFolded(true);
    EXPECT_LT(model.rowCount(), unfolded);
    EXPECT_GE(rowOf(model, QStringLiteral("age_of")), 0) << "what is the user's stays";
    EXPECT_EQ(cell(model, 0, 0), QStringLiteral("sprig_trap")) << "where the guest stands is always seen";
    int fold = -1;
    for (int row = 0; row < model.rowCount(); ++row) {
        fold = model.kindAt(row) == CallStackModel::Kind::Fold ? row : fold;
    }
    ASSERT_GE(fold, 0);
    EXPECT_TRUE(cell(model, fold, 0).startsWith(QStringLiteral("⋯"))) << cell(model, fold, 0).toStdString();
    const int folded = model.rowCount();
    model.unfold(fold);
    EXPECT_GT(model.rowCount(), folded);
    model.setFolded(false);
    EXPECT_EQ(model.rowCount(), unfolded);
}

TEST_F(Stack, OfAThreadThatWaitsIsShownWhenItIsChosen)
{
    CallStackView stack(&context);
    ThreadsView threads(&context);
    stack.show();
    threads.show();
    debug("threads");
    runTo(QStringLiteral("counter"));
    ThreadsModel& model = threads.model();
    const QModelIndex group = model.index(ThreadsModel::Threads, 0);
    ASSERT_TRUE(waitUntil([&] { return rowOf(model, QStringLiteral("waiter"), group) >= 0; }));
    EXPECT_EQ(cell(model, ThreadsModel::Threads, ThreadsModel::State), QStringLiteral("sprig"));
    EXPECT_EQ(model.rowCount(model.index(ThreadsModel::Cpus, 0)), 1);
    const int sleeper = rowOf(model, QStringLiteral("fast"), group);
    ASSERT_GE(sleeper, 0);
    EXPECT_EQ(cell(model, sleeper, ThreadsModel::State, group), QStringLiteral("sleeping"));
    Q_EMIT threads.view().clicked(model.index(sleeper, 0, group));
    EXPECT_TRUE(waitUntil([&] { return rowOf(stack.model(), QStringLiteral("sleeper")) >= 0; }));
    EXPECT_LT(rowOf(stack.model(), QStringLiteral("counter")), 0);
    Q_EMIT threads.view().clicked(model.index(0, 0, model.index(ThreadsModel::Cpus, 0)));
    EXPECT_TRUE(waitUntil([&] { return rowOf(stack.model(), QStringLiteral("counter")) == 0; }));
}

TEST_F(Stack, AndRegistersOfAnotherCpuAreShownWhenItIsChosen)
{
    const QTemporaryDir folder;
    const std::string config = folder.filePath(QStringLiteral("two.unikernel.json")).toStdString();
    const std::string image = sourceOf("threads").chopped(1).toStdString() + "elf";
    std::ofstream(config) << Json{{"version", 1}, {"image", image}, {"memory", "16 MiB"}, {"vcpus", 2}};
    CallStackView stack(&context);
    ThreadsView threads(&context);
    RegistersView registers(&context);
    for (QWidget* view : std::initializer_list<QWidget*>{&stack, &threads, &registers}) {
        view->resize(500, 250);
        view->show();
    }
    debugConfig(config);
    runTo(QStringLiteral("counter"));
    const QModelIndex cpus = threads.model().index(ThreadsModel::Cpus, 0);
    ASSERT_TRUE(waitUntil([&] { return threads.model().rowCount(cpus) == 2; }));
    ASSERT_TRUE(waitUntil([&] { return rowOf(stack.model(), QStringLiteral("counter")) == 0; }));
    const std::string here = evaluate("(unsigned long)$pc");
    const std::string stackPointer = evaluate("(unsigned long)$rsp");
    const auto isMarked = [&](int row) {
        const QImage first =
            threads.model().index(row, 0, cpus).data(Qt::DecorationRole).value<QIcon>().pixmap(16).toImage();
        return first == icon(QStringLiteral("current-line"), Tone::Accent).pixmap(16).toImage();
    };
    EXPECT_TRUE(isMarked(0) && !isMarked(1));

    Q_EMIT threads.view().clicked(threads.model().index(1, 0, cpus));
    ASSERT_TRUE(waitUntil([&] { return context.cpu() == 2 && context.frame()->function != "counter"; }));
    EXPECT_TRUE(waitUntil([&] { return rowOf(stack.model(), QStringLiteral("counter")) < 0; }));
    EXPECT_NE(evaluate("(unsigned long)$pc"), here);
    EXPECT_TRUE(isMarked(1) && !isMarked(0));
    const auto shows = [&](const std::string& number) {
        const QModelIndex row = registers.model().indexOf("rsp");
        return row.isValid() && row.siblingAtColumn(RegistersModel::Value).data().toString() ==
                                    QStringLiteral("0x%1").arg(std::stoull(number), 0, 16);
    };
    const std::string other = evaluate("(unsigned long)$rsp");
    EXPECT_NE(other, stackPointer);
    EXPECT_TRUE(waitUntil([&] { return shows(other); }));
    threads.grab().save(QStringLiteral(RUMPUS_BINARY_DIR "/shots/threads-cpus.png"));

    step(StepKind::InstructionOver);
    EXPECT_EQ(context.cpu(), 1) << "what moves is what has stopped";
    EXPECT_EQ(context.frame()->function, "counter");
    const std::string back = evaluate("(unsigned long)$rsp");
    EXPECT_TRUE(waitUntil([&] { return shows(back); }));
}

TEST(ReadCpus, UnderstandsWhatGdbSays)
{
    const auto cpus = readCpus("  Id   Target Id                    Frame \n"
                               "* 1    Thread 1.1 (CPU#0 [running]) main () at a.c:3\n"
                               "  2    Thread 1.2 (CPU#1 [halted ]) 0x0000000000100000 in ?? ()\n");
    ASSERT_EQ(cpus.size(), 2U);
    EXPECT_EQ(cpus.at(1).number, 2);
    EXPECT_EQ(cpus.at(0).name, QStringLiteral("CPU#0"));
    EXPECT_EQ(cpus.at(0).state, QStringLiteral("running"));
    EXPECT_EQ(cpus.at(0).where, QStringLiteral("main () at a.c:3"));
    EXPECT_EQ(cpus.at(1).state, QStringLiteral("halted"));
    EXPECT_TRUE(readCpus("").empty());
    EXPECT_TRUE(readCpus("No threads.").empty());
}

} // namespace
} // namespace rumpus::gui
