// Arguments and variables reach a guest unchanged, whatever they hold: its own parser is asked.
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/format.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <gmock/gmock.h>
#include <random>
#include <string>
#include <vector>

#include "guests.h"
#include "telling.h"

namespace rumpus {
namespace {

using testing::ElementsAre;

/// Words of the characters that parsers trip over.
Strings randomArguments(std::mt19937& random)
{
    static const Strings pieces{"a", "b1", " ", "\t", "\n", "'", "\"", "\\", "{", "}",  "[", "]",
                                ",", ":",  "=", "&",  "|",  "n", "u",  "/",  "ü", "世", "--"};
    const auto below = [&](std::size_t end) {
        return std::uniform_int_distribution<std::size_t>(0, end - 1)(random);
    };
    Strings arguments{"program"};
    for (std::size_t count = below(5); count > 0; --count) {
        std::string& argument = arguments.emplace_back();
        // mostly from few kinds, so that many are not refused
        const std::size_t span = 1 + below(pieces.size());
        for (std::size_t length = below(7); length > 0; --length) {
            argument += pieces[(below(span) * 7) % pieces.size()];
        }
    }
    return arguments;
}

bool anyHolds(const Strings& words, const char* characters)
{
    return std::ranges::any_of(
        words, [&](const std::string& word) { return word.find_first_of(characters) != std::string::npos; });
}

TEST(TellRumprun, GivesTheGuestExactlyTheseArguments)
{
    std::mt19937 random(2014);
    int exact = 0;
    for (int i = 0; i < 20000; ++i) {
        const Strings arguments = randomArguments(random);
        const GuestWords words = told(configWith(arguments), rumprun);
        // refused is only what neither of rumprun's two forms can say
        ASSERT_EQ(!words.problems.empty(), anyHolds(arguments, "'") && anyHolds(arguments, "\"\\"));
        if (words.problems.empty()) {
            const RumprunConfig guest("/images/a.elf " + words.commandLine);
            ASSERT_THAT(guest.programs, ElementsAre(RumprunProgram{.arguments = arguments}))
                << words.commandLine;
            ++exact;
        }
    }
    EXPECT_GT(exact, 5000);
}

TEST(TellRumprun, GivesTheGuestExactlyTheseProgramsAndVariables)
{
    std::mt19937 random(2015);
    int exact = 0;
    for (int i = 0; i < 20000; ++i) {
        UnikernelConfig config = configWith(randomArguments(random));
        config.programs.push_back({.arguments = randomArguments(random), .mode = RunMode::Background});
        Strings variables;
        for (const std::string& value : randomArguments(random)) {
            config.environment.emplace_back(formatted("V{}", variables.size()), value);
            variables.push_back(formatted("V{}={}", variables.size(), value));
        }
        Strings raw = variables;
        for (const Program& program : config.programs) {
            raw.insert(raw.end(), program.arguments.begin(), program.arguments.end());
        }
        const GuestWords words = told(config, rumprun);
        ASSERT_EQ(!words.problems.empty(), anyHolds(raw, "\"\\"));
        if (words.problems.empty()) {
            const RumprunConfig guest(words.commandLine);
            ASSERT_THAT(guest.programs,
                        ElementsAre(RumprunProgram{.arguments = config.programs[0].arguments},
                                    RumprunProgram{.arguments = config.programs[1].arguments, .mode = "&"}));
            ASSERT_EQ(guest.environment, variables);
            ++exact;
        }
    }
    EXPECT_GT(exact, 1000);
}

TEST(TellUnikraft, GivesTheGuestExactlyTheseArgumentsAndVariables)
{
    std::mt19937 random(2016);
    int exact = 0;
    for (int i = 0; i < 20000; ++i) {
        UnikernelConfig config = configWith(randomArguments(random));
        Strings variables;
        if (i % 2 == 0) {
            for (const std::string& value : randomArguments(random)) {
                config.environment.emplace_back("V", value);
                variables.push_back("env.vars=V=" + value);
            }
        }
        const GuestWords words = told(config, unikraft);
        if (words.problems.empty()) {
            const UnikraftLine guest(words.commandLine);
            Strings arguments = config.programs[0].arguments;
            arguments.erase(arguments.begin());
            ASSERT_EQ(guest.arguments, arguments) << words.commandLine;
            ASSERT_EQ(guest.parameters, variables) << words.commandLine;
            ++exact;
        }
    }
    EXPECT_GT(exact, 5000);
}

} // namespace
} // namespace rumpus
