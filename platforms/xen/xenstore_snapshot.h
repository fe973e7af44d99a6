// XenstoreSnapshot: what a part of Xenstore was at a time, as a file; and what is different between two.
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/error.h"
#include "core/config/config.h"
#include "platforms/xen/xenstore_load.h"

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace rumpus {

struct XenstoreSnapshot {
    std::string place; ///< what people call the xenstored
    std::string taken; ///< RFC 3339
    std::string path;
    std::optional<XenstoreBranch> root; ///< nothing: there was no such node
    bool operator==(const XenstoreSnapshot&) const = default;
};

/// Reads it now. Errors: as loadXenstore.
QCoro::Task<Result<XenstoreSnapshot>> takeSnapshot(XenstoreClient& client, std::string path);

/// An object whose "nodes" stand each before those below it: path, value ("value64" in base64 where it is no
/// UTF-8), permissions in xenstore's notation. The text of a file, and back. Errors: it is no snapshot.
std::string toText(const XenstoreSnapshot& snapshot);
Result<XenstoreSnapshot> parseSnapshot(std::string_view text);
/// The file's. Errors: it cannot be read, it is larger than `most` bytes, it is no snapshot; all name it.
Result<XenstoreSnapshot> readSnapshot(const std::filesystem::path& file, std::uint64_t most);

/// A node that is not the same.
struct XenstoreDifference {
    enum class Kind : std::uint8_t { Added, Removed, Changed };
    struct Side {
        std::string value;
        std::optional<XenstorePermissions> permissions;
        bool operator==(const Side&) const = default;
    };
    Kind kind = Kind::Changed;
    std::string path;
    std::optional<Side> before; ///< not of Added
    std::optional<Side> after;  ///< not of Removed
    bool operator==(const XenstoreDifference&) const = default;
};
std::string_view key(XenstoreDifference::Kind kind);

/// What has become of `before` in `after`, in the order of paths. Permissions count where both are known.
std::vector<XenstoreDifference> differences(const XenstoreSnapshot& before, const XenstoreSnapshot& after);

/// One line: `+ /a "x"`, `- /a "x"`, `~ /a "x" → "y"`, with permissions where they are what changed.
std::string toText(const XenstoreDifference& difference);
Json toJson(const XenstoreDifference& difference);

} // namespace rumpus
