// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/gui/debug/disassembly_view.h"

#include "app/gui/base/passing.h"
#include "app/gui/base/theme.h"
#include "app/gui/debug/breakpoint_book.h"
#include "app/gui/debug/texts.h"

#include <QContextMenuEvent>
#include <QHeaderView>
#include <QMenu>
#include <QTreeView>
#include <QVBoxLayout>

namespace rumpus::gui {

DisassemblyView::DisassemblyView(DebugContext* context, QWidget* parent)
    : DebugPage(context, QStringLiteral("registers"), tr("The instructions of the stopped guest"), parent),
      model_(new DisassemblyModel(context, this)), view_(new QTreeView)
{
    view_->setModel(model_);
    view_->setObjectName(QStringLiteral("disassembly"));
    view_->setAccessibleName(tr("Disassembly"));
    view_->setRootIsDecorated(false);
    view_->setUniformRowHeights(true);
    view_->setAllColumnsShowFocus(true);
    view_->setFrameShape(QFrame::NoFrame);
    view_->setFont(codeFont());
    const int letter = QFontMetrics(codeFont()).horizontalAdvance(u'0');
    view_->header()->resizeSection(DisassemblyModel::Address, 12 * letter);
    view_->header()->resizeSection(DisassemblyModel::Bytes, 24 * letter);
    addStaleable(view_);
    column().addWidget(view_, 1);
    setRefresher(&model_->refresher());
    setFocusProxy(view_);
    connect(model_, &QAbstractItemModel::modelReset, this, &DisassemblyView::span);
    connect(model_, &DisassemblyModel::currentChanged, this, &DisassemblyView::showCurrent);
    connect(view_, &QTreeView::doubleClicked, this, [this](const QModelIndex& index) {
        const Instruction* instruction = model_->instructionOf(index.row());
        if (instruction == nullptr || instruction->line == 0 || !DisassemblyView::context().session()) {
            return;
        }
        const auto file = DisassemblyView::context().session()->sources().find(instruction->file, {});
        if (!file.empty()) {
            DisassemblyView::context().showSource(QString::fromStdString(file.native()), instruction->line);
        }
    });
}

void DisassemblyView::span()
{
    for (int row = 0; row < model_->rowCount(); ++row) {
        if (model_->index(row, 0).data(DisassemblyModel::SourceRole).toBool()) {
            view_->setFirstColumnSpanned(row, {}, true);
        }
    }
}

void DisassemblyView::showCurrent()
{
    if (model_->currentRow() >= 0) {
        const QModelIndex index = model_->index(model_->currentRow(), 0);
        view_->setCurrentIndex(index);
        view_->scrollTo(index);
    }
}

void DisassemblyView::contextMenuEvent(QContextMenuEvent* event)
{
    const QModelIndex index = view_->indexAt(view_->viewport()->mapFromGlobal(event->globalPos()));
    const std::uint64_t address = index.isValid() ? model_->addressOf(index.row()) : 0;
    if (address == 0) {
        return;
    }
    const QString place = hexText(address);
    QMenu* menu = passingMenu(this);
    menu->addAction(
        icon(QStringLiteral("breakpoint")), tr("Set a breakpoint at %1").arg(place), this, [this, place] {
            context().breakpoints().add({.kind = Breakpoint::Kind::Address, .where = place.toStdString()});
        });
    menu->addAction(tr("Run to here"), this, [this, place] { context().runTo(u'*' + place); });
    menu->addAction(tr("Go on from here (jump)"), this, [this, place] { context().jump(u'*' + place); });
    menu->popup(event->globalPos());
}

} // namespace rumpus::gui
