// What a Xen guest prints, as xenconsoled keeps it: one file for all guests that ever had a name, so each has
// a place in it where it begins.
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "platforms/libvirt/host_reach.h"
#include "platforms/libvirt/log_fetch.h"

#include <QCoroTask>

#include <cstdint>
#include <libvirt/libvirt.h>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace rumpus {

/// Whether the guest was made just now: its log is on its way then.
enum class LogAge : std::uint8_t { JustMade, Older };

/// The log of a guest, from its present end on. Nothing: xenconsoled was not told to keep one (--log),
/// changes what it keeps (--timestamp, --replace-escape), or keeps it for others.
QCoro::Task<std::optional<HostLog>> findXenLog(std::shared_ptr<HostReach> reach, std::string guest,
                                               LogAge age);

/// Writes into a running domain where its log begins, for whoever reads it later. Errors: it is gone.
Result<void> noteXenLog(virConnectPtr handle, const std::string& uuid, const HostLog& log);

/// What was noted, from a domain's XML; nothing where that was of another run of it (`number` is the domain's
/// own).
std::optional<HostLog> notedXenLog(std::string_view xml, unsigned number);

} // namespace rumpus
