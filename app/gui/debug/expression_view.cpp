// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/gui/debug/expression_view.h"

#include "app/gui/base/passing.h"
#include "app/gui/base/quick_text_delegate.h"
#include "app/gui/base/theme.h"
#include "app/gui/debug/breakpoint_book.h"
#include "app/gui/debug/debug_context.h"
#include "app/gui/debug/expression_model.h"

#include <QAction>
#include <QClipboard>
#include <QContextMenuEvent>
#include <QGuiApplication>
#include <QHeaderView>
#include <QMenu>
#include <QPainter>
#include <QScrollBar>

namespace rumpus::gui {

ExpressionView::ExpressionView(DebugContext* context, ExpressionModel* model, QWidget* parent)
    : QTreeView(parent), context_(context), model_(model)
{
    setModel(model);
    setItemDelegate(new QuickTextDelegate(this));
    setUniformRowHeights(true);
    setAllColumnsShowFocus(true);
    setFrameShape(QFrame::NoFrame);
    setEditTriggers(QAbstractItemView::DoubleClicked | QAbstractItemView::EditKeyPressed);
    header()->setMinimumSectionSize(fontMetrics().averageCharWidth() * 4);
    connect(header(), &QHeaderView::sectionResized, this, [this] { arranged_ = arranged_ || !arranging_; });
    connect(this, &QTreeView::expanded, this, [this](const QModelIndex& index) {
        open_.insert(index.data(ExpressionModel::PathRole).toString());
        model_->fetchChildren(index);
    });
    connect(this, &QTreeView::collapsed, this, [this](const QModelIndex& index) {
        open_.remove(index.data(ExpressionModel::PathRole).toString());
    });
    const auto next = [this](const QModelIndex& index) {
        if (index.data(ExpressionModel::MoreRole).toBool()) {
            model_->fetchChildren(index);
        }
    };
    connect(this, &QTreeView::clicked, this, next);
    connect(this, &QTreeView::activated, this, next);
    connect(model, &QAbstractItemModel::modelAboutToBeReset, this, &ExpressionView::remember);
    connect(model, &ExpressionModel::replaced, this, &ExpressionView::restore);
    connect(model, &QAbstractItemModel::rowsInserted, this, &ExpressionView::reopen);
    // what is open and has lost its children, has other ones now
    connect(model, &QAbstractItemModel::dataChanged, this, [this](const QModelIndex& index) {
        if (isExpanded(index.siblingAtColumn(0)) && model_->canFetchMore(index.siblingAtColumn(0))) {
            model_->fetchChildren(index.siblingAtColumn(0));
        }
    });
}

void ExpressionView::resizeEvent(QResizeEvent* event)
{
    QTreeView::resizeEvent(event);
    if (!arranged_) {
        arranging_ = true;
        header()->resizeSection(ExpressionModel::Name, viewport()->width() * 34 / 100);
        header()->resizeSection(ExpressionModel::Value, viewport()->width() * 40 / 100);
        arranging_ = false;
    }
}

void ExpressionView::paintEvent(QPaintEvent* event)
{
    QTreeView::paintEvent(event);
    if (model_->rowCount() == 0) {
        QPainter painter(viewport());
        painter.setPen(colour(Tone::Quiet, palette()));
        painter.drawText(viewport()->rect().adjusted(8, 8, -8, -8), Qt::AlignHCenter | Qt::TextWordWrap,
                         emptyText_);
    }
}

void ExpressionView::remember()
{
    current_ = currentIndex().data(ExpressionModel::PathRole).toString();
    scroll_ = verticalScrollBar()->value();
}

void ExpressionView::restore()
{
    reopen({}, 0, model_->rowCount() - 1);
    verticalScrollBar()->setValue(scroll_);
}

void ExpressionView::reopen(const QModelIndex& parent, int first, int last)
{
    for (int row = first; row <= last; ++row) {
        const QModelIndex index = model_->index(row, 0, parent);
        const QString path = index.data(ExpressionModel::PathRole).toString();
        if (open_.contains(path)) {
            expand(index);
        }
        if (!current_.isEmpty() && path == current_) {
            selectionModel()->setCurrentIndex(index, QItemSelectionModel::ClearAndSelect |
                                                         QItemSelectionModel::Rows);
        }
    }
}

QList<QAction*> ExpressionView::actionsFor(const QModelIndex& index, QObject* parent)
{
    const QString expression = index.data(ExpressionModel::ExpressionRole).toString();
    const QString value = index.siblingAtColumn(ExpressionModel::Value).data().toString();
    if (expression.isEmpty()) {
        return {};
    }
    QList<QAction*> list;
    const auto add = [&](const QString& iconName, const QString& text, const auto& act) {
        auto* action = new QAction(icon(iconName), text, parent);
        QObject::connect(action, &QAction::triggered, this, act);
        list << action;
    };
    add(QStringLiteral("copy"), tr("Copy the value"),
        [value] { QGuiApplication::clipboard()->setText(value); });
    add(QStringLiteral("copy"), tr("Copy the expression"),
        [expression] { QGuiApplication::clipboard()->setText(expression); });
    add(QStringLiteral("watch"), tr("Watch"), [this, expression] { context_->watch(expression); });
    const bool isPointer = index.siblingAtColumn(ExpressionModel::Type).data().toString().endsWith(u'*');
    add(QStringLiteral("memory"), isPointer ? tr("Show what it points to in memory") : tr("Show in memory"),
        [this, expression, isPointer] {
            context_->showMemory(isPointer ? expression : QStringLiteral("&(%1)").arg(expression));
        });
    add(QStringLiteral("watchpoint"), tr("Stop when it is written"), [this, expression] {
        context_->breakpoints().add({.kind = Breakpoint::Kind::Write, .where = expression.toStdString()});
    });
    return list;
}

void ExpressionView::contextMenuEvent(QContextMenuEvent* event)
{
    QMenu* menu = passingMenu(this);
    menu->addActions(actionsFor(indexAt(event->pos()), menu));
    menu->addActions(actions());
    if (menu->isEmpty()) {
        menu->deleteLater();
    } else {
        menu->popup(event->globalPos());
    }
}

void ExpressionView::keyPressEvent(QKeyEvent* event)
{
    if (event->matches(QKeySequence::Copy) && currentIndex().isValid()) {
        QGuiApplication::clipboard()->setText(
            currentIndex().siblingAtColumn(ExpressionModel::Value).data().toString());
        return;
    }
    QTreeView::keyPressEvent(event);
}

} // namespace rumpus::gui
