// How a tender is started so that its guest stands before its first instruction, and how a debugger gets to
// it.
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/error.h"
#include "platforms/process/run_directory.h"

#include <QCoroTask>

#include <string>
#include <vector>

namespace rumpus {

/// What starts the tender, its own words, and then lets the guest stand: of hvt its debugging twin, whose
/// stub then listens in the run directory, of spt a helper that stops it. Errors: the image cannot be read.
Result<std::vector<std::string>>
standingCommand(const LaunchPlan& plan, const std::vector<std::string>& words, const RunDirectory& run);

/// Ends when the guest stands, or its tender has ended.
QCoro::Task<> untilItStands(LaunchPlan plan, RunDirectory run, ProcessIdentity process);

/// A gdbserver for a guest of solo5-spt, at the run directory's socket, for as long as the guest lives.
/// Errors: there is no gdbserver on this machine.
QCoro::Task<Result<void>> serveGdb(RunDirectory run, ProcessIdentity process);

} // namespace rumpus
