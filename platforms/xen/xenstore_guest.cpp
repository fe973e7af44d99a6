// SPDX-License-Identifier: GPL-3.0-or-later
#include "platforms/xen/xenstore_guest.h"

#include "core/base/format.h"

#include <algorithm>

namespace rumpus {

namespace {

bool canRead(const XenstorePermissions& permissions, std::uint32_t domain)
{
    using Entry = XenstorePermissions::Entry;
    const std::vector<Entry>& entries = permissions.entries;
    if (entries.front().domain == domain) {
        return true; // it owns the node
    }
    const auto named = std::find_if(entries.begin() + 1, entries.end(),
                                    [&](const Entry& entry) { return entry.domain == domain; });
    const XenstoreAccess access = named == entries.end() ? entries.front().access : named->access;
    return access == XenstoreAccess::Read || access == XenstoreAccess::Both;
}

/// Grants the guest what it lacks of reading a node; others keep what they may.
QCoro::Task<Result<void>> letRead(XenstoreClient& client, std::uint32_t domain, std::string path,
                                  XenstoreTransaction in)
{
    const auto asked = co_await client.permissions(path, in);
    if (!asked) {
        co_return std::unexpected(asked.error());
    }
    if (!*asked || canRead(**asked, domain)) {
        co_return {};
    }
    XenstorePermissions permissions = **asked;
    const auto named = std::find_if(permissions.entries.begin() + 1, permissions.entries.end(),
                                    [&](const auto& entry) { return entry.domain == domain; });
    if (named == permissions.entries.end()) {
        permissions.entries.push_back({.domain = domain, .access = XenstoreAccess::Read});
    } else {
        named->access = named->access == XenstoreAccess::Write ? XenstoreAccess::Both : XenstoreAccess::Read;
    }
    co_return co_await client.setPermissions(std::move(path), permissions, in);
}

} // namespace

QCoro::Task<Result<void>> tellGuest(XenstoreClient& client, std::uint32_t domain,
                                    std::vector<std::pair<std::string, std::string>> values)
{
    const std::string home = formatted("/local/domain/{}", domain);
    const XenstoreClient::Work work = [&](XenstoreTransaction in) -> QCoro::Task<Result<void>> {
        const auto there = co_await client.list(home, in);
        if (!there) {
            co_return std::unexpected(there.error());
        }
        if (!*there) {
            co_return hostError(formatted("there is no domain {} in Xenstore", domain),
                                "it has ended meanwhile; start it again");
        }
        for (const auto& [name, value] : values) {
            Result<void> done = co_await client.write(home + "/" + name, value, in);
            // from the top, for the guest finds its way down
            for (std::size_t end = name.find('/'); done; end = name.find('/', end + 1)) {
                done = co_await letRead(client, domain, home + "/" + name.substr(0, end), in);
                if (end == std::string::npos) {
                    break;
                }
            }
            if (!done) {
                co_return done;
            }
        }
        co_return {};
    };
    co_return co_await client.transact(work);
}

} // namespace rumpus
