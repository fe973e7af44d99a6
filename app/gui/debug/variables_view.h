// VariablesView and WatchesView: the docks of values.
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/gui/debug/debug_page.h"
#include "app/gui/debug/expression_view.h"
#include "app/gui/debug/variables_model.h"
#include "app/gui/debug/watches_model.h"

class QLineEdit;

namespace rumpus::gui {

class VariablesView : public DebugPage {
    Q_OBJECT
public:
    explicit VariablesView(DebugContext* context, QWidget* parent = nullptr);

    VariablesModel& model() { return *model_; }
    ExpressionView& view() { return *view_; }

protected:
    void setOnScreen(bool onScreen) override;

private:
    VariablesModel* model_;
    ExpressionView* view_;
};

class WatchesView : public DebugPage {
    Q_OBJECT
public:
    explicit WatchesView(DebugContext* context, QWidget* parent = nullptr);

    WatchesModel& model() { return *model_; }
    ExpressionView& view() { return *view_; }

protected:
    void setOnScreen(bool onScreen) override;

private:
    WatchesModel* model_;
    ExpressionView* view_;
    QLineEdit* entry_;
};

} // namespace rumpus::gui
