// ThreadsView: the dock of CPUs and guest threads; the one that is chosen is looked at everywhere.
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/gui/debug/debug_page.h"
#include "app/gui/debug/threads_model.h"

class QTreeView;

namespace rumpus::gui {

class ThreadsView : public DebugPage {
    Q_OBJECT
public:
    explicit ThreadsView(DebugContext* context, QWidget* parent = nullptr);

    ThreadsModel& model() { return *model_; }
    QTreeView& view() { return *view_; }

private:
    void choose(const QModelIndex& index);

    ThreadsModel* model_;
    QTreeView* view_;
};

} // namespace rumpus::gui
