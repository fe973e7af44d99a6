// CallStackView: the dock of the call stack, each frame with its component's colour.
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/gui/debug/call_stack_model.h"
#include "app/gui/debug/debug_page.h"

class QTableView;
class QToolButton;

namespace rumpus::gui {

class CallStackView : public DebugPage {
    Q_OBJECT
public:
    explicit CallStackView(DebugContext* context, QWidget* parent = nullptr);

    CallStackModel& model() { return *model_; }
    QTableView& view() { return *view_; }

protected:
    void resizeEvent(QResizeEvent* event) override;
    void contextMenuEvent(QContextMenuEvent* event) override;

private:
    void choose(const QModelIndex& index);
    void markFrame();
    void measure();

    CallStackModel* model_;
    QTableView* view_;
    QToolButton* fold_;
};

} // namespace rumpus::gui
