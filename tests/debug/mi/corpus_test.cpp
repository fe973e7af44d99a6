// What real GDBs wrote. corpus/program-*.mi: a session with a program on Linux; corpus/guest-*.mi: one with
// the `threads` guest of this tree under QEMU. Commands had the tokens 1, 2, 3, …; paths were changed.
// SPDX-License-Identifier: GPL-3.0-or-later
#include "debug/mi/line_splitter.h"
#include "debug/mi/parser.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <fstream>
#include <gmock/gmock.h>
#include <iterator>
#include <ostream>
#include <string>
#include <string_view>
#include <vector>

#include "print.h"

namespace rumpus::mi {
namespace {

struct Transcript {
    std::string_view name;
    std::uint64_t commands;
    std::vector<std::string> stops; // their reasons
    std::string_view version;
};

void PrintTo(const Transcript& transcript, std::ostream* out)
{
    *out << transcript.name;
}

std::vector<Message> messagesOf(std::string_view name)
{
    std::ifstream file(std::string(RUMPUS_SOURCE_DIR "/tests/debug/mi/corpus/") + std::string(name),
                       std::ios::binary);
    const std::string bytes{std::istreambuf_iterator<char>(file), {}};
    EXPECT_FALSE(bytes.empty()) << name;
    LineSplitter splitter;
    std::vector<Message> messages;
    splitter.add(bytes);
    while (const auto line = splitter.next()) {
        messages.push_back(parse(std::string(line->text)));
    }
    return messages;
}

/// The answer to the command with that number.
Message answer(const std::vector<Message>& messages, std::uint64_t token)
{
    const auto found = std::ranges::find_if(messages, [token](const Message& message) {
        return message->answersCommand() && message->token == token;
    });
    return found != messages.end() ? *found : Message();
}

class Recorded : public testing::TestWithParam<Transcript> {};

TEST_P(Recorded, LinesAreAllReadWholly)
{
    for (const Message& message : messagesOf(GetParam().name)) {
        EXPECT_NE(message->kind, Kind::Malformed) << message->line;
        EXPECT_NE(message->kind, Kind::Unknown) << message->line;
        if (message->results) {
            const std::string again = written(message->results);
            const std::size_t comma = message->line.find(',');
            const std::string_view results =
                comma < message->line.size() ? message->line.substr(comma + 1) : "";
            EXPECT_EQ(again, '{' + std::string(results) + '}');
        }
    }
}

TEST_P(Recorded, EveryCommandIsAnsweredOnceAndInOrder)
{
    std::vector<std::uint64_t> tokens;
    for (const Message& message : messagesOf(GetParam().name)) {
        if (message->answersCommand()) {
            tokens.push_back(message->token.value_or(0));
        }
    }
    std::vector<std::uint64_t> expected;
    for (std::uint64_t token = 1; token <= GetParam().commands; ++token) {
        expected.push_back(token);
    }
    EXPECT_EQ(tokens, expected);
}

TEST_P(Recorded, StopsHaveTheirReasons)
{
    std::vector<std::string> stops;
    for (const Message& message : messagesOf(GetParam().name)) {
        if (message->kind == Kind::Exec && message->klass == "stopped") {
            stops.push_back(message->results["reason"].text());
        }
    }
    EXPECT_EQ(stops, GetParam().stops);
}

TEST_P(Recorded, TheFirstWordsAreGdbsVersion)
{
    std::string words;
    for (const Message& message : messagesOf(GetParam().name)) {
        if (message->kind == Kind::ConsoleStream) {
            words += message->text.text();
        }
    }
    EXPECT_TRUE(words.contains(GetParam().version)) << words;
}

const std::vector<std::string> programStops{"breakpoint-hit", "end-stepping-range", "end-stepping-range",
                                            "breakpoint-hit", "function-finished",  "watchpoint-trigger",
                                            "breakpoint-hit", "signal-received",    "exited-signalled"};
const std::vector<std::string> guestStops{
    "", "breakpoint-hit", "end-stepping-range", "breakpoint-hit", "end-stepping-range", "watchpoint-trigger"};

INSTANTIATE_TEST_SUITE_P(Transcripts, Recorded,
                         testing::Values(Transcript{"program-gdb13.mi", 57, programStops, "13.1"},
                                         Transcript{"program-gdb16.mi", 57, programStops, "16.3"},
                                         Transcript{"guest-gdb13.mi", 32, guestStops, ""},
                                         Transcript{"guest-gdb16.mi", 32, guestStops, ""}));

class RecordedProgram : public testing::TestWithParam<std::string_view> {};

TEST_P(RecordedProgram, HasItsStackVariablesAndErrors)
{
    const std::vector<Message> messages = messagesOf(GetParam());
    EXPECT_EQ(answer(messages, 8)->klass, "error");
    EXPECT_EQ(answer(messages, 8)->results["msg"].text(), "Function \"nowhere\" not defined.");
    EXPECT_EQ(answer(messages, 47)->results["code"].text(), "undefined-command");

    const Value hit = answer(messages, 6)->results["bkpt"];
    EXPECT_EQ(hit["cond"].text(), "argc > 1 && argv[0][0] != 'x'");
    EXPECT_EQ(hit["enabled"].boolean(), true);

    const Value stack = answer(messages, 16)->results["stack"];
    ASSERT_EQ(stack.size(), 2U);
    EXPECT_EQ(stack.at(0)["func"].text(), "work");
    EXPECT_EQ(stack.at(1)["fullname"].text(), "/src/app/app.cpp");

    const Value numbers = answer(messages, 24)->results["children"];
    EXPECT_EQ(numbers.size(), 40U);
    EXPECT_EQ(numbers.at(39)["exp"].number(), 39U);

    EXPECT_EQ(answer(messages, 28)->results["value"].text(),
              "\"grüß \\\"q\\\" \\\\ \\t\\033[0m\\000\\000\\000\\000\\000\"");
    EXPECT_EQ(answer(messages, 29)->results["memory"].at(0)["contents"].raw().size(), 128U);
    EXPECT_EQ(answer(messages, 54)->results["depth"].number(), 1U);
}

INSTANTIATE_TEST_SUITE_P(Transcripts, RecordedProgram,
                         testing::Values("program-gdb13.mi", "program-gdb16.mi"));

class RecordedGuest : public testing::TestWithParam<std::string_view> {};

TEST_P(RecordedGuest, HasItsThreadMemoryAndErrors)
{
    const std::vector<Message> messages = messagesOf(GetParam());
    EXPECT_EQ(answer(messages, 4)->klass, "connected");
    EXPECT_EQ(answer(messages, 5)->results["frame"]["addr"].number(), 0xfff0U) << "the reset vector";
    EXPECT_EQ(answer(messages, 6)->results["bkpt"]["type"].text(), "hw breakpoint");
    EXPECT_EQ(answer(messages, 13)->results["stack"].at(0)["func"].text(), "sprig_semaphore_wait");
    EXPECT_EQ(answer(messages, 17)->results["children"].at(0)["value"].text(), "0x1070d5 \"the bell\"");
    EXPECT_EQ(answer(messages, 20)->results["msg"].text(), "Unable to read memory.");
    EXPECT_EQ(answer(messages, 29)->results["BreakpointTable"]["body"].size(), 3U);
}

INSTANTIATE_TEST_SUITE_P(Transcripts, RecordedGuest, testing::Values("guest-gdb13.mi", "guest-gdb16.mi"));

} // namespace
} // namespace rumpus::mi
