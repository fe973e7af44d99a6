// SPDX-License-Identifier: GPL-3.0-or-later
#include "debug/gdb/transcript.h"

#include "core/base/format.h"
#include "core/base/text.h"
#include "debug/mi/parser.h"

#include <algorithm>
#include <ranges>

namespace rumpus {

void Transcript::add(From from, std::string_view text)
{
    const auto time =
        std::chrono::duration_cast<std::chrono::microseconds>(std::chrono::steady_clock::now() - start_);
    lines_.push_back({.time = time, .from = from, .text = std::string(text.substr(0, longestLine))});
    bytes_ += lines_.back().text.size();
    while (bytes_ > largest) {
        bytes_ -= lines_.front().text.size();
        lines_.pop_front();
    }
}

std::string Transcript::text() const
{
    std::string text;
    for (const Line& line : lines_) {
        static constexpr std::string_view marks = "><!";
        const double seconds = std::chrono::duration<double>(line.time).count();
        text += formatted("{:12.6f} {} {}\n", seconds, marks[static_cast<std::size_t>(line.from)],
                          printable(line.text));
    }
    return text;
}

std::string Transcript::lastWords() const
{
    for (const Line& line : lines_ | std::views::reverse) {
        if (line.from == From::GdbErrors && !line.text.empty()) {
            return printable(line.text);
        }
        if (line.from == From::Gdb && line.text.starts_with('&')) {
            std::string words = mi::parse(line.text)->text.text();
            while (words.ends_with('\n')) {
                words.pop_back();
            }
            if (!words.empty()) {
                return printable(words);
            }
        }
    }
    return {};
}

} // namespace rumpus
