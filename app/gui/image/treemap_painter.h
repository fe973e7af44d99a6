// Paints a treemap's tiles: colours by component, names that fit, marks for what was found and what grew.
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/gui/image/treemap_tiles.h"

#include <QFont>
#include <QPalette>

class QPainter;

namespace rumpus::gui {

struct TreemapLook {
    SizeOf which = SizeOf::Memory;
    const SizeMatches* matches = nullptr; ///< null: nothing is searched for
    bool showGrowth = true;
    QPalette palette;
    QFont font;
};

void paintTiles(QPainter& painter, const SizeTree& tree, const std::vector<TreemapTile>& tiles,
                const TreemapLook& look);

} // namespace rumpus::gui
