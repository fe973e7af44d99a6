// What QEMU's user network says of its connections (the monitor's `info usernet`; libslirp, src/misc.c).
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace rumpus {

/// The TCP state ("ESTABLISHED", "SYN_SENT") of the newest connection that came in by a forwarded port of
/// this machine; nothing: there is none.
std::optional<std::string> forwardedTcpState(std::string_view usernet, std::uint16_t hostPort);

} // namespace rumpus
