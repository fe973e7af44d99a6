// Bytes as they come from a process, to lines.
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace rumpus::mi {

/// Gathers slices of any size and gives whole lines, ended by \n or \r\n. Linear in the bytes; never holds
/// more than one longest line besides what was added and not yet asked for.
class LineSplitter {
public:
    static constexpr std::size_t defaultLimit = std::size_t{64} << 20U;

    /// A line without its end. One longer than the limit is cut there and says so; the rest of it is skipped.
    struct Line {
        std::string_view text;
        bool cut = false;
    };

    /// `limit` is in bytes, without the line's end.
    explicit LineSplitter(std::size_t limit = defaultLimit) : limit_(limit) {}

    void add(std::string_view bytes);
    /// The next line, valid until the next call of `add`; nothing where more bytes are needed.
    std::optional<Line> next();
    /// What is left without a newline when there are no more bytes; nothing where there is nothing.
    std::optional<Line> last();

private:
    std::optional<Line> cutUnfinished();

    std::size_t limit_;
    std::string bytes_;
    std::size_t start_ = 0;   // of the line that is next
    std::size_t scanned_ = 0; // up to here there is no newline
    bool skipping_ = false;   // the rest of a line that was cut
};

} // namespace rumpus::mi
