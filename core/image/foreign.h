// Images that are no ELF files: Linux bzImage and EFI applications; and what other files are, in words.
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/image/image.h"
#include "core/image/input_file.h"

namespace rumpus {

/// A bzImage or a PE32+ EFI application. Errors say what the file is instead ("it is a text file, …").
Result<Image> readForeignImage(const InputFile& file, std::string_view head);

} // namespace rumpus
