// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/gui/timeline/time_axis.h"

#include <gtest/gtest.h>

#include <gmock/gmock.h>

namespace rumpus::gui {
namespace {

TEST(TimeAxis, GoesThereAndBack)
{
    const TimeAxis axis{.from = 100, .to = 300, .left = 50, .width = 400};
    EXPECT_DOUBLE_EQ(axis.x(100), 50);
    EXPECT_DOUBLE_EQ(axis.x(300), 450);
    EXPECT_DOUBLE_EQ(axis.ms(axis.x(217.5)), 217.5);
}

TEST(TimeAxis, ZoomsAboutThePointer)
{
    const TimeAxis axis{.from = 100, .to = 300, .left = 0, .width = 400};
    const TimeAxis zoomed = axis.zoomed(300, 0.5);
    EXPECT_DOUBLE_EQ(zoomed.to - zoomed.from, 100);
    EXPECT_DOUBLE_EQ(zoomed.ms(300), axis.ms(300));
}

TEST(TimeAxis, NeverShowsWhatWasBeforeTheClick)
{
    const TimeAxis axis{.from = 0, .to = 100, .left = 0, .width = 400};
    EXPECT_EQ(axis.panned(1000).from, 0);
    EXPECT_EQ(axis.zoomed(200, 4).from, 0);
    EXPECT_DOUBLE_EQ(axis.panned(-200).from, 50);
    EXPECT_DOUBLE_EQ(axis.panned(-200).to, 150);
    const TimeAxis least = axis.zoomed(0, 1e-12);
    EXPECT_GT(least.to, least.from);
}

TEST(RoundTicks, AreRound)
{
    EXPECT_THAT(roundTicks(0, 1000, 5), ::testing::ElementsAre(0, 200, 400, 600, 800, 1000));
    EXPECT_THAT(roundTicks(120, 480, 4), ::testing::ElementsAre(200, 300, 400));
    EXPECT_TRUE(roundTicks(5, 5, 4).empty());
    EXPECT_DOUBLE_EQ(roundUp(0.03), 0.05);
    EXPECT_DOUBLE_EQ(roundUp(200), 200);
    EXPECT_DOUBLE_EQ(roundUp(0), 1);
}

TEST(DurationText, FitsItsSize)
{
    EXPECT_EQ(durationText(0), QStringLiteral("0 ms"));
    EXPECT_EQ(durationText(0.25), QStringLiteral("250 µs"));
    EXPECT_EQ(durationText(12.54), QStringLiteral("12.5 ms"));
    EXPECT_EQ(durationText(412.4), QStringLiteral("412 ms"));
    EXPECT_EQ(durationText(1204.3), QStringLiteral("1.204 s"));
    EXPECT_EQ(durationText(185'000), QStringLiteral("3 min 05 s"));
}

TEST(TickText, HasTheDigitsThatItsStepNeeds)
{
    EXPECT_EQ(tickText(0, 200), QStringLiteral("0"));
    EXPECT_EQ(tickText(200, 200), QStringLiteral("200 ms"));
    EXPECT_EQ(tickText(0.5, 0.5), QStringLiteral("0.5 ms"));
    EXPECT_EQ(tickText(1200, 200), QStringLiteral("1.2 s"));
    EXPECT_EQ(tickText(3000, 1000), QStringLiteral("3 s"));
    EXPECT_EQ(tickText(120'000, 60'000), QStringLiteral("2 min 00 s"));
    EXPECT_EQ(tickText(60'500, 500), QStringLiteral("1 min 00.5 s"));
}

} // namespace
} // namespace rumpus::gui
