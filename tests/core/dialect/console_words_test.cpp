// What a console says of a guest's end, as the kinds of guests word it.
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/dialect/console_words.h"
#include "core/image/kind.h"

#include <gtest/gtest.h>

#include <gmock/gmock.h>
#include <ostream>
#include <string>
#include <vector>

#include "../kinds.h"

namespace rumpus {

extern const KindList acmeKinds; // packaging/manual/kinds.md

static void PrintTo(const SpokenEnd& end, std::ostream* out)
{
    *out << (end.how == SpokenEnd::How::Crashed ? "crashed" : "ended") << ", status "
         << (end.status ? std::to_string(*end.status) : "unknown") << (end.final ? ", final" : "") << ": "
         << end.words;
}

namespace {

using enum SpokenEnd::How;
using namespace kinds;

struct Case {
    std::string name;
    ImageKind kind;
    std::string console;
    std::optional<SpokenEnd> end;
};
void PrintTo(const Case& row, std::ostream* out)
{
    *out << row.name;
}

class Hear : public testing::TestWithParam<Case> {};

TEST_P(Hear, KnowsTheEnd)
{
    EndListener listener(GetParam().kind);
    listener.hear(GetParam().console);
    EXPECT_EQ(listener.end(), GetParam().end);
}

TEST_P(Hear, KnowsTheSameFromSingleBytes)
{
    EndListener listener(GetParam().kind);
    for (const char& byte : GetParam().console) {
        listener.hear({&byte, 1});
    }
    EXPECT_EQ(listener.end(), GetParam().end);
}

constexpr auto rowName = [](const testing::TestParamInfo<Case>& row) { return row.param.name; };

INSTANTIATE_TEST_SUITE_P(
    Rumprun, Hear,
    testing::Values(
        Case{"StillRuns", RumprunHw, "=== calling \"hello\" main() ===\r\nhello\r\n", std::nullopt},
        Case{"Returned", RumprunHw, "=== main() of \"hello\" returned 0 ===\r\n",
             SpokenEnd{Ended, 0, "=== main() of \"hello\" returned 0 ===", false}},
        Case{"ReturnedAndHalted", RumprunHw,
             "=== main() of \"hello\" returned 3 ===\n\n=== ERROR: _exit(3) called ===\nhalted\n",
             SpokenEnd{Ended, 3, "=== ERROR: _exit(3) called ===", true}},
        Case{"NegativeStatus", RumprunHw, "=== main() of \"hello\" returned -1 ===\n",
             SpokenEnd{Ended, -1, "=== main() of \"hello\" returned -1 ===", false}},
        Case{"LastProgramCounts", RumprunHw,
             "=== main() of \"a\" returned 1 ===\n=== main() of \"b\" returned 0 ===\n",
             SpokenEnd{Ended, 0, "=== main() of \"b\" returned 0 ===", false}},
        Case{"HaltedWithoutAWord", RumprunHw, "halted\r\n", SpokenEnd{Ended, {}, "halted", true}},
        Case{"HaltedInASentence", RumprunHw, "the tape halted\n", std::nullopt},
        Case{"LineWithoutEnd", RumprunHw, "=== main() of \"hello\" returned 0 ===", std::nullopt},
        Case{"Trap", RumprunHw, "FATAL TRAP: page fault at 0x110baa (0x8)\n",
             SpokenEnd{Crashed, {}, "FATAL TRAP: page fault at 0x110baa (0x8)", true}},
        Case{"Panic", RumprunHw, "panic: out of luck\n", SpokenEnd{Crashed, {}, "panic: out of luck", true}},
        Case{"PlatformPanic", RumprunHw, "PANIC: command line too long\nhalted\n",
             SpokenEnd{Crashed, {}, "PANIC: command line too long", true}},
        Case{"CrashIsNotUndone", RumprunHw, "FATAL TRAP: 6\n=== main() of \"a\" returned 0 ===\n",
             SpokenEnd{Crashed, {}, "FATAL TRAP: 6", true}},
        Case{"CrashAfterAnEnd", RumprunHw, "=== main() of \"a\" returned 0 ===\npanic: late\n",
             SpokenEnd{Crashed, {}, "panic: late", true}},
        Case{"OnXen", RumprunXen, "=== _exit(0) called ===\nminios: halting, reason=0\n",
             SpokenEnd{Ended, 0, "=== _exit(0) called ===", true}},
        Case{"ControlCharacters", RumprunHw, "panic: \x1b[2J\x01\xff\n",
             SpokenEnd{Crashed, {}, "panic: \\xff", true}}),
    rowName);

INSTANTIATE_TEST_SUITE_P(
    Others, Hear,
    testing::Values(Case{"SprigReturned", Sprig, "=== main() of \"echo\" returned 7 ===\n",
                         SpokenEnd{Ended, 7, "=== main() of \"echo\" returned 7 ===", false}},
                    Case{"SprigTrap", Sprig, "TRAP: page fault (14) at 0x1\nrax 0\nsprig: halted by trap\n",
                         SpokenEnd{Crashed, {}, "TRAP: page fault (14) at 0x1", true}},
                    Case{"UnikraftReturned", UnikraftQemu,
                         "[    0.1] Info: main returned 2\nUnikraft halted\n",
                         SpokenEnd{Ended, 2, "[    0.1] Info: main returned 2", true}},
                    Case{"UnikraftCrash", UnikraftQemu, "CRIT: boom\nCrashing\nUnikraft halted\n",
                         SpokenEnd{Crashed, {}, "Crashing", true}},
                    Case{"Osv", Osv, "Booted up in 0.00 ms\nprogram /hello returned 7\nPowering off.\n",
                         SpokenEnd{.how = Ended, .status = 7, .words = "program /hello returned 7"}},
                    Case{"Hermit", Hermit,
                         "[0][\x1b[32mINFO \x1b[0m hermit    ] Jumping into application\nexit status 3\n",
                         SpokenEnd{.how = Ended, .status = 3, .words = "exit status 3", .final = true}},
                    Case{"HermitPageFault", Hermit,
                         "[    0.408285][0][\x1b[31mERROR\x1b[0m paging    ] Page fault (#PF)!\nmore\n",
                         SpokenEnd{.how = Crashed,
                                   .status = {},
                                   .words = "[    0.408285][0][ERROR paging    ] Page fault (#PF)!",
                                   .final = true}},
                    Case{"HermitException", Hermit,
                         "[0][ERROR interrupts] Divide Error (#DE) Exception: InterruptStackFrame {\n",
                         SpokenEnd{.how = Crashed,
                                   .status = {},
                                   .words = "[0][ERROR interrupts] Divide Error (#DE) Exception: "
                                            "InterruptStackFrame {",
                                   .final = true}},
                    Case{"Solo5Exit", Solo5Virtio, "Solo5: solo5_exit(5) called\n",
                         SpokenEnd{Ended, 5, "Solo5: solo5_exit(5) called", true}},
                    Case{"Solo5Trap", Solo5Hvt,
                         "Solo5: trap: type=#PF ec=0x0 rip=0x1\nSolo5: ABORT: cpu.c:1: Fatal trap\n",
                         SpokenEnd{Crashed, {}, "Solo5: trap: type=#PF ec=0x0 rip=0x1", true}},
                    Case{"MiniOs", MiniOs, "main.c: return 1\nDo_exit called!\n",
                         SpokenEnd{Ended, 1, "main.c: return 1", true}},
                    Case{"WordsOfAnotherKind", Sprig, "Solo5: ABORT\nUnikraft halted\n", std::nullopt},
                    Case{"KindWithoutWords", Generic, "halted\npanic: no\n", std::nullopt}),
    rowName);

TEST(EndListener, SaysWhetherSomethingChanged)
{
    EndListener listener(RumprunHw);
    EXPECT_FALSE(listener.hear("hello\n"));
    EXPECT_FALSE(listener.hear("=== main() of \"a\" returned 0"));
    EXPECT_TRUE(listener.hear(" ===\n"));
    EXPECT_TRUE(listener.hear("halted\n"));
    EXPECT_FALSE(listener.hear("halted\n"));
}

TEST(EndListener, LooksAtTheStartOfAnEndlessLine)
{
    EndListener listener(RumprunHw);
    const std::string block(1U << 20U, 'x');
    for (int i = 0; i < 64; ++i) {
        listener.hear(block);
    }
    listener.hear("panic: too far in\n");
    EXPECT_EQ(listener.end(), std::nullopt);
    listener.hear("panic: here" + block + "\n");
    ASSERT_TRUE(listener.end());
    EXPECT_THAT(listener.end()->words, testing::StartsWith("panic: here"));
    EXPECT_LE(listener.end()->words.size(), 4096);
}

TEST(ConsoleWords, AreThoseOfTheKindInTheManual)
{
    const ImageKind kind(acmeKinds.front());
    EndListener listener(kind);
    listener.hear("acme: exit 3\n");
    ASSERT_TRUE(listener.end());
    EXPECT_EQ(listener.end()->status, 3);
    EXPECT_EQ(title(kind), "Acme");
}

} // namespace
} // namespace rumpus
