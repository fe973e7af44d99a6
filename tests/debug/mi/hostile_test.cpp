// Lines that no sane GDB writes. Those of megabytes take forever, or all memory, where something is
// quadratic.
// SPDX-License-Identifier: GPL-3.0-or-later
#include "debug/mi/parser.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstddef>
#include <string>
#include <string_view>

#include "print.h"

namespace rumpus::mi {
namespace {

constexpr std::size_t megabytes = 8'000'000;

std::string repeated(std::string_view text, std::size_t bytes)
{
    std::string result;
    result.reserve(bytes + text.size());
    while (result.size() < bytes) {
        result += text;
    }
    return result;
}

TEST(Nesting, IsAcceptedToItsLimitAndNoFurther)
{
    const std::string brackets(maximumDepth, '[');
    const Message deepest = parse("1^done,a=" + brackets + std::string(maximumDepth, ']'));
    EXPECT_FALSE(deepest->problem);
    Value value = deepest->results["a"];
    for (std::size_t depth = 1; depth < maximumDepth; ++depth) {
        ASSERT_EQ(value.size(), 1U);
        value = value.at(0);
    }
    EXPECT_EQ(value.kind(), ValueKind::List);
    EXPECT_TRUE(value.empty());

    const Message deeper = parse("2^done,before=\"b\",a=[" + brackets + ']' + std::string(maximumDepth, ']'));
    EXPECT_EQ(deeper->kind, Kind::Malformed);
    EXPECT_EQ(deeper->token, 2U);
    EXPECT_EQ(deeper->results["before"].text(), "b");
    EXPECT_EQ(deeper->problem->offset, 20 + maximumDepth);
}

TEST(Nesting, OfMegabytesIsRefusedWithItsToken)
{
    for (const std::string_view opening : {"[", "{", "a={", "[[],"}) {
        const Message message = parse("7^done,a=" + repeated(opening, megabytes));
        EXPECT_EQ(message->kind, Kind::Malformed);
        EXPECT_TRUE(message->answersCommand());
        EXPECT_EQ(message->klass, "done");
    }
}

TEST(Megabytes, OfSmallestValuesAreCountedRight)
{
    const Message strings = parse("^done,a=[" + repeated("\"\",", megabytes) + "\"\"]");
    EXPECT_FALSE(strings->problem);
    EXPECT_EQ(strings->results["a"].size(), (megabytes + 2) / 3 + 1);
    const Message lists = parse("^done,a=[" + repeated("[[[[]]]],", megabytes) + "{}]");
    EXPECT_EQ(lists->results["a"].size(), (megabytes + 8) / 9 + 1);
    std::size_t seen = 0;
    for (const auto& [name, value] : lists->results["a"]) {
        seen += value.size();
    }
    EXPECT_EQ(seen, lists->results["a"].size() - 1);
}

TEST(Megabytes, OfEscapesAreDecoded)
{
    const Message message = parse("^done,a=\"" + repeated("\\\"", megabytes) + '"');
    EXPECT_EQ(message->results["a"].text(), std::string(megabytes / 2, '"'));
    EXPECT_EQ(parse("~\"" + repeated("\\", megabytes + 1))->text.text().size(), megabytes / 2 + 1);
}

TEST(Megabytes, OfDigitsAreNoToken)
{
    const Message message = parse(repeated("1", megabytes) + "^done");
    EXPECT_EQ(message->kind, Kind::Malformed);
    EXPECT_FALSE(message->token);
    EXPECT_EQ(message->klass, "done");
    EXPECT_EQ(parse(repeated("1", megabytes))->kind, Kind::Unknown);
}

TEST(Megabytes, OfNameAreMalformed)
{
    const Message message = parse("3^done,a=\"b\"," + repeated("n", megabytes) + "=\"c\"");
    EXPECT_EQ(message->kind, Kind::Malformed);
    EXPECT_EQ(message->token, 3U);
    EXPECT_EQ(message->results["a"].text(), "b");
    EXPECT_EQ(message->results.size(), 1U);
}

TEST(LongestName, IsRead)
{
    const std::string name(65535, 'n');
    EXPECT_EQ(parse("^done," + name + "=\"c\"")->results[name].text(), "c");
    EXPECT_EQ(parse("^done," + name + "n=\"c\"")->kind, Kind::Malformed);
}

TEST(AnyByte, CanStandInAString)
{
    for (int byte = 0; byte < 256; ++byte) {
        const char c = static_cast<char>(byte);
        if (c == '"' || c == '\\') {
            continue;
        }
        const std::string text = std::string("a") + c + "b";
        EXPECT_EQ(parse("^done,x=\"" + text + '"')->results["x"].text(), text) << byte;
    }
}

TEST(AnyFirstByte, GivesARecordThatHoldsTheLine)
{
    for (int byte = 0; byte < 256; ++byte) {
        const std::string line = static_cast<char>(byte) + std::string("done,a=\"b\"");
        const Message message = parse(line);
        const bool isRecord = std::string_view("^*+=").contains(line[0]);
        EXPECT_EQ(message->line, line);
        EXPECT_EQ(message->kind == Kind::Unknown, !isRecord) << byte;
        EXPECT_EQ(isRecord ? message->results["a"].text() : message->text.text(), isRecord ? "b" : line)
            << byte;
    }
}

constexpr std::string_view sample =
    R"(31^done,stack=[frame={level="0",func="a \"b\"",args=[{name="x",value="\033"}]},frame={}],n={"1",k="v"})";

TEST(EveryCut, KeepsTokenAndClassAndAllThatStoodBefore)
{
    const std::string whole = written(parse(std::string(sample))->results);
    EXPECT_EQ(whole, '{' + std::string(sample.substr(8)) + '}');
    for (std::size_t length = 0; length < sample.size(); ++length) {
        const Message message = parse(std::string(sample.substr(0, length)));
        if (length < 3) {
            EXPECT_EQ(message->kind, Kind::Unknown) << length;
            continue;
        }
        EXPECT_EQ(message->token, 31U) << length;
        EXPECT_EQ(message->klass, sample.substr(3, std::min<std::size_t>(length - 3, 4))) << length;
        const std::string kept = written(message->results);
        // all but what closes it, and a last comma or name, is in the original
        const std::string_view opened = std::string_view(kept).substr(0, kept.find_last_not_of("]}\"") + 1);
        EXPECT_TRUE(whole.starts_with(opened)) << kept;
    }
}

TEST(EveryDamagedByte, LeavesTheTokenOfTheRest)
{
    for (std::size_t at = 3; at < sample.size(); ++at) {
        for (const char damage : std::string_view("\0\"\\{}[],=x\xff", 11)) {
            std::string line(sample);
            line[at] = damage;
            EXPECT_TRUE(parse(line)->answersCommand()) << line;
            EXPECT_EQ(parse(line)->token, 31U) << line;
        }
    }
}

} // namespace
} // namespace rumpus::mi
