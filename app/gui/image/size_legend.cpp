// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/gui/image/size_legend.h"

#include "app/gui/base/theme.h"

#include <QGuiApplication>
#include <QHeaderView>
#include <QScopedValueRollback>

#include <algorithm>
#include <array>

namespace rumpus::gui {

void LegendModel::show(std::shared_ptr<const SizeTree> tree, SizeOf which, int node)
{
    beginResetModel();
    tree_ = std::move(tree);
    which_ = which;
    node_ = node;
    rows_.clear();
    if (tree_ != nullptr) {
        const auto children = tree_->childrenBySize(node, which);
        rows_.assign(children.begin(), children.end());
        // nothing is told of what has no size now and had none before
        std::erase_if(rows_, [&](int row) {
            const SizeNode& part = tree_->at(row);
            return part.bytes.of(which) == 0 && (!part.before || part.before->of(which) == 0);
        });
        rows_.push_back(node);
    }
    endResetModel();
}

int LegendModel::nodeAt(int row) const
{
    return rows_.at(static_cast<std::size_t>(row));
}

int LegendModel::rowOf(int node) const
{
    const auto found = std::ranges::find(rows_, node);
    return found == rows_.end() ? -1 : static_cast<int>(found - rows_.begin());
}

int LegendModel::rowCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(rows_.size());
}

int LegendModel::columnCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : 3;
}

QVariant LegendModel::data(const QModelIndex& index, int role) const
{
    const int id = nodeAt(index.row());
    const SizeNode& node = tree_->at(id);
    const bool isSum = id == node_;
    const QPalette palette = QGuiApplication::palette();
    switch (role) {
    case Qt::DisplayRole:
        if (index.column() == Name) {
            return isSum ? tr("Together") : shortName(node);
        }
        if (index.column() == Size) {
            return sizeText(node.bytes.of(which_));
        }
        return node.before ? changeText(*node.before, node.bytes, which_) : QString();
    case Qt::DecorationRole:
        return index.column() == Name && !isSum ? QVariant(colour(node.component, palette)) : QVariant();
    case Qt::TextAlignmentRole:
        return static_cast<int>((index.column() == Name ? Qt::AlignLeft : Qt::AlignRight) | Qt::AlignVCenter);
    case Qt::ToolTipRole:
        return (longName(node).left(600) + u'\n' + exactText(node.bytes.of(which_)))
            .toHtmlEscaped()
            .replace(u'\n', QStringLiteral("<br>"));
    case Qt::FontRole:
        if (isSum) {
            QFont bold;
            bold.setWeight(QFont::DemiBold);
            return bold;
        }
        return {};
    case Qt::ForegroundRole:
        if (index.column() == Change && node.before) {
            const std::uint64_t before = node.before->of(which_);
            const std::uint64_t now = node.bytes.of(which_);
            return colour(now > before ? Tone::Changed : now < before ? Tone::Good : Tone::Quiet, palette);
        }
        return {};
    default: return {};
    }
}

QVariant LegendModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    const std::array titles{tr("Part"), tr("Size"), tr("Change")};
    return orientation == Qt::Horizontal && role == Qt::DisplayRole
               ? titles.at(static_cast<std::size_t>(section))
               : QVariant();
}

SizeLegend::SizeLegend(QWidget* parent) : QTreeView(parent)
{
    setObjectName(QStringLiteral("sizeLegend"));
    setAccessibleName(tr("Parts and their sizes"));
    setModel(&model_);
    setRootIsDecorated(false);
    setUniformRowHeights(true);
    setHeaderHidden(true);
    setFrameShape(QFrame::NoFrame);
    setTextElideMode(Qt::ElideMiddle);
    setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    header()->setStretchLastSection(false);
    header()->setMinimumSectionSize(0);
    header()->setSectionResizeMode(LegendModel::Name, QHeaderView::Stretch);
    header()->setSectionResizeMode(LegendModel::Size, QHeaderView::ResizeToContents);
    header()->setSectionResizeMode(LegendModel::Change, QHeaderView::ResizeToContents);
    const auto choose = [this](const QModelIndex& index) { Q_EMIT chosen(model_.nodeAt(index.row())); };
    connect(this, &QTreeView::activated, this, choose);
}

void SizeLegend::showParts(std::shared_ptr<const SizeTree> tree, SizeOf which, int node)
{
    const QScopedValueRollback settling(settling_, true);
    model_.show(std::move(tree), which, node);
}

void SizeLegend::setCurrentNode(int node)
{
    const QScopedValueRollback settling(settling_, true);
    const int row = model_.rowOf(node);
    setCurrentIndex(row < 0 ? QModelIndex() : model_.index(row, 0));
}

void SizeLegend::currentChanged(const QModelIndex& current, const QModelIndex& previous)
{
    QTreeView::currentChanged(current, previous);
    if (!settling_ && current.isValid()) {
        Q_EMIT pointedAt(model_.nodeAt(current.row()));
    }
}

} // namespace rumpus::gui
