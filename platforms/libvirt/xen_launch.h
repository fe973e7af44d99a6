// What a Xen guest is told by its host through Xenstore: before its first instruction, and to end.
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "platforms/libvirt/host_reach.h"
#include "platforms/xen/xenstore_client.h"

#include <QCoroTask>

#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace rumpus {

/// A client of the Xenstore of a host. Errors: ssh does not lead there.
QCoro::Task<Result<std::unique_ptr<XenstoreClient>>> openXenstore(std::shared_ptr<HostReach> reach);

/// Writes a plan's Xenstore entries for a guest that was created paused; `domain` is Xen's number of it.
/// Errors: its host's Xenstore is not reached, or does not take them; there is no such guest.
QCoro::Task<Result<void>> writeXenstoreOf(std::shared_ptr<HostReach> reach, std::uint32_t domain,
                                          std::vector<std::pair<std::string, std::string>> entries);

/// Asks a guest to power off by control/shutdown. libvirt would wait a minute for one that does not listen,
/// and let nobody else near it. Errors: it does not offer that; its host's Xenstore is not reached.
QCoro::Task<Result<void>> askToPowerOff(std::shared_ptr<HostReach> reach, std::uint32_t domain);

} // namespace rumpus
