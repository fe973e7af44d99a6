// The words in which logs of another machine are fetched: what its shell is to do, and what it answers.
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/error.h"

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace rumpus {

/// How far a log is known: the file it was in, by its inode (0: nothing is known), and the bytes of it.
struct LogProgress {
    std::uint64_t inode = 0;
    std::uint64_t offset = 0;

    bool operator==(const LogProgress&) const = default;
};

/// A log there, and how much of it is of others before.
struct HostLog {
    std::filesystem::path file; ///< empty: there is none
    LogProgress begin;

    bool operator==(const HostLog&) const = default;
};

/// The script for sh(1) of any machine with GNU's or busybox's stat, tail and head. Its input has a line
/// "NUMBER INODE OFFSET PATH" for each log. It follows virtlogd's rotation (PATH.0 is the file before PATH,
/// PATH.1 the one before that), and logrotate's of xenconsoled's logs (which has no PATH.0).
std::string_view logFetchScript();

/// A line of its input. Errors: a path that cannot stand in a line.
Result<std::string> logFetchLine(std::size_t number, const LogProgress& known, std::string_view path);

/// What has come of one log.
struct LogPiece {
    enum class Kind : std::uint8_t {
        Bytes,
        Skipped,    ///< files between were dropped: bytes are missing before the next
        Unreadable, ///< for others only: no bytes come with it
    };
    std::size_t number = 0;
    Kind kind = Kind::Bytes;
    LogProgress known; ///< after it
    std::string_view bytes;
    bool more = false;       ///< there is more already
    std::uint64_t count = 0; ///< of bytes that are there; `known` is before them
    unsigned age = 0;        ///< where they are (log_position.h, logGeneration)

    bool operator==(const LogPiece&) const = default;
};

/// Reads the script's output; the bytes are views of it. What comes after something that is no piece is left
/// out: it is asked for again.
std::vector<LogPiece> logPieces(std::string_view output);

} // namespace rumpus
