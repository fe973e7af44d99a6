// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/gui/image/treemap_tiles.h"

#include "app/gui/image/treemap_layout.h"

#include <cmath>

namespace rumpus::gui {

namespace {

constexpr int leastVisible = 2;
constexpr int leastInside = 8; ///< a smaller tile shows no parts
constexpr int frame = 1;

class Layout {
public:
    Layout(const SizeTree& tree, SizeOf which, int line) : tree_(tree), which_(which), line_(line) {}

    void layChildren(int node, const QRect& area)
    {
        const auto children = tree_.childrenBySize(node, which_);
        std::vector<double> weights;
        weights.reserve(children.size());
        for (const int child : children) {
            const std::uint64_t bytes = tree_.at(child).bytes.of(which_);
            if (bytes == 0) {
                break;
            }
            weights.push_back(static_cast<double>(bytes));
        }
        const std::vector<QRectF> rects = squarified(weights, area, 1);
        for (std::size_t i = 0; i < rects.size(); ++i) {
            lay(children[i], rects[i]);
        }
    }

    std::vector<TreemapTile> take() { return std::move(tiles_); }

private:
    /// Edges come to lie on pixels, and each on the same as its neighbour's.
    static QRect onPixels(const QRectF& rect)
    {
        const int left = static_cast<int>(std::lround(rect.left()));
        const int top = static_cast<int>(std::lround(rect.top()));
        return {left, top, static_cast<int>(std::lround(rect.right())) - left,
                static_cast<int>(std::lround(rect.bottom())) - top};
    }

    void lay(int node, const QRectF& exact)
    {
        const QRect rect = onPixels(exact);
        if (std::min(rect.width(), rect.height()) < leastVisible) {
            return;
        }
        const bool inside =
            tree_.at(node).children > 0 && std::min(rect.width(), rect.height()) >= leastInside;
        const bool named = inside && rect.width() >= 3 * line_ && rect.height() >= 2 * line_ + 2;
        tiles_.push_back({.node = node, .rect = rect, .title = named ? line_ + 2 : 0, .isLeaf = !inside});
        if (inside) {
            layChildren(node, rect.adjusted(frame, frame + tiles_.back().title, -frame, -frame));
        }
    }

    const SizeTree& tree_;
    SizeOf which_;
    int line_;
    std::vector<TreemapTile> tiles_;
};

} // namespace

std::vector<TreemapTile> layTiles(const SizeTree& tree, SizeOf which, int root, const QRect& area, int line)
{
    Layout layout(tree, which, line);
    layout.layChildren(root, area);
    return layout.take();
}

const TreemapTile* tileAt(const std::vector<TreemapTile>& tiles, QPoint point)
{
    const TreemapTile* found = nullptr;
    for (const TreemapTile& tile : tiles) { // an inner one stands after the one that it is in
        if (tile.rect.contains(point)) {
            found = &tile;
        }
    }
    return found;
}

} // namespace rumpus::gui
