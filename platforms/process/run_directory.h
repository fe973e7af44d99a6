// RunDirectory: where a guest that is a process here keeps what outlives us: plan, sockets, console, events.
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/error.h"
#include "core/plan/plan.h"
#include "platforms/process/process_identity.h"

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace rumpus {

/// A name that is safe as a folder, in a socket's path and on a command line.
std::string safeFileName(std::string_view unikernel);

class RunDirectory {
public:
    /// $XDG_RUNTIME_DIR/rumpus/guests, or /tmp/rumpus-UID/guests where there is no such directory; mode 0700.
    static Result<std::filesystem::path> base();
    /// Makes NAME-1, NAME-2, …, the first after all that exist.
    static Result<RunDirectory> create(std::string_view unikernel);
    /// All there are, oldest first.
    static std::vector<RunDirectory> all();
    /// Removes the oldest finished ones of a unikernel: they are kept for their consoles, but not for ever.
    static void removeOld(std::string_view unikernel);

    explicit RunDirectory(std::filesystem::path path) : path_(std::move(path)) {}

    std::string id() const { return path_.filename(); }
    const std::filesystem::path& path() const { return path_; }

    std::filesystem::path consoleLog() const { return path_ / "console.log"; }
    std::filesystem::path consoleIn() const { return path_ / "console.in"; }
    std::filesystem::path eventLog() const { return path_ / "events.log"; }
    std::filesystem::path eventIn() const { return path_ / "events.in"; }
    std::filesystem::path qmpSocket() const { return path_ / "qmp.sock"; }
    std::filesystem::path gdbSocket() const { return path_ / "gdb.sock"; }
    /// What QEMU itself says: its stderr.
    std::filesystem::path emulatorLog() const { return path_ / "qemu.log"; }
    /// QEMU's log of CPU resets, where a triple fault is told from a wanted reset.
    std::filesystem::path cpuLog() const { return path_ / "cpu.log"; }
    std::filesystem::path module() const { return path_ / "module"; }
    /// Left by the one who ends a guest, so that all tell "stopped" from "killed".
    std::filesystem::path stopMark() const { return path_ / "stopped"; }

    Result<void> savePlan(const LaunchPlan& plan) const;
    Result<LaunchPlan> loadPlan() const;
    Result<void> saveProcess(const ProcessIdentity& process) const;
    std::optional<ProcessIdentity> loadProcess() const;
    /// Its process still runs.
    bool isAlive() const;
    std::chrono::system_clock::time_point createdAt() const;

    void remove() const;

private:
    std::filesystem::path path_;
};

} // namespace rumpus
