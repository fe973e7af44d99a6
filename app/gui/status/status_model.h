// StatusModel: what a guest was told, key by key, and what became of each.
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/session/guest_status.h"

#include <QAbstractTableModel>

#include <vector>

namespace rumpus::gui {

class StatusModel : public QAbstractTableModel {
    Q_OBJECT
public:
    enum Column : std::uint8_t { State, Key, Meaning, Words, ColumnCount };

    using QAbstractTableModel::QAbstractTableModel;

    /// Other keys, or the same with other verdicts.
    void setRows(const std::vector<GuestKey>& keys, const std::vector<KeyVerdict>& verdicts);
    /// How many rows have this state.
    int count(KeyVerdict::State state) const;
    /// All rows as text, one a line.
    QString toText() const;

    int rowCount(const QModelIndex& parent = {}) const override;
    int columnCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

private:
    QString text(int row, int column) const;

    std::vector<GuestKey> keys_;
    std::vector<KeyVerdict> verdicts_;
};

} // namespace rumpus::gui
