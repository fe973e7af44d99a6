// LogPosition: a place in a log that is rotated: files change their names then, and nothing else.
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <sys/stat.h>

namespace rumpus {

struct LogPosition {
    std::uint64_t device = 0;
    std::uint64_t inode = 0;
    std::uint64_t offset = 0;

    /// The end that a file has now; all zero where there is none.
    static LogPosition endOf(const std::filesystem::path& file)
    {
        struct stat status{};
        return ::stat(file.c_str(), &status) == 0
                   ? LogPosition{status.st_dev, status.st_ino, static_cast<std::uint64_t>(status.st_size)}
                   : LogPosition{};
    }
};

/// virtlogd keeps 3 unless it is told otherwise (virtlogd.conf, max_backups).
inline constexpr unsigned mostLogGenerations = 100;

/// NAME for 0, NAME.0 for 1, NAME.1 for 2 …
inline std::filesystem::path logGeneration(const std::filesystem::path& file, unsigned age)
{
    return age == 0 ? file : std::filesystem::path(file.native() + "." + std::to_string(age - 1));
}

} // namespace rumpus
