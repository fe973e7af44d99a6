// BreakpointsModel: the table of breakpoints, watchpoints and logpoints.
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "debug/session/model.h"

#include <QAbstractTableModel>

#include <cstdint>
#include <vector>

namespace rumpus::gui {

class BreakpointBook;

class BreakpointsModel : public QAbstractTableModel {
    Q_OBJECT
public:
    enum Column : std::uint8_t {
        Place,
        Hits,
        Condition,
        Ignore,
        Thread,
        Message,
        Commands,
        KindColumn,
        ColumnCount
    };

    explicit BreakpointsModel(BreakpointBook* book, QObject* parent = nullptr);

    const PlacedBreakpoint* at(const QModelIndex& index) const;

    int rowCount(const QModelIndex& parent = {}) const override;
    int columnCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role = Qt::DisplayRole) const override;
    bool setData(const QModelIndex& index, const QVariant& value, int role = Qt::EditRole) override;
    Qt::ItemFlags flags(const QModelIndex& index) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

private:
    void take();
    QString text(const PlacedBreakpoint& breakpoint, int column) const;
    QString toolTip(const PlacedBreakpoint& breakpoint) const;

    BreakpointBook* book_;
    std::vector<PlacedBreakpoint> shown_;
};

/// The name of the icon that stands for a breakpoint, in the table and in the margin.
QString breakpointIcon(const PlacedBreakpoint& breakpoint);
QString kindText(Breakpoint::Kind kind);

} // namespace rumpus::gui
