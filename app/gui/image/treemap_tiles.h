// The tiles of a treemap: a part of an image laid out in levels, only as fine as can be seen.
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/gui/image/size_tree.h"

#include <QRect>

#include <vector>

namespace rumpus::gui {

struct TreemapTile {
    int node = 0;
    QRect rect;
    int title =
        0; ///< height of the strip on top that has the name; 0: the whole tile is a leaf, or too small
    bool isLeaf = false; ///< nothing of it is laid out inside
};

/// Lays out what is in `root`; parents stand before their children. `line` is the height of a line of text.
std::vector<TreemapTile> layTiles(const SizeTree& tree, SizeOf which, int root, const QRect& area, int line);

/// The innermost tile there, or null.
const TreemapTile* tileAt(const std::vector<TreemapTile>& tiles, QPoint point);

} // namespace rumpus::gui
