// A stretch of time on a stretch of pixels: zoomed, panned, divided by round times.
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>

#include <vector>

namespace rumpus::gui {

/// Times in ms; `from` is at pixel `left`, `to` at `left + width`.
struct TimeAxis {
    double from = 0;
    double to = 1;
    double left = 0;
    double width = 1;

    double x(double ms) const { return left + ((ms - from) / (to - from) * width); }
    double ms(double x) const { return from + ((x - left) / width * (to - from)); }

    /// Zoomed so that the time at the pixel stays there; a factor below 1 shows less time. Never before the
    /// beginning, never below a microsecond or above a month.
    TimeAxis zoomed(double x, double factor) const;
    TimeAxis panned(double pixels) const;
};

/// Round numbers (1, 2 or 5 by powers of ten) between two, at most `most`.
std::vector<double> roundTicks(double from, double to, int most);
/// The least of 1, 2, 5 by powers of ten that is not below.
double roundUp(double value);

/// "250 µs", "12.5 ms", "1.204 s", "3 min 05 s": with four digits.
QString durationText(double ms);
/// A tick's label, short, for ticks that are `step` apart.
QString tickText(double ms, double step);

} // namespace rumpus::gui
