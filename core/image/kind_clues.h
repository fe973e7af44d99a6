// KindClues: what an image's kind is told by, and how it is found.
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/image/boot.h"
#include "core/image/elf_file.h"
#include "core/image/kind.h"

namespace rumpus {

/// What an ELF file is recognised by.
struct KindClues {
    const ElfFile& elf;
    std::span<const Note> notes;
    const Boots& boots;
};

struct KindVerdict {
    ImageKind kind;
    Evidence evidence;
};
KindVerdict detectKind(const KindClues& clues);
/// The same for what is no ELF file: kind and evidence are completed.
void detectForeignKind(Image& image);

/// The boots that make sense for an image of that kind; none for an object file.
std::vector<BootEntry> bootsOfKind(ImageKind kind, const KindClues& clues);

// What the tests of several kinds look for.

bool hasSection(const KindClues& clues, std::string_view name);
bool bootsBy(const KindClues& clues, BootProtocol protocol);
/// What the image tells Xen of itself; empty: nothing.
std::string guestOs(const KindClues& clues);
Evidence ifGuestOs(const KindClues& clues, std::string_view name);

} // namespace rumpus
