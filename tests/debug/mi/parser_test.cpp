// Lines of GDB/MI, well-formed and otherwise, to records.
// SPDX-License-Identifier: GPL-3.0-or-later
#include "debug/mi/parser.h"

#include <gtest/gtest.h>

#include <cstddef>
#include <gmock/gmock.h>
#include <optional>
#include <ostream>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "print.h"

namespace rumpus::mi {
namespace {

struct Row {
    std::string_view line;
    Kind kind;
    std::optional<std::uint64_t> token;
    std::string_view klass;
    std::string_view content; // results or text, written again
};

void PrintTo(const Row& row, std::ostream* out)
{
    *out << row.line;
}

class WellFormedLine : public testing::TestWithParam<Row> {};

TEST_P(WellFormedLine, GivesItsRecord)
{
    const Row& row = GetParam();
    const Message message = parse(std::string(row.line));
    EXPECT_EQ(message->kind, row.kind) << toString(message->kind);
    EXPECT_EQ(message->meant, row.kind);
    EXPECT_EQ(message->token, row.token);
    EXPECT_EQ(message->klass, row.klass);
    EXPECT_EQ(written(message->results ? message->results : message->text), row.content);
    EXPECT_FALSE(message->problem);
    EXPECT_EQ(message->line, row.line);
}

INSTANTIATE_TEST_SUITE_P(
    Records, WellFormedLine,
    testing::Values(
        Row{"^done", Kind::Result, {}, "done", "{}"}, Row{"0^done", Kind::Result, 0, "done", "{}"},
        Row{"18446744073709551615^done", Kind::Result, 18446744073709551615U, "done", "{}"},
        Row{"007^running", Kind::Result, 7, "running", "{}"}, Row{"12^exit", Kind::Result, 12, "exit", "{}"},
        Row{R"(3^error,msg="No symbol \"x\".",code="undefined-command")", Kind::Result, 3, "error",
            R"({msg="No symbol \"x\".",code="undefined-command"})"},
        Row{R"(*stopped,reason="exited-normally")",
            Kind::Exec,
            {},
            "stopped",
            R"({reason="exited-normally"})"},
        Row{R"(4*running,thread-id="all")", Kind::Exec, 4, "running", R"({thread-id="all"})"},
        Row{R"(+download,{section=".text",total-size="9880"})",
            Kind::Status,
            {},
            "download",
            R"({{section=".text",total-size="9880"}})"},
        Row{R"(=breakpoint-modified,bkpt={number="1"},{number="1.1"})",
            Kind::Notify,
            {},
            "breakpoint-modified",
            R"({bkpt={number="1"},{number="1.1"}})"},
        Row{R"(~"Breakpoint 1\n")", Kind::ConsoleStream, {}, "", R"("Breakpoint 1\n")"},
        Row{R"(@"hello")", Kind::TargetStream, {}, "", R"("hello")"},
        Row{R"(&"warning: \"x\"\n")", Kind::LogStream, {}, "", R"("warning: \"x\"\n")"},
        Row{R"(~"")", Kind::ConsoleStream, {}, "", R"("")"},
        Row{R"(~"cut off in the mid)", Kind::ConsoleStream, {}, "", R"("cut off in the mid")"},
        Row{R"(~"cut off in an escape\)", Kind::ConsoleStream, {}, "", R"("cut off in an escape\")"},
        Row{"(gdb)", Kind::Prompt, {}, "", "nothing"}, Row{"(gdb) ", Kind::Prompt, {}, "", "nothing"},
        Row{"(gdb)   ", Kind::Prompt, {}, "", "nothing"}));

INSTANTIATE_TEST_SUITE_P(
    Values, WellFormedLine,
    testing::Values(
        Row{"^done,a={},b=[]", Kind::Result, {}, "done", "{a={},b=[]}"},
        Row{"^done,a={{}},b=[[],[]]", Kind::Result, {}, "done", "{a={{}},b=[[],[]]}"},
        Row{R"(^done,a={b={c="d"},e="f"},g="h")", Kind::Result, {}, "done", R"({a={b={c="d"},e="f"},g="h"})"},
        Row{R"(^done,a=["b","c"])", Kind::Result, {}, "done", R"({a=["b","c"]})"},
        Row{R"(^done,children=[child={name="x"},child={name="y"}])",
            Kind::Result,
            {},
            "done",
            R"({children=[child={name="x"},child={name="y"}]})"},
        Row{R"(^done,script={"silent","p 1"})", Kind::Result, {}, "done", R"({script={"silent","p 1"}})"},
        Row{R"(^done,thread-ids={thread-id="2",thread-id="1"})",
            Kind::Result,
            {},
            "done",
            R"({thread-ids={thread-id="2",thread-id="1"}})"},
        Row{R"(^done,a="}],[{=,^*")", Kind::Result, {}, "done", R"({a="}],[{=,^*"})"},
        Row{R"(^done,a="\\",b="\"")", Kind::Result, {}, "done", R"({a="\\",b="\""})"},
        Row{R"(^done,a="the text is longer than thirty-two bytes",b="c")",
            Kind::Result,
            {},
            "done",
            R"({a="the text is longer than thirty-two bytes",b="c"})"},
        Row{R"(^done,a-name-that-is-longer-than-thirty-two-bytes="b",c="d")",
            Kind::Result,
            {},
            "done",
            R"({a-name-that-is-longer-than-thirty-two-bytes="b",c="d"})"}));

INSTANTIATE_TEST_SUITE_P(Prose, WellFormedLine,
                         testing::Values(Row{"", Kind::Unknown, {}, "", R"("")"},
                                         Row{"hello", Kind::Unknown, {}, "", R"("hello")"},
                                         Row{"42", Kind::Unknown, {}, "", R"("42")"},
                                         Row{"42 apples", Kind::Unknown, {}, "", R"("42 apples")"},
                                         Row{"* a point", Kind::Unknown, {}, "", R"("* a point")"},
                                         Row{"=== RUN", Kind::Unknown, {}, "", R"("=== RUN")"},
                                         Row{"~/src", Kind::Unknown, {}, "", R"("~/src")"},
                                         Row{"&", Kind::Unknown, {}, "", R"("&")"},
                                         Row{"(gdb) hello", Kind::Unknown, {}, "", R"("(gdb) hello")"},
                                         Row{"-3^done", Kind::Unknown, {}, "", R"("-3^done")"}));

TEST(UnknownLine, IsNotDecoded)
{
    EXPECT_EQ(parse(R"(C:\new "x")")->text.text(), R"(C:\new "x")");
}

struct Broken {
    std::string_view line;
    std::optional<std::uint64_t> token;
    std::string_view klass;
    std::string_view results;
    std::size_t offset;
    std::string_view expected;
};

void PrintTo(const Broken& row, std::ostream* out)
{
    *out << row.line;
}

class MalformedLine : public testing::TestWithParam<Broken> {};

TEST_P(MalformedLine, KeepsWhatWasReadAndSaysWhere)
{
    const Broken& row = GetParam();
    const Message message = parse(std::string(row.line));
    EXPECT_EQ(message->kind, Kind::Malformed);
    EXPECT_EQ(message->meant, Kind::Result);
    EXPECT_EQ(message->answersCommand(), row.token.has_value());
    EXPECT_EQ(message->token, row.token);
    EXPECT_EQ(message->klass, row.klass);
    EXPECT_EQ(written(message->results), row.results);
    ASSERT_TRUE(message->problem);
    EXPECT_EQ(message->problem->offset, row.offset);
    EXPECT_EQ(message->problem->expected, row.expected);
}

constexpr std::string_view bracketOrComma = "a comma or a closing bracket";
constexpr std::string_view endOrComma = "a comma or the end of the line";

INSTANTIATE_TEST_SUITE_P(
    Lines, MalformedLine,
    testing::Values(
        Broken{"^", {}, "", "{}", 1, "the record's class"},
        Broken{"5^", 5, "", "{}", 2, "the record's class"},
        Broken{"5^,a=\"b\"", 5, "", "{}", 2, "the record's class"},
        Broken{"5^done!", 5, "done", "{}", 6, endOrComma},
        Broken{"5^done,", 5, "done", "{}", 7, "a name or a value"},
        Broken{"5^done,a", 5, "done", "{}", 8, "\"=\" behind the name"},
        Broken{"5^done,a=", 5, "done", "{}", 9, "a value"},
        Broken{"5^done,a=b", 5, "done", "{}", 9, "a value"},
        Broken{"5^done,=\"b\"", 5, "done", "{}", 7, "a name or a value"},
        Broken{"5^done,=\"b\",cc=\"a longer line than 32 bytes\"", 5, "done", "{}", 7, "a name or a value"},
        Broken{"5^done,a b=\"c\",d=\"a longer line than 32 bytes\"", 5, "done", "{}", 8,
               "\"=\" behind the name"},
        Broken{"5^done,a=\"b", 5, "done", "{a=\"b\"}", 11, "a closing quote"},
        Broken{"5^done,a=\"b\\\"", 5, "done", "{a=\"b\\\"\"}", 13, "a closing quote"},
        Broken{"5^done,a=\"b\"c", 5, "done", "{a=\"b\"}", 12, endOrComma},
        Broken{"5^done,a=\"b\"}", 5, "done", "{a=\"b\"}", 12, endOrComma},
        Broken{"5^done,a={b=\"c\"", 5, "done", "{a={b=\"c\"}}", 15, bracketOrComma},
        Broken{"5^done,a={b=\"c\"]", 5, "done", "{a={b=\"c\"}}", 15, bracketOrComma},
        Broken{"5^done,a=[{b=\"c\"},{d=\"e", 5, "done", "{a=[{b=\"c\"},{d=\"e\"}]}", 23, "a closing quote"},
        Broken{"5^done,a=[\"b\",]", 5, "done", "{a=[\"b\"]}", 14, "a name or a value"},
        Broken{"5^done,a={", 5, "done", "{a={}}", 10, "a name or a value"},
        Broken{"5^done,a=\"b\"\n", 5, "done", "{a=\"b\"}", 12, endOrComma},
        Broken{"18446744073709551616^done,a=\"b\"", {}, "done", "{a=\"b\"}", 0, "a token of at most 64 bits"},
        Broken{"999999999999999999999999^done", {}, "done", "{}", 0, "a token of at most 64 bits"}));

TEST(MalformedStream, KeepsItsWords)
{
    const Message message = parse(R"(~"hello\n"12^done)");
    EXPECT_EQ(message->kind, Kind::Malformed);
    EXPECT_EQ(message->meant, Kind::ConsoleStream);
    EXPECT_EQ(message->text.text(), "hello\n");
    EXPECT_EQ(message->problem->offset, 10U);
}

TEST(MalformedStop, IsStillAStop)
{
    const Message message = parse(R"(*stopped,reason="breakpoint-hit",frame={addr="0x1234",func="ma)");
    EXPECT_EQ(message->meant, Kind::Exec);
    EXPECT_FALSE(message->answersCommand());
    EXPECT_EQ(message->klass, "stopped");
    EXPECT_EQ(message.record()["reason"].text(), "breakpoint-hit");
    EXPECT_EQ(message->results["frame"]["addr"].number(), 0x1234U);
}

TEST(OwnedMessage, SurvivesMovesAndItsFirstOwner)
{
    Message kept;
    EXPECT_EQ(kept->kind, Kind::Unknown);
    {
        Message first = parse(R"(1^done,a="x\ty")"); // short enough to stand inside a std::string
        const Message copy = first;
        kept = std::move(first);
        EXPECT_EQ(copy->results["a"].text(), "x\ty");
    }
    std::vector<Message> many;
    for (int i = 0; i < 100; ++i) {
        many.push_back(kept);
    }
    EXPECT_EQ(many.back()->results["a"].text(), "x\ty");
    EXPECT_EQ(many.front()->klass, "done");
}

TEST(OneParser, LeavesNothingOfALongLineInTheNext)
{
    Parser parser;
    std::string line = "1^done";
    for (int i = 0; i < 10'000; ++i) {
        line += ",a={b=\"c\"}";
    }
    EXPECT_EQ(parser.parse(line).results.size(), 10'000U);
    EXPECT_TRUE(parser.parse("2^done").results.empty());
    EXPECT_EQ(written(parser.parse(R"(3^done,x="y")").results), R"({x="y"})");
}

} // namespace
} // namespace rumpus::mi
