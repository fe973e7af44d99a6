// XenstoreEditing: what people do to a Xenstore from the window: it asks where it must be asked, does it, and
// tells what went wrong; snapshots of its parts, and what is different since.
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/gui/xenstore/xenstore_link.h"
#include "platforms/xen/xenstore_snapshot.h"

#include <QCoroTask>
#include <QObject>

#include <functional>
#include <memory>
#include <string>
#include <vector>

class QWidget;

namespace rumpus::gui {

class ErrorBar;

class XenstoreEditing : public QObject {
    Q_OBJECT
public:
    /// Dialogs stand over `window`; failures are told in `bar`.
    XenstoreEditing(ErrorBar* bar, QWidget* window);

    void setLink(const std::shared_ptr<XenstoreLink>& link);
    /// What undo would undo, in words; empty: nothing.
    QString undoWords() const;

    void apply(std::vector<XenstoreEdit> edits);
    void add(const std::string& above);
    void remove(const std::string& path);
    void permit(const std::string& path, std::function<std::string(std::uint32_t)> nameOf);
    void undo();

    void saveSnapshot(const std::string& path);
    QCoro::Task<> saveSnapshotTo(std::string path, QString file);
    void compare();
    QCoro::Task<> compareWith(QString file);

Q_SIGNALS:
    void undoChanged();
    /// These were done.
    void applied(const std::string& path);
    void saved(const QString& file);

private:
    QCoro::Task<> doIt(std::vector<XenstoreEdit> edits);
    QCoro::Task<> undoIt(bool anyway);
    void show(const QString& file, const XenstoreSnapshot& before, std::vector<XenstoreDifference> found);

    ErrorBar* bar_;
    QWidget* window_;
    std::shared_ptr<XenstoreLink> link_;
};

} // namespace rumpus::gui
