// QemuHost: this machine's QEMU, without a daemon and without root.
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "platforms/host.h"

#include <QFileSystemWatcher>
#include <QTimer>

#include <memory>
#include <optional>
#include <string>

namespace rumpus {

class QemuHost : public Host {
    Q_OBJECT
public:
    /// `emulator` is a path, or a name that is looked for in PATH.
    explicit QemuHost(std::string emulator = "qemu-system-x86_64");

    std::string name() const override { return "local"; }
    QCoro::Task<Result<HostCapabilities>> capabilities() override;
    std::vector<std::vector<std::string>> commands(const LaunchPlan& plan) const override;
    QCoro::Task<Result<std::unique_ptr<Guest>>> launch(LaunchPlan plan) override;
    QCoro::Task<Result<std::vector<std::unique_ptr<Guest>>>> guests(Which which) override;
    QCoro::Task<Result<std::vector<std::unique_ptr<Guest>>>> newGuests(std::set<std::string> known) override;
    void watchGuests() override;

private:
    std::string emulator_;
    std::optional<HostCapabilities> capabilities_;
    std::unique_ptr<QFileSystemWatcher> watcher_;
    QTimer settled_;
};

} // namespace rumpus
