// What a debug session needs to know of a guest and its image, and where Rumpus's GDB scripts are.
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/session/prepare.h"
#include "debug/session/debug_session.h"
#include "platforms/host.h"

#include <QCoroTask>
#include <QTemporaryDir>

#include <filesystem>
#include <memory>
#include <optional>
#include <string>

namespace rumpus {

/// GDB as Rumpus starts it ($RUMPUS_GDB, or the one in PATH), with the scripts that know guest threads.
Result<GdbOptions> gdbOptions();

/// How an image is debugged. Without endpoint and core.
DebugTarget debugTarget(const LaunchPlan& plan, const Image& image, StopAt stopAt = StopAt::None);

/// The image that a guest runs: the one that is wished, else that of its plan. Errors: neither is known.
Result<std::filesystem::path> imageOf(const Guest& guest, const std::filesystem::path& wished = {});

/// A guest's image, and how it is debugged there; with a stub that was opened for it.
struct GuestTarget {
    Image image;
    DebugTarget target;
};
/// `image` is the guest's, where that of its plan is none of this machine's. Errors: it has no stub, its
/// image is not known or cannot be read.
QCoro::Task<Result<GuestTarget>> openTarget(Guest* guest, const ConfigFile* config,
                                            std::filesystem::path image = {});
/// What a user should know before somebody else's guest is debugged; nothing for ours.
std::optional<std::string> warningBeforeDebugging(const Guest& guest);

/// A debug session whose GDB starts and reads the symbols while the guest is being launched; nothing where
/// that cannot be, and then attachTo says why.
std::shared_ptr<DebugSession> warmUp(const Prepared& prepared);

/// The debug session of a guest: a running one, or one that stands before its first instruction. `session` is
/// a warm one, or null. Errors: it has no stub, its image cannot be read, GDB is missing.
QCoro::Task<Result<std::shared_ptr<DebugSession>>> attachTo(Guest* guest, const ConfigFile* config,
                                                            std::vector<Breakpoint> breakpoints = {},
                                                            std::shared_ptr<DebugSession> session = nullptr,
                                                            std::filesystem::path image = {});

/// Resets the guest under its debug session and goes to the first stop again; breakpoints stay.
QCoro::Task<Result<void>> restart(Guest* guest, std::shared_ptr<DebugSession> session);

/// A folder for files as large as a guest's memory, that goes with the object.
Result<std::shared_ptr<QTemporaryDir>> folderForDumps();

/// A dump that GDB opens; `keep` holds what must stay as long as it is open.
struct ReadableDump {
    std::filesystem::path file;
    std::shared_ptr<void> keep;
};
/// The file itself; of one in Xen's own format a copy that goes with `keep`, for the user's is not changed.
/// Errors: it cannot be read or copied.
QCoro::Task<Result<ReadableDump>> readableDump(std::filesystem::path file);

/// The same as attachTo, from a dump of a guest.
QCoro::Task<Result<std::shared_ptr<DebugSession>>> openCore(std::filesystem::path core,
                                                            std::filesystem::path image);

} // namespace rumpus
