// TimelineChart: a run's timeline to look at: hover tells exact values, the wheel zooms, dragging pans.
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/gui/timeline/timeline_painter.h"

#include <QAbstractScrollArea>
#include <QTimer>

namespace rumpus::gui {

class TimelineChart : public QAbstractScrollArea {
    Q_OBJECT
public:
    explicit TimelineChart(TimelineModel* model, QWidget* parent = nullptr);

    void showRun(int id);
    int run() const { return run_; }

    /// What of the time is shown. Everything, or the boot alone, follow the run as it goes on.
    enum class Fit : std::uint8_t { Everything, Boot, Chosen };
    void fit(Fit fit);
    Fit fitted() const { return fit_; }
    void zoom(double factor);
    TimeAxis axis() const;
    /// What is told of a point of the viewport, as rich text; empty: nothing is there.
    QString tipAt(QPoint point) const;

Q_SIGNALS:
    void fitChanged();

protected:
    void paintEvent(QPaintEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;
    void wheelEvent(QWheelEvent* event) override;
    void mousePressEvent(QMouseEvent* event) override;
    void mouseMoveEvent(QMouseEvent* event) override;
    void mouseReleaseEvent(QMouseEvent* event) override;
    void mouseDoubleClickEvent(QMouseEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;
    bool viewportEvent(QEvent* event) override;
    void changeEvent(QEvent* event) override;
    void showEvent(QShowEvent* event) override;
    void hideEvent(QHideEvent* event) override;

private:
    QStringList tipOfMarks(const TimelineRun& run, int x) const;
    QStringList tipOfPhase(const TimelinePhase& phase) const;
    QStringList tipOfDevice(const TimelineDevice& device, double time) const;
    void runChanged(int id);
    void layOut();
    void choose(const TimeAxis& axis);
    void followTime();

    TimelineModel* model_;
    int run_ = 0;
    Fit fit_ = Fit::Everything;
    TimeAxis chosen_;
    TimelineLayout layout_;
    std::optional<int> pointer_; ///< pixel
    std::optional<int> dragged_;
    QTimer tick_; ///< a run that goes on grows
};

} // namespace rumpus::gui
