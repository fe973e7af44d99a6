// DiagnosticModel: a build's errors and warnings as a list.
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/gui/build/diagnostics.h"

#include <QAbstractListModel>

#include <vector>

namespace rumpus::gui {

class DiagnosticModel : public QAbstractListModel {
    Q_OBJECT
public:
    using QAbstractListModel::QAbstractListModel;

    /// More are counted, not listed.
    static constexpr int mostListed = 2000;

    void clear();
    void add(const std::vector<Diagnostic>& found);
    const Diagnostic& at(int row) const { return listed_.at(static_cast<std::size_t>(row)); }
    int errors() const { return errors_; }
    int warnings() const { return warnings_; }
    /// "2 errors, 1 warning", or nothing.
    QString summary() const;

    int rowCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role) const override;

private:
    std::vector<Diagnostic> listed_;
    int errors_ = 0;
    int warnings_ = 0;
};

} // namespace rumpus::gui
