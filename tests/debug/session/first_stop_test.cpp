// From reset to the first stop: main, entry, or where the machine stands.
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/format.h"

#include "tests/debug/session/session_case.h"

namespace rumpus {
namespace {

using testing::ElementsAre;
using State = DebugSession::State;

/// A guest that moves itself a GiB up, and computes there for ever.
const std::filesystem::path moved = RUMPUS_BINARY_DIR "/guests/xen/pvh/moved.elf";

class FirstStop : public SessionCase {};

TEST_F(FirstStop, IsMainWithTheArgumentsOfTheConfig)
{
    debugSample("hello", {"hello", "one", "'two words'"});
    const Stop& stop = *session().stop();
    EXPECT_EQ(stop.why, Stop::Why::Breakpoint);
    EXPECT_EQ(stop.words, "main");
    EXPECT_EQ(stop.frame.function, "main");
    EXPECT_EQ(stop.frame.source.filename(), "hello.c");
    EXPECT_EQ(evaluate("argc"), "3");
    EXPECT_THAT(evaluate("argv[1]"), testing::HasSubstr("\"one\""));
    EXPECT_THAT(evaluate("argv[2]"), testing::HasSubstr("\"two words\""));
    EXPECT_THAT(states, ElementsAre(State::Connecting, State::Stopped));
}

TEST_F(FirstStop, IsTheImagesFirstInstructionIn32Bit)
{
    debug("walk", StopAt::Entry);
    const Stop& stop = *session().stop();
    EXPECT_EQ(stop.why, Stop::Why::Entry);
    EXPECT_EQ(stop.frame.address, target(guestImage("subject"), StopAt::Entry).entry);
    EXPECT_EQ(await(session().cpuMode()), CpuMode::Protected32);
    EXPECT_EQ(guest->console(), "");
}

TEST_F(FirstStop, IsTheResetVectorWhereNothingIsWished)
{
    debug("walk", StopAt::None);
    EXPECT_EQ(session().stop()->why, Stop::Why::Connected);
    EXPECT_EQ(await(session().cpuMode()), CpuMode::Real16);
    EXPECT_EQ(session().stop()->frame.address, 0xfff0U);
    EXPECT_EQ(placeOf(runTo("main")), formatted("main:{}", lineOf("main")));
}

TEST_F(FirstStop, IsABreakpointThatWasThereBeforeMain)
{
    boot(guestImage("subject"), {.arguments = {"subject"}});
    add({.kind = Breakpoint::Kind::Function, .where = "sprig_main"});
    EXPECT_EQ(session().breakpoints().all().front().number, "") << "placed without GDB";
    ASSERT_TRUE(succeeded(await(session().open(target(guestImage("subject"), StopAt::Main)))));
    EXPECT_EQ(session().stop()->frame.function, "sprig_main");
    EXPECT_NE(session().breakpoints().all().front().number, "");
    EXPECT_EQ(stopAfter(&DebugSession::resume).frame.function, "main");
}

TEST_F(FirstStop, WithBreakpointsThatAreBytesComesAfterTheImageWasLoaded)
{
    boot(guestImage("subject"), {.arguments = {"subject", "walk"}});
    add(breakpointAtMark("the call"));
    DebugTarget wanted = target(guestImage("subject"), StopAt::Main);
    wanted.breakpointsAreBytes = true;
    ASSERT_TRUE(succeeded(await(session().open(wanted))));
    EXPECT_EQ(session().stop()->frame.function, "main");
    EXPECT_EQ(placeOf(stopAfter(&DebugSession::resume)), formatted("walk:{}", lineOf("the call")));
}

TEST_F(FirstStop, OfAKernelThatMovesItselfIsWhereItHasGone)
{
    boot(moved, {});
    DebugTarget wanted = target(moved, StopAt::Main);
    wanted.kind = imageKind("nanos").value(); // whose functions' names it has
    ASSERT_TRUE(succeeded(await(session().open(wanted))));
    EXPECT_EQ(session().stop()->frame.function, "exec_elf");
    EXPECT_GT(session().stop()->frame.address, 0x40000000U);
    EXPECT_EQ(placeOf(runTo("step")).substr(0, 5), "step:");
}

TEST_F(FirstStop, InAnImageThatRunsElsewhereIsFoundByAPause)
{
    boot(moved, {});
    ASSERT_TRUE(succeeded(await(session().open(target(moved, StopAt::None)))));
    Stop stop;
    do { // the firmware comes first, and the kernel's steps before it moves
        ASSERT_TRUE(succeeded(await(session().resume())));
        stop = stopAfter(&DebugSession::interrupt);
    } while (session().state() == State::Stopped && stop.frame.address >> 30U != 1); // the second GiB
    EXPECT_THAT(stop.frame.function, testing::AnyOf("kaslr", "main", "exec_elf", "step"));
    EXPECT_EQ(stop.frame.source.filename(), "moved.c");
}

TEST_F(FirstStop, WithoutMainIsAnErrorThatSaysWhatElseThereIs)
{
    boot(guestImage("subject"), {.arguments = {"subject"}});
    DebugTarget wanted = target(guestImage("subject"), StopAt::Main);
    wanted.symbols = "/bin/true";
    const Result<void> opened = await(session().open(wanted));
    ASSERT_FALSE(opened);
    EXPECT_THAT(toString(opened.error()), testing::HasSubstr("entry"));
    EXPECT_EQ(session().state(), State::Ended);
    EXPECT_TRUE(guest->isRunning());
}

TEST_F(FirstStop, OfNoEndpointOrNoImageIsAnErrorThatNamesIt)
{
    boot(guestImage("subject"), {.arguments = {"subject"}});
    DebugTarget nowhere = target(guestImage("subject"), StopAt::Main);
    nowhere.endpoint.address = path("nobody").native();
    const Result<void> unconnected = await(session().open(nowhere));
    ASSERT_FALSE(unconnected);
    EXPECT_THAT(toString(unconnected.error()), testing::HasSubstr("nobody"));

    makeSession();
    DebugTarget nothing = target(guestImage("subject"), StopAt::Main);
    nothing.symbols = path("missing.elf");
    const Result<void> unread = await(session().open(nothing));
    ASSERT_FALSE(unread);
    EXPECT_THAT(toString(unread.error()), testing::HasSubstr("missing.elf"));
    EXPECT_EQ(session().state(), State::Ended);
    EXPECT_THAT(session().endWords(), testing::HasSubstr("missing.elf"));
}

} // namespace
} // namespace rumpus
