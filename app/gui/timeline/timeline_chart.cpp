// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/gui/timeline/timeline_chart.h"

#include <QHelpEvent>
#include <QPainter>
#include <QScrollBar>
#include <QToolTip>
#include <QWheelEvent>

#include <algorithm>
#include <chrono>
#include <cmath>

namespace rumpus::gui {

using namespace std::chrono_literals;

namespace {

constexpr double step = 1.25; ///< a key's or a notch's zoom
constexpr int rightMargin = 12;

QString tipLine(const QString& text)
{
    return text.toHtmlEscaped();
}

} // namespace

TimelineChart::TimelineChart(TimelineModel* model, QWidget* parent)
    : QAbstractScrollArea(parent), model_(model)
{
    setObjectName(QStringLiteral("timelineChart"));
    setAccessibleName(tr("Timeline of the run"));
    setFrameShape(QFrame::NoFrame);
    setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    setFocusPolicy(Qt::StrongFocus);
    viewport()->setMouseTracking(true);
    tick_.setInterval(100ms);
    connect(&tick_, &QTimer::timeout, viewport(), qOverload<>(&QWidget::update));
    connect(model_, &TimelineModel::runChanged, this, &TimelineChart::runChanged);
}

void TimelineChart::showRun(int id)
{
    run_ = id;
    fit(Fit::Everything);
    runChanged(id);
}

void TimelineChart::runChanged(int id)
{
    if (id == run_) {
        layOut();
        followTime();
        viewport()->update();
    }
}

void TimelineChart::followTime()
{
    const TimelineRun* run = model_->run(run_);
    if (run != nullptr && !run->finished && isVisible()) {
        tick_.start();
    } else {
        tick_.stop();
    }
}

void TimelineChart::layOut()
{
    if (const TimelineRun* run = model_->run(run_)) {
        layout_ = layTimeline(*run, font(), viewport()->size());
        verticalScrollBar()->setPageStep(viewport()->height());
        verticalScrollBar()->setSingleStep(layout_.rowHeight);
        verticalScrollBar()->setRange(0, std::max(0, layout_.height - viewport()->height()));
    }
}

void TimelineChart::fit(Fit fit)
{
    if (fit != fit_) {
        if (fit == Fit::Chosen) {
            chosen_ = axis();
        }
        fit_ = fit;
        Q_EMIT fitChanged();
    }
    viewport()->update();
}

TimeAxis TimelineChart::axis() const
{
    TimeAxis axis = fit_ == Fit::Chosen ? chosen_ : TimeAxis();
    axis.left = layout_.gutter;
    axis.width = std::max(1, viewport()->width() - layout_.gutter - rightMargin);
    const TimelineRun* run = model_->run(run_);
    if (fit_ != Fit::Chosen && run != nullptr) {
        const TimelineRun* previous = model_->previousOf(run_);
        double end = fit_ == Fit::Everything ? model_->now(run_) : run->booted();
        if (fit_ == Fit::Boot && previous != nullptr) {
            end = std::max(end, previous->booted());
        }
        axis.to = end > 0 ? end * 1.03 : 1;
    }
    return axis;
}

void TimelineChart::choose(const TimeAxis& axis)
{
    const Fit before = fit_;
    chosen_ = axis;
    fit_ = Fit::Chosen;
    viewport()->update();
    if (before != Fit::Chosen) {
        Q_EMIT fitChanged();
    }
}

void TimelineChart::zoom(double factor)
{
    const TimeAxis now = axis();
    choose(now.zoomed(pointer_.value_or(static_cast<int>(now.left + (now.width / 2))), factor));
}

void TimelineChart::paintEvent(QPaintEvent* /*event*/)
{
    QPainter painter(viewport());
    const TimelineRun* run = model_->run(run_);
    if (run == nullptr) {
        return;
    }
    const TimeAxis now = axis();
    std::optional<double> pointer;
    if (pointer_ && *pointer_ >= layout_.gutter) {
        pointer = now.ms(*pointer_);
    }
    paintTimeline(painter,
                  {.run = *run,
                   .previous = model_->previousOf(run_),
                   .now = model_->now(run_),
                   .axis = now,
                   .layout = layout_,
                   .palette = palette(),
                   .font = font(),
                   .scrolled = verticalScrollBar()->value(),
                   .pointer = pointer},
                  viewport()->size());
    if (hasFocus()) {
        painter.setPen(colour(Tone::Accent, palette()));
        painter.drawRect(viewport()->rect().adjusted(0, 0, -1, -1));
    }
}

void TimelineChart::resizeEvent(QResizeEvent* event)
{
    QAbstractScrollArea::resizeEvent(event);
    layOut();
}

void TimelineChart::wheelEvent(QWheelEvent* event)
{
    const QPoint turned = event->angleDelta();
    if (event->position().x() < layout_.gutter) { // over the names it scrolls
        QAbstractScrollArea::wheelEvent(event);
        return;
    }
    if (turned.x() != 0 || event->modifiers().testFlag(Qt::ShiftModifier)) {
        choose(axis().panned(turned.x() != 0 ? turned.x() : turned.y()));
    } else if (turned.y() != 0) {
        choose(axis().zoomed(event->position().x(), std::pow(step, -turned.y() / 120.0)));
    }
    event->accept();
}

void TimelineChart::mousePressEvent(QMouseEvent* event)
{
    if (event->button() == Qt::LeftButton && event->position().x() >= layout_.gutter) {
        dragged_ = event->position().toPoint().x();
    }
}

void TimelineChart::mouseMoveEvent(QMouseEvent* event)
{
    const int x = event->position().toPoint().x();
    if (dragged_ && event->buttons().testFlag(Qt::LeftButton)) {
        viewport()->setCursor(Qt::ClosedHandCursor);
        choose(axis().panned(x - *dragged_));
        dragged_ = x;
    }
    pointer_ = x;
    viewport()->update();
}

void TimelineChart::mouseReleaseEvent(QMouseEvent* /*event*/)
{
    dragged_.reset();
    viewport()->unsetCursor();
}

void TimelineChart::mouseDoubleClickEvent(QMouseEvent* /*event*/)
{
    fit(Fit::Everything);
}

void TimelineChart::keyPressEvent(QKeyEvent* event)
{
    constexpr double stride = 60;
    switch (event->key()) {
    case Qt::Key_Plus:
    case Qt::Key_Equal: zoom(1 / step); return;
    case Qt::Key_Minus: zoom(step); return;
    case Qt::Key_Left: choose(axis().panned(stride)); return;
    case Qt::Key_Right: choose(axis().panned(-stride)); return;
    case Qt::Key_0:
    case Qt::Key_Home: fit(Fit::Everything); return;
    default: QAbstractScrollArea::keyPressEvent(event);
    }
}

QString TimelineChart::tipAt(QPoint point) const
{
    const TimelineRun* run = model_->run(run_);
    if (run == nullptr || point.y() < layout_.axisHeight) {
        return {};
    }
    const QPoint place = point + QPoint(0, verticalScrollBar()->value());
    const int width = viewport()->width();
    QStringList lines;
    if (point.x() >= layout_.gutter) {
        lines += tipOfMarks(*run, point.x());
    }
    for (int row = 0; row < static_cast<int>(run->phases.size()); ++row) {
        if (layout_.rowRect(row, width).contains(place)) {
            lines += tipOfPhase(run->phases[static_cast<std::size_t>(row)]);
        }
    }
    const double time = axis().ms(point.x());
    for (int row = 0; row < layout_.devices; ++row) {
        if (layout_.deviceRect(row, width).contains(place) && point.x() >= layout_.gutter) {
            lines += tipOfDevice(run->devices[static_cast<std::size_t>(row)], time);
        }
    }
    for (int graph = 0; graph < static_cast<int>(layout_.graphs.size()); ++graph) {
        if (layout_.graphRect(graph, width).contains(place) && point.x() >= layout_.gutter) {
            for (const Series series : layout_.graphs) { // all, at this time
                if (const auto value = valueAt(*run, series, time)) {
                    lines += tipLine(tr("%1: %2").arg(seriesTitle(series), valueText(series, *value)));
                }
            }
        }
    }
    return lines.join(QStringLiteral("<br>"));
}

QStringList TimelineChart::tipOfMarks(const TimelineRun& run, int x) const
{
    static constexpr double near = 5;
    static constexpr int most = 12;
    const TimeAxis now = axis();
    QStringList lines;
    for (const TimelineMark& mark : run.marks) {
        if (std::abs(now.x(mark.at) - x) <= near && lines.size() < most) {
            lines += tipLine(tr("%1: %2").arg(durationText(mark.at), mark.text));
        }
    }
    return lines;
}

QStringList TimelineChart::tipOfPhase(const TimelinePhase& phase) const
{
    QStringList lines{QStringLiteral("<b>%1</b>").arg(tipLine(momentTitle(phase.moment)))};
    lines +=
        tipLine(tr("%1, from %2 to %3")
                    .arg(durationText(phase.length()), durationText(phase.start), durationText(phase.end)));
    const TimelineRun* previous = model_->previousOf(run_);
    const TimelinePhase* before = previous == nullptr ? nullptr : previous->phase(phase.moment);
    if (before != nullptr) {
        const QString change = differenceText(phase.length(), before->length());
        lines +=
            tipLine(tr("previous run %1 (%2)")
                        .arg(durationText(before->length()), change.isEmpty() ? tr("the same") : change));
    }
    return lines;
}

QStringList TimelineChart::tipOfDevice(const TimelineDevice& device, double time) const
{
    QStringList lines{QStringLiteral("<b>%1</b>").arg(tipLine(device.name))};
    const auto add = [&](const QString& end, const std::vector<TimelineState>& states) {
        if (const TimelineState* state = stateAt(states, time)) {
            lines += tipLine(tr("%1: %2 since %3").arg(end, state->words, durationText(state->at)));
        }
    };
    add(tr("front end, the guest's"), device.front);
    add(tr("back end, the host's"), device.back);
    return lines;
}

bool TimelineChart::viewportEvent(QEvent* event)
{
    if (event->type() == QEvent::ToolTip) {
        const auto* help = static_cast<QHelpEvent*>(event);
        const QString tip = tipAt(help->pos());
        if (tip.isEmpty()) {
            QToolTip::hideText();
        } else {
            QToolTip::showText(help->globalPos(), tip, viewport());
        }
        return true;
    }
    if (event->type() == QEvent::Leave) {
        pointer_.reset();
        viewport()->update();
    }
    return QAbstractScrollArea::viewportEvent(event);
}

void TimelineChart::changeEvent(QEvent* event)
{
    QAbstractScrollArea::changeEvent(event);
    if (event->type() == QEvent::FontChange) {
        layOut();
    }
    viewport()->update();
}

void TimelineChart::showEvent(QShowEvent* event)
{
    QAbstractScrollArea::showEvent(event);
    followTime();
}

void TimelineChart::hideEvent(QHideEvent* event)
{
    QAbstractScrollArea::hideEvent(event);
    tick_.stop();
}

} // namespace rumpus::gui
