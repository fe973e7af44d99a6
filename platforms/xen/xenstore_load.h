// Reading a part of Xenstore at once: many requests under way on several connections.
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "platforms/xen/xenstore_client.h"

#include <QCoroTask>

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

namespace rumpus {

/// A node with all that lies below it, as it was read.
struct XenstoreBranch {
    std::string name; ///< of the topmost: its whole path
    std::string value;
    bool readable = true;                           ///< else we may not know its value or its children
    std::optional<XenstorePermissions> permissions; ///< nothing: not asked for, or not told
    std::vector<XenstoreBranch> children;           ///< in the order of their names
    bool operator==(const XenstoreBranch&) const = default;
};

struct XenstoreLoadWishes {
    bool permissions = false;
    /// Reads in it, on its connection alone.
    XenstoreTransaction in;
    /// Connections beside the client's, for more than a few nodes. xenstored looks at each of its connections
    /// once a round and takes one request from each, so several make it quicker.
    std::size_t connections = 7;
    /// More nodes than this are an error: no machine has so many.
    std::size_t most = 2'000'000;
};

/// Reads a node and all below it; nothing: it is not there. What changes meanwhile is in it as it was before
/// or after; what is removed meanwhile may be left out. Errors: the connection is lost, too many nodes.
QCoro::Task<Result<std::optional<XenstoreBranch>>> loadXenstore(XenstoreClient& client, std::string path,
                                                                XenstoreLoadWishes wishes = {});

} // namespace rumpus
