// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/gui/timeline/timeline_painter.h"

#include "core/base/units.h"

#include <QCoreApplication>
#include <QFontMetrics>
#include <QPainter>
#include <QPainterPath>

#include <algorithm>
#include <cmath>

namespace rumpus::gui {

namespace {

constexpr int margin = 10;
constexpr double leastBar = 2;

QString tr(const char* text)
{
    return QCoreApplication::translate("Timeline", text);
}

bool hasSeries(const TimelineRun& run, Series series)
{
    return std::ranges::any_of(
        run.samples, [series](const TimelineSample& sample) { return sample.value(series).has_value(); });
}

Tone toneOf(BootMoment moment)
{
    switch (moment) {
    case BootMoment::Build:
    case BootMoment::Plan:
    case BootMoment::Process: return Tone::Quiet; // ours and the hypervisor's
    case BootMoment::Exit: return Tone::Good;     // the application's
    default: return Tone::Accent;                 // the guest's kernel
    }
}

QColor seriesColour(Series series, const QPalette& palette)
{
    switch (series) {
    case Series::Cpu: return colour(Component::Application, palette);
    case Series::Memory: return colour(Component::Libc, palette);
    case Series::Disk: return colour(Component::KernelVfs, palette);
    case Series::Net: break;
    }
    return colour(Component::KernelNet, palette);
}

class Painter {
public:
    Painter(QPainter& painter, const TimelineLook& look, QSize view)
        : painter_(painter), look_(look), layout_(look.layout), view_(view), metrics_(look.font),
          faint_(mixed(look.palette.color(QPalette::Text), look.palette.color(QPalette::Base), 0.14)),
          quiet_(colour(Tone::Quiet, look.palette)), text_(look.palette.color(QPalette::Text))
    {
    }

    void paint()
    {
        painter_.setFont(look_.font);
        painter_.fillRect(QRect(QPoint(), view_), look_.palette.color(QPalette::Base));
        ticks_ = roundTicks(
            look_.axis.from, look_.axis.to,
            std::max(2, static_cast<int>(look_.axis.width) / metrics_.horizontalAdvance(u'0') / 13));
        paintGrid();
        painter_.save();
        painter_.translate(0, -look_.scrolled);
        for (int row = 0; row < layout_.rows; ++row) {
            paintPhase(row);
        }
        for (int device = 0; device < layout_.devices; ++device) {
            paintDevice(device);
        }
        for (int graph = 0; graph < static_cast<int>(layout_.graphs.size()); ++graph) {
            paintGraph(graph);
        }
        paintMarks();
        painter_.restore();
        paintPointer();
        paintAxis();
    }

private:
    static QColor mixed(const QColor& one, const QColor& other, double share)
    {
        const auto mix = [share](int a, int b) { return static_cast<int>((a * share) + (b * (1 - share))); };
        return {mix(one.red(), other.red()), mix(one.green(), other.green()), mix(one.blue(), other.blue())};
    }
    QColor paler(const QColor& colour, double share) const
    {
        return mixed(colour, look_.palette.color(QPalette::Base), share);
    }
    QRect plot(const QRect& row) const { return row.adjusted(layout_.gutter, 0, 0, 0); }

    void paintGrid()
    {
        painter_.setPen(faint_);
        for (const double tick : ticks_) {
            const int x = static_cast<int>(std::lround(look_.axis.x(tick)));
            painter_.drawLine(x, layout_.axisHeight, x, view_.height());
        }
    }

    void paintAxis()
    {
        const QRect strip(0, 0, view_.width(), layout_.axisHeight);
        painter_.fillRect(strip, look_.palette.color(QPalette::Base));
        painter_.setPen(faint_);
        painter_.drawLine(strip.bottomLeft(), strip.bottomRight());
        painter_.drawLine(layout_.gutter - 1, 0, layout_.gutter - 1, view_.height());
        const double step = ticks_.size() > 1 ? ticks_[1] - ticks_[0] : look_.axis.to - look_.axis.from;
        painter_.setClipRect(plot(strip));
        for (const double tick : ticks_) {
            const int x = static_cast<int>(std::lround(look_.axis.x(tick)));
            painter_.setPen(quiet_);
            painter_.drawText(QRect(x + 4, 0, metrics_.horizontalAdvance(u'0') * 14, strip.height()),
                              Qt::AlignVCenter | Qt::AlignLeft, tickText(tick, step));
            painter_.setPen(faint_);
            painter_.drawLine(x, strip.bottom() - 5, x, strip.bottom());
        }
        if (look_.pointer) {
            paintPointerTime(strip);
        }
        painter_.setClipping(false);
        painter_.setPen(quiet_);
        painter_.drawText(strip.adjusted(margin, 0, 0, 0), Qt::AlignVCenter | Qt::AlignLeft, tr("Phase"));
        painter_.drawText(columnRect(strip, 1), Qt::AlignVCenter | Qt::AlignRight, tr("Time"));
        if (look_.previous != nullptr) {
            painter_.drawText(columnRect(strip, 2), Qt::AlignVCenter | Qt::AlignRight, tr("Change"));
        }
    }

    void paintPointerTime(const QRect& strip)
    {
        const QString time = durationText(*look_.pointer);
        const int width = metrics_.horizontalAdvance(time) + 10;
        const int x = static_cast<int>(std::lround(look_.axis.x(*look_.pointer)));
        QRect box(x - (width / 2), 2, width, strip.height() - 4);
        box.moveLeft(std::clamp(box.left(), layout_.gutter, std::max(layout_.gutter, view_.width() - width)));
        const QColor ground = colour(Tone::Accent, look_.palette);
        painter_.fillRect(box, ground);
        painter_.setPen(textOn(ground));
        painter_.drawText(box, Qt::AlignCenter, time);
    }

    void paintPointer()
    {
        if (look_.pointer) {
            painter_.setPen(QPen(colour(Tone::Accent, look_.palette), 1, Qt::DashLine));
            const int x = static_cast<int>(std::lround(look_.axis.x(*look_.pointer)));
            painter_.drawLine(x, layout_.axisHeight, x, view_.height());
        }
    }

    /// The gutter's columns: name, time, change.
    QRect columnRect(const QRect& row, int column) const
    {
        const int number = metrics_.horizontalAdvance(u'0') * 10;
        const int right = layout_.gutter - margin;
        if (column == 0) {
            return {margin, row.top(), right - (2 * number) - margin, row.height()};
        }
        return {right - ((3 - column) * number), row.top(), number, row.height()};
    }

    void paintPhase(int row)
    {
        const QRect rect = layout_.rowRect(row, view_.width());
        const auto& phases = look_.run.phases;
        if (row == static_cast<int>(phases.size())) {
            paintOpenPhase(rect);
            return;
        }
        const TimelinePhase& phase = phases[static_cast<std::size_t>(row)];
        const TimelinePhase* before =
            look_.previous == nullptr ? nullptr : look_.previous->phase(phase.moment);
        paintName(rect, momentTitle(phase.moment), durationText(phase.length()));
        if (before != nullptr) {
            const QString change = differenceText(phase.length(), before->length());
            painter_.setPen(change.startsWith(u'+') ? colour(Tone::Changed, look_.palette)
                                                    : colour(Tone::Good, look_.palette));
            painter_.drawText(columnRect(rect, 2), Qt::AlignVCenter | Qt::AlignRight, change);
        }
        painter_.setClipRect(plot(rect));
        const QColor colour = gui::colour(toneOf(phase.moment), look_.palette);
        const int thick = rect.height() - 8;
        const int top = rect.top() + (before == nullptr ? 4 : 2);
        paintBar(phase.start, phase.end, top, thick, colour);
        if (before != nullptr) {
            paintBar(before->start, before->end, top + thick + 1, 3, paler(quiet_, 0.6));
        }
        painter_.setClipping(false);
    }

    /// What goes on since the last moment.
    void paintOpenPhase(const QRect& rect)
    {
        const double start = look_.run.phases.empty() ? 0 : look_.run.phases.back().end;
        const bool isMain = !look_.run.phases.empty() && look_.run.phase(BootMoment::Main) != nullptr;
        paintName(rect, isMain ? tr("Application runs") : tr("Under way"), durationText(look_.now - start));
        painter_.setClipRect(plot(rect));
        paintBar(start, look_.now, rect.top() + 4, rect.height() - 8,
                 paler(colour(isMain ? Tone::Good : Tone::Accent, look_.palette), 0.45));
        painter_.setClipping(false);
    }

    /// The guest's end with its states in words, below it the host's.
    void paintDevice(int row)
    {
        const QRect rect = layout_.deviceRect(row, view_.width());
        const TimelineDevice& device = look_.run.devices[static_cast<std::size_t>(row)];
        const double end = look_.run.finished ? look_.run.end : look_.now;
        const QRect name = columnRect(rect, 0);
        painter_.setPen(text_);
        painter_.drawText(name, Qt::AlignVCenter | Qt::AlignLeft,
                          metrics_.elidedText(device.name, Qt::ElideRight, name.width()));
        if (const TimelineState* now = stateAt(device.front, end)) {
            painter_.setPen(quiet_);
            painter_.drawText(columnRect(rect, 1).united(columnRect(rect, 2)),
                              Qt::AlignVCenter | Qt::AlignRight, now->words);
        }
        painter_.setClipRect(plot(rect));
        paintStates(device.front, end, rect.top() + 2, rect.height() - 7, true);
        paintStates(device.back, end, rect.bottom() - 4, 3, false);
        painter_.setClipping(false);
    }

    void paintStates(const std::vector<TimelineState>& states, double end, int top, int height, bool words)
    {
        for (std::size_t i = 0; i < states.size(); ++i) {
            const TimelineState& state = states[i];
            if (state.words.isEmpty()) {
                continue;
            }
            const double until = i + 1 < states.size() ? states[i + 1].at : std::max(end, state.at);
            const QColor ink = paler(colour(state.tone, look_.palette), words ? 0.45 : 0.8);
            paintBar(state.at, until, top, height, ink);
            // where it begins a line keeps it from the one before
            const double x = look_.axis.x(state.at);
            painter_.fillRect(QRectF(x, top, 1, height), colour(state.tone, look_.palette));
            const double room = look_.axis.x(until) - std::max<double>(x, layout_.gutter);
            if (words && metrics_.horizontalAdvance(state.words) + 8 <= room) {
                painter_.setPen(text_);
                painter_.drawText(QRectF(std::max<double>(x, layout_.gutter) + 4, top, room, height),
                                  Qt::AlignVCenter | Qt::AlignLeft, state.words);
            }
        }
    }

    void paintName(const QRect& rect, const QString& name, const QString& value)
    {
        painter_.setPen(text_);
        const QRect nameRect = columnRect(rect, 0);
        painter_.drawText(nameRect, Qt::AlignVCenter | Qt::AlignLeft,
                          metrics_.elidedText(name, Qt::ElideRight, nameRect.width()));
        painter_.setPen(quiet_);
        painter_.drawText(columnRect(rect, 1), Qt::AlignVCenter | Qt::AlignRight, value);
    }

    void paintBar(double start, double end, int top, int height, const QColor& colour)
    {
        const double left = look_.axis.x(start);
        const double width = std::max(leastBar, look_.axis.x(end) - left);
        painter_.fillRect(QRectF(left, top, width, height), colour);
    }

    void paintMarks()
    {
        const QRect strip(layout_.gutter, layout_.marksTop, view_.width() - layout_.gutter, layout_.line + 6);
        if (look_.run.marks.empty()) {
            return;
        }
        painter_.setPen(text_);
        painter_.drawText(QRect(margin, strip.top(), layout_.gutter - (2 * margin), strip.height()),
                          Qt::AlignVCenter | Qt::AlignLeft, tr("Events"));
        painter_.setClipRect(strip.adjusted(0, 0, 0, layout_.height));
        const auto& marks = look_.run.marks;
        for (std::size_t i = 0; i < marks.size(); ++i) {
            const double x = std::round(look_.axis.x(marks[i].at));
            const double next = i + 1 < marks.size() ? look_.axis.x(marks[i + 1].at) : view_.width();
            if (next >= strip.left() && x <= strip.right()) {
                paintMark(marks[i], strip, x, next);
            }
        }
        painter_.setClipping(false);
    }

    /// Its words go as far as the next mark; the pointer tells the rest.
    void paintMark(const TimelineMark& mark, const QRect& strip, double x, double next)
    {
        const QColor ink = colour(mark.tone, look_.palette);
        painter_.setPen(QPen(paler(ink, 0.7), 1));
        painter_.drawLine(QPointF(x, strip.top() + 3), QPointF(x, layout_.height));
        painter_.setRenderHint(QPainter::Antialiasing);
        painter_.setPen(Qt::NoPen);
        painter_.setBrush(ink);
        const double middle = strip.center().y();
        painter_.drawPolygon(
            QPolygonF{QPointF(x, middle - 4), QPointF(x + 6, middle), QPointF(x, middle + 4)});
        painter_.setRenderHint(QPainter::Antialiasing, false);
        const int room = static_cast<int>(next - x) - 14;
        const QString words = metrics_.elidedText(mark.text.left(200), Qt::ElideRight, room);
        if (room > 4 * metrics_.averageCharWidth()) {
            painter_.setPen(ink);
            painter_.drawText(QRectF(x + 9, strip.top(), room, strip.height()),
                              Qt::AlignVCenter | Qt::AlignLeft, words);
        }
    }

    void paintGraph(int graph)
    {
        const Series series = layout_.graphs[static_cast<std::size_t>(graph)];
        const QRect rect = layout_.graphRect(graph, view_.width());
        painter_.setPen(faint_);
        painter_.drawLine(rect.topLeft(), rect.topRight());
        const std::optional<double> value = valueAt(look_.run, series, look_.pointer.value_or(look_.now));
        paintName(QRect(0, rect.top() + 2, rect.width(), layout_.line + 4), seriesTitle(series),
                  value ? valueText(series, *value) : QString());

        const double top = topOf(series);
        const QRect area = plot(rect).adjusted(0, 4, 0, -1);
        painter_.setClipRect(area.adjusted(0, -2, 0, 1));
        paintCurve(series, area, top);
        painter_.setPen(quiet_);
        painter_.drawText(area.adjusted(4, 0, -6, 0), Qt::AlignTop | Qt::AlignRight, valueText(series, top));
        painter_.setClipping(false);
    }

    /// What the graph's upper edge stands for.
    double topOf(Series series) const
    {
        double most = series == Series::Cpu ? 100 : 1024;
        for (const TimelineSample& sample : look_.run.samples) {
            most = std::max(most, sample.value(series).value_or(0));
        }
        if (series == Series::Cpu) {
            return std::ceil(most / 50) * 50;
        }
        return std::exp2(std::ceil(std::log2(most))); // bytes have round binary numbers
    }

    void paintCurve(Series series, const QRect& area, double top)
    {
        QPolygonF curve;
        double columnTop = 0;
        for (const TimelineSample& sample : look_.run.samples) {
            const auto value = sample.value(series);
            const double x = look_.axis.x(sample.at);
            if (!value || x < area.left() - 2000 || x > area.right() + 2000) {
                continue;
            }
            const double y = area.bottom() - (*value / top * area.height());
            // of several in one pixel's column the highest is seen
            if (!curve.isEmpty() && x - curve.last().x() < 0.5) {
                columnTop = std::min(columnTop, y);
                curve.last().setY(columnTop);
            } else {
                curve.append({x, y});
                columnTop = y;
            }
        }
        if (curve.isEmpty()) {
            return;
        }
        const QColor ink = seriesColour(series, look_.palette);
        QPolygonF filled = curve;
        filled.append({curve.last().x(), static_cast<double>(area.bottom())});
        filled.append({curve.first().x(), static_cast<double>(area.bottom())});
        painter_.setRenderHint(QPainter::Antialiasing);
        painter_.setPen(Qt::NoPen);
        QColor ground = ink;
        ground.setAlphaF(0.22F);
        painter_.setBrush(ground);
        painter_.drawPolygon(filled);
        painter_.setPen(QPen(ink, 1.4));
        painter_.setBrush(Qt::NoBrush);
        painter_.drawPolyline(curve);
        painter_.setRenderHint(QPainter::Antialiasing, false);
    }

    QPainter& painter_;
    const TimelineLook& look_;
    const TimelineLayout& layout_;
    QSize view_;
    QFontMetrics metrics_;
    QColor faint_;
    QColor quiet_;
    QColor text_;
    std::vector<double> ticks_;
};

} // namespace

TimelineLayout layTimeline(const TimelineRun& run, const QFont& font, QSize view)
{
    const QFontMetrics metrics(font);
    TimelineLayout layout;
    layout.line = metrics.height();
    layout.gutter = metrics.horizontalAdvance(u'0') * 40;
    layout.axisHeight = layout.line + 8;
    layout.marksTop = layout.axisHeight + 2;
    layout.phasesTop = layout.marksTop + (run.marks.empty() ? 2 : layout.line + 8);
    layout.rowHeight = layout.line + 5;
    layout.rows = static_cast<int>(run.phases.size()) + (run.finished ? 0 : 1);
    layout.devicesTop = layout.phasesTop + (layout.rows * layout.rowHeight) + 4;
    layout.devices = static_cast<int>(run.devices.size());
    layout.graphsTop = layout.devicesTop + (layout.devices * layout.rowHeight) + 4;
    for (const Series series : {Series::Cpu, Series::Memory, Series::Disk, Series::Net}) {
        if (hasSeries(run, series)) {
            layout.graphs.push_back(series);
        }
    }
    const int graphs = static_cast<int>(layout.graphs.size());
    const int least = (layout.line * 5 / 2) + 4;
    const int room = graphs == 0 ? 0 : (view.height() - layout.graphsTop - 4) / graphs;
    layout.graphHeight = std::clamp(room, least, layout.line * 6);
    layout.height = layout.graphsTop + (graphs * layout.graphHeight) + 4;
    return layout;
}

void paintTimeline(QPainter& painter, const TimelineLook& look, QSize view)
{
    Painter(painter, look, view).paint();
}

QString momentTitle(BootMoment moment)
{
    if (moment == BootMoment::Exit) { // as a phase it is what the application did
        return tr("Until exit");
    }
    return QCoreApplication::translate("BootMoment", std::string(title(moment)).c_str());
}

QString seriesTitle(Series series)
{
    switch (series) {
    case Series::Cpu: return tr("CPU");
    case Series::Memory: return tr("Memory");
    case Series::Disk: return tr("Disk");
    case Series::Net: break;
    }
    return tr("Network");
}

QString valueText(Series series, double value)
{
    if (series == Series::Cpu) {
        return QStringLiteral("%1 %").arg(value, 0, 'f', value < 10 && value > 0 ? 1 : 0);
    }
    const QString size = QString::fromStdString(roughSize(static_cast<std::uint64_t>(std::max(0.0, value))));
    return series == Series::Memory ? size : size + QStringLiteral("/s");
}

QString differenceText(double length, double before)
{
    const double difference = length - before;
    // two runs are never quite alike
    if (std::abs(difference) < std::max(0.5, before * 0.02)) {
        return {};
    }
    return (difference > 0 ? QStringLiteral("+") : QStringLiteral("−")) + durationText(std::abs(difference));
}

const TimelineState* stateAt(const std::vector<TimelineState>& states, double ms)
{
    const auto after = std::ranges::upper_bound(states, ms, {}, &TimelineState::at);
    const bool there = after != states.begin() && !std::prev(after)->words.isEmpty();
    return there ? &*std::prev(after) : nullptr;
}

std::optional<double> valueAt(const TimelineRun& run, Series series, double ms)
{
    const auto after = std::ranges::upper_bound(run.samples, ms, {}, &TimelineSample::at);
    return after == run.samples.begin() ? std::nullopt
                                        : std::prev(after)->values.at(static_cast<std::size_t>(series));
}

} // namespace rumpus::gui
