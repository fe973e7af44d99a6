// What libvirt says of a domain's life, in our words.
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "platforms/host.h"

#include <cstdint>
#include <optional>
#include <string>

namespace rumpus {

/// How a domain is: virDomainState and, where it is gone, what its last event said of why.
struct DomainCondition {
    enum class Life : std::uint8_t {
        Unknown,
        Runs,
        Paused,
        Ended, ///< held after its end: shut down or crashed, its QEMU still there
        Gone,
    };
    Life life = Life::Unknown;
    std::string why;         ///< in words, where it is not by somebody's wish
    bool guestEnded = false; ///< gone because the guest ended, not because somebody destroyed it
    bool crashed = false;
    bool operator==(const DomainCondition&) const = default;
};

/// From virDomainGetState.
DomainCondition conditionFromState(int state, int reason);

/// From a lifecycle event that leaves nothing to ask: the domain stopped or crashed. Nothing for others.
std::optional<DomainCondition> conditionFromEvent(int event, int detail);

} // namespace rumpus
