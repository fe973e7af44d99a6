// PlanView: the plan in words and as a command to copy, or what stands in its way.
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/gui/config/plan_model.h"
#include "app/gui/config/problem_list.h"

#include <QWidget>

class QGridLayout;
class QLabel;
class QPlainTextEdit;
class QPushButton;

namespace rumpus::gui {

class EmptyState;
class ErrorBar;

class PlanView : public QWidget {
    Q_OBJECT
public:
    explicit PlanView(ConfigDocument& document, QWidget* parent = nullptr);

    PlanModel& model() { return model_; }

Q_SIGNALS:
    void problemChosen(const rumpus::Problem& problem);

protected:
    void showEvent(QShowEvent* event) override;
    void hideEvent(QHideEvent* event) override;
    void changeEvent(QEvent* event) override;

private:
    void refresh();
    void showFacts();
    void paintTheme();

    PlanModel model_;
    ErrorBar* error_;
    QLabel* note_;
    QWidget* facts_;
    QGridLayout* grid_;
    QPlainTextEdit* command_;
    QPushButton* copy_;
    QWidget* plan_;
    EmptyState* none_;
    ProblemListModel problems_;
    ProblemListView* list_;
};

} // namespace rumpus::gui
