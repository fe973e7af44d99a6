// What a guest of Xen's is told by Xenstore: nodes of its own that it can read.
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "platforms/xen/xenstore_client.h"

#include <QCoroTask>

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace rumpus {

/// Writes values below /local/domain/ID, all or none, each by its path there; the guest can read every one of
/// them and list what is above it. Nodes that are the guest's own stay so. Errors: as the client's; there is
/// no such domain.
QCoro::Task<Result<void>> tellGuest(XenstoreClient& client, std::uint32_t domain,
                                    std::vector<std::pair<std::string, std::string>> values);

} // namespace rumpus
