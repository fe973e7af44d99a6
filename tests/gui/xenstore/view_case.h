// What the tests of the Xenstore dock share: a real xenstored, somebody else who writes into it, the dock.
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/gui/xenstore/xenstore_view.h"
#include "app/session/host_list.h"

#include <QMessageBox>
#include <QTreeView>

#include <functional>

#include "tests/gui/wait.h"
#include "tests/platforms/xen/xenstore_case.h"

namespace rumpus::gui {

class ViewCase : public XenstoreCase {
protected:
    void SetUp() override;

    /// What a host with two guests has.
    void fillHost();
    /// Shows the dock on the test's xenstored, and waits until it is live.
    void openView();
    bool waitFor(const std::function<bool()>& condition) { return waitUntil(condition, patience); }
    bool isLive();

    XenstoreView& view() { return *view_; }
    XenstoreModel& model() { return view_->tree().model(); }
    XenstoreJournalModel& journal() { return view_->journal().model(); }
    QTreeView& tree() { return *view_->findChild<QTreeView*>(QStringLiteral("xenstoreTree")); }
    QTreeView& changes() { return *view_->findChild<QTreeView*>(QStringLiteral("xenstoreJournal")); }
    template <typename T>
    T* part(const char* name)
    {
        return view_->findChild<T*>(QString::fromLatin1(name));
    }
    /// What a node's row says; empty: there is none.
    QString text(const std::string& path, int column = XenstoreModel::Value);
    bool isShown(const std::string& path);
    XenstoreModel::Mark mark(const std::string& path);
    /// All rows that are open, "  " for each step in.
    QStringList rows();
    /// The question that stands over the dock; null: none.
    QMessageBox* question() { return part<QMessageBox>("xenstoreQuestion"); }
    void press(QMessageBox* box, QMessageBox::ButtonRole role);
    QString problem();
    void shoot(const QString& name, QWidget* what = nullptr);

    HostList hosts_;
    std::unique_ptr<XenstoreView> view_;
};

} // namespace rumpus::gui
