// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/gui/timeline/timeline_model.h"
#include "app/gui/timeline/timeline_painter.h"

#include <QSignalSpy>
#include <gtest/gtest.h>

namespace rumpus::gui {
namespace {

using namespace std::chrono_literals;

TEST(TimelineModel, MakesPhasesOfMoments)
{
    TimelineModel model;
    const int id = model.startRun(QStringLiteral("hello"));
    model.reached(id, BootMoment::Plan, 10);
    model.reached(id, BootMoment::FirstByte, 250);
    model.reached(id, BootMoment::Plan, 300); // once
    // told late: the console is read after the process
    model.reached(id, BootMoment::Process, 40);
    const auto& phases = model.run(id)->phases;
    ASSERT_EQ(phases.size(), 3U);
    EXPECT_EQ(phases[0], (TimelinePhase{BootMoment::Plan, 0, 10}));
    EXPECT_EQ(phases[1], (TimelinePhase{BootMoment::Process, 10, 40}));
    EXPECT_EQ(phases[2], (TimelinePhase{BootMoment::FirstByte, 40, 250}));
}

TEST(TimelineModel, ComparesRunsOfOneName)
{
    TimelineModel model;
    const int first = model.startRun(QStringLiteral("hello"));
    const int other = model.startRun(QStringLiteral("net"));
    const int second = model.startRun(QStringLiteral("hello"));
    EXPECT_EQ(model.previousOf(first), nullptr);
    EXPECT_EQ(model.previousOf(other), nullptr);
    ASSERT_NE(model.previousOf(second), nullptr);
    EXPECT_EQ(model.previousOf(second)->id, first);
    EXPECT_EQ(model.ids(), (std::vector{second, other, first}));
}

TEST(TimelineModel, KeepsTheLastTwentyRuns)
{
    TimelineModel model;
    const int first = model.startRun(QStringLiteral("hello"));
    for (int i = 0; i < 20; ++i) {
        model.startRun(QStringLiteral("hello"));
    }
    EXPECT_EQ(model.ids().size(), 20U);
    EXPECT_EQ(model.run(first), nullptr);
    model.reached(first, BootMoment::Main, 1); // nothing happens
    model.finishRun(first);
}

TEST(TimelineModel, TurnsCountersIntoRates)
{
    TimelineModel model;
    const int id = model.startRun(QStringLiteral("disk"));
    model.sample(id, {.cpu = 100ms, .memory = 1 << 20, .diskRead = 1000, .diskWritten = 0}, 1000);
    model.sample(id, {.cpu = 600ms, .memory = 2 << 20, .diskRead = 3000, .diskWritten = 4000}, 3000);
    const TimelineRun& run = *model.run(id);
    ASSERT_EQ(run.samples.size(), 2U);
    EXPECT_EQ(valueAt(run, Series::Cpu, 999), std::nullopt);
    EXPECT_EQ(valueAt(run, Series::Cpu, 1500), std::nullopt); // no rate from one sample
    EXPECT_EQ(valueAt(run, Series::Memory, 1500), 1 << 20);
    EXPECT_DOUBLE_EQ(*valueAt(run, Series::Cpu, 3000), 25);
    EXPECT_DOUBLE_EQ(*valueAt(run, Series::Disk, 3000), 3000);
    EXPECT_EQ(valueAt(run, Series::Net, 3000), std::nullopt); // the host cannot tell
}

TEST(TimelineModel, DoesNotGrowWithoutEnd)
{
    TimelineModel model;
    const int id = model.startRun(QStringLiteral("long"));
    for (int i = 0; i < 50'000; ++i) {
        model.sample(id, {.cpu = std::chrono::milliseconds(i), .memory = 1}, i * 1000.0);
    }
    const auto& samples = model.run(id)->samples;
    EXPECT_LE(samples.size(), 20'000U);
    EXPECT_EQ(samples.front().at, 0);
    EXPECT_EQ(samples.back().at, 49'999'000);
}

TEST(TimelineModel, StandsStillWhereItIsFinished)
{
    TimelineModel model;
    QSignalSpy changed(&model, &TimelineModel::runChanged);
    const int id = model.startRun(QStringLiteral("hello"));
    model.mark(id, QStringLiteral("paused"), Tone::Notice, 500);
    model.finishRun(id, 800);
    EXPECT_EQ(model.now(id), 800);
    EXPECT_TRUE(model.run(id)->finished);
    EXPECT_EQ(changed.count(), 2);
    EXPECT_EQ(model.run(id)->marks.front(), (TimelineMark{500, QStringLiteral("paused"), Tone::Notice}));
}

TEST(TimelineModel, KeepsTheStatesOfDevices)
{
    using End = TimelineModel::DeviceEnd;
    TimelineModel model;
    const int id = model.startRun(QStringLiteral("web"));
    const auto tell = [&](const char* device, End end, double at, const char* words) {
        model.deviceState(id, QString::fromLatin1(device), end,
                          {.at = at, .words = QString::fromLatin1(words), .tone = Tone::Quiet});
    };
    tell("vif 0", End::Front, 10, "Initialising");
    tell("vbd 51712", End::Front, 12, "Initialising");
    tell("vif 0", End::Back, 15, "InitWait");
    tell("vif 0", End::Front, 20, "Connected");
    tell("vif 0", End::Front, 25, "Connected");
    tell("vif 0", End::Front, 18, ""); // a clock that was set back
    const TimelineRun& run = *model.run(id);
    ASSERT_EQ(run.devices.size(), 2U);
    EXPECT_EQ(run.devices[0].name, QStringLiteral("vbd 51712"));
    const TimelineDevice& vif = run.devices[1];
    EXPECT_EQ(vif.back.size(), 1U);
    ASSERT_EQ(vif.front.size(), 3U) << "the same state again is none";
    EXPECT_EQ(stateAt(vif.front, 9), nullptr);
    EXPECT_EQ(stateAt(vif.front, 11)->words, QStringLiteral("Initialising"));
    EXPECT_EQ(stateAt(vif.front, 21), nullptr) << "it is gone";
    EXPECT_EQ(run.end, 20);
}

TEST(DifferenceText, SaysNothingOfNoise)
{
    EXPECT_EQ(differenceText(100, 99.8), QString());
    EXPECT_EQ(differenceText(1010, 1000), QString());
    EXPECT_EQ(differenceText(112, 100), QStringLiteral("+12.0 ms"));
    EXPECT_EQ(differenceText(100, 112), QStringLiteral("−12.0 ms"));
}

} // namespace
} // namespace rumpus::gui
