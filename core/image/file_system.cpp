// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/image/file_system.h"

#include "core/image/input_file.h"

#include <algorithm>
#include <array>
#include <string_view>

namespace rumpus {

namespace {

using namespace std::string_view_literals;

struct Mark {
    std::uint64_t offset;
    std::string_view bytes;
    std::string_view name;
};

constexpr std::uint64_t ffsMagic = 1372; // of the superblock
constexpr std::array<Mark, 6> marks{{
    {.offset = 8192 + ffsMagic, .bytes = "\x54\x19\x01\x00"sv, .name = "ffs"},
    {.offset = 8192 + ffsMagic, .bytes = "\x00\x01\x19\x54"sv, .name = "ffs"},
    {.offset = 65536 + ffsMagic, .bytes = "\x19\x01\x54\x19"sv, .name = "ffs"},
    {.offset = 65536 + ffsMagic, .bytes = "\x19\x54\x01\x19"sv, .name = "ffs"},
    {.offset = 1024 + 56, .bytes = "\x53\xef"sv, .name = "ext2"},
    {.offset = 32768 + 1, .bytes = "CD001"sv, .name = "cd9660"},
}};

} // namespace

std::optional<std::string> fileSystemIn(const std::filesystem::path& image)
{
    const Result<InputFile> file = InputFile::open(image);
    if (!file) {
        return std::nullopt;
    }
    const auto found = std::ranges::find_if(
        marks, [&](const Mark& mark) { return file->read(mark.offset, mark.bytes.size()) == mark.bytes; });
    return found == marks.end() ? std::nullopt : std::optional<std::string>(found->name);
}

} // namespace rumpus
