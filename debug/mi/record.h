// One line of what GDB's machine interface writes, as a value.
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "debug/mi/value.h"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

namespace rumpus::mi {

/// What a line is; by its first character (GDB manual, "GDB/MI Output Syntax").
enum class Kind : std::uint8_t {
    Result,        ///< `^`: the answer to a command
    Exec,          ///< `*`: the program runs or stopped
    Status,        ///< `+`: progress of a slow command
    Notify,        ///< `=`: something else changed
    ConsoleStream, ///< `~`: for the user to read
    TargetStream,  ///< `@`: output of the program, through the stub
    LogStream,     ///< `&`: what GDB says of itself; echoes and warnings
    Prompt,        ///< `(gdb)`
    Unknown,       ///< no MI at all: what a program or a library wrote in between
    Malformed,     ///< starts as MI and goes wrong
};

/// A name for logs and messages: "result", "malformed record".
std::string_view toString(Kind kind);

/// Why and where a line is malformed.
struct Problem {
    std::string_view expected; ///< what should stand there, as a noun phrase
    std::size_t offset = 0;    ///< bytes from the start of the line
};

/// A parsed line. What it shows of the line is valid as long as the Message or Parser that it came from.
struct Record {
    Kind kind = Kind::Unknown;
    /// What the line would be if it were well-formed; `kind` itself where it is.
    Kind meant = Kind::Unknown;
    /// The command's number, where the line starts with one that fits.
    std::optional<std::uint64_t> token;
    /// "done", "error", "stopped", "breakpoint-modified"; empty for streams, prompts and unknown lines. Of a
    /// malformed record: what could be read of it.
    std::string_view klass;
    /// A tuple of all results; of a malformed record those that stand before the fault, the last one perhaps
    /// cut short. Missing for streams, prompts and unknown lines.
    Value results;
    /// A stream's words (of a malformed one too), or an unknown line as it is: a string. Missing for
    /// everything else.
    Value text;
    /// Set if and only if the record is malformed.
    std::optional<Problem> problem;
    /// The whole line.
    std::string_view line;

    [[nodiscard]] Value operator[](std::string_view name) const { return results[name]; }

    /// Whether a command waits for this line and nothing else: a result with a token, malformed or not.
    [[nodiscard]] bool answersCommand() const { return meant == Kind::Result && token.has_value(); }
};

} // namespace rumpus::mi
