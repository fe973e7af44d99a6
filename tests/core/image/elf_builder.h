// A small ELF writer: makes the images that the tests read, byte for byte as they ask.
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <gtest/gtest.h>

#include <cstdint>
#include <cstring>
#include <elf.h>
#include <filesystem>
#include <fstream>
#include <string>
#include <string_view>
#include <unistd.h>
#include <utility>
#include <vector>

namespace rumpus::testing {

/// `value` as `width` little-endian bytes.
inline std::string le(std::uint64_t value, std::size_t width)
{
    std::string bytes;
    for (std::size_t i = 0; i < width; ++i) {
        bytes += static_cast<char>(value >> (8 * i));
    }
    return bytes;
}

inline std::string padded(std::string bytes, std::size_t alignment)
{
    bytes.resize((bytes.size() + alignment - 1) / alignment * alignment);
    return bytes;
}

/// An ELF note with 4-byte alignment.
inline std::string note(std::string_view owner, std::uint32_t type, std::string_view description)
{
    return le(owner.size() + 1, 4) + le(description.size(), 4) + le(type, 4) +
           padded(std::string(owner) + '\0', 4) + padded(std::string(description), 4);
}

/// A multiboot 1 header with the address fields that an ELF64 kernel at `base` needs, or without.
inline std::string multiboot1(std::uint32_t base, std::uint32_t entry, bool addresses = true)
{
    const std::uint32_t flags = addresses ? 0x00010003 : 0x00000003;
    std::string header = le(0x1badb002, 4) + le(flags, 4) + le(0U - 0x1badb002U - flags, 4);
    return addresses ? header + le(base, 4) + le(base, 4) + le(0, 4) + le(0, 4) + le(entry, 4) : header;
}

inline std::string multiboot2(std::uint32_t entry)
{
    const std::string tags = le(3, 2) + le(0, 2) + le(12, 4) + le(entry, 4) + le(0, 4) + le(0, 4) + le(8, 4);
    const auto length = static_cast<std::uint32_t>(16 + tags.size());
    return le(0xe85250d6, 4) + le(0, 4) + le(length, 4) + le(0U - 0xe85250d6U - length, 4) + tags;
}

class ElfBuilder {
public:
    struct Section {
        std::string name;
        std::uint32_t type = SHT_PROGBITS;
        std::uint64_t flags = 0;
        std::uint64_t address = 0;
        std::string content;
        std::uint64_t nobits = 0;
        std::uint32_t link = 0;
        std::uint64_t entrySize = 0;
    };
    struct SymbolEntry {
        std::string name;
        std::uint64_t value = 0;
        std::uint64_t size = 0;
        unsigned char type = STT_FUNC;
        std::uint16_t section = 1;
        unsigned char bind = STB_GLOBAL;
    };
    struct Segment {
        std::uint32_t type = PT_LOAD;
        std::uint64_t physical = 0;
        std::uint64_t virtualAddress = 0;
        std::uint64_t memory = 0;
        std::uint64_t file = 0;
        std::uint64_t offset = 0x1000;
    };

    bool wide = true;
    std::uint16_t type = ET_EXEC;
    std::uint16_t machine = EM_X86_64;
    std::uint64_t entry = 0x100010;
    std::vector<Segment> segments;

    /// Section contents stand one after the other from 0x1000 on; the index counts from 1.
    std::size_t add(Section section)
    {
        sections_.push_back(std::move(section));
        return sections_.size();
    }
    std::size_t addNotes(std::string name, std::string notes)
    {
        return add(
            {.name = std::move(name), .type = SHT_NOTE, .flags = SHF_ALLOC, .content = std::move(notes)});
    }
    /// The usual beginning: .text at 1 MiB, in a LOAD segment of its own.
    ElfBuilder& withText(std::string content = std::string(256, '\x90'), std::uint64_t base = 0x100000)
    {
        segments.push_back({PT_LOAD, base, base, content.size(), content.size(), 0x1000});
        add({.name = ".text",
             .flags = SHF_ALLOC | SHF_EXECINSTR,
             .address = base,
             .content = std::move(content)});
        return *this;
    }
    ElfBuilder& withSymbols(const std::vector<SymbolEntry>& symbols)
    {
        std::string table(wide ? 24 : 16, '\0');
        std::string names(1, '\0');
        for (const SymbolEntry& symbol : symbols) {
            const std::string info{static_cast<char>((symbol.bind << 4) | symbol.type), '\0'};
            const std::string place = info + le(symbol.section, 2);
            const std::string value = le(symbol.value, width()) + le(symbol.size, width());
            table += le(names.size(), 4) + (wide ? place + value : value + place);
            names += symbol.name + '\0';
        }
        const std::size_t index = add({.name = ".strtab", .type = SHT_STRTAB, .content = names});
        add({.name = ".symtab",
             .type = SHT_SYMTAB,
             .content = table,
             .link = static_cast<std::uint32_t>(index),
             .entrySize = wide ? 24U : 16U});
        return *this;
    }

    /// Where a section's content stands in the file.
    [[nodiscard]] std::uint64_t offsetOf(std::size_t index) const
    {
        std::uint64_t at = bodyOffset;
        for (std::size_t i = 0; i + 1 < index; ++i) {
            at += padded(sections_[i].content, 16).size();
        }
        return at;
    }

    /// A PT_NOTE segment over that section.
    ElfBuilder& withNoteSegment(std::size_t index)
    {
        const std::uint64_t size = sections_[index - 1].content.size();
        segments.push_back({PT_NOTE, 0, 0, size, size, offsetOf(index)});
        return *this;
    }
    ElfBuilder& withInterpreter(std::string path)
    {
        const std::size_t index =
            add({.name = ".interp", .flags = SHF_ALLOC, .content = std::move(path) + '\0'});
        const std::uint64_t size = sections_[index - 1].content.size();
        segments.push_back({PT_INTERP, 0, 0, size, size, offsetOf(index)});
        return *this;
    }

    [[nodiscard]] std::string build() const
    {
        std::string names(1, '\0');
        std::string body;
        std::string headers(wide ? sizeof(Elf64_Shdr) : sizeof(Elf32_Shdr), '\0');
        for (const Section& section : sections_) {
            headers += sectionHeader(section, names.size(), bodyOffset + body.size());
            names += section.name + '\0';
            body += padded(section.content, 16);
        }
        const Section table{.name = ".shstrtab", .type = SHT_STRTAB, .content = names + ".shstrtab" + '\0'};
        headers += sectionHeader(table, names.size(), bodyOffset + body.size());
        body += padded(table.content, 16);

        std::string file = fileHeader(bodyOffset + body.size());
        for (const Segment& segment : segments) {
            file += programHeader(segment);
        }
        file.resize(bodyOffset);
        return file + body + headers;
    }

private:
    static constexpr std::uint64_t bodyOffset = 0x1000;

    [[nodiscard]] std::size_t width() const { return wide ? 8 : 4; }

    [[nodiscard]] std::string fileHeader(std::uint64_t sectionHeaders) const
    {
        const std::string identity{'\x7f', 'E', 'L', 'F', static_cast<char>(wide ? 2 : 1), 1, 1};
        const std::size_t size = wide ? 64 : 52;
        return padded(identity, 16) + le(type, 2) + le(machine, 2) + le(1, 4) + le(entry, width()) +
               le(size, width()) + le(sectionHeaders, width()) + le(0, 4) + le(size, 2) +
               le(wide ? 56 : 32, 2) + le(segments.size(), 2) + le(wide ? 64 : 40, 2) +
               le(sections_.size() + 2, 2) + le(sections_.size() + 1, 2);
    }
    [[nodiscard]] std::string programHeader(const Segment& segment) const
    {
        const std::size_t w = width();
        const std::string places =
            le(segment.offset, w) + le(segment.virtualAddress, w) + le(segment.physical, w);
        const std::string sizes = le(segment.file, w) + le(segment.memory, w);
        return wide ? le(segment.type, 4) + le(7, 4) + places + sizes + le(4, 8)
                    : le(segment.type, 4) + places + sizes + le(7, 4) + le(4, 4);
    }
    [[nodiscard]] std::string sectionHeader(const Section& section, std::size_t name,
                                            std::uint64_t offset) const
    {
        const std::size_t w = width();
        const std::uint64_t size = section.type == SHT_NOBITS ? section.nobits : section.content.size();
        return le(name, 4) + le(section.type, 4) + le(section.flags, w) + le(section.address, w) +
               le(offset, w) + le(size, w) + le(section.link, 4) + le(0, 4) + le(4, w) +
               le(section.entrySize, w);
    }

    std::vector<Section> sections_;
};

/// DWARF 4 for one compile unit: its code, one variable, one base type.
struct DwarfUnit {
    std::string name;
    std::string directory;
    std::uint64_t code = 0;
    std::uint64_t codeSize = 0;
    std::uint64_t variable = 0;
    bool types = true;
};

inline void addDwarf(ElfBuilder& elf, const std::vector<DwarfUnit>& units)
{
    using namespace std::string_literals;
    // 1: compile unit {name, comp_dir, low_pc, high_pc}; 2: variable {name, location}; 3: base type {name}
    const std::string abbreviations = "\x01\x11\x01\x03\x08\x1b\x08\x11\x01\x12\x07\x00\x00"
                                      "\x02\x34\x00\x03\x08\x02\x18\x00\x00"
                                      "\x03\x24\x00\x03\x08\x00\x00\x00"s;
    std::string info;
    for (const DwarfUnit& unit : units) {
        std::string die =
            "\x01"s + unit.name + '\0' + unit.directory + '\0' + le(unit.code, 8) + le(unit.codeSize, 8);
        die += unit.types ? "\x03int\0"s : ""s;
        die += "\x02v\0\x09\x03"s + le(unit.variable, 8) + '\0';
        const std::string rest = le(4, 2) + le(0, 4) + le(8, 1) + die;
        info += le(rest.size(), 4) + rest;
    }
    elf.add({.name = ".debug_abbrev", .content = abbreviations});
    elf.add({.name = ".debug_info", .content = info});
    elf.add({.name = ".debug_line", .content = std::string(16, '\0')});
}

/// A sprig of 512 bytes of code and 64 KiB of .bss: the first 256 bytes are the application's.
inline ElfBuilder sprigImage(const std::vector<ElfBuilder::SymbolEntry>& symbols)
{
    ElfBuilder elf;
    elf.withText(std::string(512, '\x90'));
    elf.add({.name = ".bss",
             .type = SHT_NOBITS,
             .flags = SHF_ALLOC | SHF_WRITE,
             .address = 0x110000,
             .nobits = 0x10000});
    elf.addNotes(".note.sprig", note("sprig", 1, "1.0"));
    addDwarf(elf, {{"app.c", "/home/me/hello", 0x100000, 256, 0x110000},
                   {"../net/udp.c", "/x/sprig/kernel", 0x100100, 256, 0x111000}});
    return elf.withSymbols(symbols);
}

/// A folder for one test, gone after it.
class Folder {
public:
    Folder()
    {
        std::string name = (std::filesystem::temp_directory_path() / "rumpus-image-XXXXXX").string();
        path_ = ::mkdtemp(name.data());
    }
    Folder(const Folder&) = delete;
    Folder& operator=(const Folder&) = delete;
    ~Folder()
    {
        std::error_code ignored;
        std::filesystem::remove_all(path_, ignored);
    }

    [[nodiscard]] const std::filesystem::path& path() const { return path_; }
    std::filesystem::path write(const std::filesystem::path& name, std::string_view content)
    {
        const std::filesystem::path file = path_ / name;
        std::filesystem::create_directories(file.parent_path());
        std::filesystem::remove(file); // some file systems wait for the disk where a file is written over
        std::ofstream(file, std::ios::binary) << content;
        return file;
    }

private:
    std::filesystem::path path_;
};

} // namespace rumpus::testing
