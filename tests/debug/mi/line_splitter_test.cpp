// Slices of any size, to lines.
// SPDX-License-Identifier: GPL-3.0-or-later
#include "debug/mi/line_splitter.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstddef>
#include <gmock/gmock.h>
#include <string>
#include <string_view>
#include <vector>

namespace rumpus::mi {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

/// The lines of what is added, `<` behind those that were cut.
std::vector<std::string> linesOf(LineSplitter& splitter, std::string_view bytes, std::size_t slice)
{
    std::vector<std::string> lines;
    while (!bytes.empty()) {
        splitter.add(bytes.substr(0, slice));
        bytes.remove_prefix(std::min(slice, bytes.size()));
        while (const auto line = splitter.next()) {
            lines.push_back(std::string(line->text) + (line->cut ? "<" : ""));
        }
    }
    return lines;
}

class InSlicesOf : public testing::TestWithParam<std::size_t> {};

TEST_P(InSlicesOf, LinesAreTheSame)
{
    LineSplitter splitter;
    EXPECT_THAT(linesOf(splitter, "one\ntwo\r\n\n\r\na\rb\nrest", GetParam()),
                ElementsAre("one", "two", "", "", "a\rb"));
    EXPECT_EQ(splitter.last().value_or(LineSplitter::Line{}).text, "rest");
    EXPECT_FALSE(splitter.last());
}

TEST_P(InSlicesOf, LongLinesAreCutAndTheNextIsWhole)
{
    LineSplitter splitter(4);
    EXPECT_THAT(linesOf(splitter, "1234\n12345\n1234\r\n1234\rx\n123456789 and more\nok\n12345", GetParam()),
                ElementsAre("1234", "1234<", "1234", "1234<", "1234<", "ok", "1234<"));
    EXPECT_FALSE(splitter.last()) << "it was given already";
}

INSTANTIATE_TEST_SUITE_P(Bytes, InSlicesOf, testing::Values(1, 2, 3, 5, 7, 100));

TEST(EndlessLine, IsGivenOnce)
{
    LineSplitter splitter(1000);
    std::size_t given = 0;
    for (int i = 0; i < 1'000; ++i) {
        given += linesOf(splitter, std::string(100'000, 'x'), 100'000).size();
    }
    EXPECT_EQ(given, 1U);
    EXPECT_THAT(linesOf(splitter, "\nnext\n", 100), ElementsAre("next"));
}

TEST(LongLine, IsLinearInTinySlices)
{
    LineSplitter splitter;
    const std::string line(4'000'000, 'x');
    EXPECT_THAT(linesOf(splitter, line, 1), IsEmpty());
    EXPECT_EQ(linesOf(splitter, "\n", 1).at(0).size(), line.size());
}

TEST(ManyLines, AreLinearWhenAskedForOneAtATime)
{
    LineSplitter splitter;
    std::string lines;
    for (int i = 0; i < 1'000'000; ++i) {
        lines += "x\n";
    }
    splitter.add(lines);
    std::size_t given = 0;
    while (splitter.next()) {
        splitter.add("y\n");
        ++given;
        if (given == 1'500'000) {
            break;
        }
    }
    EXPECT_EQ(given, 1'500'000U);
    EXPECT_EQ(splitter.next().value_or(LineSplitter::Line{}).text, "y");
}

} // namespace
} // namespace rumpus::mi
