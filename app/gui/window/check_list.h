// CheckList: what was looked at on a host or on this machine, each with what was found and the cure.
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/session/hosts.h"

#include <QTreeWidget>

#include <vector>

namespace rumpus::gui {

class CheckList : public QTreeWidget {
    Q_OBJECT
public:
    explicit CheckList(QWidget* parent = nullptr);

    /// In place of what it showed; `name` is what a screen reader calls it.
    void show(const std::vector<HostCheck>& checks, const QString& name);
    using QTreeWidget::show;

    /// All of it as text, a line each.
    QString text() const;

protected:
    void resizeEvent(QResizeEvent* event) override;

private:
    std::vector<HostCheck> checks_;
};

} // namespace rumpus::gui
