// UnikernelTree: the view of UnikernelModel: name, state dot, and what it does in quiet letters.
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/gui/window/unikernel_model.h"

#include <QTreeView>

namespace rumpus::gui {

class UnikernelTree : public QTreeView {
    Q_OBJECT
public:
    explicit UnikernelTree(UnikernelModel* model, QWidget* parent = nullptr);

    /// The chosen unikernel's config, or nothing.
    QString currentConfig() const;
    /// The chosen guest's id, or nothing.
    QString currentGuest() const;
    /// The chosen host's name, or nothing.
    QString currentHost() const;
    void choose(const QModelIndex& index);

Q_SIGNALS:
    void chosen();
    void openWanted(const QString& config);
    void consoleWanted(const QString& guest);
    /// Where a context menu is wanted.
    void menuWanted(const QPoint& place);

protected:
    void currentChanged(const QModelIndex& current, const QModelIndex& previous) override;

private:
    QString currentOf(UnikernelModel::Kind kind) const;
    void open(const QModelIndex& index);
};

} // namespace rumpus::gui
