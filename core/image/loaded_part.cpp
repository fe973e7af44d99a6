// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/image/loaded_part.h"

#include "core/base/format.h"
#include "core/base/text.h"
#include "core/image/elf_file.h"

#include <algorithm>
#include <cstddef>

namespace rumpus {

namespace {

/// Says that there is no section table: e_shoff, e_shnum and e_shstrndx of the header (ELF gABI, chapter 4).
template <typename Header>
void dropSectionTable(std::string& image)
{
    const auto clear = [&image](std::size_t offset, std::size_t size) {
        std::fill_n(image.begin() + static_cast<std::ptrdiff_t>(offset), size, '\0');
    };
    clear(offsetof(Header, e_shoff), sizeof(Header::e_shoff));
    clear(offsetof(Header, e_shnum), sizeof(Header::e_shnum));
    clear(offsetof(Header, e_shstrndx), sizeof(Header::e_shstrndx));
}

} // namespace

Result<std::string> loadedPart(const std::filesystem::path& image)
{
    Result<InputFile> input = InputFile::open(image);
    if (!input) {
        return std::unexpected(input.error());
    }
    const Result<ElfFile> elf = ElfFile::open(std::move(*input));
    if (!elf) {
        return std::unexpected(elf.error());
    }
    std::uint64_t end =
        elf->header().e_phoff + std::uint64_t{elf->header().e_phentsize} * elf->segments().size();
    for (const GElf_Phdr& segment : elf->segments()) {
        if (segment.p_offset > elf->file().size() ||
            segment.p_filesz > elf->file().size() - segment.p_offset) {
            return inputError(
                formatted("{} is cut off: a segment is not wholly in it", printable(image.native())),
                "build it again");
        }
        end = std::max(end, segment.p_offset + segment.p_filesz);
    }
    std::string part = elf->file().read(0, end);
    if (part.size() < end) {
        return cannotRead(image, "it became shorter while it was read");
    }
    if (elf->is64()) {
        dropSectionTable<Elf64_Ehdr>(part);
    } else {
        dropSectionTable<Elf32_Ehdr>(part);
    }
    return part;
}

} // namespace rumpus
