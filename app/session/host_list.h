// HostList: the hosts of a front end, each opened once and kept: this machine's QEMU, the user's own list,
// and those that only a config names.
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/session/host_book.h"
#include "core/base/error.h"
#include "platforms/host.h"

#include <QObject>

#include <memory>
#include <string>
#include <vector>

namespace rumpus {

class HostList : public QObject {
    Q_OBJECT
public:
    /// Holds this machine's QEMU alone, until `reload`.
    explicit HostList(QObject* parent = nullptr);

    const std::vector<std::shared_ptr<Host>>& all() const { return hosts_; }
    /// The host that a config names, as openConfigHost takes it; in the list from now on. Errors: none.
    Result<std::shared_ptr<Host>> open(const std::string& word);
    /// By its own name; null: it is not in the list.
    std::shared_ptr<Host> find(const std::string& name) const;
    /// Reads the user's list (host_book.h) anew: its new hosts come, those that it lacks go. Errors: it
    /// cannot be read; then nothing changes.
    Result<void> reload();

Q_SIGNALS:
    void added(const QString& name);
    void removed(const QString& name);
    /// Whether it can be asked anything is another matter now.
    void conditionChanged(const QString& name);

private:
    std::shared_ptr<Host> add(std::unique_ptr<Host> host);
    void drop(const std::string& name);

    std::vector<std::shared_ptr<Host>> hosts_;
    std::vector<HostEntry> booked_; ///< as the user's list had them last
};

} // namespace rumpus
