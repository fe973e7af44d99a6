// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/image/boot.h"

#include "core/base/format.h"
#include "core/base/text.h"
#include "core/image/notes.h"

#include <algorithm>

namespace rumpus {

namespace {

constexpr std::uint32_t multiboot1Magic = 0x1badb002;
constexpr std::uint32_t multiboot1Addresses = 1U << 16U;
constexpr std::uint32_t multiboot2Magic = 0xe85250d6;
constexpr std::size_t multiboot1Head = 8192;

/// Both headers are little-endian, whatever the ELF file says of itself.
std::uint32_t word(std::string_view head, std::size_t offset)
{
    std::uint32_t value = 0;
    for (std::size_t i = 4; i-- > 0;) {
        value = (value << 8U) | static_cast<std::uint8_t>(head[offset + i]);
    }
    return value;
}

std::optional<std::uint32_t> multiboot2Entry(std::string_view header)
{
    static constexpr std::uint32_t entryTag = 3; // MULTIBOOT_HEADER_TAG_ENTRY_ADDRESS
    std::size_t at = 16;
    while (at + 12 <= header.size()) {
        const std::uint32_t type = word(header, at) & 0xffffU;
        const std::size_t size = word(header, at + 4);
        if (type == entryTag) {
            return word(header, at + 8);
        }
        if (type == 0 || size < 8) {
            break;
        }
        at += (size + 7) & ~std::size_t{7};
    }
    return std::nullopt;
}

void addMultiboot1(const ElfFile& elf, std::string_view head, Boots& boots)
{
    const auto header = findMultiboot1(head);
    if (!header) {
        return;
    }
    if (!header->givesAddresses && elf.is64()) {
        boots.remarks.push_back(formatted("multiboot header at {:#x} of the file without addresses: loaders "
                                          "refuse that for a 64-bit ELF file",
                                          header->offset));
        return;
    }
    const auto entry = header->entry ? std::uint64_t{*header->entry} : elf.header().e_entry;
    boots.entries.push_back({BootProtocol::Multiboot1, entry, 32});
}

void addXen(const ElfFile& elf, std::span<const Note> notes, Boots& boots)
{
    // What Xen itself asks for (xen/common/libelf/libelf-dominfo.c, elf_xen_note_check): its version, and
    // the generic loader or Linux; where no note says the entry, ELF's own is taken.
    const bool forXen = xenText(notes, xen_note::xenVersion, "XEN_VER").starts_with("xen-3.0");
    const bool generic = xenText(notes, xen_note::loader, "LOADER").starts_with("generic") ||
                         xenText(notes, xen_note::guestOs, "GUEST_OS").starts_with("linux");
    const Note* entryNote = findNote(notes, "Xen", xen_note::entry);
    if (entryNote == nullptr && (!forXen || !generic)) {
        return;
    }
    const auto entry = entryNote != nullptr ? noteNumber(elf, *entryNote) : std::nullopt;
    boots.entries.push_back(
        {BootProtocol::XenPv, entry.value_or(elf.header().e_entry), elf.is64() ? 64 : 32});
}

} // namespace

std::optional<MultibootHeader> findMultiboot1(std::string_view head)
{
    head = head.substr(0, multiboot1Head);
    for (std::size_t at = 0; at + 12 <= head.size(); at += 4) {
        const std::uint32_t flags = word(head, at + 4);
        if (word(head, at) != multiboot1Magic || multiboot1Magic + flags + word(head, at + 8) != 0) {
            continue;
        }
        MultibootHeader header{
            .offset = at, .givesAddresses = (flags & multiboot1Addresses) != 0, .entry = {}};
        if (header.givesAddresses && at + 32 <= head.size()) {
            header.entry = word(head, at + 28);
        }
        return header;
    }
    return std::nullopt;
}

std::optional<MultibootHeader> findMultiboot2(std::string_view head)
{
    head = head.substr(0, multibootHead);
    for (std::size_t at = 0; at + 16 <= head.size(); at += 8) {
        const std::uint32_t length = word(head, at + 8);
        if (word(head, at) == multiboot2Magic &&
            multiboot2Magic + word(head, at + 4) + length + word(head, at + 12) == 0) {
            const auto entry = multiboot2Entry(head.substr(at, length));
            return MultibootHeader{.offset = at, .givesAddresses = entry.has_value(), .entry = entry};
        }
    }
    return std::nullopt;
}

Boots findBoots(const ElfFile& elf, std::string_view head, std::span<const Note> notes)
{
    Boots boots;
    addMultiboot1(elf, head, boots);
    if (const Note* pvh = findNote(notes, "Xen", xen_note::phys32Entry)) {
        if (const auto entry = noteNumber(elf, *pvh)) {
            boots.entries.push_back({BootProtocol::Pvh, entry, 32});
        } else {
            boots.remarks.push_back(
                formatted("a PVH note of {}, where 4 or 8 bytes belong", counted(pvh->raw.size(), "byte")));
        }
    }
    addXen(elf, notes, boots);
    if (const auto header = findMultiboot2(head)) {
        const auto entry = header->entry ? std::uint64_t{*header->entry} : elf.header().e_entry;
        boots.entries.push_back({BootProtocol::Multiboot2, entry, 32});
    }
    // a program for an operating system has an entry point too, but wants an interpreter or is moved
    if (boots.entries.empty() && elf.header().e_type == ET_EXEC && elf.header().e_entry != 0 &&
        elf.segmentOfType(PT_INTERP) == nullptr) {
        boots.entries.push_back({BootProtocol::PlainElf, elf.header().e_entry, elf.is64() ? 64 : 32});
    }
    return boots;
}

} // namespace rumpus
