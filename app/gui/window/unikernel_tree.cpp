// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/gui/window/unikernel_tree.h"

#include <QApplication>
#include <QPainter>
#include <QStyledItemDelegate>

namespace rumpus::gui {

namespace {

/// The item's text, then what it does, as far as there is room.
class WordsDelegate : public QStyledItemDelegate {
public:
    using QStyledItemDelegate::QStyledItemDelegate;

    void paint(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const override
    {
        QStyledItemDelegate::paint(painter, option, index);
        const QString words = index.data(UnikernelModel::WordsRole).toString();
        if (words.isEmpty()) {
            return;
        }
        QStyleOptionViewItem item = option;
        initStyleOption(&item, index);
        const QWidget* view = option.widget;
        const QRect text = view->style()->subElementRect(QStyle::SE_ItemViewItemText, &item, view);
        constexpr int gap = 14;
        const QRect room = text.adjusted(item.fontMetrics.horizontalAdvance(item.text) + gap, 0, -4, 0);
        const bool chosen = item.state.testFlag(QStyle::State_Selected);
        painter->save();
        painter->setPen(chosen ? item.palette.color(QPalette::HighlightedText)
                               : colour(Tone::Quiet, item.palette));
        painter->drawText(room, Qt::AlignVCenter | Qt::AlignLeft,
                          item.fontMetrics.elidedText(words, Qt::ElideRight, room.width()));
        painter->restore();
    }
};

} // namespace

UnikernelTree::UnikernelTree(UnikernelModel* model, QWidget* parent) : QTreeView(parent)
{
    setObjectName(QStringLiteral("unikernelTree"));
    setAccessibleName(tr("Unikernels and hosts"));
    setModel(model);
    setHeaderHidden(true);
    setItemDelegate(new WordsDelegate(this));
    setUniformRowHeights(true);
    setIndentation(14);
    setFrameShape(QFrame::NoFrame);
    setEditTriggers(NoEditTriggers);
    setContextMenuPolicy(Qt::CustomContextMenu);
    expandAll();
    connect(model, &QAbstractItemModel::rowsInserted, this,
            [this](const QModelIndex& grown) { expand(grown); });
    connect(this, &QTreeView::activated, this, &UnikernelTree::open);
    connect(this, &QTreeView::clicked, this, &UnikernelTree::open);
    connect(this, &QTreeView::customContextMenuRequested, this, &UnikernelTree::menuWanted);
}

void UnikernelTree::open(const QModelIndex& index)
{
    const QString id = index.data(UnikernelModel::IdRole).toString();
    if (UnikernelModel::kindOf(index) == UnikernelModel::Kind::Unikernel) {
        Q_EMIT openWanted(id);
    } else if (UnikernelModel::kindOf(index) == UnikernelModel::Kind::Guest) {
        Q_EMIT consoleWanted(id);
    }
}

QString UnikernelTree::currentOf(UnikernelModel::Kind kind) const
{
    const QModelIndex index = currentIndex();
    return index.isValid() && UnikernelModel::kindOf(index) == kind
               ? index.data(UnikernelModel::IdRole).toString()
               : QString();
}

QString UnikernelTree::currentConfig() const
{
    return currentOf(UnikernelModel::Kind::Unikernel);
}

QString UnikernelTree::currentGuest() const
{
    return currentOf(UnikernelModel::Kind::Guest);
}

QString UnikernelTree::currentHost() const
{
    return currentOf(UnikernelModel::Kind::Host);
}

void UnikernelTree::choose(const QModelIndex& index)
{
    if (index.isValid() && index != currentIndex()) {
        setCurrentIndex(index);
    }
}

void UnikernelTree::currentChanged(const QModelIndex& current, const QModelIndex& previous)
{
    QTreeView::currentChanged(current, previous);
    Q_EMIT chosen();
}

} // namespace rumpus::gui
