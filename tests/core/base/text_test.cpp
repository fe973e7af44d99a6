// Words for people and shells.
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/text.h"

#include <gtest/gtest.h>

#include <array>
#include <cstdio>
#include <gmock/gmock.h>
#include <ostream>
#include <string>
#include <string_view>

namespace rumpus {
namespace {

using testing::ElementsAre;

/// What /bin/sh makes of a word.
std::string throughShell(const std::string& word)
{
    const std::string command = "printf %s " + shellQuoted(word);
    FILE* pipe =
        ::popen(command.c_str(), "r"); // NOLINT(bugprone-command-processor): the shell is what is tested
    std::string output;
    for (int c = std::fgetc(pipe); c != EOF; c = std::fgetc(pipe)) {
        output += static_cast<char>(c);
    }
    ::pclose(pipe);
    return output;
}

struct Word {
    std::string text;
};

void PrintTo(const Word& row, std::ostream* out)
{
    *out << '<' << printable(row.text) << '>';
}

class ShellQuoted : public testing::TestWithParam<Word> {};

TEST_P(ShellQuoted, ComesOutOfAShellAsItWas)
{
    EXPECT_EQ(throughShell(GetParam().text), GetParam().text);
}

INSTANTIATE_TEST_SUITE_P(Words, ShellQuoted,
                         testing::Values(Word{"plain"}, Word{""}, Word{"two words"}, Word{"it's"}, Word{"'"},
                                         Word{"\"$HOME\" `id` \\"}, Word{"~root"}, Word{"a\nb"},
                                         Word{"*?[a]"}, Word{"!x"}, Word{"#x"}, Word{"a=b;c&d|e<f>(g){h}"},
                                         Word{"grüß"}, Word{"-n"}, Word{"\x01\x7f\xff"}, Word{"a,b=c"}));

TEST(ShellQuotedText, IsUnchangedWhereThatIsSafe)
{
    EXPECT_EQ(shellQuoted("driver=virtio-blk,file=/tmp/a.img"), "driver=virtio-blk,file=/tmp/a.img");
    EXPECT_EQ(shellQuoted("two words"), "'two words'");
    EXPECT_EQ(shellQuoted(""), "''");
    EXPECT_EQ(shellCommand(std::array<std::string, 3>{"echo", "a b", ""}), "echo 'a b' ''");
    EXPECT_EQ(shellCommand(std::array<std::string, 2>{"", "a"}), "'' a");
}

TEST(Printable, KeepsTextAndShowsTheRest)
{
    EXPECT_EQ(printable("grüß dich, 日本 😀"), "grüß dich, 日本 😀");
    EXPECT_EQ(printable("a\nb\tc\x1b[31m\x7f"), "a\\x0ab\\x09c\\x1b[31m\\x7f");
    EXPECT_EQ(printable(std::string_view("\0", 1)), "\\x00");
    EXPECT_EQ(printable("\xc2\x9b"
                        "31m"),
              "\\xc2\\x9b31m"); // C1's CSI, which terminals obey
    EXPECT_EQ(printable("a\xff"
                        "b\xe2\x82"),
              "a\\xffb\\xe2\\x82");
}

struct Utf8Case {
    std::string_view bytes;
    bool good;
};

void PrintTo(const Utf8Case& row, std::ostream* out)
{
    *out << printable(row.bytes);
}

class IsUtf8 : public testing::TestWithParam<Utf8Case> {};

TEST_P(IsUtf8, AsRfc3629Says)
{
    EXPECT_EQ(isUtf8(GetParam().bytes), GetParam().good);
}

// both sides of every border in RFC 3629's table of well-formed sequences
INSTANTIATE_TEST_SUITE_P(Table, IsUtf8,
                         testing::Values(Utf8Case{"", true}, Utf8Case{"a\x7f", true}, Utf8Case{"\x80", false},
                                         Utf8Case{"\xc1\xbf", false}, Utf8Case{"\xc2\x80", true},
                                         Utf8Case{"\xdf\xbf", true}, Utf8Case{"\xc2\x7f", false},
                                         Utf8Case{"\xc2\xc0", false}, Utf8Case{"\xc2", false},
                                         Utf8Case{"\xe0\x9f\xbf", false}, Utf8Case{"\xe0\xa0\x80", true},
                                         Utf8Case{"\xed\x9f\xbf", true}, Utf8Case{"\xed\xa0\x80", false},
                                         Utf8Case{"\xee\x80\x80", true}, Utf8Case{"\xef\xbf\xbf", true},
                                         Utf8Case{"\xe1\x80", false}, Utf8Case{"\xf0\x8f\xbf\xbf", false},
                                         Utf8Case{"\xf0\x90\x80\x80", true},
                                         Utf8Case{"\xf4\x8f\xbf\xbf", true},
                                         Utf8Case{"\xf4\x90\x80\x80", false},
                                         Utf8Case{"\xf5\x80\x80\x80", false}, Utf8Case{"\xf0\x90\x80", false},
                                         Utf8Case{"\xff", false}, Utf8Case{"good then \xc3\x28", false}));

TEST(NearestWord, IsWhatWasMeant)
{
    static constexpr std::array<std::string_view, 6> known{"memory",   "name", "image",
                                                           "readOnly", "tap",  "bridge"};
    EXPECT_EQ(nearestWord("memroy", known), "memory");
    EXPECT_EQ(nearestWord("Memory", known), "memory");
    EXPECT_EQ(nearestWord("readonly", known), "readOnly");
    EXPECT_EQ(nearestWord("brige", known), "bridge");
    EXPECT_EQ(nearestWord("tab", known), "tap");
    EXPECT_EQ(nearestWord("imag", known), "image");
    EXPECT_EQ(nearestWord("nmae", known), "name");
}

TEST(NearestWord, IsNoneWhereNoneIsNear)
{
    static constexpr std::array<std::string_view, 3> known{"memory", "tap", "bridge"};
    EXPECT_EQ(nearestWord("frobnicate", known), std::nullopt);
    EXPECT_EQ(nearestWord("kvm", known), std::nullopt);
    EXPECT_EQ(nearestWord("", known), std::nullopt);
    EXPECT_EQ(nearestWord("memory", {}), std::nullopt);
    EXPECT_EQ(nearestWord(std::string(1U << 20U, 'm'), known), std::nullopt);
}

TEST(Split, GivesEveryPartAndJoinUndoesIt)
{
    EXPECT_THAT(split("a,b,c", ','), ElementsAre("a", "b", "c"));
    EXPECT_THAT(split(",a,,", ','), ElementsAre("", "a", "", ""));
    EXPECT_THAT(split("", ','), ElementsAre(""));
    EXPECT_EQ(join(split(",a,,", ','), ", "), ", a, , ");
    EXPECT_EQ(join({}, ","), "");
}

TEST(Trimmed, TakesOnlyBlanksAtTheEnds)
{
    EXPECT_EQ(trimmed(" \t\r\n a b \n"), "a b");
    EXPECT_EQ(trimmed("ab"), "ab");
    EXPECT_EQ(trimmed(" \n"), "");
    EXPECT_EQ(trimmed(""), "");
}

TEST(Counted, AgreesWithTheNumber)
{
    EXPECT_EQ(counted(0, "guest"), "0 guests");
    EXPECT_EQ(counted(1, "guest"), "1 guest");
    EXPECT_EQ(counted(2, "guest"), "2 guests");
}

} // namespace
} // namespace rumpus
