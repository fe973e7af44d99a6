// SPDX-License-Identifier: GPL-3.0-or-later
#include "platforms/libvirt/xen_launch.h"

#include "core/base/format.h"
#include "platforms/xen/xenstore_guest.h"

namespace rumpus {

QCoro::Task<Result<std::unique_ptr<XenstoreClient>>> openXenstore(std::shared_ptr<HostReach> reach)
{
    const std::filesystem::path there =
        reach->isLocal() ? usualXenstoreSocket() : std::filesystem::path("/run/xenstored/socket");
    const Result<std::filesystem::path> socket = co_await reach->socket(there);
    if (!socket) {
        co_return std::unexpected(socket.error());
    }
    co_return std::make_unique<XenstoreClient>(XenstorePlace{.socket = *socket, .machine = std::nullopt});
}

QCoro::Task<Result<void>> writeXenstoreOf(std::shared_ptr<HostReach> reach, std::uint32_t domain,
                                          std::vector<std::pair<std::string, std::string>> entries)
{
    const Result<std::unique_ptr<XenstoreClient>> store = co_await openXenstore(std::move(reach));
    if (!store) {
        co_return std::unexpected(store.error());
    }
    Result<void> told = co_await tellGuest(**store, domain, std::move(entries));
    if (!told) {
        told.error().what = formatted("the guest cannot be told its configuration: {}", told.error().what);
    }
    co_return told;
}

QCoro::Task<Result<void>> askToPowerOff(std::shared_ptr<HostReach> reach, std::uint32_t domain)
{
    const Result<std::unique_ptr<XenstoreClient>> store = co_await openXenstore(std::move(reach));
    if (!store) {
        co_return std::unexpected(store.error());
    }
    const std::string control = formatted("/local/domain/{}/control/", domain);
    const auto offers = co_await (*store)->read(control + "feature-poweroff");
    if (!offers) {
        co_return std::unexpected(offers.error());
    }
    if (offers->value_or("") != "1") {
        co_return hostError("the guest does not offer to power off");
    }
    co_return co_await (*store)->write(control + "shutdown", "poweroff");
}

} // namespace rumpus
