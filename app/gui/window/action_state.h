// ActionState: which actions make sense now, decided from what the chosen unikernel and its guest do.
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/session/workbench.h"

#include <optional>

namespace rumpus::gui {

struct ActionState {
    bool build = false;
    bool run = false;
    bool debug = false;  ///< launch under the debugger
    bool attach = false; ///< debug the guest that runs
    bool detach = false;
    bool stop = false;
    bool pause = false;
    bool resume = false;
    bool reset = false;
    bool step = false;
    bool dump = false;
    bool operator==(const ActionState&) const = default;
};

/// `hasConfig`: a unikernel is chosen; `phase`: its guest's, or nothing where it has none.
ActionState actionState(bool hasConfig, Workbench::Activity activity,
                        std::optional<GuestSession::Phase> phase);

} // namespace rumpus::gui
