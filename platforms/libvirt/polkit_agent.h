// PolkitAgent: who asks polkit's questions at this terminal. The system's libvirt lets polkit decide who
// comes in (action org.libvirt.unix.manage), and polkit needs an agent to ask for a password: a desktop has
// its own, a bare terminal has none before pkttyagent(1) is started there.
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/error.h"
#include "platforms/libvirt/libvirt_error.h"

#include <chrono>
#include <memory>
#include <string>
#include <sys/types.h>

namespace rumpus {

class PolkitAgent {
public:
    /// Starts one for this process, and returns when it can be asked; blocks for that long. Errors: there is
    /// no terminal to ask at, or no pkttyagent.
    static Result<std::unique_ptr<PolkitAgent>> start();
    /// Ends it; the terminal is then as it was.
    ~PolkitAgent();
    PolkitAgent(const PolkitAgent&) = delete;
    PolkitAgent& operator=(const PolkitAgent&) = delete;

private:
    explicit PolkitAgent(pid_t process) : process_(process) {}

    pid_t process_;
};

/// So long libvirt's daemon waits for the answer to polkit's question.
inline constexpr std::chrono::seconds polkitPatience{30};

/// Whether polkit may ask the user when this URI is opened: it leads to this machine's system daemon, and we
/// are not root.
bool mayAskPolkit(const std::string& uri);

/// It was polkit that did not let us in, or that did not answer.
bool isPolkits(const LibvirtFailure& failure);

/// Nobody could be asked: it can work with an agent.
bool lacksPolkitAgent(const LibvirtFailure& failure);

/// What failed when `uri` was opened, and what lets polkit say yes.
Error polkitError(const std::string& uri, const LibvirtFailure& failure);

} // namespace rumpus
