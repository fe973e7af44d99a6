// Memory, code, symbols, sources, and what the guest's own kernel knows: threads, traps, components.
// SPDX-License-Identifier: GPL-3.0-or-later
#include <algorithm>
#include <set>

#include "tests/debug/session/session_case.h"

namespace rumpus {
namespace {

using testing::Contains;
using testing::HasSubstr;
using testing::IsEmpty;

class MachineData : public SessionCase {
protected:
    std::uint64_t number(const std::string& expression)
    {
        const std::string text = evaluate("(unsigned long)(" + expression + ")");
        return text.empty() ? 0 : std::stoull(text);
    }
    GuestThreads threads(int frames = 0)
    {
        const Result<GuestThreads> listed = await(session().guestThreads(frames));
        EXPECT_TRUE(succeeded(listed));
        return listed.value_or(GuestThreads());
    }
    static GuestThread named(const GuestThreads& all, const std::string& name)
    {
        const auto found = std::ranges::find(all.threads, name, &GuestThread::name);
        EXPECT_NE(found, all.threads.end()) << name;
        return found == all.threads.end() ? GuestThread() : *found;
    }
    static std::vector<std::string> functions(const std::vector<Frame>& frames)
    {
        std::vector<std::string> names;
        for (const Frame& frame : frames) {
            names.push_back(frame.function);
        }
        return names;
    }
};

TEST_F(MachineData, MemoryIsReadWrittenAndSearched)
{
    debug("walk");
    runToMark("the walk");
    const std::uint64_t numbers = number("&numbers");
    EXPECT_EQ(await(session().readMemory(numbers, 12)), std::string("\0\0\0\0\2\0\0\0\4\0\0\0", 12));
    ASSERT_TRUE(succeeded(await(session().writeMemory(numbers, std::string("\x2a\0\0\0", 4)))));
    EXPECT_EQ(evaluate("numbers[0]"), "42");

    // 0x0001d4c0 is 2 * 60000: it stands at one place of the array
    const std::string wanted("\xc0\xd4\x01\x00", 4);
    const auto found = await(session().searchMemory(numbers, 400'000, wanted, 10));
    ASSERT_TRUE(succeeded(found));
    EXPECT_THAT(*found, testing::ElementsAre(number("&numbers[60000]")));
    const auto limited = await(session().searchMemory(numbers, 400'000, std::string("\0", 1), 3));
    ASSERT_TRUE(succeeded(limited));
    EXPECT_EQ(limited->size(), 3U);
    EXPECT_THAT(*await(session().searchMemory(numbers, 400'000, "not there", 10)), IsEmpty());
    EXPECT_FALSE(await(session().searchMemory(numbers, 4096, "", 10)));
}

TEST_F(MachineData, MemoryThatIsNotThereIsAnError)
{
    debug("walk");
    const Result<std::string> nothing = await(session().readMemory(0xdead'0000'0000ULL, 16));
    ASSERT_FALSE(nothing);
    EXPECT_THAT(toString(nothing.error()), HasSubstr("0xdead00000000"));
    EXPECT_FALSE(await(session().writeMemory(0xdead'0000'0000ULL, "x")));
}

TEST_F(MachineData, TheCodeOfAFunctionHasItsSourceLines)
{
    debug("walk");
    runToMark("square");
    const auto code = await(session().disassembleFunction(session().stop()->frame.address));
    ASSERT_TRUE(succeeded(code));
    ASSERT_GT(code->size(), 4U);
    EXPECT_EQ(code->front().address, number("&square"));
    EXPECT_EQ(code->front().offset, 0);
    EXPECT_EQ(code->front().text, "push   %rbp");
    EXPECT_EQ(code->front().bytes, "55");
    EXPECT_TRUE(std::ranges::all_of(*code, [](const Instruction& i) { return i.function == "square"; }));
    const auto here = std::ranges::find(*code, session().stop()->frame.address, &Instruction::address);
    ASSERT_NE(here, code->end());
    EXPECT_EQ(here->line, lineOf("square"));
    EXPECT_EQ(std::filesystem::path(here->file).filename(), "subject.c");

    const auto part = await(session().disassemble(code->at(0).address, code->at(2).address));
    ASSERT_TRUE(succeeded(part));
    EXPECT_EQ(part->size(), 2U);
}

TEST_F(MachineData, SymbolsAndSourcesAreFoundByAPattern)
{
    debug("walk");
    const auto found = await(session().findSymbols("square", 10));
    ASSERT_TRUE(succeeded(found));
    ASSERT_EQ(found->size(), 2U);
    EXPECT_EQ(found->at(0).name, "square");
    EXPECT_TRUE(found->at(0).function);
    EXPECT_EQ(found->at(1).name, "sum_of_squares");
    EXPECT_EQ(std::filesystem::path(found->at(1).file).filename(), "subject.c");

    const auto variable = await(session().findSymbols("^corner$", 10));
    ASSERT_EQ(variable->size(), 1U);
    EXPECT_FALSE(variable->front().function);
    EXPECT_THAT(variable->front().type, HasSubstr("struct point"));
    EXPECT_LE(await(session().findSymbols(".", 7))->size(), 7U);
    EXPECT_FALSE(await(session().findSymbols("[", 7)));

    const auto sources = await(session().findSources("subject"));
    ASSERT_TRUE(succeeded(sources));
    EXPECT_THAT(*sources, testing::ElementsAre(subjectSource().native()));
    EXPECT_THAT(*await(session().findSources("no_such_file")), IsEmpty());
}

TEST_F(MachineData, FramesOfKernelLibcAndApplicationAreTold)
{
    debug("walk");
    runToMark("the print");
    add({.kind = Breakpoint::Kind::Function, .where = "sprig_console_write"});
    add({.kind = Breakpoint::Kind::Function, .where = "printf"});
    EXPECT_EQ(stopAfter(&DebugSession::resume).frame.component, Component::Libc);
    const auto frames = await(session().stack(0, 20));
    ASSERT_TRUE(succeeded(frames));
    std::vector<Component> components;
    for (const Frame& frame : *frames) {
        components.push_back(frame.component);
    }
    using enum Component;
    EXPECT_THAT(components,
                testing::ElementsAre(Libc, Application, Application, KernelCore, KernelCore, KernelCore));
}

TEST_F(MachineData, SteppingIntoSkipsTheWishedComponents)
{
    debug("walk");
    runToMark("the print");
    EXPECT_EQ(step(StepKind::Into).frame.component, Component::Libc);

    debug("walk");
    session().setSkipped({Component::KernelCore, Component::Libc, Component::Platform});
    runToMark("the print");
    const std::size_t before = states.size();
    EXPECT_EQ(step(StepKind::Into).frame.line, lineOf("the return"));
    EXPECT_EQ(states.size() - before, 2U) << "what was stepped through was shown";
    EXPECT_THAT(guest->console(), HasSubstr("sum 55"));
}

TEST_F(MachineData, SteppingIntoOwnCodeStopsThereWhateverIsSkipped)
{
    debug("walk");
    session().setSkipped({Component::KernelCore, Component::Libc, Component::Platform});
    runToMark("the loop");
    EXPECT_EQ(step(StepKind::Into).frame.function, "square");
    const Stop last = step(StepKind::Into);
    EXPECT_EQ(last.frame.function, "square");
    // a breakpoint in what is skipped is not skipped
    add({.kind = Breakpoint::Kind::Function, .where = "printf"});
    runToMark("the print");
    EXPECT_EQ(step(StepKind::Into).why, Stop::Why::Breakpoint);
    EXPECT_EQ(session().stop()->frame.function, "printf");
}

TEST_F(MachineData, TheGuestsThreadsHaveNamesStatesAndStacks)
{
    debugSample("threads", {"threads", "2"});
    add({.kind = Breakpoint::Kind::Function, .where = "counter"});
    stopAfter(&DebugSession::resume);
    const GuestThreads all = threads(50);
    EXPECT_EQ(all.family, "sprig");
    EXPECT_EQ(all.error, "");
    EXPECT_EQ(std::ranges::count(all.threads, true, &GuestThread::current), 1);
    EXPECT_TRUE(named(all, "counter").current);
    EXPECT_EQ(named(all, "counter").state, "running");
    EXPECT_EQ(named(all, "fast").state, "sleeping");
    EXPECT_THAT(named(all, "waiter").waits, HasSubstr("the bell"));
    EXPECT_THAT(functions(named(all, "waiter").frames), Contains("waiter"));
    EXPECT_THAT(functions(named(all, "threads").frames), Contains("main"));
    EXPECT_EQ(named(all, "threads").frames.front().component, Component::KernelCore);
    EXPECT_LE(named(threads(1), "waiter").frames.size(), 1U);
}

TEST_F(MachineData, ASelectedThreadShowsItsFramesUntilTheGuestMoves)
{
    debugSample("threads", {"threads", "2"});
    add({.kind = Breakpoint::Kind::Function, .where = "counter"});
    const Stop stop = stopAfter(&DebugSession::resume);
    const GuestThread sleeper = named(threads(), "fast");
    const auto own = await(session().registers({"General"}));

    ASSERT_TRUE(succeeded(await(session().selectThread(sleeper.id))));
    const auto frames = await(session().stack(0, 50));
    ASSERT_TRUE(succeeded(frames));
    EXPECT_EQ(frames->front().level, 0);
    const auto here = std::ranges::find(*frames, "sleeper", &Frame::function);
    ASSERT_NE(here, frames->end());
    EXPECT_THAT(functions(*frames), testing::Not(Contains("counter")));
    EXPECT_EQ(await(session().evaluate("*milliseconds", here->level)), "300");
    const auto variables = await(session().variables(here->level));
    ASSERT_TRUE(succeeded(variables));
    EXPECT_EQ(std::ranges::count(*variables, "milliseconds", &Variable::name), 1);

    ASSERT_TRUE(succeeded(await(session().selectThread(""))));
    EXPECT_EQ(await(session().stack(0, 1))->front().function, "counter");
    ASSERT_TRUE(succeeded(await(session().selectThread(sleeper.id))));
    EXPECT_EQ(step(StepKind::Over).frame.function, "counter");
    EXPECT_EQ(await(session().stack(0, 1))->front().function, "counter");
    EXPECT_FALSE(await(session().selectThread("nobody")));
    await(session().removeBreakpoint(session().breakpoints().all().front().id));
    stopAfter(&DebugSession::resume);
    EXPECT_THAT(guest->console(), HasSubstr("all threads have ended"));
}

TEST_F(MachineData, ATrapIsSeenThroughToTheApplicationsLine)
{
    debugSample("crash", {"crash", "3"});
    EXPECT_EQ(await(session().trap())->has_value(), false);
    add({.kind = Breakpoint::Kind::Function, .where = "sprig_trap"});
    stopAfter(&DebugSession::resume);
    const Result<std::optional<Trap>> trap = await(session().trap());
    ASSERT_TRUE(succeeded(trap));
    ASSERT_TRUE(trap->has_value());
    EXPECT_EQ((*trap)->name, "page fault");
    const auto frames = await(session().stack(0, 50));
    ASSERT_TRUE(succeeded(frames));
    EXPECT_THAT(functions(*frames), testing::IsSupersetOf({"sprig_trap", "age_of", "sum_of_ages", "main"}));
    const Frame& faulty = frames->at(static_cast<std::size_t>((*trap)->level));
    EXPECT_EQ(faulty.function, "age_of");
    EXPECT_EQ(faulty.address, (*trap)->instruction);
    EXPECT_EQ(faulty.source.filename(), "crash.c");
    EXPECT_THAT(contentOf(faulty.source), HasSubstr("return leaf->age"));
}

TEST_F(MachineData, CodeBeforeTheImageIsDecodedInTheModeOfTheCpu)
{
    debug("walk", StopAt::None);
    const Result<std::uint64_t> first = await(session().instructionAddress());
    ASSERT_TRUE(succeeded(first));
    EXPECT_EQ(*first & 0xfffffU, 0xffff0U) << "the reset vector";
    const auto code = await(session().disassemble(*first, *first + 8));
    ASSERT_TRUE(succeeded(code));
    ASSERT_FALSE(code->empty());
    EXPECT_THAT(code->front().text, HasSubstr("jmp"));
    EXPECT_EQ(code->front().address, *first);
}

} // namespace
} // namespace rumpus
