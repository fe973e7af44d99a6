// The networks of a rumprun command line: its -I, -W and -n as interfaces of a config.
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/error.h"
#include "core/config/config.h"

#include <cstddef>
#include <map>
#include <string>
#include <vector>

namespace rumpus {

/// Where an interface's other end is, which decides what an -I may say of it.
enum class RumprunBackend : std::uint8_t {
    Qemu,   ///< options for QEMU: '-net user'
    Xen,    ///< options for xl: 'bridge=xenbr0'
    Medium, ///< none: the image boots elsewhere
};

/// Reads the options of one command in their order.
class RumprunNetwork {
public:
    /// Notes are what is left out: one sentence each, with what to do instead.
    RumprunNetwork(RumprunBackend backend, std::vector<std::string>& notes) : backend_(backend), notes_(notes)
    {
    }

    /// -I TAG,BASENAME[,backend options].
    Result<void> create(const std::string& spec);
    /// -W TAG,NETSPEC. Errors: no -I before it made that tag.
    Result<void> configure(const std::string& spec);
    /// -n NETSPEC: interface and address in one; with colons in November 2014. Excludes -I.
    Result<void> createConfigured(std::string spec);

    std::vector<InterfaceConfig> interfaces() && { return std::move(interfaces_); }

private:
    InterfaceConfig& add(const std::string& driver);
    Result<void> readBackend(InterfaceBackend& backend, const std::string& options);
    void readUserBackend(InterfaceBackend& backend, const std::string& options);
    void readXenBackend(InterfaceConfig& interface, const std::string& options);
    void note(std::string text) { notes_.push_back(std::move(text)); }

    RumprunBackend backend_;
    std::vector<std::string>& notes_;
    std::vector<InterfaceConfig> interfaces_;
    std::map<std::string, std::size_t> tags_; ///< iftag → interface
    std::map<std::string, int> drivers_;      ///< how many interfaces each has
    bool oldStyle_ = false;
};

/// inet,dhcp · inet,static,ADDRESS/MASK[,GATEWAY] · inet6,auto · inet6,static,… Errors: which word of it is
/// wrong, and what could stand there.
Result<void> readNetSpec(InterfaceConfig& interface, const std::string& spec);

} // namespace rumpus
