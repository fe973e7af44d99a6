// How an ELF image can be entered: its multiboot headers, its Xen notes, its entry point.
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/image/elf_file.h"
#include "core/image/image.h"

#include <span>

namespace rumpus {

struct MultibootHeader {
    std::uint64_t offset = 0; ///< in the file
    bool givesAddresses = false;
    std::optional<std::uint32_t> entry; ///< where the header itself says it
};

/// Multiboot Specification 0.6.96 §3.1: within the first 8 KiB, 4-byte aligned, checksum to zero.
std::optional<MultibootHeader> findMultiboot1(std::string_view head);
/// Multiboot2 Specification 2.0 §3.1: within the first 32 KiB, 8-byte aligned, checksum to zero.
std::optional<MultibootHeader> findMultiboot2(std::string_view head);
/// What of a file those two look at.
inline constexpr std::size_t multibootHead = 32768;

struct Boots {
    std::vector<BootEntry> entries;   ///< best first
    std::vector<std::string> remarks; ///< what is there but cannot be used, one clause each
};
Boots findBoots(const ElfFile& elf, std::string_view head, std::span<const Note> notes);

} // namespace rumpus
