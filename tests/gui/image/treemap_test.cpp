// The squarified layout and the tiles: areas, overlap, shape, what is left out, and how long it takes.
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/gui/image/treemap_layout.h"
#include "app/gui/image/treemap_painter.h"
#include "app/gui/image/treemap_tiles.h"
#include "core/base/format.h"

#include <QElapsedTimer>
#include <QImage>
#include <QPainter>
#include <QPalette>
#include <gtest/gtest.h>

#include <algorithm>
#include <numeric>
#include <random>

#include "rows.h"

namespace rumpus::gui {
namespace {

std::vector<double> fallingWeights(std::size_t count, unsigned seed)
{
    std::mt19937 random(seed);
    std::lognormal_distribution<double> sizes(4, 2);
    std::vector<double> weights(count);
    std::ranges::generate(weights, [&] { return 1 + sizes(random); });
    std::ranges::sort(weights, std::greater{});
    return weights;
}

class Squarified : public ::testing::TestWithParam<std::size_t> {};

TEST_P(Squarified, FillsTheAreaInProportionAndWithoutOverlap)
{
    const std::vector<double> weights = fallingWeights(GetParam(), 7);
    const QRectF area(10, 20, 640, 360);
    const std::vector<QRectF> tiles = squarified(weights, area);
    ASSERT_EQ(tiles.size(), weights.size());
    const double total = std::accumulate(weights.begin(), weights.end(), 0.0);
    const double whole = area.width() * area.height();
    double covered = 0;
    for (std::size_t i = 0; i < tiles.size(); ++i) {
        const double size = tiles[i].width() * tiles[i].height();
        EXPECT_NEAR(size, whole * weights[i] / total, whole * 1e-9);
        EXPECT_TRUE(area.adjusted(-1e-6, -1e-6, 1e-6, 1e-6).contains(tiles[i]));
        covered += size;
        for (std::size_t k = 0; k < i; ++k) {
            const QRectF common = tiles[i].intersected(tiles[k]);
            EXPECT_LT(common.width() * common.height(), 1e-6) << i << " and " << k;
        }
    }
    EXPECT_NEAR(covered, whole, whole * 1e-9);
}

INSTANTIATE_TEST_SUITE_P(Counts, Squarified, ::testing::Values(1, 2, 3, 10, 300));

TEST(SquarifiedShape, IsNearlySquareWhereTheWeightsAreAlike)
{
    const std::vector<double> weights(50, 1.0);
    for (const QRectF& tile : squarified(weights, QRectF(0, 0, 800, 500))) {
        EXPECT_LT(std::max(tile.width() / tile.height(), tile.height() / tile.width()), 1.7);
    }
}

TEST(SquarifiedShape, IsThatOfThePaper)
{
    // the example of Bruls, Huizing and van Wijk, figure 5: areas 6 6 4 3 2 2 1 in 6 by 4
    const std::vector<double> weights{6, 6, 4, 3, 2, 2, 1};
    const std::vector<QRectF> tiles = squarified(weights, QRectF(0, 0, 6, 4));
    ASSERT_EQ(tiles.size(), 7U);
    EXPECT_EQ(tiles[0], QRectF(0, 0, 3, 2));
    EXPECT_EQ(tiles[1], QRectF(0, 2, 3, 2));
    EXPECT_NEAR(tiles[2].width(), 12.0 / 7, 1e-9);
    EXPECT_NEAR(tiles[2].height(), 7.0 / 3, 1e-9);
}

TEST(SquarifiedShape, LeavesOutWhatIsTooThinToSee)
{
    std::vector<double> weights{1'000'000};
    weights.resize(10'000, 0.001);
    const std::vector<QRectF> tiles = squarified(weights, QRectF(0, 0, 100, 100), 1);
    EXPECT_EQ(tiles.size(), 1U);
    EXPECT_TRUE(squarified({}, QRectF(0, 0, 100, 100)).empty());
    EXPECT_TRUE(squarified(weights, QRectF(0, 0, 0, 100)).empty());
}

TEST(Tiles, StandInsideTheirParentsAndNeverOverlapTheirNeighbours)
{
    const SizeTree tree = SizeTree::from(testing::smallImage());
    const auto tiles = layTiles(tree, SizeOf::Memory, SizeTree::root, QRect(0, 0, 700, 500), 16);
    ASSERT_GT(tiles.size(), 8U);
    for (const TreemapTile& tile : tiles) {
        EXPECT_GE(std::min(tile.rect.width(), tile.rect.height()), 2);
        for (const TreemapTile& other : tiles) {
            const int parent = tree.at(tile.node).parent;
            if (other.node == parent) {
                EXPECT_TRUE(other.rect.contains(tile.rect));
                EXPECT_GE(tile.rect.top(), other.rect.top() + other.title);
            } else if (other.node != tile.node && tree.at(other.node).parent == parent) {
                EXPECT_FALSE(other.rect.intersects(tile.rect));
            }
        }
    }
}

TEST(Tiles, AreFoundByAPoint)
{
    const SizeTree tree = SizeTree::from(testing::smallImage());
    const auto tiles = layTiles(tree, SizeOf::Memory, SizeTree::root, QRect(0, 0, 700, 500), 16);
    const TreemapTile* tile = tileAt(tiles, tiles.front().rect.center());
    ASSERT_NE(tile, nullptr);
    EXPECT_TRUE(tile->isLeaf);
    EXPECT_EQ(tileAt(tiles, QPoint(-5, -5)), nullptr);
}

/// As a rumprun image with a web server has them: 40,000 symbols in 900 files.
SizeTree largeImage()
{
    std::vector<SizeRow> rows;
    const std::vector<double> sizes = fallingWeights(40'000, 3);
    for (std::size_t i = 0; i < sizes.size(); ++i) {
        const std::size_t file = (i * 7919) % 900;
        rows.push_back(testing::symbol(static_cast<Component>(file % 8),
                                       formatted("/x/sys/kern/file_{}.c", file),
                                       formatted("some_function_{}", i), static_cast<std::uint64_t>(sizes[i]),
                                       static_cast<std::uint64_t>(sizes[i])));
    }
    return SizeTree::from(rows);
}

TEST(Tiles, OfFortyThousandSymbolsArePaintedWithinAFrame)
{
    const SizeTree tree = largeImage();
    QImage picture(1000, 620, QImage::Format_RGB32);
    QElapsedTimer clock;
    double best = 1e9;
    std::size_t count = 0;
    for (int round = 0; round < 10; ++round) {
        clock.start();
        const auto tiles = layTiles(tree, SizeOf::Memory, SizeTree::root, picture.rect(), 16);
        std::cout << "laid out: " << static_cast<double>(clock.nsecsElapsed()) / 1e6 << " ms\n";
        QPainter painter(&picture);
        paintTiles(painter, tree, tiles, {});
        painter.end();
        best = std::min(best, static_cast<double>(clock.nsecsElapsed()) / 1e6);
        count = tiles.size();
    }
    std::cout << "layout and painting of " << count << " tiles: " << best << " ms\n";
    EXPECT_GT(count, 1'000U);
    EXPECT_LT(best, 60); // painted once; then it is a picture
    clock.start();
    const SizeMatches matches = tree.search(QStringLiteral("function_39"));
    std::cout << "search: " << static_cast<double>(clock.nsecsElapsed()) / 1e6 << " ms\n";
    EXPECT_EQ(matches.count, 1111);
}

} // namespace
} // namespace rumpus::gui
