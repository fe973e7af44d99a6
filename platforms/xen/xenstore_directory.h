// The names in a directory of Xenstore, however many there are.
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "platforms/xen/xenstore_channel.h"

#include <cstdint>
#include <expected>
#include <functional>
#include <string>
#include <vector>

namespace rumpus {

using XenstoreNames = std::expected<std::vector<std::string>, XenstoreRefusal>;

/// Asks for the names of a node's children, in xenstored's order. What does not fit into one answer comes in
/// parts, begun anew where the directory changes meanwhile (XS_DIRECTORY_PART). The callback is called once.
void askDirectory(XenstoreChannel& channel, std::uint32_t transaction, const std::string& path,
                  std::function<void(XenstoreNames)> callback);

} // namespace rumpus
