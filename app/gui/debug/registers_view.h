// RegistersView: the dock of the CPU's registers.
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/gui/debug/debug_page.h"
#include "app/gui/debug/registers_model.h"

class QTreeView;

namespace rumpus::gui {

class RegistersView : public DebugPage {
    Q_OBJECT
public:
    explicit RegistersView(DebugContext* context, QWidget* parent = nullptr);

    RegistersModel& model() { return *model_; }
    QTreeView& view() { return *view_; }

private:
    RegistersModel* model_;
    QTreeView* view_;
};

} // namespace rumpus::gui
