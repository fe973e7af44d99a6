// SPDX-License-Identifier: GPL-3.0-or-later
#include "platforms/libvirt/console_way.h"

#include "core/base/files.h"
#include "core/base/format.h"
#include "core/base/text.h"

#include <algorithm>
#include <cerrno>
#include <cstring>

namespace rumpus {

Result<void> keepBytes(int file, std::uint64_t& room, const std::filesystem::path& path,
                       std::string_view bytes)
{
    const std::string_view kept = bytes.substr(0, std::min<std::uint64_t>(room, bytes.size()));
    room -= kept.size();
    if (!writeAll(file, kept)) {
        return hostError(formatted("what the guest prints is lost: cannot write {}: {}",
                                   printable(path.native()), std::strerror(errno)));
    }
    return kept.size() == bytes.size()
               ? Result<void>()
               : hostError("the console's log is full: what the guest prints from now on is not kept");
}

} // namespace rumpus
