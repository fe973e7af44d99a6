// Whole small files, read with a limit and saved so that a crash leaves the old or the new one.
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/error.h"

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>

namespace rumpus {

/// The bytes of a regular file of at most `limit` bytes. Errors name the file and the system's reason.
Result<std::string> readFile(const std::filesystem::path& file, std::uint64_t limit = 16U << 20U);

/// Replaces a file's content at once (QSaveFile: written beside it, synced, renamed).
Result<void> saveFile(const std::filesystem::path& file, std::string_view content);

/// Replaces a file's content at once for its readers, but does not wait for the disk: for what a crash of
/// the machine ends anyway.
Result<void> publishFile(const std::filesystem::path& file, std::string_view content);

/// Writes all the bytes to an open file. False: errno says why not.
bool writeAll(int file, std::string_view bytes);

} // namespace rumpus
