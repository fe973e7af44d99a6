// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/gui/window/action_state.h"

namespace rumpus::gui {

ActionState actionState(bool hasConfig, Workbench::Activity activity,
                        std::optional<GuestSession::Phase> phase)
{
    using Phase = GuestSession::Phase;
    const bool free = hasConfig && activity == Workbench::Activity::None;
    ActionState state{.build = free, .run = free, .debug = free};
    if (!phase || *phase == Phase::Ended) {
        return state;
    }
    const bool debugged = *phase == Phase::DebugRunning || *phase == Phase::DebugStopped;
    state.stop = true;
    state.reset = *phase != Phase::Starting;
    state.pause = *phase == Phase::Running || *phase == Phase::DebugRunning;
    state.resume = *phase == Phase::Paused || *phase == Phase::DebugStopped;
    state.step = *phase == Phase::DebugStopped;
    state.detach = debugged;
    // what was held after a crash can be looked at, too
    state.attach = !debugged && *phase != Phase::Starting;
    state.dump = *phase == Phase::Paused || *phase == Phase::Held || *phase == Phase::Running;
    // one debugger is shown at a time
    state.debug = free && !debugged;
    return state;
}

} // namespace rumpus::gui
