// Sizes with units, both ways.
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/text.h"
#include "core/base/units.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <gmock/gmock.h>
#include <ostream>
#include <random>
#include <string_view>

namespace rumpus {
namespace {

using testing::HasSubstr;

constexpr std::uint64_t kibi = 1024;
constexpr std::uint64_t mebi = 1024 * kibi;
constexpr std::uint64_t gibi = 1024 * mebi;
constexpr std::uint64_t tebi = 1024 * gibi;

struct SizeCase {
    std::string_view text;
    std::uint64_t bytes;
};

void PrintTo(const SizeCase& row, std::ostream* out)
{
    *out << '<' << printable(row.text) << '>';
}

class ParseSize : public testing::TestWithParam<SizeCase> {};

TEST_P(ParseSize, GivesBytes)
{
    const Result<std::uint64_t> size = parseSize(GetParam().text);
    ASSERT_TRUE(size) << toString(size.error());
    EXPECT_EQ(*size, GetParam().bytes);
}

INSTANTIATE_TEST_SUITE_P(
    Table, ParseSize,
    testing::Values(SizeCase{"0", 0}, SizeCase{"4096", 4096}, SizeCase{"5 B", 5},
                    SizeCase{"64 MiB", 64 * mebi}, SizeCase{"64M", 64 * mebi}, SizeCase{"64 mi", 64 * mebi},
                    SizeCase{"64mib", 64 * mebi}, SizeCase{"1.5 GiB", 3 * gibi / 2},
                    SizeCase{"2 k", 2 * kibi}, SizeCase{"1 T", tebi}, SizeCase{"1 KB", 1000},
                    SizeCase{"3 MB", 3'000'000}, SizeCase{"2 GB", 2'000'000'000},
                    SizeCase{"1 tb", 1'000'000'000'000}, SizeCase{" \t7 KiB\n", 7 * kibi},
                    SizeCase{".5 KiB", 512}, SizeCase{"1e3", 1000},
                    SizeCase{"9007199254740993", 9007199254740993}, // 2^53 + 1: no double has it
                    SizeCase{"4194304 TiB", 4194304 * tebi}, SizeCase{"9223372036854775807", INT64_MAX}));

struct BadSize {
    std::string_view text, says;
};

void PrintTo(const BadSize& row, std::ostream* out)
{
    *out << '<' << printable(row.text) << '>';
}

class ParseSizeRefuses : public testing::TestWithParam<BadSize> {};

TEST_P(ParseSizeRefuses, AndSaysWhy)
{
    const Result<std::uint64_t> size = parseSize(GetParam().text);
    ASSERT_FALSE(size) << *size;
    EXPECT_THAT(toString(size.error()), HasSubstr(GetParam().says));
    EXPECT_EQ(size.error().fault, Fault::Input);
}

INSTANTIATE_TEST_SUITE_P(
    Table, ParseSizeRefuses,
    testing::Values(
        BadSize{"", "'' is not a size: write a number and a unit"}, BadSize{"much", "'much' is not a size"},
        BadSize{"MiB", "is not a size"}, BadSize{"-1", "is not a size"}, BadSize{"+1", "is not a size"},
        BadSize{"inf", "is not a size"}, BadSize{"nan", "is not a size"},
        BadSize{"64 MiBs", "unknown unit 'MiBs'"}, BadSize{"1 PiB", "use B, KiB, MiB, GiB or TiB"},
        BadSize{"0x10", "unknown unit 'x10'"}, BadSize{"1 2", "unknown unit '2'"},
        BadSize{"1,5 MiB", "unknown unit ',5 MiB'"}, BadSize{"9223372036854775808", "is more than 8 EiB"},
        BadSize{"8388608 TiB", "is more than 8 EiB"}, BadSize{"18446744073709551616", "is more than 8 EiB"},
        BadSize{"1e300 T", "is more than 8 EiB"}, BadSize{"1\x1b", "unknown unit '\\x1b'"}));

TEST(ExactSize, IsTheShortestWithoutAFraction)
{
    EXPECT_EQ(exactSize(0), "0 B");
    EXPECT_EQ(exactSize(1), "1 B");
    EXPECT_EQ(exactSize(1500), "1500 B");
    EXPECT_EQ(exactSize(64 * mebi), "64 MiB");
    EXPECT_EQ(exactSize(3 * gibi / 2), "1536 MiB");
    EXPECT_EQ(exactSize(2048 * tebi), "2048 TiB");
}

TEST(ExactSize, ReadsBackAsTheSameNumber)
{
    std::mt19937_64 random(1); // NOLINT(bugprone-random-generator-seed): the same numbers every time
    for (int i = 0; i < 10'000; ++i) {
        const std::uint64_t bytes = (random() >> (1 + random() % 63)) << (random() % 8);
        const std::uint64_t possible = bytes & static_cast<std::uint64_t>(INT64_MAX);
        ASSERT_EQ(parseSize(exactSize(possible)).value_or(~std::uint64_t{0}), possible)
            << exactSize(possible);
    }
}

TEST(RoughSize, HasThreeDigits)
{
    EXPECT_EQ(roughSize(0), "0 B");
    EXPECT_EQ(roughSize(1023), "1023 B");
    EXPECT_EQ(roughSize(kibi), "1.00 KiB");
    EXPECT_EQ(roughSize(2'967'000), "2.83 MiB");
    EXPECT_EQ(roughSize(17 * mebi + mebi / 4), "17.2 MiB");
    EXPECT_EQ(roughSize(512 * gibi), "512 GiB");
}

} // namespace
} // namespace rumpus
