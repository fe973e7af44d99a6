// SPDX-License-Identifier: GPL-3.0-or-later
#include "platforms/qemu/usernet.h"

#include "core/base/text.h"

#include <sstream>

namespace rumpus {

std::optional<std::string> forwardedTcpState(std::string_view usernet, std::uint16_t hostPort)
{
    static constexpr std::string_view tcp = "TCP[";
    std::optional<std::string> found;
    for (const std::string& line : split(usernet, '\n')) {
        std::istringstream fields(line);
        std::string state;
        std::string descriptor;
        std::string address;
        std::uint16_t port = 0;
        const bool whole = static_cast<bool>(fields >> state >> descriptor >> address >> port);
        if (whole && port == hostPort && state.starts_with(tcp) && state.ends_with(']') &&
            state != "TCP[HOST_FORWARD]") {
            found = found.value_or(state.substr(tcp.size(), state.size() - tcp.size() - 1));
        }
    }
    return found;
}

} // namespace rumpus
