// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/gui/debug/threads_view.h"

#include <QHeaderView>
#include <QTreeView>
#include <QVBoxLayout>

namespace rumpus::gui {

ThreadsView::ThreadsView(DebugContext* context, QWidget* parent)
    : DebugPage(context, QStringLiteral("thread"), tr("The CPUs and threads of the stopped guest"), parent),
      model_(new ThreadsModel(context, this)), view_(new QTreeView)
{
    view_->setModel(model_);
    view_->setObjectName(QStringLiteral("threads"));
    view_->setAccessibleName(tr("Threads"));
    view_->setUniformRowHeights(true);
    view_->setAllColumnsShowFocus(true);
    view_->setFrameShape(QFrame::NoFrame);
    view_->expandAll();
    addStaleable(view_);
    column().addWidget(view_, 1);
    setRefresher(&model_->refresher());
    setFocusProxy(view_);
    connect(model_, &QAbstractItemModel::modelReset, view_, &QTreeView::expandAll);
    // only for new threads: content is not measured at every step
    connect(model_, &QAbstractItemModel::rowsInserted, this, [this] {
        view_->resizeColumnToContents(ThreadsModel::Name);
        view_->resizeColumnToContents(ThreadsModel::State);
    });
    connect(view_, &QTreeView::clicked, this, &ThreadsView::choose);
    connect(view_, &QTreeView::activated, this, &ThreadsView::choose);
}

void ThreadsView::choose(const QModelIndex& index)
{
    if (const GuestThread* thread = model_->threadAt(index)) {
        context().selectThread(thread->current ? std::string() : thread->id);
    } else if (const VirtualCpu* cpu = model_->cpuAt(index)) {
        context().selectCpu(cpu->number);
    }
}

} // namespace rumpus::gui
