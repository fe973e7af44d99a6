// A regular file opened for bounded reading: never mapped, so that one that shrinks cannot kill us.
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/error.h"

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>

namespace rumpus {

/// "cannot read NAME: reason", with what to do about it.
std::unexpected<Error> cannotRead(const std::filesystem::path& path, std::string_view reason,
                                  std::string_view cure = {});

class InputFile {
public:
    /// Errors: not there, no permission, a circle of links, not a regular file, empty.
    static Result<InputFile> open(const std::filesystem::path& path);

    InputFile(InputFile&& other) noexcept;
    InputFile& operator=(InputFile&& other) noexcept;
    InputFile(const InputFile&) = delete;
    InputFile& operator=(const InputFile&) = delete;
    ~InputFile();

    [[nodiscard]] const std::filesystem::path& path() const { return path_; }
    [[nodiscard]] int descriptor() const { return descriptor_; }
    [[nodiscard]] std::uint64_t size() const { return size_; }

    /// The bytes from `offset` on: fewer than `length` where the file ends or cannot be read.
    [[nodiscard]] std::string read(std::uint64_t offset, std::size_t length) const;

    /// True where `text` stands within the `length` bytes from `offset`; at most 16 MiB are searched.
    [[nodiscard]] bool contains(std::uint64_t offset, std::uint64_t length, std::string_view text) const;

private:
    InputFile(std::filesystem::path path, int descriptor, std::uint64_t size);

    std::filesystem::path path_;
    int descriptor_ = -1;
    std::uint64_t size_ = 0;
};

} // namespace rumpus
