// What sort of unikernel an ELF image is: one small test a kind, each of which gives its evidence.
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/image/boot.h"
#include "core/image/elf_file.h"
#include "core/image/image.h"

#include <span>

namespace rumpus {

/// What the tests look at.
struct KindClues {
    const ElfFile& elf;
    std::span<const Note> notes;
    const Boots& boots;
};

struct KindVerdict {
    ImageKind kind = ImageKind::Generic;
    std::vector<std::string> evidence;
};
KindVerdict detectKind(const KindClues& clues);

/// The boots that make sense for an image of that kind: one for a tender only, for Xen only, or none.
std::vector<BootEntry> bootsOfKind(ImageKind kind, const KindClues& clues);

} // namespace rumpus
