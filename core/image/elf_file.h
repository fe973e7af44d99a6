// An ELF file opened by libelf, with every count and size checked before libelf may act on it.
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/image/input_file.h"

#include <gelf.h>

#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace rumpus {

struct ElfSection {
    std::string name; ///< at most 255 bytes of it
    GElf_Shdr header{};
    [[nodiscard]] bool occupiesFile() const
    {
        return header.sh_type != SHT_NOBITS && header.sh_type != SHT_NULL;
    }
};

class ElfFile {
public:
    /// Takes a file that begins with the ELF magic. Errors: truncated, corrupt, more tables than we read.
    static Result<ElfFile> open(InputFile file);

    [[nodiscard]] const InputFile& file() const { return file_; }
    [[nodiscard]] Elf* handle() const { return elf_.get(); }
    [[nodiscard]] const GElf_Ehdr& header() const { return header_; }
    [[nodiscard]] const std::vector<GElf_Phdr>& segments() const { return segments_; }
    /// In the file's order, the empty first one too, so that indices are ELF section indices.
    [[nodiscard]] const std::vector<ElfSection>& sections() const { return sections_; }

    [[nodiscard]] bool is64() const { return header_.e_ident[EI_CLASS] == ELFCLASS64; }
    [[nodiscard]] bool isBigEndian() const { return header_.e_ident[EI_DATA] == ELFDATA2MSB; }

    [[nodiscard]] const ElfSection* section(std::string_view name) const;
    [[nodiscard]] const ElfSection* sectionOfType(std::uint32_t type) const;
    [[nodiscard]] const GElf_Phdr* segmentOfType(std::uint32_t type) const;

    /// True for what `objcopy --only-keep-debug` leaves: code sections without content.
    [[nodiscard]] bool holdsOnlyDebug() const;

    /// A stretch of the file in this machine's byte order, or null where it is not wholly in the file or
    /// larger than `most`. It lives as long as this object.
    [[nodiscard]] Elf_Data* data(std::uint64_t offset, std::uint64_t size, Elf_Type type,
                                 std::uint64_t most) const;

    /// An unsigned integer of the file's byte order that starts the bytes; they must be long enough.
    [[nodiscard]] std::uint64_t number(std::string_view bytes, std::size_t width) const;

private:
    struct EndElf {
        void operator()(Elf* elf) const { elf_end(elf); }
    };

    ElfFile(InputFile file, Elf* elf, const GElf_Ehdr& header);
    Result<void> readSegments();
    Result<void> readSections();

    InputFile file_;
    std::unique_ptr<Elf, EndElf> elf_;
    GElf_Ehdr header_{};
    std::vector<GElf_Phdr> segments_;
    std::vector<ElfSection> sections_;
};

/// Names in a string table (.strtab), by offset; empty where the offset is outside or nothing ends the name.
std::string_view stringAt(std::string_view table, std::uint64_t offset, std::size_t most);

} // namespace rumpus
