// HostBook: the hosts that a user has named, in hosts.json of the settings.
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/error.h"
#include "core/config/config.h"

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace rumpus {

struct HostEntry {
    std::string name; ///< letters, digits, '.', '_' and '-'
    std::string uri;  ///< libvirt's, in its full form
    Json unknown = Json::object();
    bool operator==(const HostEntry&) const = default;
};

/// A value: what the file holds, in its order; keys that are not known survive.
struct HostBook {
    std::vector<HostEntry> hosts;
    Json unknown = Json::object();

    /// By name; null: there is none.
    const HostEntry* find(std::string_view name) const;
    bool operator==(const HostBook&) const = default;
};

/// rumpus/hosts.json in $XDG_CONFIG_HOME (XDG Base Directory Specification 0.8).
std::filesystem::path hostBookFile();

/// An empty book where there is no file. Errors: it cannot be read, or is no such book.
Result<HostBook> loadHostBook(const std::filesystem::path& file = hostBookFile());
Result<void> saveHostBook(const HostBook& book, const std::filesystem::path& file = hostBookFile());

/// Adds a host by its URI or the short form of one; without a name under the machine's. Errors: no such URI,
/// a name that is taken or that cannot be one.
Result<HostEntry> addHost(HostBook& book, std::string_view uri, std::string_view name = {});

/// By name or URI. Errors: it is not in the book, with the nearest one that is.
Result<HostEntry> removeHost(HostBook& book, std::string_view word);

} // namespace rumpus
