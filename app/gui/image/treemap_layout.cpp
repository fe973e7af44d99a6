// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/gui/image/treemap_layout.h"

#include <algorithm>
#include <numeric>

namespace rumpus::gui {

namespace {

/// The worst ratio of sides in a row of such areas along a side: 1 is square.
double worstRatio(double largest, double smallest, double sum, double side)
{
    const double square = side * side;
    const double sumSquare = sum * sum;
    return std::max(square * largest / sumSquare, sumSquare / (square * smallest));
}

/// How many of the areas make the best row along a side.
std::size_t bestRow(std::span<const double> areas, double side)
{
    double sum = areas.front();
    double worst = worstRatio(areas.front(), areas.front(), sum, side);
    std::size_t count = 1;
    for (; count < areas.size(); ++count) {
        const double larger = sum + areas[count];
        const double ratio = worstRatio(areas.front(), areas[count], larger, side);
        if (ratio > worst) {
            break;
        }
        worst = ratio;
        sum = larger;
    }
    return count;
}

} // namespace

std::vector<QRectF> squarified(std::span<const double> weights, const QRectF& area, double least)
{
    std::vector<QRectF> tiles;
    const double total = std::accumulate(weights.begin(), weights.end(), 0.0);
    if (weights.empty() || total <= 0 || area.width() <= 0 || area.height() <= 0) {
        return tiles;
    }
    const double scale = area.width() * area.height() / total;
    std::vector<double> areas;
    areas.reserve(weights.size());
    std::ranges::transform(weights, std::back_inserter(areas),
                           [scale](double weight) { return weight * scale; });

    QRectF rest = area;
    std::span<const double> left = areas;
    tiles.reserve(weights.size());
    while (!left.empty()) {
        const bool upright = rest.width() >= rest.height(); // the row stands along the shorter side
        const double side = upright ? rest.height() : rest.width();
        if (side <= 0 || side < least) {
            break;
        }
        const std::size_t count = bestRow(left, side);
        const double sum =
            std::accumulate(left.begin(), left.begin() + static_cast<std::ptrdiff_t>(count), 0.0);
        const double thickness = sum / side;
        if (thickness < least) {
            break;
        }
        double along = upright ? rest.top() : rest.left();
        for (const double piece : left.first(count)) {
            const double length = piece / thickness;
            tiles.push_back(upright ? QRectF(rest.left(), along, thickness, length)
                                    : QRectF(along, rest.top(), length, thickness));
            along += length;
        }
        upright ? rest.setLeft(rest.left() + thickness) : rest.setTop(rest.top() + thickness);
        left = left.subspan(count);
    }
    return tiles;
}

} // namespace rumpus::gui
