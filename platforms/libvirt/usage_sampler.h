// UsageSampler: what all guests of a host use, asked at once, however many of them want to know.
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "platforms/host.h"
#include "platforms/libvirt/connection.h"

#include <chrono>
#include <map>
#include <memory>
#include <optional>
#include <string>

namespace rumpus {

class UsageSampler {
public:
    explicit UsageSampler(std::shared_ptr<Connection> connection) : connection_(std::move(connection)) {}

    /// Of one guest, by its UUID. `self` keeps the sampler while it waits. Errors: the guest does not run.
    static QCoro::Task<Result<GuestUsage>> usageOf(std::shared_ptr<UsageSampler> self, std::string uuid);

private:
    using Sample = std::map<std::string, GuestUsage>;
    /// The host is asked at most once in so long; in between all get what it said last.
    static constexpr std::chrono::milliseconds interval{500};
    static Result<Sample> ask(virConnectPtr handle);

    std::shared_ptr<Connection> connection_;
    std::optional<std::chrono::steady_clock::time_point> asked_;
    std::optional<QFuture<Result<Sample>>> sample_;
};

/// What virConnectGetAllDomainStats says of one domain.
GuestUsage usageFromStats(virTypedParameterPtr parameters, int count);

} // namespace rumpus
