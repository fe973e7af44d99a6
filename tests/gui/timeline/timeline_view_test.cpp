// The timeline as it is looked at.
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/gui/base/theme.h"
#include "app/gui/timeline/timeline_view.h"

#include <QApplication>
#include <QComboBox>
#include <QDir>
#include <QElapsedTimer>
#include <QPainter>
#include <QTest>
#include <QWheelEvent>
#include <gtest/gtest.h>

#include <cmath>

namespace rumpus::gui {
namespace {

using namespace std::chrono_literals;

void shoot(QWidget& widget, const QString& name)
{
    QDir().mkpath(QStringLiteral(RUMPUS_BINARY_DIR "/shots"));
    QApplication::processEvents(); // layouts, palettes
    widget.grab().save(QStringLiteral(RUMPUS_BINARY_DIR "/shots/%1.png").arg(name));
}

/// A run of a web server; `slower` stretches its boot.
int addRun(TimelineModel& model, double slower, bool finished)
{
    const int id = model.startRun(QStringLiteral("httpd"));
    double at = 0;
    const std::pair<BootMoment, double> moments[] = {
        {BootMoment::Build, 412},    {BootMoment::Plan, 3.2},
        {BootMoment::Process, 41},   {BootMoment::FirstInstruction, 12.5},
        {BootMoment::FirstByte, 86}, {BootMoment::Banner, 0.4},
        {BootMoment::Devices, 172},  {BootMoment::Network, 320},
        {BootMoment::Main, 9.1}};
    for (const auto& [moment, length] : moments) {
        at += moment == BootMoment::Devices ? length * slower : length;
        model.reached(id, moment, at);
    }
    model.mark(id, QStringLiteral("paused"), Tone::Notice, 2000);
    model.mark(id, QStringLiteral("stopped at serve_one, httpd.c:41"), Tone::Notice, 2100);
    model.mark(id, QStringLiteral("runs"), Tone::Good, 2900);
    double cpu = 0;
    std::uint64_t disk = 0;
    std::uint64_t net = 0;
    for (int i = 0; i < 24; ++i) {
        cpu += 250 * (0.5 + (0.45 * std::sin(i / 3.0)));
        disk += i % 5 == 0 ? 90'000 : 400;
        net += static_cast<std::uint64_t>(20'000 + (15'000 * std::cos(i)));
        model.sample(id,
                     {.cpu = std::chrono::nanoseconds(static_cast<std::int64_t>(cpu * 1e6)),
                      .memory = std::uint64_t{12} * 1024 * 1024 + static_cast<std::uint64_t>(i) * 200'000,
                      .diskRead = disk,
                      .diskWritten = disk / 3,
                      .netReceived = net,
                      .netSent = net / 2},
                     300 + (i * 250.0));
    }
    if (finished) {
        model.reached(id, BootMoment::Exit, 6200);
        model.finishRun(id, 6200);
    }
    return id;
}

class TimelineViewTest : public ::testing::Test {
protected:
    void SetUp() override
    {
        view.resize(1100, 520);
        view.show();
        ASSERT_TRUE(QTest::qWaitForWindowExposed(&view));
    }

    /// A point in the middle of a phase's row.
    QPoint rowPoint(int row)
    {
        const TimelineLayout layout =
            layTimeline(*model.run(view.chart().run()), view.font(), view.chart().viewport()->size());
        return {layout.gutter + 30, layout.rowRect(row, 100).center().y()};
    }

    TimelineModel model;
    TimelineView view{&model};
};

TEST_F(TimelineViewTest, SaysWhatWouldBeHere)
{
    EXPECT_FALSE(view.chart().isVisible());
    shoot(view, QStringLiteral("timeline-empty"));
    model.startRun(QStringLiteral("hello"));
    EXPECT_TRUE(view.chart().isVisible());
    shoot(view, QStringLiteral("timeline-started"));
}

TEST_F(TimelineViewTest, ShowsPhasesMarksAndGraphs)
{
    addRun(model, 1, true);
    const int id = addRun(model, 1.3, true);
    EXPECT_EQ(view.chart().run(), id);
    shoot(view, QStringLiteral("timeline"));
    const QString tip = view.chart().tipAt(rowPoint(6));
    EXPECT_TRUE(tip.contains(QStringLiteral("Devices"))) << tip.toStdString();
    EXPECT_TRUE(tip.contains(QStringLiteral("previous run 172 ms (+51.6 ms)"))) << tip.toStdString();
}

TEST_F(TimelineViewTest, TellsAMarkAndAllValuesAtATime)
{
    const int id = addRun(model, 1, true);
    const TimeAxis axis = view.chart().axis();
    const TimelineLayout layout = layTimeline(*model.run(id), view.font(), view.chart().viewport()->size());
    const int x = static_cast<int>(axis.x(2100));
    const QString tip = view.chart().tipAt({x, layout.graphRect(1, 10).center().y()});
    EXPECT_TRUE(tip.contains(QStringLiteral("2.100 s: stopped at serve_one, httpd.c:41")))
        << tip.toStdString();
    EXPECT_TRUE(tip.contains(QStringLiteral("Memory: "))) << tip.toStdString();
    EXPECT_TRUE(tip.contains(QStringLiteral("CPU: "))) << tip.toStdString();
    EXPECT_EQ(view.chart().tipAt({x, 2}), QString());
}

TEST_F(TimelineViewTest, ShowsNamesAsTheyAre)
{
    const int id = model.startRun(QStringLiteral("<b>bold</b>"));
    model.mark(id, QStringLiteral("<img src=x>"), Tone::Bad, 100);
    model.finishRun(id, 1000);
    const int x = static_cast<int>(view.chart().axis().x(100));
    EXPECT_EQ(view.chart().tipAt({x, 60}), QStringLiteral("100 ms: &lt;img src=x&gt;"));
}

TEST_F(TimelineViewTest, ZoomsPansAndFits)
{
    addRun(model, 1, true);
    TimelineChart& chart = view.chart();
    const TimeAxis whole = chart.axis();
    EXPECT_NEAR(whole.to, 6200 * 1.03, 1);
    const QPointF where(whole.x(1000), 100);
    QWheelEvent wheel(where, chart.viewport()->mapToGlobal(where), {}, {0, 360}, Qt::NoButton, Qt::NoModifier,
                      Qt::NoScrollPhase, false);
    QApplication::sendEvent(chart.viewport(), &wheel);
    const TimeAxis near = chart.axis();
    EXPECT_LT(near.to - near.from, (whole.to - whole.from) / 1.9);
    EXPECT_NEAR(near.ms(where.x()), 1000, 1);
    EXPECT_EQ(chart.fitted(), TimelineChart::Fit::Chosen);
    shoot(view, QStringLiteral("timeline-zoomed"));

    const QPoint start(600, 100);
    QTest::mousePress(chart.viewport(), Qt::LeftButton, {}, start);
    QMouseEvent move(QEvent::MouseMove, QPointF(500, 100), chart.viewport()->mapToGlobal(QPointF(500, 100)),
                     Qt::NoButton, Qt::LeftButton, Qt::NoModifier);
    QApplication::sendEvent(chart.viewport(), &move);
    QTest::mouseRelease(chart.viewport(), Qt::LeftButton, {}, QPoint(500, 100));
    EXPECT_NEAR(chart.axis().x(near.ms(600)), 500, 0.01);

    QTest::keyClick(&chart, Qt::Key_0);
    EXPECT_EQ(chart.fitted(), TimelineChart::Fit::Everything);
    chart.fit(TimelineChart::Fit::Boot);
    EXPECT_NEAR(chart.axis().to, 1056.2 * 1.03, 1);
    shoot(view, QStringLiteral("timeline-boot"));
}

TEST_F(TimelineViewTest, FollowsARunThatGoesOn)
{
    const int id = addRun(model, 1, false);
    shoot(view, QStringLiteral("timeline-running"));
    const double before = view.chart().axis().to;
    model.mark(id, QStringLiteral("paused"), Tone::Notice, 9000);
    EXPECT_GT(view.chart().axis().to, before);
}

TEST_F(TimelineViewTest, LetsTheUserChooseAnEarlierRun)
{
    const int first = addRun(model, 1, true);
    const int second = addRun(model, 1.2, true);
    auto* runs = view.findChild<QComboBox*>(QStringLiteral("timelineRuns"));
    EXPECT_EQ(runs->currentData().toInt(), second);
    EXPECT_EQ(runs->currentText(), QStringLiteral("httpd, 6.200 s"));
    runs->setCurrentIndex(runs->findData(first));
    EXPECT_EQ(view.chart().run(), first);
}

TEST_F(TimelineViewTest, FitsALowDock)
{
    addRun(model, 1, true);
    view.resize(900, 230);
    shoot(view, QStringLiteral("timeline-low"));
}

TEST_F(TimelineViewTest, IsReadableInTheDark)
{
    const QPalette before = QApplication::palette();
    QApplication::setPalette(darkPalette());
    addRun(model, 1, true);
    addRun(model, 0.8, true);
    shoot(view, QStringLiteral("timeline-dark"));
    QApplication::setPalette(before);
}

TEST_F(TimelineViewTest, PaintsHoursOfSamplesWithinAFrame)
{
    const int id = model.startRun(QStringLiteral("long"));
    for (int i = 0; i < 20'000; ++i) {
        model.sample(id, {.cpu = std::chrono::milliseconds(i * 300), .memory = std::uint64_t{1} << 24U},
                     i * 1000.0);
    }
    model.finishRun(id);
    QImage picture(1100, 500, QImage::Format_RGB32);
    QElapsedTimer clock;
    double best = 1e9;
    for (int round = 0; round < 5; ++round) {
        clock.start();
        QPainter painter(&picture);
        const TimelineRun& run = *model.run(id);
        paintTimeline(painter,
                      {.run = run,
                       .now = run.end,
                       .axis = view.chart().axis(),
                       .layout = layTimeline(run, view.font(), picture.size()),
                       .palette = view.palette(),
                       .font = view.font()},
                      picture.size());
        painter.end();
        best = std::min(best, static_cast<double>(clock.nsecsElapsed()) / 1e6);
    }
    std::cout << "painting: " << best << " ms\n";
    EXPECT_LT(best, 30);
}

} // namespace
} // namespace rumpus::gui
