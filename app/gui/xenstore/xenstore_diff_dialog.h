// XenstoreDiffDialog: what has become of a part of Xenstore since a snapshot of it was saved.
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "platforms/xen/xenstore_snapshot.h"

#include <QAbstractTableModel>
#include <QDialog>

#include <cstdint>
#include <vector>

namespace rumpus::gui {

class XenstoreDiffModel : public QAbstractTableModel {
    Q_OBJECT
public:
    enum Column : std::uint8_t { What, Path, Before, After, ColumnCount };

    explicit XenstoreDiffModel(std::vector<XenstoreDifference> differences, QObject* parent = nullptr);

    const std::vector<XenstoreDifference>& differences() const { return differences_; }
    int rowCount(const QModelIndex& parent = {}) const override;
    int columnCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

private:
    std::vector<XenstoreDifference> differences_;
};

class XenstoreDiffDialog : public QDialog {
    Q_OBJECT
public:
    /// `title` says what was compared.
    XenstoreDiffDialog(const QString& title, std::vector<XenstoreDifference> differences,
                       QWidget* parent = nullptr);
};

} // namespace rumpus::gui
