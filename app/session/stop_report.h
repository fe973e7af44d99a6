// StopReport: a stopped guest told as a whole: where it stands, its stack, variables, threads, registers.
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/config/config.h"
#include "debug/session/debug_session.h"

#include <QCoroTask>

#include <optional>
#include <string>
#include <vector>

namespace rumpus {

struct StopReport {
    Stop stop;
    std::optional<Trap> trap;
    std::vector<Frame> stack;
    bool stackIsCut = false;         ///< there are more frames than were asked for
    std::vector<Variable> variables; ///< of the frame that the user's eye is on
    int variablesLevel = 0;
    GuestThreads threads;
    std::vector<RegisterGroup> registers;
    std::vector<std::string> problems; ///< what could not be asked, and why
};

/// How much is told.
struct ReportDepth {
    int frames = 40;
    int threadFrames = 20; ///< of each guest thread; 0: only what it waits in
    bool variables = true;
    bool registers = false;
};

/// Asks a stopped session. What cannot be told is a problem in the report and not an error.
QCoro::Task<StopReport> reportStop(std::shared_ptr<DebugSession> session, ReportDepth depth = {});

/// For people, at most so wide where a line can be cut.
std::string toText(const StopReport& report);
Json toJson(const StopReport& report);
/// "#3  serve_one (fd=4)  httpd.c:56  application"
std::string toText(const std::vector<Frame>& stack, std::string_view indent);

} // namespace rumpus
