// SPDX-License-Identifier: GPL-3.0-or-later
#include "platforms/libvirt/xen_launch.h"

#include "core/base/format.h"
#include "platforms/libvirt/xen_calls.h"
#include "platforms/xen/xenstore_guest.h"

#include <memory>

namespace rumpus {

namespace {

/// Where a guest's nodes are, and the client that reaches them.
struct GuestStore {
    std::uint32_t domain = 0;
    std::unique_ptr<XenstoreClient> client;
};

QCoro::Task<Result<GuestStore>> storeOf(LibvirtHostParts host, std::string uuid)
{
    const Result<std::uint32_t> domain =
        co_await host.connection->call([uuid](virConnectPtr handle) { return xenNumber(handle, uuid); });
    if (!domain) {
        co_return std::unexpected(domain.error());
    }
    Result<std::unique_ptr<XenstoreClient>> client = co_await openXenstore(std::move(host));
    if (!client) {
        co_return std::unexpected(client.error());
    }
    co_return GuestStore{.domain = *domain, .client = std::move(*client)};
}

} // namespace

QCoro::Task<Result<std::unique_ptr<XenstoreClient>>> openXenstore(LibvirtHostParts host)
{
    const std::filesystem::path there =
        host.reach->isLocal() ? usualXenstoreSocket() : std::filesystem::path("/run/xenstored/socket");
    const Result<std::filesystem::path> socket = co_await host.reach->socket(there);
    if (!socket) {
        co_return std::unexpected(socket.error());
    }
    co_return std::make_unique<XenstoreClient>(XenstorePlace{.socket = *socket, .machine = std::nullopt});
}

QCoro::Task<Result<void>> writeXenstoreOf(LibvirtHostParts host, std::string uuid,
                                          std::vector<std::pair<std::string, std::string>> entries)
{
    const Result<GuestStore> store = co_await storeOf(std::move(host), std::move(uuid));
    if (!store) {
        co_return std::unexpected(store.error());
    }
    Result<void> told = co_await tellGuest(*store->client, store->domain, std::move(entries));
    if (!told) {
        told.error().what = formatted("the guest cannot be told its configuration: {}", told.error().what);
    }
    co_return told;
}

QCoro::Task<Result<void>> askToPowerOff(LibvirtHostParts host, std::string uuid)
{
    const Result<GuestStore> store = co_await storeOf(std::move(host), std::move(uuid));
    if (!store) {
        co_return std::unexpected(store.error());
    }
    const std::string control = formatted("/local/domain/{}/control/", store->domain);
    const auto offers = co_await store->client->read(control + "feature-poweroff");
    if (!offers) {
        co_return std::unexpected(offers.error());
    }
    if (offers->value_or("") != "1") {
        co_return hostError("the guest does not offer to power off");
    }
    co_return co_await store->client->write(control + "shutdown", "poweroff");
}

} // namespace rumpus
