// The user's own GDB in this terminal, connected, with symbols, breakpoints and guest threads ready.
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/error.h"
#include "debug/session/debug_session.h"

#include <filesystem>
#include <string>
#include <vector>

namespace rumpus::cli {

struct GdbTerminal {
    Image image;
    DebugTarget target;
    std::vector<Breakpoint> breakpoints;
    std::filesystem::path script; ///< the user's, run at the end; empty: none
    bool tui = false;
};

/// The commands that set GDB up, one a line. `components` is the component table; empty: none.
std::string gdbScript(const GdbTerminal& wish, const std::filesystem::path& python,
                      const std::filesystem::path& components);

/// Runs GDB in the foreground until the user leaves it; gives its exit status. The script is written to
/// `folder`.
Result<int> runGdb(const GdbTerminal& wish, const std::filesystem::path& folder);

} // namespace rumpus::cli
