// Steps, until, run to, jump, interrupt, detach, and the guest's end.
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/format.h"

#include <algorithm>

#include "tests/debug/session/session_case.h"

namespace rumpus {
namespace {

using State = DebugSession::State;
using testing::HasSubstr;

class Control : public SessionCase {
protected:
    static std::string at(const std::string& function, const std::string& mark)
    {
        return formatted("{}:{}", function, lineOf(mark));
    }
};

TEST_F(Control, StepsByLineOverIntoAndOut)
{
    debug("walk");
    EXPECT_EQ(placeOf(runToMark("the call")), at("walk", "the call"));
    EXPECT_EQ(step(StepKind::Into).frame.function, "sum_of_squares");
    runToMark("the loop");
    EXPECT_EQ(placeOf(step(StepKind::Into)), at("square", "square"));

    const Stop out = step(StepKind::Out);
    EXPECT_EQ(placeOf(out), at("sum_of_squares", "the loop"));
    EXPECT_EQ(out.why, Stop::Why::Step);
    EXPECT_EQ(out.returned, "1");
    EXPECT_EQ(out.words, "returned 1");

    EXPECT_EQ(step(StepKind::Over).frame.function, "sum_of_squares");
    EXPECT_EQ(placeOf(step(StepKind::Out)), at("walk", "the call"));
    const Stop next = step(StepKind::Over);
    EXPECT_EQ(placeOf(next), at("walk", "behind the call"));
    EXPECT_EQ(evaluate("sum"), "55");
    EXPECT_EQ(next.words, "step");
}

TEST_F(Control, StepsByInstructionOverAndIntoACall)
{
    debug("walk");
    runToMark("the loop");
    const std::uint64_t start = session().stop()->frame.address;
    // the call is some instructions away: over it stays in the function, into it does not
    Stop stop = step(StepKind::InstructionOver);
    EXPECT_GT(stop.frame.address, start);
    EXPECT_LT(stop.frame.address, start + 16) << "one instruction of x86 has at most 15 bytes";
    for (int i = 0; i < 4; ++i) {
        stop = step(StepKind::InstructionOver);
        EXPECT_EQ(stop.frame.function, "sum_of_squares");
    }
    runToMark("the loop");
    for (int i = 0; i < 8 && stop.frame.function != "square"; ++i) {
        stop = step(StepKind::InstructionInto);
    }
    EXPECT_EQ(stop.frame.function, "square");
}

TEST_F(Control, UntilLeavesALoop)
{
    debug("walk");
    runToMark("the loop");
    Stop stop = *session().stop();
    for (int i = 0; i < 4 && stop.frame.line != lineOf("behind the loop"); ++i) {
        stop = stopAfter(&DebugSession::until);
    }
    EXPECT_EQ(placeOf(stop), at("sum_of_squares", "behind the loop"));
    EXPECT_EQ(evaluate("sum"), "55");
}

TEST_F(Control, RunToStopsThereOnceAndLeavesNothingBehind)
{
    debug("walk");
    EXPECT_EQ(placeOf(runToMark("square")), at("square", "square"));
    EXPECT_EQ(evaluate("n"), "1");
    EXPECT_EQ(placeOf(runToMark("behind the loop")), at("sum_of_squares", "behind the loop"));
    EXPECT_TRUE(session().breakpoints().all().empty());
}

TEST_F(Control, RunToGivesWayToABreakpointThatComesFirst)
{
    debug("walk");
    add(breakpointAtMark("square"));
    const Stop stop = runToMark("the print");
    EXPECT_EQ(placeOf(stop), at("square", "square"));
    const Result<void> removed = await(session().removeBreakpoint(session().breakpoints().all().front().id));
    EXPECT_TRUE(succeeded(removed));
    // the place that was wished is forgotten: the guest goes on to its end
    EXPECT_EQ(stopAfter(&DebugSession::resume).why, Stop::Why::Signal);
    EXPECT_TRUE(guest->says("returned 0"));
}

TEST_F(Control, RunToAPlaceThatIsNotThereIsAnErrorAndTheGuestStandsWhereItStood)
{
    debug("walk");
    const std::uint64_t before = session().generation();
    const Result<void> gone = await(session().runTo("no_such_function"));
    ASSERT_FALSE(gone);
    EXPECT_THAT(toString(gone.error()), HasSubstr("no_such_function"));
    EXPECT_EQ(session().state(), State::Stopped);
    EXPECT_EQ(session().generation(), before);
}

TEST_F(Control, JumpSkipsWhatIsInBetween)
{
    debug("walk");
    runToMark("the call");
    add(breakpointAtMark("behind the call"));
    const std::uint64_t before = session().generation();
    ASSERT_TRUE(succeeded(await(session().jump(markPlace("behind the call")))));
    const Stop stop = nextStop(before);
    EXPECT_EQ(placeOf(stop), at("walk", "behind the call"));
    EXPECT_NE(evaluate("sum"), "55") << "the call was executed";
}

TEST_F(Control, AGuestThatEndsAndIsHeldShowsThatItStands)
{
    debug("walk");
    const Stop end = stopAfter(&DebugSession::resume);
    EXPECT_EQ(end.why, Stop::Why::Signal);
    EXPECT_EQ(session().state(), State::Stopped);
    EXPECT_THAT(guest->console(), HasSubstr("sum 55, x 10"));
    EXPECT_THAT(guest->console(), HasSubstr("returned 0"));
}

TEST_F(Control, AMachineThatGoesAwayAtTheEndIsLostWithWords)
{
    boot(guestImage("subject"), {.arguments = {"subject", "walk"}, .holdsAtEnd = false});
    ASSERT_TRUE(succeeded(await(session().open(target(guestImage("subject"), StopAt::Main)))));
    ASSERT_TRUE(succeeded(await(session().resume())));
    ASSERT_TRUE(becomes(State::Lost));
    EXPECT_THAT(session().endWords(), HasSubstr("the machine is gone"));
    EXPECT_THAT(guest->console(), HasSubstr("returned 0"));
    EXPECT_FALSE(await(session().resume()));
    EXPECT_FALSE(await(session().stack(0, 10)));
    EXPECT_FALSE(await(session().untilStopped(session().generation())));
}

TEST_F(Control, InterruptStopsARunningGuestWhereItIs)
{
    debug("spin");
    ASSERT_TRUE(succeeded(await(session().resume())));
    EXPECT_EQ(session().state(), State::Running);
    EXPECT_FALSE(session().stop());
    ASSERT_TRUE(guest->says("spinning"));
    const Stop stop = stopAfter(&DebugSession::interrupt);
    EXPECT_EQ(stop.why, Stop::Why::Interrupted);
    EXPECT_EQ(stop.words, "paused");
    // perhaps it still returns from saying so
    const Result<std::vector<Frame>> stack = await(session().stack(0, 20));
    ASSERT_TRUE(succeeded(stack));
    EXPECT_TRUE(std::ranges::contains(*stack, "spin", &Frame::function));
    const Result<void> again = await(session().interrupt());
    ASSERT_FALSE(again) << "it stands already";
    EXPECT_EQ(session().state(), State::Stopped);
}

TEST_F(Control, WhileTheGuestRunsThereIsNothingToAskAndNoSecondWayToMove)
{
    debug("spin");
    ASSERT_TRUE(succeeded(await(session().resume())));
    EXPECT_FALSE(await(session().stack(0, 1)));
    EXPECT_FALSE(await(session().variables(0)));
    EXPECT_FALSE(await(session().evaluate("ticks")));
    EXPECT_FALSE(await(session().resume()));
    EXPECT_FALSE(await(session().runTo("tick")));
    EXPECT_FALSE(await(session().step(StepKind::Over)));
    EXPECT_EQ(session().state(), State::Running);
}

TEST_F(Control, StepOutOfTheOutermostFrameIsToldAndTheGuestStands)
{
    debug("walk", StopAt::Entry);
    const Result<void> out = await(session().step(StepKind::Out));
    ASSERT_FALSE(out);
    EXPECT_THAT(toString(out.error()), HasSubstr("finish"));
    EXPECT_EQ(session().state(), State::Stopped);
    EXPECT_TRUE(succeeded(await(session().stack(0, 1))));
}

TEST_F(Control, DetachLetsAStoppedGuestGoOnWithoutOurBreakpoints)
{
    debug("spin");
    evaluate("enough = 1");
    add(breakpointAtMark("enough"));
    ASSERT_TRUE(succeeded(await(session().detach())));
    EXPECT_EQ(session().state(), State::Ended);
    EXPECT_TRUE(guest->says("returned 0"));
}

TEST_F(Control, DetachLeavesARunningGuestRunning)
{
    debug("spin");
    ASSERT_TRUE(succeeded(await(session().resume())));
    ASSERT_TRUE(guest->says("spinning"));
    add(breakpointAtMark("enough"));
    ASSERT_TRUE(succeeded(await(session().detach())));
    EXPECT_EQ(session().state(), State::Ended);

    makeSession();
    DebugTarget again = target(guestImage("subject"), StopAt::None);
    again.fromReset = false;
    ASSERT_TRUE(succeeded(await(session().open(again))));
    EXPECT_EQ(session().stop()->why, Stop::Why::Connected);
    Breakpoint next = breakpointAtMark("the tick");
    next.temporary = true;
    add(next);
    stopAfter(&DebugSession::resume);
    EXPECT_EQ(session().stop()->why, Stop::Why::Breakpoint) << "it ticks on";
    evaluate("enough = 1");
    ASSERT_TRUE(succeeded(await(session().resume())));
    EXPECT_TRUE(guest->says("returned 0"));
}

} // namespace
} // namespace rumpus
