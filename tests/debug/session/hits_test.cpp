// Breakpoints on a real guest: what stops it, what only prints, and changes while it runs.
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/format.h"

#include <QFile>

#include <algorithm>

#include "tests/debug/session/session_case.h"

namespace rumpus {
namespace {

using Kind = Breakpoint::Kind;
using State = DebugSession::State;
using testing::ElementsAre;
using testing::HasSubstr;

class Hits : public SessionCase {
protected:
    /// Lets the tests' guest spin, and forgets what was seen up to now.
    void spin()
    {
        debug("spin");
        ASSERT_TRUE(succeeded(await(session().resume())));
        ASSERT_TRUE(guest->says("spinning"));
        states.clear();
    }
    const PlacedBreakpoint& placed() { return session().breakpoints().all().front(); }
    Stop resume() { return stopAfter(&DebugSession::resume); }
    /// The guest goes on to its end without another stop.
    void expectEnd()
    {
        EXPECT_EQ(resume().why, Stop::Why::Signal);
        EXPECT_THAT(guest->console(), HasSubstr("returned 0"));
    }
};

TEST_F(Hits, AreOfEveryKindOfPlace)
{
    debug("walk");
    const std::string address = evaluate("(unsigned long)&square");
    add({.kind = Kind::Function, .where = "sum_of_squares"});
    add({.kind = Kind::Address, .where = address});
    add(breakpointAtMark("behind the loop"));
    add({.kind = Kind::Expression, .where = markPlace("the print")});
    EXPECT_EQ(resume().frame.function, "sum_of_squares");
    EXPECT_EQ(std::to_string(resume().frame.address), address);
    await(session().removeBreakpoint(session().breakpoints().all()[1].id));
    EXPECT_EQ(resume().frame.line, lineOf("behind the loop"));
    const Stop last = resume();
    EXPECT_EQ(last.frame.line, lineOf("the print"));
    EXPECT_EQ(last.words, "breakpoint " + last.breakpoint);
    expectEnd();
}

TEST_F(Hits, KnowTheirPlaceTheirTextAndTheirCount)
{
    debug("walk");
    Breakpoint wish = breakpointAtMark("square");
    // as the file is called elsewhere
    wish.where = "/another/machine/subject.c";
    add(wish);
    ASSERT_EQ(placed().locations.size(), 1U);
    EXPECT_EQ(placed().locations[0].function, "square");
    EXPECT_EQ(placed().locations[0].source, subjectSource());
    EXPECT_EQ(placed().locations[0].component, Component::Application);
    resume();
    resume();
    EXPECT_EQ(placed().hits, 2U);

    const int id = add(breakpointAtMark("the print"));
    EXPECT_THAT(session().breakpoints().all().back().wish.lineText, HasSubstr("printf(\"sum"));
    EXPECT_EQ(session().breakpoints().all().back().id, id);
}

struct Filter {
    const char* name;
    Breakpoint wish;
    std::vector<std::string> arguments; ///< of the calls of square() that it stops at
};

class Filters : public Hits, public testing::WithParamInterface<Filter> {};

TEST_P(Filters, LetOnlyTheWishedCallsStop)
{
    debug("walk");
    Breakpoint wish = breakpointAtMark("square");
    wish.condition = GetParam().wish.condition;
    wish.ignore = GetParam().wish.ignore;
    wish.temporary = GetParam().wish.temporary;
    wish.hardware = GetParam().wish.hardware;
    wish.enabled = GetParam().wish.enabled;
    add(wish);
    std::vector<std::string> seen;
    for (Stop stop = resume(); stop.why == Stop::Why::Breakpoint; stop = resume()) {
        seen.push_back(evaluate("n"));
    }
    EXPECT_EQ(seen, GetParam().arguments);
    EXPECT_EQ(session().breakpoints().all().empty(), wish.temporary);
}

INSTANTIATE_TEST_SUITE_P(
    Of, Filters,
    testing::Values(Filter{"None", {}, {"1", "2", "3", "4", "5"}},
                    Filter{"Condition", {.condition = "n == 4"}, {"4"}},
                    Filter{"IgnoreCount", {.ignore = 3}, {"4", "5"}},
                    Filter{"ConditionAndIgnoreCount", {.condition = "n % 2 == 1", .ignore = 1}, {"3", "5"}},
                    Filter{"Temporary", {.temporary = true}, {"1"}},
                    Filter{"TemporaryCondition", {.condition = "n == 3", .temporary = true}, {"3"}},
                    Filter{"Hardware", {.condition = "n > 3", .hardware = true}, {"4", "5"}},
                    Filter{"Disabled", {.enabled = false}, {}}),
    [](const auto& filter) { return filter.param.name; });

TEST_F(Hits, OfALogpointPrintAndDoNotStop)
{
    debug("walk");
    Breakpoint wish = breakpointAtMark("square");
    wish.condition = "n > 2";
    wish.message = "square of {n}, {n * 10}% {nobody} {";
    add(wish);
    states.clear();
    expectEnd();
    EXPECT_THAT(states, ElementsAre(State::Running, State::Stopped));
    ASSERT_EQ(logged.size(), 3U);
    EXPECT_THAT(logged[0], HasSubstr("square of 3, 30% <"));
    EXPECT_THAT(logged[0], HasSubstr("nobody"));
    EXPECT_THAT(logged[2], HasSubstr("square of 5, 50%"));
    EXPECT_EQ(placed().hits, 3U);
}

TEST_F(Hits, OfALogpointAndABreakpointAtOnePlacePrintAndStop)
{
    debug("walk");
    Breakpoint logpoint = breakpointAtMark("square");
    logpoint.message = "square of {n}";
    add(logpoint);
    Breakpoint breakpoint = breakpointAtMark("square");
    breakpoint.condition = "n == 2";
    add(breakpoint);
    const Stop stop = resume();
    EXPECT_EQ(stop.frame.line, lineOf("square"));
    EXPECT_EQ(evaluate("n"), "2");
    EXPECT_THAT(logged, ElementsAre(HasSubstr("square of 1"), HasSubstr("square of 2")));
    expectEnd();
    EXPECT_EQ(logged.size(), 5U);
}

TEST_F(Hits, RunTheirCommandsAndThenStop)
{
    debug("walk");
    Breakpoint wish = breakpointAtMark("square");
    wish.condition = "n == 2";
    wish.commands = {"set var n = 20", "print n + 1"};
    add(wish);
    const Stop stop = resume();
    EXPECT_EQ(stop.why, Stop::Why::Breakpoint);
    EXPECT_EQ(evaluate("n"), "20");
    ASSERT_EQ(logged.size(), 2U);
    EXPECT_THAT(logged[1], HasSubstr("= 21"));
}

TEST_F(Hits, OfOneGuestThreadAloneStop)
{
    debugSample("threads", {"threads", "2"});
    add({.kind = Kind::Function, .where = "sprig_sleep_ms", .thread = "fast"});
    for (int i = 0; i < 2; ++i) {
        EXPECT_EQ(resume().frame.function, "sprig_sleep_ms");
        EXPECT_EQ(evaluate("milliseconds"), "300");
        EXPECT_THAT(evaluate("sprig_current->name"), HasSubstr("fast"));
    }
    EXPECT_GT(placed().hits, 2U) << "other threads came by, too";
}

struct Watch {
    const char* name;
    Kind kind;
    std::vector<std::string> words;
};

class Watches : public Hits, public testing::WithParamInterface<Watch> {};

TEST_P(Watches, SayTheOldValueAndTheNew)
{
    debug("walk");
    runToMark("behind the call");
    add({.kind = GetParam().kind, .where = "corner.x"});
    std::vector<std::string> words;
    for (Stop stop = resume(); stop.why == Stop::Why::Watchpoint; stop = resume()) {
        EXPECT_EQ(stop.frame.function, "walk");
        EXPECT_EQ(stop.breakpoint, placed().number);
        words.push_back(stop.words);
    }
    EXPECT_EQ(words, GetParam().words);
    EXPECT_EQ(placed().hits, words.size());
}

INSTANTIATE_TEST_SUITE_P(Of, Watches,
                         testing::Values(Watch{"Writing", Kind::Write, {"corner.x: 3 → 10"}},
                                         Watch{"Reading", Kind::Read, {"corner.x is 10"}},
                                         Watch{
                                             "Access", Kind::Access, {"corner.x: 3 → 10", "corner.x is 10"}}),
                         [](const auto& watch) { return watch.param.name; });

TEST_F(Hits, OfAWatchpointObeyConditionIgnoreCountAndSwitch)
{
    debug("walk");
    runToMark("the loop");
    add({.kind = Kind::Write, .where = "sum", .condition = "sum > 5", .ignore = 1});
    EXPECT_EQ(resume().words, "sum: 14 → 30") << "5 is no hit and 14 is let pass";

    Breakpoint off = placed().wish;
    off.condition.clear();
    off.ignore = 0;
    off.enabled = false;
    ASSERT_TRUE(succeeded(await(session().changeBreakpoint(placed().id, off))));
    add(breakpointAtMark("the print"));
    EXPECT_EQ(resume().frame.line, lineOf("the print"));
}

TEST_F(Hits, OfAWatchpointThatOnlyLogsDoNotStop)
{
    debug("walk");
    runToMark("behind the call");
    add({.kind = Kind::Write, .where = "corner.x", .message = "x is {corner.x}"});
    expectEnd();
    EXPECT_THAT(logged, ElementsAre("x is 10"));
}

TEST_F(Hits, OfALocalVariableEndWithItsFunction)
{
    debug("walk");
    runToMark("behind the loop");
    add({.kind = Kind::Write, .where = "sum"});
    const Stop stop = resume();
    EXPECT_EQ(stop.why, Stop::Why::Watchpoint);
    EXPECT_THAT(stop.words, HasSubstr("out of scope"));
    expectEnd();
}

TEST_F(Hits, ChangedWhileTheGuestRunsAreInvisibleAndThenCount)
{
    spin();
    const int far = add(breakpointAtMark("enough"));
    EXPECT_EQ(session().state(), State::Running);
    Breakpoint quiet = breakpointAtMark("the tick");
    quiet.enabled = false;
    const int id = add(quiet);
    ASSERT_TRUE(succeeded(await(session().removeBreakpoint(far))));
    EXPECT_EQ(session().state(), State::Running);
    EXPECT_THAT(states, testing::IsEmpty());

    const std::uint64_t before = session().generation();
    ASSERT_TRUE(succeeded(await(session().changeBreakpoint(id, breakpointAtMark("the tick")))));
    const Stop stop = nextStop(before);
    EXPECT_EQ(stop.why, Stop::Why::Breakpoint);
    EXPECT_EQ(stop.frame.line, lineOf("the tick"));
    EXPECT_THAT(states, ElementsAre(State::Stopped));
}

TEST_F(Hits, ManyChangesAtOnceWhileTheGuestRunsAreOneAfterTheOther)
{
    spin();
    const auto done = std::make_shared<std::vector<bool>>();
    for (int i = 0; i < 5; ++i) {
        Breakpoint quiet = breakpointAtMark("the tick");
        quiet.condition = formatted("ticks == {}", i);
        session().addBreakpoint(quiet).then(
            [done](const Result<int>& id) { done->push_back(id.has_value()); });
    }
    ASSERT_TRUE(waitUntil([&] { return done->size() == 5; }));
    EXPECT_THAT(*done, testing::Each(true));
    EXPECT_THAT(states, testing::IsEmpty());
    EXPECT_EQ(stopAfter(&DebugSession::interrupt).why, Stop::Why::Interrupted);
}

TEST_F(Hits, OfABusyLogpointNeitherHideAnInterruptionNorShowAChange)
{
    spin();
    Breakpoint busy = breakpointAtMark("the tick");
    busy.message = "{ticks}";
    add(busy);
    ASSERT_TRUE(waitUntil([&] { return logged.size() > 5; }));
    for (int i = 0; i < 5; ++i) {
        add(breakpointAtMark("enough"));
    }
    EXPECT_THAT(states, testing::IsEmpty()) << "a change let a logpoint stop the guest";
    EXPECT_EQ(session().state(), State::Running);
    const Stop stop = stopAfter(&DebugSession::interrupt);
    EXPECT_THAT(stop.frame.function, testing::AnyOf("tick", "spin"));
    EXPECT_EQ(session().state(), State::Stopped);
}

TEST_F(Hits, ThatCannotBeAreToldAndKeptForLater)
{
    debug("walk");
    const Result<int> id = await(session().addBreakpoint({.kind = Kind::Function, .where = "nobody"}));
    ASSERT_FALSE(id);
    EXPECT_THAT(toString(id.error()), HasSubstr("nobody"));
    ASSERT_EQ(session().breakpoints().all().size(), 1U);
    EXPECT_EQ(placed().number, "");
    EXPECT_THAT(placed().problem, HasSubstr("nobody"));
    ASSERT_TRUE(
        succeeded(await(session().changeBreakpoint(placed().id, {.kind = Kind::Function, .where = "walk"}))));
    EXPECT_EQ(placed().problem, "");
    EXPECT_EQ(resume().frame.function, "walk");

    EXPECT_FALSE(await(session().removeBreakpoint(1000)));
    EXPECT_FALSE(await(session().changeBreakpoint(1000, {})));
}

TEST_F(Hits, FollowTheTextOfTheirLineInAnImageThatWasRebuilt)
{
    namespace fs = std::filesystem;
    const fs::path folder = path("rebuilt");
    fs::copy(subjectSource().parent_path(), folder, fs::copy_options::recursive);
    const fs::path source = folder / "subject.c";
    boot(folder / "subject.elf", {.arguments = {"subject", "walk"}});
    ASSERT_TRUE(succeeded(await(session().open(target(folder / "subject.elf", StopAt::Main)))));
    Breakpoint wish = breakpointAtMark("the print");
    wish.where = source.native();
    add(wish);
    const int before = placed().wish.line;
    const Breakpoint kept = placed().wish;

    // three lines more above it, while the old image runs
    const std::string edited = "/* new */\n\n\n" + contentOf(source);
    ASSERT_TRUE(QFile(QString::fromStdString(source.native())).remove());
    QFile file(QString::fromStdString(source.native()));
    ASSERT_TRUE(file.open(QIODevice::WriteOnly) && file.write(edited.data(), std::ssize(edited)) > 0);
    file.close();
    QProcess make;
    make.start(QStringLiteral("make"),
               {QStringLiteral("-s"), QStringLiteral("-C"), QString::fromStdString(folder.native()),
                QStringLiteral("SPRIG=" RUMPUS_SOURCE_DIR "/resources/sprig")});
    ASSERT_TRUE(make.waitForFinished(60'000) && make.exitCode() == 0)
        << make.readAllStandardError().toStdString();

    const Stop old = resume();
    EXPECT_EQ(old.frame.line, before) << "the image that runs is the old one";
    EXPECT_EQ(await(session().stack(0, 2))->at(1).function, "main");
    EXPECT_EQ(evaluate("sum"), "55");

    guest.reset();
    boot(folder / "subject.elf", {.arguments = {"subject", "walk"}});
    add(kept);
    ASSERT_TRUE(succeeded(await(session().open(target(folder / "subject.elf", StopAt::Main)))));
    EXPECT_EQ(placed().wish.line, before + 3);
    const Stop now = resume();
    EXPECT_EQ(now.frame.line, before + 3);
    EXPECT_EQ(now.frame.line, lineOf("the print", source));
}

} // namespace
} // namespace rumpus
