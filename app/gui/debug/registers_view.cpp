// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/gui/debug/registers_view.h"

#include "app/gui/base/theme.h"

#include <QHeaderView>
#include <QTreeView>
#include <QVBoxLayout>

namespace rumpus::gui {

RegistersView::RegistersView(DebugContext* context, QWidget* parent)
    : DebugPage(context, QStringLiteral("registers"), tr("The registers of the stopped guest"), parent),
      model_(new RegistersModel(context, this)), view_(new QTreeView)
{
    view_->setModel(model_);
    view_->setObjectName(QStringLiteral("registers"));
    view_->setAccessibleName(tr("Registers"));
    view_->setUniformRowHeights(true);
    view_->setAllColumnsShowFocus(true);
    view_->setFrameShape(QFrame::NoFrame);
    view_->setEditTriggers(QAbstractItemView::DoubleClicked | QAbstractItemView::EditKeyPressed);
    view_->header()->resizeSection(RegistersModel::Name, QFontMetrics(codeFont()).averageCharWidth() * 16);
    addStaleable(view_);
    column().addWidget(view_, 1);
    setRefresher(&model_->refresher());
    setFocusProxy(view_);
    connect(view_, &QTreeView::expanded, this,
            [this](const QModelIndex& index) { model_->setOpen(index, true); });
    connect(view_, &QTreeView::collapsed, this,
            [this](const QModelIndex& index) { model_->setOpen(index, false); });
    view_->expand(model_->index(0, 0));
    view_->expand(model_->index(1, 0));
}

} // namespace rumpus::gui
