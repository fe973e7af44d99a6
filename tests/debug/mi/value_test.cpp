// What can be asked of a value.
// SPDX-License-Identifier: GPL-3.0-or-later
#include "debug/mi/c_string.h"
#include "debug/mi/parser.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <limits>
#include <optional>
#include <ostream>
#include <ranges>
#include <string>
#include <string_view>

namespace rumpus::mi {
namespace {

static_assert(std::ranges::forward_range<Value>);

TEST(MissingValue, AnswersEverythingHarmlessly)
{
    const Message message = parse(R"(^done,a="b")");
    const Value missing = message->results["no"]["such"].at(3)["thing"];
    EXPECT_FALSE(missing);
    EXPECT_EQ(missing.kind(), ValueKind::Missing);
    EXPECT_EQ(missing.text(), "");
    EXPECT_EQ(missing.size(), 0U);
    EXPECT_EQ(missing.begin(), missing.end());
    EXPECT_FALSE(missing.number());
    EXPECT_FALSE(missing.boolean());
    EXPECT_FALSE(missing.is(""));
    EXPECT_FALSE(message->results["a"]["b"]) << "a string has no members";
}

TEST(Members, AreFoundByNameAndPlaceAndStandInOrder)
{
    const Message message = parse(R"(^done,x={skip={deep=[[{}]]},a="1",a="2"},l=[c={n="x"},c={n="y"}])");
    const Value x = message->results["x"];
    EXPECT_EQ(x["a"].text(), "1");
    EXPECT_EQ(x.at(2).text(), "2");
    EXPECT_FALSE(x.at(3));
    EXPECT_EQ(message->results["l"].at(1)["n"].text(), "y");
    std::string names;
    for (const auto& [name, value] : message->results["l"]) {
        names += std::string(name) + value["n"].text();
    }
    EXPECT_EQ(names, "cxcy");
}

TEST(View, CopiesOnlyWhereThereIsAnEscape)
{
    const Message message = parse(R"(^done,plain="abc",escaped="a\tc")");
    std::string storage = "untouched";
    const std::string_view plain = message->results["plain"].view(storage);
    EXPECT_EQ(plain, "abc");
    EXPECT_EQ(storage, "untouched");
    EXPECT_TRUE(plain.data() > message->line.data() &&
                plain.data() < message->line.data() + message->line.size());
    EXPECT_EQ(message->results["escaped"].view(storage), "a\tc");
    EXPECT_EQ(message->results["escaped"].raw(), "a\\tc");
    EXPECT_TRUE(message->results["escaped"].is("a\tc"));
}

struct NumberRow {
    std::string_view text;
    std::optional<std::uint64_t> number;
    std::optional<std::int64_t> integer;
};

void PrintTo(const NumberRow& row, std::ostream* out)
{
    *out << row.text;
}

class NumberIn : public testing::TestWithParam<NumberRow> {};

TEST_P(NumberIn, IsReadWhollyOrNotAtAll)
{
    const Message message = parse("^done,n=\"" + std::string(GetParam().text) + '"');
    EXPECT_EQ(message->results["n"].number(), GetParam().number);
    EXPECT_EQ(message->results["n"].integer(), GetParam().integer);
}

INSTANTIATE_TEST_SUITE_P(
    Strings, NumberIn,
    testing::Values(NumberRow{"0", 0, 0}, NumberRow{"4096", 4096, 4096},
                    NumberRow{"0x0010Ff", 0x10ff, 0x10ff},
                    NumberRow{"18446744073709551615", std::numeric_limits<std::uint64_t>::max(), {}},
                    NumberRow{"0xffffffffffffffff", std::numeric_limits<std::uint64_t>::max(), {}},
                    NumberRow{"18446744073709551616", {}, {}}, NumberRow{"-1", {}, -1},
                    NumberRow{"9223372036854775807", 9223372036854775807U, 9223372036854775807},
                    NumberRow{"9223372036854775808", 9223372036854775808U, {}},
                    NumberRow{"-9223372036854775808", {}, std::numeric_limits<std::int64_t>::min()},
                    NumberRow{"-9223372036854775809", {}, {}}, NumberRow{"-0x10", {}, -16},
                    NumberRow{"", {}, {}}, NumberRow{"-", {}, {}}, NumberRow{"0x", {}, {}},
                    NumberRow{"--1", {}, {}}, NumberRow{"+1", {}, {}}, NumberRow{" 1", {}, {}},
                    NumberRow{"1 ", {}, {}}, NumberRow{"0x-1", {}, {}},
                    NumberRow{"0x401136 <main+4>", {}, {}}, NumberRow{"all", {}, {}}));

TEST(YesOrNo, IsReadInGdbsWords)
{
    const Message message = parse(R"(^done,y=["y","1","true"],n=["n","0","false"],x=["","invalid","2"])");
    for (const auto& [name, value] : message->results["y"]) {
        EXPECT_EQ(value.boolean(), true) << value.raw();
    }
    for (const auto& [name, value] : message->results["n"]) {
        EXPECT_EQ(value.boolean(), false) << value.raw();
    }
    for (const auto& [name, value] : message->results["x"]) {
        EXPECT_EQ(value.boolean(), std::nullopt) << value.raw();
    }
}

struct EscapeRow {
    std::string_view inside;
    std::string_view bytes;
};

void PrintTo(const EscapeRow& row, std::ostream* out)
{
    *out << row.inside;
}

class Escapes : public testing::TestWithParam<EscapeRow> {};

TEST_P(Escapes, AreDecoded)
{
    EXPECT_EQ(decode(GetParam().inside), GetParam().bytes);
}

using namespace std::string_view_literals;

INSTANTIATE_TEST_SUITE_P(
    Strings, Escapes,
    testing::Values(EscapeRow{"", ""}, EscapeRow{"plain", "plain"},
                    EscapeRow{R"(\n\t\r\b\f\v\a\e\"\\)", "\n\t\r\b\f\v\a\x1b\"\\"},
                    EscapeRow{R"(\033[1m)", "\x1b[1m"}, EscapeRow{R"(\0)", "\0"sv},
                    EscapeRow{R"(\0001)", "\0001"sv}, EscapeRow{R"(\1\12\1234)", "\1\12\1234"},
                    EscapeRow{R"(\377\378)", "\377\37"
                                             "8"},
                    EscapeRow{R"(\400)", "\40"
                                         "0"},
                    EscapeRow{R"(\342\202\254)", "€"}, EscapeRow{R"(gr\303\274ß)", "grüß"},
                    EscapeRow{R"(\x41\x4a5\xZ)", "AJ5\\xZ"}, EscapeRow{R"(\xfF)", "\xff"},
                    EscapeRow{R"(\q\8\')", R"(\q\8\')"}, EscapeRow{R"(end\)", R"(end\)"},
                    EscapeRow{R"(\x)", R"(\x)"}, EscapeRow{R"(\\n)", R"(\n)"}));

TEST(Quote, WritesWhatIsReadBackOnOneLine)
{
    EXPECT_EQ(quote("plain"), "\"plain\"");
    EXPECT_EQ(quote("a \"b\" \\ c\n\td"), R"("a \"b\" \\ c\n\td")");
    EXPECT_EQ(quote("\x1b[0m1\x7f"), R"("\033[0m1\177")");
    EXPECT_EQ(quote("grüß"), "\"grüß\"");
    std::string all;
    for (int byte = 0; byte < 256; ++byte) {
        all += static_cast<char>(byte);
        all += '1'; // a digit behind an escape must not become part of it
    }
    const std::string quoted = quote(all);
    EXPECT_FALSE(quoted.contains('\n'));
    EXPECT_EQ(parse("^done,a=" + quoted)->results["a"].text(), all);
}

} // namespace
} // namespace rumpus::mi
