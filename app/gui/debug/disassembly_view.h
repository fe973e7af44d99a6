// DisassemblyView: the dock of the frame's instructions, mixed with its source.
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/gui/debug/debug_page.h"
#include "app/gui/debug/disassembly_model.h"

class QTreeView;

namespace rumpus::gui {

class DisassemblyView : public DebugPage {
    Q_OBJECT
public:
    explicit DisassemblyView(DebugContext* context, QWidget* parent = nullptr);

    DisassemblyModel& model() { return *model_; }
    QTreeView& view() { return *view_; }

protected:
    void contextMenuEvent(QContextMenuEvent* event) override;

private:
    void span();
    void showCurrent();

    DisassemblyModel* model_;
    QTreeView* view_;
};

} // namespace rumpus::gui
