// storage_read: files of a host that only its daemon may read, read by libvirt's storage.
//
// virtlogd begins a new file where a log is full, and makes it root's. Who may manage the host's guests may
// read it all the same, as a volume of a pool of its folder (https://libvirt.org/storage.html, "Directory
// pool").
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/error.h"

#include <QByteArray>

#include <cstdint>
#include <filesystem>
#include <libvirt/libvirt.h>

namespace rumpus {

/// At most `count` bytes of a file from `offset` on. Makes a transient pool of the file's folder where there
/// is none, which goes with the host's daemon. Blocks. Errors: the host has no storage driver, does not let
/// us use it, or there is no such file.
Result<QByteArray> readByStorage(virConnectPtr handle, const std::filesystem::path& file,
                                 std::uint64_t offset, std::uint64_t count);

} // namespace rumpus
