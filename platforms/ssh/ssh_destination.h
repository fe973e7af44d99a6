// SshDestination: a machine that ssh reaches, what its options are, and what its words mean when it fails.
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/error.h"

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace rumpus {

struct SshDestination {
    std::string host;
    std::string user;        ///< empty: as ssh's own configuration says
    std::uint16_t port = 0;  ///< 0: as ssh's own configuration says
    std::string keyFile;     ///< the only key that is tried; empty: ssh's own choice
    std::string knownHosts;  ///< the file of known host keys; empty: the user's
    bool anyHostKey = false; ///< the user wants no check of the host's key

    bool operator==(const SshDestination&) const = default;
};

/// "ada@rack1:2222".
std::string toString(const SshDestination& destination);

/// How long a machine may be silent until its ssh server greets: $RUMPUS_SSH_TIMEOUT in seconds, 1 to 600,
/// or 4, for who waits at a window.
std::chrono::seconds patienceWithSsh();

/// The options with which the system's ssh never asks, fails soon, and does nothing but what it is told
/// (ssh_config(5)): everything before the host.
std::vector<std::string> sshOptions(const SshDestination& destination);

/// What went wrong, from what ssh wrote to its stderr, with the cure.
Error sshError(const SshDestination& destination, std::string_view words);

} // namespace rumpus
