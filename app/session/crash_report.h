// CrashReport: all that can be said of a crashed guest, for the person at the screen and for a bug tracker.
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/session/stop_report.h"
#include "platforms/host.h"

#include <QCoroTask>

#include <filesystem>
#include <string>
#include <vector>

namespace rumpus {

struct CrashReport {
    std::string guest;
    std::string reason;
    std::string image; ///< its path and build id
    std::string kind;
    std::string machine; ///< "qemu microvm, tcg, 64 MiB, 1 vCPU"
    StopReport stop;
    std::vector<std::string> console; ///< its last lines
    std::filesystem::path dump;       ///< empty: none
};

/// Looks into a guest through its gdbstub, and lets it be as it was: going on, or standing still. Errors: it
/// has no stub, or GDB is missing.
QCoro::Task<Result<StopReport>> lookInto(Guest* guest, ReportDepth depth, std::filesystem::path image = {});
/// The same with everything around it. `dump`: save the guest's memory as well.
QCoro::Task<Result<CrashReport>> reportCrash(Guest* guest, bool dump);

std::string toText(const CrashReport& report);
Json toJson(const CrashReport& report);

/// Where dumps are kept: rumpus/dumps in the user's state directory (XDG Base Directory Specification 0.8).
/// The latest ten are kept.
std::filesystem::path dumpFolder();

} // namespace rumpus
