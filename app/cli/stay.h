// Staying with a guest until it ends: its console on stdout, its end as the exit code.
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/session/run_session.h"

#include <QCoroTask>

#include <optional>

namespace rumpus::cli {

struct StayOptions {
    bool interactive = false;
    bool json = false;
    std::optional<double> timeout; ///< seconds
};

/// Prints the console and waits for the end; gives the exit code.
QCoro::Task<int> stay(RunSession& session, StayOptions options);

} // namespace rumpus::cli
