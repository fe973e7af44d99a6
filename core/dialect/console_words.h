// Console words: what a guest says of its own end, recognised in its console, line by line.
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/dialect/console_lines.h"
#include "core/image/image.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace rumpus {

/// What a guest said of its end.
struct SpokenEnd {
    enum class How : std::uint8_t {
        Ended,   ///< the application returned or called exit
        Crashed, ///< a trap, a panic, an abort
    };
    How how = How::Ended;
    std::optional<int> status; ///< the application's exit status, where said
    std::string words;         ///< the line that said so, made printable
    bool final = false;        ///< the guest does nothing more after this line

    bool operator==(const SpokenEnd&) const = default;
};

/// Follows a console and remembers what it said of the guest's end. Lines may come in pieces.
class EndListener {
public:
    explicit EndListener(ImageKind kind);

    /// Takes the next bytes of the console. True where they changed what `end` says.
    bool hear(std::string_view bytes);

    /// What was said so far. A crash is not undone by a later word of an end.
    const std::optional<SpokenEnd>& end() const { return end_; }

private:
    bool hearLine(std::string_view line);

    ImageKind kind_;
    ConsoleLines lines_;
    std::optional<SpokenEnd> end_;
};

} // namespace rumpus
