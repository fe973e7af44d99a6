// Where the debug information of a stripped image is: files beside it and in the system's debug folders.
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/image/elf_file.h"
#include "core/image/image.h"

namespace rumpus {

/// The first candidate that has DWARF or symbols and belongs to the image: by build id, by the name and
/// the checksum that the image's .gnu_debuglink says, then as a sibling (IMAGE.dbg, IMAGE.debug).
std::optional<DebugFile> findDebugFile(const ElfFile& elf, const Image& image);

/// Of an image that is no ELF file, such as an EFI application: the sibling that is one and has DWARF or
/// symbols.
std::optional<DebugFile> findDebugFileBeside(const std::filesystem::path& image);

} // namespace rumpus
