// Processes of others by number and start time, and what they use, read from /proc.
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <sys/types.h>

namespace rumpus {

/// One process, told from a later one with the same number by its start time (proc(5), field 22 of stat).
struct ProcessIdentity {
    pid_t pid = 0;
    std::uint64_t startTicks = 0;
    bool operator==(const ProcessIdentity&) const = default;
};
/// Nothing where there is no such process, or where it has ended.
std::optional<ProcessIdentity> identityOf(pid_t pid);

/// Whether a process is stopped (proc(5), field 3 of stat).
enum class Standing : std::uint8_t {
    No,
    BySignal,
    ByTracer, ///< which may let it go at any time
};
Standing standingOf(const ProcessIdentity& process);

/// What a process has used.
struct ProcessUsage {
    std::chrono::nanoseconds cpu{0}; ///< in user and kernel mode (proc(5), fields 14 and 15 of stat)
    std::uint64_t memory = 0;        ///< resident bytes (field 24)
};
/// Nothing where it has ended.
std::optional<ProcessUsage> usageOf(const ProcessIdentity& process);

} // namespace rumpus
