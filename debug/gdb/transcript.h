// Transcript: what was said to GDB and by it, with times, for bug reports and for the GDB view.
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <chrono>
#include <cstddef>
#include <deque>
#include <string>
#include <string_view>

namespace rumpus {

class Transcript {
public:
    enum class From : std::uint8_t { Us, Gdb, GdbErrors };

    struct Line {
        std::chrono::microseconds time; ///< since the transcript began
        From from = From::Us;
        std::string text; ///< without its newline; cut at longestLine
    };

    static constexpr std::size_t longestLine = std::size_t{64} << 10U;
    /// The oldest lines are forgotten when all take more bytes than this.
    static constexpr std::size_t largest = std::size_t{8} << 20U;

    void add(From from, std::string_view text);
    const std::deque<Line>& lines() const { return lines_; }
    /// "   12.345678 > 7-exec-continue": seconds, who (> us, < GDB, ! GDB's stderr), the line.
    std::string text() const;
    /// The last words of GDB's stderr and of its log stream; empty: none.
    std::string lastWords() const;

private:
    std::chrono::steady_clock::time_point start_ = std::chrono::steady_clock::now();
    std::deque<Line> lines_;
    std::size_t bytes_ = 0;
};

} // namespace rumpus
