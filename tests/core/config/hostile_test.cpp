// Any bytes at all: no crash, no time that grows faster than the text, and what is valid survives saving.
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/format.h"
#include "core/config/document.h"
#include "core/config/json_text.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <ctime>
#include <filesystem>
#include <functional>
#include <gmock/gmock.h>
#include <limits>
#include <random>
#include <string>
#include <string_view>

#include "example.h"

namespace rumpus {
namespace {

bool hasErrors(const std::vector<Problem>& problems)
{
    return std::ranges::contains(problems, Severity::Error, &Problem::severity);
}

/// One to eight random changes, among them such as people make: pieces that JSON has meaning for.
std::string mutated(std::string text, std::mt19937& random)
{
    static constexpr std::array<std::string_view, 24> pieces{
        "{",  "}",  "[",    "]",    ",",  ":",     "\"",  "\\",   "\\u0000", "\\ud800", "//",        "/*",
        "*/", "\n", "null", "true", "-1", "1e999", "0.5", "\xff", "ü",       "memroy",  "\"a\": 1,", "{},"};
    const auto below = [&](std::size_t bound) { return static_cast<std::size_t>(random() % bound); };
    for (std::size_t change = 1 + below(8); change > 0 && !text.empty(); --change) {
        const std::size_t at = below(text.size());
        switch (below(6)) {
        case 0: text[at] = static_cast<char>(below(256)); break;
        case 1: text.insert(at, pieces.at(below(pieces.size()))); break;
        case 2: text.erase(at, 1 + below(20)); break;
        case 3: text.insert(below(text.size()), text.substr(at, below(200))); break;
        case 4: text.resize(at + 1); break;
        default: text.replace(at, 1, pieces.at(below(pieces.size()))); break;
        }
    }
    return text;
}

/// Texts that are valid more often: values are replaced, not bytes.
void mutateValues(Json& json, std::mt19937& random)
{
    static const std::array<Json, 12> values{
        nullptr, true, 0, -1, 1.5, 65536, "", "static", "64 MiB", "\n\"\\ü", Json::array(), Json::object()};
    for (auto& [key, value] : json.items()) {
        if (random() % 40 == 0) {
            value = values.at(random() % values.size());
        } else if (value.is_structured()) {
            mutateValues(value, random);
        }
    }
    if (json.is_object() && random() % 30 == 0) {
        json[formatted("key{}", random() % 10)] = values.at(random() % values.size());
    }
}

void expectSurvives(const ReadConfig& read, std::string_view text)
{
    const std::string saved = toText(read.config);
    const ReadConfig again = readConfig(saved);
    ASSERT_FALSE(hasErrors(again.problems)) << text;
    ASSERT_EQ(again.config, read.config) << text;
    ASSERT_EQ(toText(again.config), saved) << text;
}

TEST(HostileConfig, WithRandomBytesNeitherCrashesNorLosesAnything)
{
    constexpr int texts = 10'000;
    const std::string example = fullExample();
    std::mt19937 random(1); // NOLINT(bugprone-random-generator-seed): the same texts every time
    int valid = 0;
    for (int i = 0; i < texts; ++i) {
        const std::string text = mutated(example, random);
        const ReadConfig read = readConfig(text);
        for (const Problem& problem : read.problems) {
            ASSERT_TRUE(problem.line > 0 && problem.column > 0 && !problem.text.empty()) << text;
        }
        if (!hasErrors(read.problems)) {
            ++valid;
            ASSERT_NO_FATAL_FAILURE(expectSurvives(read, text));
        }
    }
    EXPECT_GT(valid, texts / 100) << "hardly any text was valid: the mutations prove little";
}

TEST(HostileConfig, WithRandomValuesNeitherCrashesNorLosesAnything)
{
    constexpr int texts = 2'000;
    const Json example = JsonText::parse(fullExample()).value;
    const TemporaryFolder folder;
    std::mt19937 random(2); // NOLINT(bugprone-random-generator-seed): the same texts every time
    int valid = 0;
    for (int i = 0; i < texts; ++i) {
        Json json = example;
        mutateValues(json, random);
        const std::string text = json.dump();
        const ReadConfig read = readConfig(text);
        std::vector<Problem> problems = validate(read.config, folder.path(), ImageFacts{1U << 20U});
        locate(problems, text);
        if (!hasErrors(read.problems)) {
            ++valid;
            ASSERT_NO_FATAL_FAILURE(expectSurvives(read, text));
        }
    }
    EXPECT_GT(valid, texts / 100) << "hardly any text was valid: the mutations prove little";
}

/// A text of about a size: a beginning, an end, and as many items between as have room.
struct Repeated {
    std::string name;
    std::string begin;
    std::function<std::string(std::size_t)> item;
    std::string end;

    std::string text(std::size_t size) const
    {
        std::string result = begin;
        for (std::size_t i = 0; result.size() + end.size() < size; ++i) {
            result += item(i);
        }
        return result + end;
    }
};

void PrintTo(const Repeated& row, std::ostream* out)
{
    *out << row.name;
}

/// Far deep in long keys, so that every problem's pointer is long.
Repeated belowLongKeys()
{
    std::string begin;
    std::string end;
    for (int i = 0; i < 30; ++i) {
        begin += formatted(R"({{"{}": )", std::string(1000, static_cast<char>('a' + i % 26)));
        end += '}';
    }
    return {"LongPointers", begin + "{", [](std::size_t i) { return formatted(R"("{}":"\u0000",)", i); },
            "}" + end};
}

class LargeConfig : public testing::TestWithParam<Repeated> {};

/// Processor seconds for all that is done with a file; the best of three, so that noise does not count.
double secondsFor(const std::filesystem::path& file)
{
    std::clock_t best = std::numeric_limits<std::clock_t>::max();
    for (int run = 0; run < 3; ++run) {
        const std::clock_t start = std::clock();
        const Result<ConfigFile> loaded = loadConfigFile(file);
        EXPECT_TRUE(loaded);
        EXPECT_LE(loaded->problems.size(), 500U);
        EXPECT_FALSE(toText(loaded->config).empty());
        best = std::min(best, std::clock() - start);
    }
    return static_cast<double>(best) / CLOCKS_PER_SEC;
}

TEST_P(LargeConfig, TakesTimeByItsSizeOnly)
{
    // eight times the text: 8 times as long where time is linear, 64 times where it is quadratic
    constexpr std::size_t small = std::size_t{64} << 10U;
    constexpr double tolerated = 20;
    constexpr double unmeasurable = 0.01;
    const TemporaryFolder folder;
    const double few = secondsFor(folder.write("small.unikernel.json", GetParam().text(small)));
    const double many = secondsFor(folder.write("large.unikernel.json", GetParam().text(8 * small)));
    EXPECT_LT(many, std::max(few, unmeasurable) * tolerated);
}

INSTANTIATE_TEST_SUITE_P(
    Of, LargeConfig,
    testing::Values(
        Repeated{"Blanks", "{", [](std::size_t) { return " "; }, "}"},
        Repeated{"Comments", "{", [](std::size_t) { return "/**/\n"; }, "}"},
        Repeated{"OpenComments", "{", [](std::size_t) { return "/*"; }, ""},
        Repeated{"OpenLists", "", [](std::size_t) { return "["; }, ""},
        Repeated{"OneText", "{\"name\": \"", [](std::size_t) { return "\\n"; }, "\"}"},
        Repeated{"UnknownKeys", "{", [](std::size_t i) { return formatted("\"k{}\":1,", i); }, "}"},
        Repeated{"OneKey", "{", [](std::size_t) { return "\"k\":1,"; }, "}"},
        Repeated{"WrongArguments", "{\"arguments\": [", [](std::size_t) { return "1,"; }, "]}"},
        Repeated{"EmptyPrograms", "{\"programs\": [", [](std::size_t) { return "{},"; }, "]}"},
        Repeated{"Disks", "{\"disks\": [", [](std::size_t) { return R"({"file":"a"},)"; }, "]}"},
        Repeated{"Forwards", R"({"interfaces": [{"backend": {"forward": [)",
                 [](std::size_t i) { return formatted(R"({{"host":{},"guest":1}},)", i % 65535 + 1); },
                 "]}}]}"},
        Repeated{"Variables", "{\"environment\": {",
                 [](std::size_t i) { return formatted(R"("={}":"",)", i); }, "}}"},
        Repeated{"XenstorePaths", "{\"xenstore\": {",
                 [](std::size_t i) { return formatted(R"("/{}":"",)", i); }, "}}"},
        Repeated{"Nuls", "{\"arguments\": [", [](std::size_t) { return R"("\u0000",)"; }, "]}"},
        belowLongKeys()),
    caseName);

TEST(HostileConfig, IsRefusedAboveItsLimits)
{
    EXPECT_THAT(readConfig(std::string(JsonText::largestText + 1, ' ')).problems[0].text,
                testing::HasSubstr("1 MiB"));
    const std::string open(JsonText::deepest + 1, '[');
    EXPECT_THAT(readConfig(open).problems[0].text, testing::HasSubstr("more than 64 objects and lists"));
    const std::string key(JsonText::longestKey + 1, 'k');
    EXPECT_THAT(readConfig("{\"" + key + "\": 1}").problems[0].text,
                testing::HasSubstr("longer than 4096 bytes"));
}

} // namespace
} // namespace rumpus
