// The squarified treemap: rectangles whose areas are in proportion to weights, and as square as can be.
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QRectF>

#include <span>
#include <vector>

namespace rumpus::gui {

/// Fills `area` with one rectangle a weight, in the order of the weights, which must be positive and fall
/// (Bruls, Huizing, van Wijk: "Squarified Treemaps", 2000). From the first on that would be thinner than
/// `least` the rest is left out: the result is shorter than the weights, and their place stays free.
std::vector<QRectF> squarified(std::span<const double> weights, const QRectF& area, double least = 0);

} // namespace rumpus::gui
