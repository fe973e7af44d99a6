// SizeHistory: what the build of an image before this one measured, kept beside the window's state.
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/gui/image/size_tree.h"
#include "core/base/error.h"

#include <QDateTime>
#include <QHash>

#include <filesystem>
#include <optional>

namespace rumpus::gui {

/// The sizes of one build, by the keys of SizeTree.
struct BuildSizes {
    QDateTime built;
    QHash<QString, Bytes> parts;   ///< components, files, sections
    QHash<QString, Bytes> symbols; ///< empty: not known; they are not kept on disk

    static BuildSizes of(const SizeTree& tree, const QDateTime& built);
};

struct SizeHistory {
    std::optional<BuildSizes> current;
    std::optional<BuildSizes> previous; ///< the last build that had other sizes

    /// A new measurement. A build of the same sizes changes nothing but its time.
    void take(BuildSizes now);
};

/// Writes into the tree what each node was in that build.
void compareWith(SizeTree& tree, const BuildSizes& before);

/// Where the history of an image is kept: $XDG_STATE_HOME/rumpus/sizes/NAME-HASH.json.
std::filesystem::path historyFile(const std::filesystem::path& image);
/// Empty where there is none, or none that can be read: it only serves to compare.
SizeHistory loadHistory(const std::filesystem::path& file);
Result<void> saveHistory(const std::filesystem::path& file, const SizeHistory& history);

} // namespace rumpus::gui
