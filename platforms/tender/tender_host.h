// TenderHost: this machine's Solo5 tenders, solo5-hvt and solo5-spt, as a host of their own.
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "platforms/host.h"

#include <QFileSystemWatcher>

#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace rumpus {

class TenderHost : public Host {
    Q_OBJECT
public:
    static constexpr std::string_view hostName = "solo5";

    /// Tenders are looked for in these folders, after PATH.
    explicit TenderHost(std::vector<std::filesystem::path> folders = {});

    /// The targets whose tenders are here and can do their work: "hvt", "spt".
    std::vector<std::string> targets() const;

    std::string name() const override { return std::string(hostName); }
    /// Errors: there is no tender.
    QCoro::Task<Result<HostCapabilities>> capabilities() override;
    std::vector<std::vector<std::string>> commands(const LaunchPlan& plan) const override;
    QCoro::Task<Result<std::unique_ptr<Guest>>> launch(LaunchPlan plan) override;
    QCoro::Task<Result<std::vector<std::unique_ptr<Guest>>>> guests(Which which) override;
    QCoro::Task<Result<std::vector<std::unique_ptr<Guest>>>> newGuests(std::set<std::string> known) override;
    void watchGuests() override;

private:
    std::string tender(std::string_view target) const;

    std::vector<std::filesystem::path> folders_;
    std::unique_ptr<QFileSystemWatcher> watcher_;
};

} // namespace rumpus
