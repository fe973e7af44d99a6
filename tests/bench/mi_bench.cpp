// How fast GDB/MI becomes a tree, and its strings bytes. `tests/bench/mi` runs it.
// SPDX-License-Identifier: GPL-3.0-or-later
#include "debug/mi/line_splitter.h"
#include "debug/mi/parser.h"

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdio>
#include <fstream>
#include <functional>
#include <limits>
#include <print>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "mi_corpus.h"
#include "mi_peer.h"

namespace {

using namespace rumpus;

struct Subject {
    std::string_view name;
    std::function<std::size_t()> run; // gives a sum that keeps the work from being left out
    std::size_t rounds;
    double best = std::numeric_limits<double>::infinity(); // seconds
    std::size_t sum = 0;
};

std::vector<std::string_view> linesOf(std::string_view corpus)
{
    std::vector<std::string_view> lines;
    while (!corpus.empty()) {
        const std::size_t length = corpus.find('\n');
        lines.push_back(corpus.substr(0, length));
        corpus.remove_prefix(length + 1);
    }
    return lines;
}

/// Looks at every string inside, decoded.
std::size_t decodeAll(const mi::Value& value, std::string& storage)
{
    if (value.isString()) {
        return value.view(storage).size();
    }
    std::size_t sum = 0;
    for (const mi::Member& member : value) {
        sum += decodeAll(member.value, storage);
    }
    return sum;
}

/// The same with a new string for each.
std::size_t copyAll(const mi::Value& value)
{
    if (value.isString()) {
        return value.text().size();
    }
    std::size_t sum = 0;
    for (const mi::Member& member : value) {
        sum += copyAll(member.value);
    }
    return sum;
}

std::vector<Subject> subjects(const std::string& corpus, const std::vector<std::string_view>& lines)
{
    const auto eachLine = [&lines](auto&& work) {
        return [&lines, work] mutable {
            mi::Parser parser;
            std::size_t sum = 0;
            for (const std::string_view line : lines) {
                sum += work(parser.parse(line));
            }
            return sum;
        };
    };
    std::vector<Subject> all;
    all.push_back({"tree", eachLine([](const mi::Record& record) { return record.results.size(); }), 20});
    all.push_back({"tree, from slices of 64 KiB",
                   [&corpus] {
                       mi::Parser parser;
                       mi::LineSplitter splitter;
                       std::size_t sum = 0;
                       for (std::string_view rest = corpus; !rest.empty();) {
                           const std::string_view slice = rest.substr(0, std::size_t{64} << 10U);
                           rest.remove_prefix(slice.size());
                           splitter.add(slice);
                           while (const auto line = splitter.next()) {
                               sum += parser.parse(line->text).results.size();
                           }
                       }
                       return sum;
                   },
                   20});
    all.push_back({"tree, as messages",
                   [&lines] {
                       std::size_t sum = 0;
                       for (const std::string_view line : lines) {
                           sum += mi::parse(std::string(line))->results.size();
                       }
                       return sum;
                   },
                   20});
    all.push_back({"decoded", eachLine([storage = std::string()](const mi::Record& record) mutable {
                       return decodeAll(record.results, storage) + decodeAll(record.text, storage);
                   }),
                   20});
    all.push_back({"decoded, a new string each", eachLine([](const mi::Record& record) {
                       return copyAll(record.results) + copyAll(record.text);
                   }),
                   10});
    all.push_back({"peer: strings and maps",
                   [&lines] {
                       std::size_t sum = 0;
                       for (const std::string_view line : lines) {
                           sum += bench::plainParse(line).results.members.size();
                       }
                       return sum;
                   },
                   3});
    return all;
}

void measure(std::vector<Subject>& all)
{
    using Clock = std::chrono::steady_clock;
    const std::size_t rounds = std::ranges::max(all, {}, &Subject::rounds).rounds;
    for (std::size_t round = 0; round < rounds; ++round) {
        for (Subject& subject : all) {
            if (round >= subject.rounds) {
                continue;
            }
            const Clock::time_point started = Clock::now();
            subject.sum = subject.run();
            subject.best =
                std::min(subject.best, std::chrono::duration<double>(Clock::now() - started).count());
        }
    }
}

} // namespace

int main(int count, char** arguments)
{
    const std::string corpus = bench::miCorpus(10'000'000);
    if (count == 3 && std::string_view(arguments[1]) == "--write-corpus") {
        std::ofstream(arguments[2], std::ios::binary) << corpus;
        return 0;
    }
    const std::vector<std::string_view> lines = linesOf(corpus);
    mi::Parser parser;
    if (!std::ranges::all_of(lines, [&](std::string_view line) { return !parser.parse(line).problem; })) {
        std::println(stderr, "the corpus does not parse");
        return 1;
    }
    std::vector<Subject> all = subjects(corpus, lines);
    measure(all);
    const auto speed = [&](const Subject& subject) {
        return static_cast<double>(corpus.size()) / subject.best / 1e6;
    };
    std::println("corpus: {:.1f} MB, {} lines; best of several rounds, one thread",
                 static_cast<double>(corpus.size()) / 1e6, lines.size());
    for (const Subject& subject : all) {
        std::println("{:28} {:7.0f} MB/s", subject.name, speed(subject));
    }
    const double peer = speed(all.back());
    std::println("ratio of tree to peer        {:7.1f}   (tree: at least 1000 MB/s wanted)",
                 speed(all[0]) / peer);
    std::println("ratio of decoded to peer     {:7.1f}   (decoded: at least 300 MB/s wanted)",
                 speed(all[3]) / peer);
    return 0;
}
