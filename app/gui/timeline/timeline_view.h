// TimelineView: the timelines of the last runs, one at a time.
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/gui/timeline/timeline_chart.h"

#include <QWidget>

class QComboBox;
class QStackedWidget;
class QToolButton;

namespace rumpus::gui {

class EmptyState;

class TimelineView : public QWidget {
    Q_OBJECT
public:
    explicit TimelineView(TimelineModel* model, QWidget* parent = nullptr);

    /// Shows that run; a new one is shown by itself.
    void showRun(int id);
    TimelineChart& chart() { return *chart_; }
    /// For an action that starts a run.
    EmptyState& emptyState() { return *empty_; }

private:
    QWidget* makeBar();
    void list();
    void nameRun(int id);

    TimelineModel* model_;
    TimelineChart* chart_;
    EmptyState* empty_;
    QStackedWidget* stack_;
    QComboBox* runs_;
    QToolButton* everything_ = nullptr;
    QToolButton* boot_ = nullptr;
};

} // namespace rumpus::gui
