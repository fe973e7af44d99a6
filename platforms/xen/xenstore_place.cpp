// SPDX-License-Identifier: GPL-3.0-or-later
#include "platforms/xen/xenstore_place.h"

#include "core/base/format.h"
#include "core/base/text.h"

extern "C" {
#include <xenstore.h>
}

namespace rumpus {

std::filesystem::path usualXenstoreSocket()
{
    std::filesystem::path socket = ::xs_daemon_socket();
    const std::filesystem::path device = "/dev/xen/xenbus";
    std::error_code ignored;
    const bool guest = !std::filesystem::exists(socket, ignored) && std::filesystem::exists(device, ignored);
    return guest ? device : socket;
}

std::string toString(const XenstorePlace& place)
{
    const std::string machine =
        place.machine ? printable(toString(*place.machine)) : std::string("this machine");
    if (place.socket.empty()) {
        return formatted("xenstored of {}", machine);
    }
    return formatted("xenstored at {} of {}", printable(place.socket.native()), machine);
}

} // namespace rumpus
