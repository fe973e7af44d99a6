// ELF notes: found in segments and in sections, named, put into words; what Xen and Solo5 say in them.
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/image/elf_file.h"
#include "core/image/image.h"

#include <optional>
#include <span>

namespace rumpus {

/// Xen's ELF notes (xen/include/public/elfnote.h), as far as something here depends on them.
namespace xen_note {
inline constexpr std::uint32_t entry = 1;
inline constexpr std::uint32_t xenVersion = 5;
inline constexpr std::uint32_t guestOs = 6;
inline constexpr std::uint32_t loader = 8;
inline constexpr std::uint32_t phys32Entry = 18;
} // namespace xen_note

/// Solo5's notes (include/elf_abi.h, include/mft_abi.h).
namespace solo5_note {
inline constexpr std::uint32_t abi = 0x31494241;      // "ABI1"
inline constexpr std::uint32_t manifest = 0x3154464d; // "MFT1"
} // namespace solo5_note

inline constexpr std::uint32_t sprigNote = 1;
inline constexpr std::uint32_t hermitNote = 0x5a00;
inline constexpr std::string_view xenGuestSection = "__xen_guest";

/// All notes: each once, though a segment and a section may both hold it. The legacy section
/// __xen_guest comes as a note of that owner, with its text as the description.
std::vector<Note> readNotes(const ElfFile& elf);

const Note* findNote(std::span<const Note> notes, std::string_view owner, std::uint32_t type);

/// The number in a note's descriptor of 4 or 8 bytes.
std::optional<std::uint64_t> noteNumber(const ElfFile& elf, const Note& note);

/// What the image tells Xen as text: a Xen note of that type, or KEY=… in __xen_guest.
std::string xenText(std::span<const Note> notes, std::uint32_t type, std::string_view key);

/// Lower-case hex; empty where there is no build id.
std::string buildIdOf(std::span<const Note> notes);

std::vector<ManifestDevice> readManifest(const ElfFile& elf, std::span<const Note> notes);

} // namespace rumpus
