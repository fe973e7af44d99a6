// What xl(1) tells of a Xen host and its domains, read from its output.
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/error.h"
#include "core/plan/plan.h"

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace rumpus {

/// Why a domain has shut down (xen/include/public/sched.h, SHUTDOWN_*).
enum class XenShutdown : std::uint8_t {
    PowerOff = 0,
    Reboot = 1,
    Suspend = 2,
    Crash = 3,
    Watchdog = 4,
    SoftReset = 5,
};

/// A domain, as it is now.
struct XlDomain {
    std::uint32_t number = 0; ///< Xen's
    std::string uuid;
    std::string name;         ///< printable
    std::uint64_t memory = 0; ///< bytes
    std::uint32_t vcpus = 1;
    std::chrono::nanoseconds cpu{0}; ///< spent by all its processors
    bool paused = false;
    bool dying = false;
    std::optional<XenShutdown> shutdown; ///< it has ended, and is kept or not gone yet
    std::string type;                    ///< "pv", "pvh", "hvm"; empty: not known
    std::string kernel;
    std::string commandLine;

    bool operator==(const XlDomain&) const = default;
};

/// From `xl list -v` and the JSON of `xl list -l`, which knows only those that libxl has made; without dom0.
/// Errors: the table has another form.
Result<std::vector<XlDomain>> xlDomains(std::string_view table, std::string_view json);

/// What a host can run, from `xl info`. Errors: it starts neither PV nor PVH guests.
Result<HostCapabilities> xlCapabilities(std::string_view info, const std::string& host);

/// The newest word of the shutdown of a domain in the log that xl keeps of it (/var/log/xen/xl-NAME.log);
/// nothing: it was destroyed from outside, or another's log is there now.
std::optional<XenShutdown> xlShutdown(std::string_view log, std::uint32_t number);

} // namespace rumpus
