// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/gui/debug/breakpoints_view.h"

#include "app/gui/base/theme.h"
#include "app/gui/debug/breakpoint_book.h"
#include "app/gui/debug/breakpoint_form.h"
#include "app/gui/debug/texts.h"

#include <QAction>
#include <QComboBox>
#include <QHeaderView>
#include <QLineEdit>
#include <QTreeView>
#include <QVBoxLayout>

#include <algorithm>

namespace rumpus::gui {

BreakpointsView::BreakpointsView(DebugContext* context, QWidget* parent)
    : DebugPage(context, QStringLiteral("breakpoint"), tr("Breakpoints"), parent),
      model_(new BreakpointsModel(&context->breakpoints(), this)), view_(new QTreeView),
      entry_(new QLineEdit), kind_(new QComboBox)
{
    view_->setModel(model_);
    view_->setObjectName(QStringLiteral("breakpoints"));
    view_->setAccessibleName(tr("Breakpoints"));
    view_->setRootIsDecorated(false);
    view_->setUniformRowHeights(true);
    view_->setAllColumnsShowFocus(true);
    view_->setFrameShape(QFrame::NoFrame);
    view_->setSelectionMode(QAbstractItemView::ExtendedSelection);
    view_->setEditTriggers(QAbstractItemView::EditKeyPressed | QAbstractItemView::SelectedClicked);
    view_->header()->setSectionResizeMode(BreakpointsModel::Place, QHeaderView::ResizeToContents);
    view_->header()->setSectionResizeMode(BreakpointsModel::Hits, QHeaderView::ResizeToContents);
    view_->header()->setSectionResizeMode(BreakpointsModel::Ignore, QHeaderView::ResizeToContents);
    view_->setContextMenuPolicy(Qt::ActionsContextMenu);

    kind_->setAccessibleName(tr("What the new breakpoint waits for"));
    kind_->addItem(tr("Stop at"), -1);
    for (const auto& [text, kind] : {std::pair(tr("Write of"), Breakpoint::Kind::Write),
                                     std::pair(tr("Read of"), Breakpoint::Kind::Read),
                                     std::pair(tr("Access to"), Breakpoint::Kind::Access)}) {
        kind_->addItem(text, static_cast<int>(kind));
    }
    entry_->setObjectName(QStringLiteral("newBreakpoint"));
    entry_->setAccessibleName(tr("Place of the new breakpoint"));
    entry_->setPlaceholderText(tr("main, httpd.c:56, *0x101000"));
    entry_->setFont(codeFont());

    auto* edit = new QAction(icon(QStringLiteral("edit")), tr("Edit…"), this);
    edit->setObjectName(QStringLiteral("editBreakpoint"));
    edit->setShortcuts({QKeySequence(Qt::Key_Return), QKeySequence(Qt::Key_Enter)});
    edit->setShortcutContext(Qt::WidgetShortcut);
    view_->addAction(edit);
    auto* remove = new QAction(icon(QStringLiteral("remove")), tr("Remove"), this);
    remove->setShortcut(QKeySequence::Delete);
    remove->setShortcutContext(Qt::WidgetShortcut);
    view_->addAction(remove);

    auto* bar = new QHBoxLayout;
    bar->setContentsMargins(0, 0, 0, 0);
    bar->addWidget(kind_);
    bar->addWidget(entry_, 1);
    column().addWidget(view_, 1);
    column().addLayout(bar);
    showAlways();
    setFocusProxy(view_);

    connect(entry_, &QLineEdit::returnPressed, this, &BreakpointsView::addWritten);
    connect(edit, &QAction::triggered, this, &BreakpointsView::editAll);
    connect(remove, &QAction::triggered, this, &BreakpointsView::removeChosen);
    connect(view_, &QTreeView::doubleClicked, this, &BreakpointsView::goTo);
}

void BreakpointsView::addWritten()
{
    const std::string text = entry_->text().trimmed().toStdString();
    if (text.empty()) {
        return;
    }
    const int kind = kind_->currentData().toInt();
    context().breakpoints().add(kind < 0
                                    ? breakpointAt(text)
                                    : Breakpoint{.kind = static_cast<Breakpoint::Kind>(kind), .where = text});
    entry_->clear();
}

void BreakpointsView::removeChosen()
{
    std::vector<int> chosen;
    for (const QModelIndex& index : view_->selectionModel()->selectedRows()) {
        chosen.push_back(model_->at(index)->id);
    }
    std::ranges::for_each(chosen, [this](int id) { context().breakpoints().remove(id); });
}

void BreakpointsView::editAll()
{
    const QModelIndex index = view_->currentIndex();
    const PlacedBreakpoint* breakpoint = model_->at(index);
    if (breakpoint == nullptr) {
        return;
    }
    const QString place = model_->index(index.row(), BreakpointsModel::Place).data().toString();
    auto* form = new BreakpointForm(breakpoint->wish, place, &context(), this);
    connect(form, &BreakpointForm::accepted, this, [this, id = breakpoint->id](const Breakpoint& wish) {
        context().breakpoints().change(id, wish);
    });
    form->openAt(view_->viewport()->mapToGlobal(view_->visualRect(index).bottomLeft()));
}

void BreakpointsView::goTo(const QModelIndex& index)
{
    const PlacedBreakpoint* breakpoint = model_->at(index);
    if (index.column() == BreakpointsModel::Commands) {
        editAll();
        return;
    }
    if (breakpoint == nullptr || (model_->flags(index) & Qt::ItemIsEditable) != 0) {
        if (breakpoint != nullptr) {
            view_->edit(index);
        }
        return;
    }
    const auto placed = std::ranges::find_if(breakpoint->locations,
                                             [](const Frame& location) { return !location.source.empty(); });
    if (placed != breakpoint->locations.end()) {
        context().showSource(sourcePath(*placed), placed->line);
    } else if (breakpoint->wish.kind == Breakpoint::Kind::Line) {
        context().showSource(QString::fromStdString(breakpoint->wish.where), breakpoint->wish.line);
    }
}

} // namespace rumpus::gui
