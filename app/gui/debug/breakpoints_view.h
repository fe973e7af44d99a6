// BreakpointsView: the dock of the breakpoints' table.
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/gui/debug/breakpoints_model.h"
#include "app/gui/debug/debug_page.h"

class QComboBox;
class QLineEdit;
class QTreeView;

namespace rumpus::gui {

class BreakpointsView : public DebugPage {
    Q_OBJECT
public:
    explicit BreakpointsView(DebugContext* context, QWidget* parent = nullptr);

    BreakpointsModel& model() { return *model_; }
    QTreeView& view() { return *view_; }

private:
    void addWritten();
    void removeChosen();
    void goTo(const QModelIndex& index);
    void editAll();

    BreakpointsModel* model_;
    QTreeView* view_;
    QLineEdit* entry_;
    QComboBox* kind_;
};

} // namespace rumpus::gui
