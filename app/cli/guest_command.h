// What the subcommands share that do one thing with one guest.
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/cli/command.h"
#include "app/session/guests.h"

#include <memory>
#include <optional>
#include <string>

namespace rumpus::cli {

/// A guest and the host object that it was found through.
struct FoundGuest {
    std::unique_ptr<Host> host;
    std::unique_ptr<Guest> guest;
};

inline QCoro::Task<Result<FoundGuest>> findGuestOn(std::string hostName, std::optional<std::string> word)
{
    Result<std::unique_ptr<Host>> host = openHost(hostName);
    if (!host) {
        co_return std::unexpected(host.error());
    }
    Result<std::unique_ptr<Guest>> guest = co_await findGuest(**host, std::move(word));
    if (!guest) {
        co_return std::unexpected(guest.error());
    }
    co_return FoundGuest{.host = std::move(*host), .guest = std::move(*guest)};
}

} // namespace rumpus::cli
