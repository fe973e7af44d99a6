// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/gui/image/treemap_painter.h"

#include "app/gui/base/theme.h"

#include <QFontMetricsF>
#include <QPainter>

#include <algorithm>
#include <array>
#include <cmath>

namespace rumpus::gui {

namespace {

constexpr int textMargin = 4;
constexpr qsizetype leastLetters = 6; ///< of a name that is cut

QColor mixed(const QColor& one, const QColor& other, double share)
{
    const auto mix = [share](int a, int b) { return static_cast<int>((a * share) + (b * (1 - share))); };
    return {mix(one.red(), other.red()), mix(one.green(), other.green()), mix(one.blue(), other.blue())};
}

/// The few colours that a component's tiles have.
struct Colours {
    QColor title;
    QColor file;
    std::array<QColor, 4> leaves; ///< neighbours differ a little
    QColor ink;                   ///< on all leaves the same, or neighbours would look unlike
};

class Painter {
public:
    Painter(QPainter& painter, const SizeTree& tree, const TreemapLook& look)
        : painter_(painter), tree_(tree), look_(look), metrics_(look.font),
          ground_(look.palette.color(QPalette::Base))
    {
        painter_.setFont(look.font);
        for (std::size_t i = 0; i < colours_.size(); ++i) {
            const QColor colour = gui::colour(static_cast<Component>(i), look.palette);
            colours_.at(i) = {.title = colour,
                              .file = mixed(colour, ground_, 0.55),
                              .leaves = {mixed(colour, ground_, 0.86), mixed(colour, ground_, 0.8),
                                         mixed(colour, ground_, 0.74), mixed(colour, ground_, 0.83)}};
        }
        for (Colours& colours : colours_) {
            colours.ink = textOn(colours.leaves[1]);
        }
        bold_ = look.font;
        bold_.setWeight(QFont::DemiBold);
    }

    void paint(const TreemapTile& tile)
    {
        const SizeNode& node = tree_.at(tile.node);
        const bool found =
            look_.matches == nullptr || look_.matches->nodes[static_cast<std::size_t>(tile.node)];
        const QColor ground = found ? groundOf(tile, node) : mixed(groundOf(tile, node), ground_, 0.22);
        // the gap between tiles is the ground behind them
        const bool gap = tile.rect.width() > 3 && tile.rect.height() > 3;
        const QRect rect = gap ? tile.rect.adjusted(0, 0, -1, -1) : tile.rect;
        painter_.fillRect(rect, ground);
        if (tile.isLeaf && found && hasGrown(node)) {
            markGrowth(rect, inkOf(tile, node, ground));
        }
        const int height = tile.title > 0 ? tile.title : rect.height();
        if (tile.title > 0 || tile.isLeaf) {
            write(QRect(rect.left(), rect.top(), rect.width(), height), node, tile,
                  found ? inkOf(tile, node, ground) : look_.palette.color(QPalette::PlaceholderText));
        }
    }

private:
    QColor groundOf(const TreemapTile& tile, const SizeNode& node) const
    {
        const Colours& colours = colours_.at(static_cast<std::size_t>(node.component));
        if (node.what == SizeNode::What::Component) {
            return colours.title;
        }
        return tile.isLeaf ? colours.leaves.at(static_cast<std::size_t>(tile.node) % colours.leaves.size())
                           : colours.file;
    }

    QColor inkOf(const TreemapTile& tile, const SizeNode& node, const QColor& ground) const
    {
        const bool isLeaf = tile.isLeaf && node.what != SizeNode::What::Component;
        return isLeaf ? colours_.at(static_cast<std::size_t>(node.component)).ink : textOn(ground);
    }

    bool hasGrown(const SizeNode& node) const
    {
        return look_.showGrowth && node.before && node.bytes.of(look_.which) > node.before->of(look_.which);
    }

    void markGrowth(const QRect& rect, QColor ink)
    {
        ink.setAlphaF(0.35F);
        painter_.fillRect(rect, QBrush(ink, Qt::BDiagPattern));
        if (rect.width() > 6 && rect.height() > 6) {
            painter_.setPen(colour(Tone::Changed, look_.palette));
            painter_.drawRect(rect.adjusted(0, 0, -1, -1));
        }
    }

    void write(const QRect& where, const SizeNode& node, const TreemapTile& tile, const QColor& ink)
    {
        const int width = where.width() - (2 * textMargin);
        if (where.height() < metrics_.height() || width < metrics_.averageCharWidth() * 4) {
            return;
        }
        const bool strong = tile.title > 0 && node.what == SizeNode::What::Component;
        QString text = shortName(node);
        if (text.size() > 200) { // a C++ name can have thousands of letters, of which these fit
            text.truncate(200);
        }
        const QString size = sizeText(node.bytes.of(look_.which));
        painter_.setPen(ink);
        const QFontMetricsF metrics = strong ? QFontMetricsF(bold_) : metrics_;
        const double sizeWidth = metrics.horizontalAdvance(size);
        const double nameWidth = metrics.horizontalAdvance(text);
        const QRect line = where.adjusted(textMargin, 0, -textMargin, 0);
        const QString shown = nameWidth <= width ? text : metrics.elidedText(text, Qt::ElideMiddle, width);
        if (shown.size() < std::min(text.size(), leastLetters)) {
            return; // "r…t" says nothing
        }
        if (strong) {
            painter_.setFont(bold_);
        }
        if (tile.title > 0) {
            const bool both = nameWidth + sizeWidth + (2 * textMargin) <= width;
            painter_.drawText(line, Qt::AlignVCenter | Qt::AlignLeft | Qt::TextSingleLine, shown);
            if (both) {
                painter_.drawText(line, Qt::AlignVCenter | Qt::AlignRight | Qt::TextSingleLine, size);
            }
        } else {
            const QRect first(line.left(), line.top() + 1, line.width(),
                              static_cast<int>(std::ceil(metrics.height())));
            painter_.drawText(first, Qt::AlignLeft | Qt::TextSingleLine, shown);
            if (where.height() > 2 * metrics.height() + 1 && sizeWidth <= width) {
                painter_.drawText(first.translated(0, first.height()), Qt::AlignLeft | Qt::TextSingleLine,
                                  size);
            }
        }
        if (strong) {
            painter_.setFont(look_.font);
        }
    }

    QPainter& painter_;
    const SizeTree& tree_;
    const TreemapLook& look_;
    QFontMetricsF metrics_;
    QFont bold_;
    QColor ground_;
    std::array<Colours, static_cast<std::size_t>(Component::Other) + 1> colours_;
};

} // namespace

void paintTiles(QPainter& painter, const SizeTree& tree, const std::vector<TreemapTile>& tiles,
                const TreemapLook& look)
{
    Painter tilePainter(painter, tree, look);
    for (const TreemapTile& tile : tiles) {
        tilePainter.paint(tile);
    }
}

} // namespace rumpus::gui
