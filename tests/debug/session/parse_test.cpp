// MI records as GDB writes them, and as it should not, to the session's values.
// SPDX-License-Identifier: GPL-3.0-or-later
#include "debug/mi/parser.h"
#include "debug/session/parse.h"

#include <gtest/gtest.h>

#include <gmock/gmock.h>

namespace rumpus {
namespace {

using Why = Stop::Why;

TEST(StopOf, SaysWhyTheGuestStands)
{
    struct Case {
        std::string record;
        Why why;
        std::string words;
        std::string breakpoint;
    };
    for (
        const Case& c :
        {Case{R"(*stopped,reason="breakpoint-hit",disp="keep",bkptno="3")", Why::Breakpoint, "breakpoint 3",
              "3"},
         Case{R"(*stopped,reason="watchpoint-trigger",wpt={number="4",exp="x"},value={old="3",new="10"})",
              Why::Watchpoint, "x: 3 → 10", "4"},
         Case{R"(*stopped,reason="read-watchpoint-trigger",hw-rwpt={number="5",exp="x"},value={value="10"})",
              Why::Watchpoint, "x is 10", "5"},
         Case{
             R"(*stopped,reason="access-watchpoint-trigger",hw-awpt={number="6",exp="x"},value={old="1",new="2"})",
             Why::Watchpoint, "x: 1 → 2", "6"},
         Case{R"(*stopped,reason="watchpoint-scope",wpnum="7")", Why::Watchpoint,
              "a watched variable is out of scope", "7"},
         Case{R"(*stopped,reason="end-stepping-range")", Why::Step, "step", ""},
         Case{R"(*stopped,reason="function-finished",gdb-result-var="$1",return-value="55")", Why::Step,
              "returned 55", ""},
         Case{R"(*stopped,reason="location-reached")", Why::Step, "step", ""},
         Case{R"(*stopped,reason="signal-received",signal-name="SIGINT",signal-meaning="Interrupt")",
              Why::Interrupted, "paused", ""},
         Case{R"(*stopped,reason="signal-received",signal-name="0",signal-meaning="Signal 0")",
              Why::Interrupted, "paused", ""},
         Case{
             R"(*stopped,reason="signal-received",signal-name="SIGSEGV",signal-meaning="Segmentation fault")",
             Why::Signal, "SIGSEGV (Segmentation fault)", ""},
         Case{R"(*stopped,reason="exited-normally")", Why::Ended, "the machine is gone", ""},
         Case{R"(*stopped,reason="something-new")", Why::Other, "something-new", ""},
         Case{R"(*stopped)", Why::Other, "", ""},
         Case{R"(*stopped,reason={},bkptno=[],frame="x")", Why::Other, "", ""}}) {
        const mi::Message message = mi::parse(c.record);
        const Stop stop = stopOf(*message.operator->());
        EXPECT_EQ(stop.why, c.why) << c.record;
        EXPECT_EQ(stop.words, c.words) << c.record;
        EXPECT_EQ(stop.breakpoint, c.breakpoint) << c.record;
    }
}

TEST(FrameOf, ReadsWhatIsThereAndNothingElse)
{
    const mi::Message message = mi::parse(
        R"(*stopped,frame={level="2",addr="0xffffffff80001000",func="main",args=[{name="argc",value="2"},{name="argv"}],)"
        R"(file="a b.c",fullname="/x/a b.c",line="12",arch="i386:x86-64"})");
    EXPECT_EQ(frameOf((*message.operator->())["frame"]),
              (Frame{.level = 2,
                     .address = 0xffffffff80001000,
                     .function = "main",
                     .file = "a b.c",
                     .source = "/x/a b.c",
                     .line = 12,
                     .component = Component::Other,
                     .arguments = {{.name = "argc", .value = "2"}, {.name = "argv", .value = ""}}}));

    struct Case {
        std::string frame;
        std::string function;
        int line;
    };
    for (const Case& c :
         {Case{R"({addr="0x0",func="??"})", "", 0}, Case{R"({func="<signal handler called>"})", "(trap)", 0},
          Case{R"({line="-5",addr="x",level="many"})", "", 0},
          Case{R"({line="99999999999999"})", "", 100'000'000},
          Case{R"({line="99999999999999999999999"})", "", 0}, Case{R"({line={},args="none"})", "", 0},
          Case{R"({})", "", 0}, Case{R"("text")", "", 0}}) {
        const mi::Message odd = mi::parse("*stopped,frame=" + c.frame);
        const Frame frame = frameOf((*odd.operator->())["frame"]);
        EXPECT_EQ(frame.function, c.function) << c.frame;
        EXPECT_EQ(frame.line, c.line) << c.frame;
    }
    EXPECT_EQ(frameOf(mi::Value()), Frame());
}

TEST(PlaceBreakpoint, TakesOldAndNewWaysToWriteLocations)
{
    for (
        const std::string& record :
        {std::string(
             R"(1^done,bkpt={number="3",type="breakpoint",addr="<MULTIPLE>",times="7",)"
             R"(locations=[{number="3.1",addr="0x10",func="f",line="1"},{number="3.2",addr="0x20",func="f",line="2"}]})"),
         std::string(
             R"(1^done,bkpt={number="3",type="breakpoint",addr="<MULTIPLE>",times="7"},)"
             R"({number="3.1",addr="0x10",func="f",line="1"},{number="3.2",addr="0x20",func="f",line="2"})")}) {
        const mi::Message message = mi::parse(record);
        PlacedBreakpoint placed;
        placed.locations.resize(9);
        placeBreakpoint(placed, message->results);
        EXPECT_EQ(placed.number, "3") << record;
        EXPECT_EQ(placed.hits, 7U);
        ASSERT_EQ(placed.locations.size(), 2U) << record;
        EXPECT_EQ(placed.locations[1].address, 0x20U);
    }
    for (const std::string& record :
         {std::string(R"(1^done,bkpt={number="2",addr="0x10",func="f",times="0"})"),
          std::string(R"(1^done,wpt={number="2",exp="x"})"),
          std::string(R"(1^done,hw-rwpt={number="2",exp="x"})"),
          std::string(R"(1^done,hw-awpt={number="2",exp="x"})")}) {
        PlacedBreakpoint placed;
        placeBreakpoint(placed, mi::parse(record)->results);
        EXPECT_EQ(placed.number, "2") << record;
    }
    PlacedBreakpoint nothing;
    placeBreakpoint(nothing, mi::parse(R"(1^done,bkpt="x",locations={addr="y"})")->results);
    EXPECT_EQ(nothing.number, "");
    EXPECT_TRUE(nothing.locations.empty());
}

TEST(VariablesOf, AreArgumentsAndLocals)
{
    const mi::Message message = mi::parse(
        R"(1^done,variables=[{name="a",arg="1",type="int",value="1"},{name="s",type="struct s"},"x",[]])");
    EXPECT_THAT(variablesOf((*message.operator->())["variables"]),
                testing::ElementsAre(Variable{.name = "a", .value = "1", .type = "int", .argument = true},
                                     Variable{.name = "s", .value = "", .type = "struct s"}, Variable(),
                                     Variable()));
    EXPECT_TRUE(variablesOf(mi::Value()).empty());
}

TEST(ExpressionOf, SaysWhetherThereIsMore)
{
    struct Case {
        std::string record;
        std::size_t children;
        bool more;
    };
    for (const Case& c :
         {Case{R"(1^done,name="var1",numchild="3",value="{...}",type="t",has_more="0")", 3, false},
          Case{R"(1^done,name="var1",numchild="0",value="{...}",type="t",dynamic="1",has_more="1")", 0, true},
          Case{R"(1^done,name="var1",numchild="0",value="1",type="int",has_more="0")", 0, false},
          Case{R"(1^done,name="var1",numchild="-3",type="t")", 0, false}}) {
        const mi::Message message = mi::parse(c.record);
        const Expression expression = expressionOf(message->results);
        EXPECT_EQ(expression.id, "var1") << c.record;
        EXPECT_EQ(expression.children, c.children) << c.record;
        EXPECT_EQ(expression.more, c.more) << c.record;
    }
}

TEST(InstructionsOf, HaveTheirLinesWhereThereAreSome)
{
    const mi::Message plain = mi::parse(
        R"(1^done,asm_insns=[{address="0x10",func-name="f",offset="-4",opcodes="55",inst="push   %rbp"}])");
    EXPECT_THAT(instructionsOf((*plain.operator->())["asm_insns"]),
                testing::ElementsAre(Instruction{
                    .address = 0x10, .bytes = "55", .text = "push   %rbp", .function = "f", .offset = -4}));
    const mi::Message mixed = mi::parse(
        R"(1^done,asm_insns=[src_and_asm_line={line="3",file="a.c",line_asm_insn=[]},)"
        R"(src_and_asm_line={line="4",file="a.c",fullname="/x/a.c",line_asm_insn=[{address="0x10",inst="nop"},{address="0x11",inst="ret"}]}])");
    const std::vector<Instruction> code = instructionsOf((*mixed.operator->())["asm_insns"]);
    ASSERT_EQ(code.size(), 2U);
    EXPECT_EQ(code[1].line, 4);
    EXPECT_EQ(code[1].file, "/x/a.c");
    EXPECT_TRUE(instructionsOf(mi::Value()).empty());
}

TEST(GuestThreadsOf, HaveFramesOrAtLeastWhereTheyStand)
{
    const mi::Message message = mi::parse(
        R"(1^done,family="sprig",error="",threads=[{id="0x1",name="main",state="running",waits="",current="1"},)"
        R"({id="0x2",name="x",state="sleeping",waits="the clock",wakeup="123",current="0",frame={func="f"}},)"
        R"({id="0x3",frames=[{func="a"},{func="b"}],frame={func="c"}},"odd"])");
    const GuestThreads all = guestThreadsOf(*message.operator->());
    EXPECT_EQ(all.family, "sprig");
    ASSERT_EQ(all.threads.size(), 4U);
    EXPECT_TRUE(all.threads[0].current);
    EXPECT_TRUE(all.threads[0].frames.empty());
    EXPECT_EQ(all.threads[1].wakeup, "123");
    ASSERT_EQ(all.threads[1].frames.size(), 1U);
    EXPECT_EQ(all.threads[1].frames[0].function, "f");
    EXPECT_EQ(all.threads[2].frames.size(), 2U);
    EXPECT_TRUE(guestThreadsOf(*mi::parse("1^done").operator->()).threads.empty());
}

TEST(RegisterGroup, SortsTheRegistersOfX86)
{
    struct Case {
        std::string_view name;
        bool is64Bit;
        std::string_view group;
    };
    for (const Case& c : {Case{"rax", true, "General"},
                          Case{"rip", true, "General"},
                          Case{"r15", true, "General"},
                          Case{"eax", true, "Parts"},
                          Case{"eax", false, "General"},
                          Case{"eip", false, "General"},
                          Case{"al", true, "Parts"},
                          Case{"r8d", true, "Parts"},
                          Case{"eflags", true, "Flags and segments"},
                          Case{"cs", true, "Flags and segments"},
                          Case{"fs", true, "Flags and segments"},
                          Case{"fs_base", true, "Flags and segments"},
                          Case{"k_gs_base", true, "Flags and segments"},
                          Case{"cr3", true, "Control"},
                          Case{"efer", true, "Control"},
                          Case{"xmm15", true, "Vector"},
                          Case{"ymm0", true, "Vector"},
                          Case{"k7", true, "Vector"},
                          Case{"mxcsr", true, "Vector"},
                          Case{"st0", true, "Floating point"},
                          Case{"fctrl", true, "Floating point"},
                          Case{"", true, "Parts"}}) {
        EXPECT_EQ(registerGroup(c.name, c.is64Bit), c.group) << c.name;
    }
}

TEST(CureFor, SaysThatTheCpuHasFourDebugRegisters)
{
    // GDB's words: a fifth one under KVM, and the count that GDB does itself
    EXPECT_THAT(cureFor("Could not insert hardware breakpoint 5."),
                testing::HasSubstr("four debug registers"));
    EXPECT_THAT(cureFor("Could not insert hardware watchpoint 5."),
                testing::HasSubstr("four debug registers"));
    EXPECT_THAT(cureFor("No hardware breakpoint support; too many"),
                testing::HasSubstr("four debug registers"));
    EXPECT_EQ(cureFor("No symbol \"x\" in current context."), "");
}

} // namespace
} // namespace rumpus
