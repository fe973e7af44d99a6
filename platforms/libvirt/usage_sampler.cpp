// SPDX-License-Identifier: GPL-3.0-or-later
#include "platforms/libvirt/usage_sampler.h"

#include "core/base/format.h"
#include "platforms/libvirt/domain_call.h"

#include <libvirt/virterror.h>

namespace rumpus {

namespace {

std::optional<std::uint64_t> number(virTypedParameterPtr parameters, int count, const std::string& name)
{
    unsigned long long wide = 0;
    unsigned narrow = 0;
    if (::virTypedParamsGetULLong(parameters, count, name.c_str(), &wide) == 1) {
        return wide;
    }
    ::virResetLastError();
    if (::virTypedParamsGetUInt(parameters, count, name.c_str(), &narrow) == 1) {
        return narrow;
    }
    ::virResetLastError();
    return std::nullopt;
}

/// "block.0.rd.bytes" + "block.1.rd.bytes" …, or nothing where there is none.
std::optional<std::uint64_t> sum(virTypedParameterPtr parameters, int count, std::string_view group,
                                 std::string_view field)
{
    static constexpr std::uint64_t mostDevices = 256;
    std::optional<std::uint64_t> total;
    const std::uint64_t devices = number(parameters, count, formatted("{}.count", group)).value_or(0);
    for (std::uint64_t i = 0; i < std::min(devices, mostDevices); ++i) {
        if (const auto value = number(parameters, count, formatted("{}.{}.{}", group, i, field))) {
            total = total.value_or(0) + *value;
        }
    }
    return total;
}

} // namespace

GuestUsage usageFromStats(virTypedParameterPtr parameters, int count)
{
    static constexpr std::uint64_t kibibyte = 1024;
    const auto of = [&](const char* name) { return number(parameters, count, name); };
    GuestUsage usage;
    usage.cpu = std::chrono::nanoseconds(of("cpu.time").value_or(0));
    // what QEMU occupies; where the host cannot tell, what the guest was given
    usage.memory = of("balloon.rss").value_or(of("balloon.current").value_or(0)) * kibibyte;
    usage.diskRead = sum(parameters, count, "block", "rd.bytes");
    usage.diskWritten = sum(parameters, count, "block", "wr.bytes");
    usage.netReceived = sum(parameters, count, "net", "rx.bytes");
    usage.netSent = sum(parameters, count, "net", "tx.bytes");
    return usage;
}

Result<UsageSampler::Sample> UsageSampler::ask(virConnectPtr handle)
{
    static constexpr unsigned groups = VIR_DOMAIN_STATS_CPU_TOTAL | VIR_DOMAIN_STATS_BALLOON |
                                       VIR_DOMAIN_STATS_INTERFACE | VIR_DOMAIN_STATS_BLOCK;
    virDomainStatsRecordPtr* records = nullptr;
    // a guest that another command holds is told of without its QEMU's own numbers
    const int count = ::virConnectGetAllDomainStats(handle, groups, &records,
                                                    VIR_CONNECT_GET_ALL_DOMAINS_STATS_ACTIVE |
                                                        VIR_CONNECT_GET_ALL_DOMAINS_STATS_NOWAIT);
    if (count < 0) {
        return libvirtFailed("cannot ask what the guests use");
    }
    Sample sample;
    for (int i = 0; i < count; ++i) {
        sample.emplace(uuidOf(records[i]->dom), usageFromStats(records[i]->params, records[i]->nparams));
    }
    ::virDomainStatsRecordListFree(records);
    return sample;
}

QCoro::Task<Result<GuestUsage>> UsageSampler::usageOf(std::shared_ptr<UsageSampler> self, std::string uuid)
{
    const auto now = std::chrono::steady_clock::now();
    if (!self->sample_ || (self->sample_->isFinished() && now - *self->asked_ >= interval)) {
        // asking must not open it: a lost one is tried again at its own times
        if (self->connection_->state() != Connection::State::Connected) {
            co_return hostError("what guests use is not known", self->connection_->words());
        }
        const Result<LinkPointer> link = co_await self->connection_->link();
        if (!link) {
            co_return std::unexpected(link.error());
        }
        self->asked_ = now;
        self->sample_ = onLibvirtThread([link = *link] { return ask(link->get()); });
    }
    const QFuture<Result<Sample>> asked = *self->sample_;
    const Result<Sample> sample = co_await asked;
    if (!sample) {
        co_return std::unexpected(sample.error());
    }
    const auto found = sample->find(uuid);
    if (found == sample->end()) {
        co_return hostError(formatted("guest {} is gone", uuid));
    }
    co_return found->second;
}

} // namespace rumpus
