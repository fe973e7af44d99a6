// The window as its users meet it: clicks and keys on real guests under a real debugger.
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/gui/base/error_bar.h"
#include "app/gui/config/config_page.h"
#include "app/gui/console/console_area.h"
#include "app/gui/console/console_view.h"
#include "app/gui/debug/breakpoint_book.h"
#include "app/gui/debug/crash_panel.h"
#include "app/gui/debug/debug_context.h"
#include "app/gui/source/source_area.h"
#include "app/gui/source/source_view.h"
#include "app/gui/window/action_state.h"
#include "app/gui/window/command_palette.h"
#include "app/gui/window/editor_area.h"

#include <QCoroTask>
#include <QDockWidget>
#include <QLineEdit>
#include <QTableView>
#include <QTreeView>

#include <csignal>

#include "tests/gui/window/window_case.h"

namespace rumpus::gui {
namespace {

using Phase = GuestSession::Phase;
using testing::HasSubstr;

class Window : public WindowCase {
protected:
    bool isOver() { return guest() && guest()->phase() >= Phase::Held; }
    int line() { return window().debugContext().frame() ? window().debugContext().frame()->line : 0; }
    bool stepsFrom(int before, Act act)
    {
        trigger(act);
        return waitFor([this, before] { return window().debugContext().mayAsk() && line() != before; });
    }
    std::string problem()
    {
        return window().problems().isVisible() ? window().problems().text().toStdString() : "";
    }
};

TEST_F(Window, OffersWhatToDoFirst)
{
    const auto* welcome = window().findChild<QWidget*>(QStringLiteral("welcome"));
    ASSERT_NE(welcome, nullptr);
    EXPECT_TRUE(welcome->isVisible());
    EXPECT_FALSE(window().actions()[Act::Run]->isEnabled());
    EXPECT_TRUE(window().actions()[Act::NewUnikernel]->isEnabled());
    EXPECT_LE(window().minimumSizeHint().width(), 1280);
    EXPECT_LE(window().minimumSizeHint().height(), 800);
    shoot(QStringLiteral("welcome"));
}

TEST_F(Window, RunsASampleByOneClickAndTellsHowItEnded)
{
    window().openPlace(sample(QStringLiteral("hello")));
    press(Act::Run);
    ASSERT_TRUE(waitFor([this] { return isOver(); })) << problem();
    EXPECT_EQ(guest()->words(), "the application ended with status 0");
    ASSERT_TRUE(waitFor([this] { return console(guest()->id()).contains(u"returned 0"); }));
    EXPECT_TRUE(console(guest()->id()).startsWith(u"sprig")) << "from its first byte";
    EXPECT_TRUE(window().actions()[Act::Run]->isEnabled());
    EXPECT_TRUE(waitFor([this] { return !window().actions()[Act::Stop]->isEnabled(); }));
    shoot(QStringLiteral("run"));
}

TEST_F(Window, SavesWhatWasEditedBeforeItRuns)
{
    const QString config = sample(QStringLiteral("hello"));
    window().openPlace(config);
    ConfigPage* page = window().editors().findConfig(config);
    page->document()->setValue("/arguments", Json{"hello", "edited"}, {});
    EXPECT_TRUE(page->document()->isModified());
    press(Act::Run);
    ASSERT_TRUE(waitFor([this] { return isOver(); })) << problem();
    EXPECT_FALSE(page->document()->isModified());
    EXPECT_TRUE(waitFor([this] { return console(guest()->id()).contains(u"argv[1] = \"edited\""); }));
}

TEST_F(Window, DebugsASampleStepByStep)
{
    window().openPlace(sample(QStringLiteral("threads"), {{"arguments", {"threads", "1"}}}));
    press(Act::Debug);
    ASSERT_TRUE(stops()) << problem();
    EXPECT_EQ(window().debugContext().frame()->function, "main");
    EXPECT_TRUE(window().dock(QStringLiteral("stack"))->isVisible());
    EXPECT_EQ(window().actions()[Act::Debug]->text(), QStringLiteral("&Continue"));
    const SourceView* source = window().sources().current();
    ASSERT_NE(source, nullptr);
    EXPECT_TRUE(source->path().endsWith(u"threads.c"));
    const int first = line();
    ASSERT_TRUE(stepsFrom(first, Act::StepOver));
    ASSERT_TRUE(stepsFrom(line(), Act::StepOver));
    shoot(QStringLiteral("debug"));

    window().debugContext().breakpoints().add(breakpointAt("sprig_semaphore_post"));
    trigger(Act::Debug);
    ASSERT_TRUE(waitFor([this] {
        return window().debugContext().mayAsk() &&
               window().debugContext().frame()->function == "sprig_semaphore_post";
    }));
    const auto* stack = window().dock(QStringLiteral("stack"))->findChild<QTableView*>();
    ASSERT_NE(stack, nullptr);
    EXPECT_TRUE(waitFor([&] { return stack->model()->index(1, 0).data().toString() == u"main"; }))
        << "the application above the kernel";
    shoot(QStringLiteral("debug-kernel"));

    window().debugContext().breakpoints().remove(window().debugContext().breakpoints().all().front().id);
    trigger(Act::Debug);
    ASSERT_TRUE(waitFor([this] { return isOver(); }));
    EXPECT_TRUE(waitFor([this] { return !window().dock(QStringLiteral("stack"))->isVisible(); }))
        << "the debugger's views go with it";
    EXPECT_TRUE(waitFor([this] { return console(guest()->id()).contains(u"all threads have ended"); }));
}

TEST_F(Window, RestartsUnderTheDebuggerToTheFirstStop)
{
    window().openPlace(sample(QStringLiteral("hello")));
    press(Act::Debug);
    ASSERT_TRUE(stops()) << problem();
    const int first = line();
    ASSERT_TRUE(stepsFrom(first, Act::StepOver));
    window().debugContext().breakpoints().add(breakpointAt("gethostname"));
    trigger(Act::Reset);
    ASSERT_TRUE(waitFor([this, first] { return window().debugContext().mayAsk() && line() == first; }))
        << problem();
    trigger(Act::Debug);
    EXPECT_TRUE(waitFor([this] {
        return window().debugContext().mayAsk() && window().debugContext().frame()->function == "gethostname";
    })) << "breakpoints stay";
}

TEST_F(Window, AttachesToAGuestThatWasJustRunAndLetsItGoOn)
{
    window().openPlace(sample(QStringLiteral("threads"), {{"arguments", {"threads", "0"}}}));
    press(Act::Run);
    ASSERT_TRUE(waitFor([this] { return guest() && console(guest()->id()).contains(u"slept 1"); }))
        << problem();
    trigger(Act::Attach);
    ASSERT_TRUE(stops()) << problem();
    const qsizetype heard = console(guest()->id()).size();
    trigger(Act::Detach);
    EXPECT_TRUE(waitFor([this, heard] { return console(guest()->id()).size() > heard; }));
    EXPECT_TRUE(waitFor([this] { return guest()->phase() == Phase::Running; }));
    press(Act::Stop);
    EXPECT_TRUE(waitFor([this] { return isOver(); }));
}

TEST_F(Window, ShowsACrashByItself)
{
    window().openPlace(sample(QStringLiteral("crash")));
    press(Act::Run);
    const CrashPanel* panel = nullptr;
    ASSERT_TRUE(waitFor([&] { return (panel = window().findChild<CrashPanel*>()) != nullptr; })) << problem();
    EXPECT_THAT(panel->headline().toStdString(), HasSubstr("crash.c:"));
    EXPECT_THAT(panel->headline().toStdString(), HasSubstr("page fault"));
    EXPECT_EQ(window().editors().currentWidget(), panel);
    EXPECT_EQ(guest()->phase(), Phase::Held) << "it is there to be looked at";
    shoot(QStringLiteral("crash"));
    // running it again lets the held one go
    const std::string crashed = guest()->id();
    window().openPlace(QString::fromStdString(guest()->config()->path.native()));
    press(Act::Run);
    EXPECT_TRUE(waitFor([&] { return window().workbench().guest(crashed)->phase() == Phase::Ended; }));
    ASSERT_TRUE(waitFor([&] { return guest()->id() != crashed && guest()->phase() == Phase::Held; }));
}

TEST_F(Window, TellsThatQemuWasKilled)
{
    window().openPlace(sample(QStringLiteral("echo")));
    press(Act::Run);
    ASSERT_TRUE(waitFor([this] { return guest() && guest()->phase() == Phase::Running; })) << problem();
    const pid_t pid = qemuOf(guest()->guest());
    ASSERT_GT(pid, 0);
    ::kill(pid, SIGKILL);
    ASSERT_TRUE(waitFor([this] { return isOver(); }));
    EXPECT_THAT(guest()->words(), HasSubstr("killed"));
}

TEST_F(Window, PutsTheDebuggersViewsAwayWithAMachineThatGoesWhileItStands)
{
    window().openPlace(sample(QStringLiteral("echo")));
    press(Act::Debug);
    ASSERT_TRUE(stops()) << problem();
    ASSERT_TRUE(window().dock(QStringLiteral("stack"))->isVisible());
    ::kill(qemuOf(guest()->guest()), SIGKILL);
    ASSERT_TRUE(waitFor([this] { return isOver(); }));
    EXPECT_TRUE(waitFor([this] { return !window().dock(QStringLiteral("stack"))->isVisible(); }));
    EXPECT_TRUE(waitFor([this] { return window().actions()[Act::Run]->isEnabled(); }));
}

TEST_F(Window, GoesOnWithoutAGdbThatWasKilled)
{
    window().openPlace(sample(QStringLiteral("echo")));
    press(Act::Debug);
    ASSERT_TRUE(stops()) << problem();
    ::kill(static_cast<pid_t>(guest()->debugger()->gdb().processId()), SIGKILL);
    ASSERT_TRUE(waitFor([this] { return guest()->debugger() == nullptr; }));
    EXPECT_TRUE(waitFor([this] { return !window().dock(QStringLiteral("stack"))->isVisible(); }));
    EXPECT_NE(guest()->guest().state(), GuestState::Gone) << "the guest lives";
    EXPECT_TRUE(waitFor([this] { return problem().contains("has lost its debugger"); })) << "and it is told";
    shoot(QStringLiteral("debugger-lost"));
    EXPECT_TRUE(window().actions()[Act::Attach]->isEnabled());
    trigger(Act::Stop);
    EXPECT_TRUE(waitFor([this] { return isOver(); }));
}

TEST_F(Window, TenGuestsAtOnceHaveTheirOwnConsoles)
{
    const QString config = sample(QStringLiteral("echo"));
    window().openPlace(config);
    for (std::size_t count = 1; count <= 10; ++count) {
        press(Act::Run);
        ASSERT_TRUE(waitFor([&] {
            return window().workbench().guests().size() == count && guest()->phase() == Phase::Running &&
                   window().actions()[Act::Run]->isEnabled();
        })) << problem();
    }
    EXPECT_EQ(window().consoles().count(), 10);
    shoot(QStringLiteral("ten-guests"));
    for (const auto& each : window().workbench().guests()) {
        EXPECT_TRUE(waitFor([&] { return console(each->id()).startsWith(u"sprig"); })) << each->id();
    }
}

TEST_F(Window, FindsItsGuestsAgain)
{
    const QString config = sample(QStringLiteral("echo"));
    window().openPlace(config);
    press(Act::Run);
    ASSERT_TRUE(waitFor([this] { return guest() && guest()->phase() == Phase::Running; })) << problem();
    const std::string id = guest()->id();
    window().close();
    closeWindow();
    openWindow();
    window().openLast();
    EXPECT_NE(window().editors().findConfig(config), nullptr) << "what was open is open again";
    ASSERT_TRUE(waitFor([&] { return window().workbench().guest(id) != nullptr; }));
    EXPECT_TRUE(waitFor([&] { return console(id).startsWith(u"sprig"); })) << "with its console's history";
    EXPECT_FALSE(window().workbench().guest(id)->isOurs());
}

TEST_F(Window, DoesTheMainJobByKeyboardAlone)
{
    window().openPlace(sample(QStringLiteral("hello")));
    QTest::keyClick(&window(), Qt::Key_R, Qt::ControlModifier);
    ASSERT_TRUE(waitFor([this] { return isOver(); })) << problem();
    QTest::keyClick(&window(), Qt::Key_F5);
    ASSERT_TRUE(stops()) << problem();
    const int first = line();
    QTest::keyClick(&window(), Qt::Key_F10);
    ASSERT_TRUE(waitFor([&] { return window().debugContext().mayAsk() && line() != first; }));
    QTest::keyClick(&window(), Qt::Key_P, Qt::ControlModifier | Qt::ShiftModifier);
    auto* palette = window().findChild<CommandPalette*>();
    ASSERT_TRUE(palette->isVisible());
    auto* entry = palette->findChild<QLineEdit*>();
    QTest::keyClicks(entry, QStringLiteral("stop"));
    QTest::keyClick(entry, Qt::Key_Return);
    EXPECT_TRUE(waitFor([this] { return isOver(); }));
}

TEST_F(Window, SaysWhatIsWrongWithAConfigAndStartsNothing)
{
    window().openPlace(sample(QStringLiteral("hello"), {{"memory", "lots"}}));
    press(Act::Run);
    ASSERT_TRUE(waitFor([this] { return window().problems().isVisible(); }));
    EXPECT_TRUE(window().workbench().guests().empty());
    shoot(QStringLiteral("bad-config"));
}

TEST_F(Window, KeepsABreakpointForTheNextWindow)
{
    const QString config = sample(QStringLiteral("hello"));
    window().openPlace(config);
    press(Act::Debug);
    ASSERT_TRUE(stops()) << problem();
    window().debugContext().breakpoints().add(breakpointAt("gethostname"));
    ASSERT_TRUE(waitFor([&] { return std::filesystem::exists(breakpointFile(config.toStdString())); }));
    trigger(Act::Stop);
    ASSERT_TRUE(waitFor([this] { return isOver(); }));
    closeWindow();
    openWindow();
    window().openPlace(config);
    press(Act::Debug);
    ASSERT_TRUE(stops()) << problem();
    trigger(Act::Debug);
    EXPECT_TRUE(waitFor([this] {
        return window().debugContext().mayAsk() && window().debugContext().frame()->function == "gethostname";
    }));
}

struct Can {
    const char* name;
    std::optional<Phase> phase;
    Workbench::Activity activity;
    ActionState expected;
};

TEST(ActionStates, AreWhatMakesSense)
{
    constexpr auto idle = Workbench::Activity::None;
    for (const Can& can : {
             Can{"nothing runs", {}, idle, {.build = true, .run = true, .debug = true}},
             Can{"building", {}, Workbench::Activity::Building, {}},
             Can{"running",
                 Phase::Running,
                 idle,
                 {.build = true,
                  .run = true,
                  .debug = true,
                  .attach = true,
                  .stop = true,
                  .pause = true,
                  .reset = true,
                  .dump = true}},
             Can{"stopped in the debugger",
                 Phase::DebugStopped,
                 idle,
                 {.build = true,
                  .run = true,
                  .detach = true,
                  .stop = true,
                  .resume = true,
                  .reset = true,
                  .step = true}},
             Can{"ended", Phase::Ended, idle, {.build = true, .run = true, .debug = true}},
         }) {
        EXPECT_EQ(actionState(true, can.activity, can.phase), can.expected) << can.name;
    }
    EXPECT_EQ(actionState(false, idle, {}), ActionState());
}

TEST(Palette, PrefersBeginningsOfWords)
{
    const auto better = [](const char* typed, const char* one, const char* other) {
        const auto first = fitness(QString::fromLatin1(one), QString::fromLatin1(typed));
        const auto second = fitness(QString::fromLatin1(other), QString::fromLatin1(typed));
        return first && (!second || *first > *second);
    };
    EXPECT_TRUE(better("so", "Step Over", "Resource"));
    EXPECT_TRUE(better("run", "Run", "Return Now"));
    EXPECT_FALSE(fitness(QStringLiteral("Run"), QStringLiteral("xyz")));
}

} // namespace
} // namespace rumpus::gui
