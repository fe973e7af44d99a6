// Which file system a disk image holds, of those that unikernels mount.
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <filesystem>
#include <optional>
#include <string>

namespace rumpus {

/// "ffs", "ext2" or "cd9660", as NetBSD and a config's "fileSystem" call them; nothing where the file cannot
/// be read or holds none of them. ffs: fs_magic of NetBSD's sys/ufs/ffs/fs.h; ext2: s_magic of the Linux
/// kernel's Documentation/filesystems/ext4/super.rst; cd9660: ECMA-119, 8.1.2.
std::optional<std::string> fileSystemIn(const std::filesystem::path& image);

} // namespace rumpus
