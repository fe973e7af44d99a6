// The treemap's legend: the parts of what it shows, with their sizes and what changed since the previous
// build.
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/gui/image/size_tree.h"

#include <QAbstractTableModel>
#include <QTreeView>

#include <memory>

namespace rumpus::gui {

class LegendModel : public QAbstractTableModel {
    Q_OBJECT
public:
    enum Column : std::uint8_t { Name, Size, Change };

    using QAbstractTableModel::QAbstractTableModel;
    /// The parts of a node, largest first, and the changes if there is a build to compare with. The last row
    /// is their sum.
    void show(std::shared_ptr<const SizeTree> tree, SizeOf which, int node);
    /// The part in a row; the node itself in the last.
    int nodeAt(int row) const;
    int rowOf(int node) const;

    int rowCount(const QModelIndex& parent = {}) const override;
    int columnCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

private:
    std::shared_ptr<const SizeTree> tree_;
    SizeOf which_ = SizeOf::Memory;
    int node_ = SizeTree::root;
    std::vector<int> rows_;
};

class SizeLegend : public QTreeView {
    Q_OBJECT
public:
    explicit SizeLegend(QWidget* parent = nullptr);
    void showParts(std::shared_ptr<const SizeTree> tree, SizeOf which, int node);
    void setCurrentNode(int node);
    LegendModel& legend() { return model_; }

Q_SIGNALS:
    void pointedAt(int node);
    void chosen(int node);

protected:
    void currentChanged(const QModelIndex& current, const QModelIndex& previous) override;

private:
    LegendModel model_;
    bool settling_ = false;
};

} // namespace rumpus::gui
