// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/gui/timeline/time_axis.h"

#include <algorithm>
#include <cmath>

namespace rumpus::gui {

namespace {

constexpr double shortest = 0.001;
constexpr double longest = 31.0 * 24 * 3600 * 1000;
constexpr double second = 1000;
constexpr double minute = 60 * second;

QString minutesText(double ms, int decimals)
{
    const auto minutes = static_cast<qint64>(ms / minute);
    const double seconds = (ms - (static_cast<double>(minutes) * minute)) / second;
    return QStringLiteral("%1 min %2 s")
        .arg(minutes)
        .arg(seconds, decimals > 0 ? 3 + decimals : 2, 'f', decimals, QLatin1Char('0'));
}

} // namespace

TimeAxis TimeAxis::zoomed(double at, double factor) const
{
    const double span = std::clamp((to - from) * factor, shortest, longest);
    const double share = (at - left) / width;
    TimeAxis axis = *this;
    axis.from = std::max(0.0, ms(at) - (share * span));
    axis.to = axis.from + span;
    return axis;
}

TimeAxis TimeAxis::panned(double pixels) const
{
    const double span = to - from;
    TimeAxis axis = *this;
    axis.from = std::max(0.0, from - (pixels / width * span));
    axis.to = axis.from + span;
    return axis;
}

double roundUp(double value)
{
    if (!(value > 0)) {
        return 1;
    }
    const double power = std::pow(10.0, std::floor(std::log10(value)));
    for (const double digit : {1.0, 2.0, 5.0}) {
        if (digit * power >= value * (1 - 1e-9)) {
            return digit * power;
        }
    }
    return 10 * power;
}

std::vector<double> roundTicks(double from, double to, int most)
{
    std::vector<double> ticks;
    if (!(to > from) || most < 1) {
        return ticks;
    }
    const double step = roundUp((to - from) / most);
    for (double n = std::ceil(from / step); n * step <= to && ticks.size() <= static_cast<std::size_t>(most);
         ++n) {
        ticks.push_back(n * step);
    }
    return ticks;
}

QString durationText(double ms)
{
    const double size = std::abs(ms);
    if (size >= minute) {
        return minutesText(ms, 0);
    }
    if (size >= second) {
        return QStringLiteral("%1 s").arg(ms / second, 0, 'f', size >= 10 * second ? 2 : 3);
    }
    if (size >= 1) {
        return QStringLiteral("%1 ms").arg(ms, 0, 'f', size >= 100 ? 0 : 1);
    }
    return size == 0 ? QStringLiteral("0 ms") : QStringLiteral("%1 µs").arg(ms * 1000, 0, 'f', 0);
}

QString tickText(double ms, double step)
{
    const auto decimals = [step](double unit) {
        return std::clamp(static_cast<int>(std::ceil(-std::log10(step / unit) - 1e-9)), 0, 6);
    };
    if (ms >= minute || (ms == 0 && step >= minute)) {
        return ms == 0 ? QStringLiteral("0") : minutesText(ms, decimals(second));
    }
    if (step >= second || ms >= second) {
        return QStringLiteral("%1 s").arg(ms / second, 0, 'f', decimals(second));
    }
    return ms == 0 ? QStringLiteral("0") : QStringLiteral("%1 ms").arg(ms, 0, 'f', decimals(1));
}

} // namespace rumpus::gui
