// Paints a run's timeline: the axis, marks, phases beside those of the run before, graphs.
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/gui/timeline/time_axis.h"
#include "app/gui/timeline/timeline_model.h"

#include <QFont>
#include <QPalette>
#include <QRect>

class QPainter;

namespace rumpus::gui {

/// Where everything is. The axis stays on top; what is below it scrolls.
struct TimelineLayout {
    int line = 16;  ///< height of a line of text
    int gutter = 0; ///< on the left: names and exact times
    int axisHeight = 0;
    int marksTop = 0;
    int phasesTop = 0;
    int rowHeight = 0;
    int rows = 0;
    int devicesTop = 0;
    int devices = 0;
    int graphsTop = 0;
    int graphHeight = 0;
    int height = 0; ///< of everything
    std::vector<Series> graphs;

    QRect rowRect(int row, int width) const { return {0, phasesTop + (row * rowHeight), width, rowHeight}; }
    QRect deviceRect(int device, int width) const
    {
        return {0, devicesTop + (device * rowHeight), width, rowHeight};
    }
    QRect graphRect(int graph, int width) const
    {
        return {0, graphsTop + (graph * graphHeight), width, graphHeight};
    }
};
/// For a view of that size; graphs grow where there is room.
TimelineLayout layTimeline(const TimelineRun& run, const QFont& font, QSize view);

/// What a timeline is painted from.
struct TimelineLook {
    const TimelineRun& run;
    const TimelineRun* previous = nullptr;
    double now = 0;
    TimeAxis axis;
    TimelineLayout layout;
    QPalette palette;
    QFont font;
    int scrolled = 0;
    std::optional<double> pointer; ///< the time under it
};
void paintTimeline(QPainter& painter, const TimelineLook& look, QSize view);

QString momentTitle(BootMoment moment);
QString seriesTitle(Series series);
/// With its unit: "84 %", "12.1 MiB", "1.2 KiB/s".
QString valueText(Series series, double value);
/// "+12.0 ms", "−3.1 ms"; empty where the difference is not worth a word.
QString differenceText(double length, double before);
/// The state of a device's end at a time; null: it was not there.
const TimelineState* stateAt(const std::vector<TimelineState>& states, double ms);
/// The last sample of a series up to a time.
std::optional<double> valueAt(const TimelineRun& run, Series series, double ms);

} // namespace rumpus::gui
