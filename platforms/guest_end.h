// How a guest ended: decided from its events, its console's words and its process or domain.
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/dialect/console_words.h"
#include "platforms/event_journal.h"
#include "platforms/host.h"

#include <optional>
#include <string>

namespace rumpus {

/// All that is known of a guest when its state is asked.
struct GuestEvidence {
    bool ready = false;        ///< QEMU's main loop ran at least once
    bool processGone = false;  ///< QEMU runs no more
    bool tripleFault = false;  ///< QEMU's CPU log says so
    bool stoppedByUs = false;  ///< we asked QEMU to quit
    std::optional<int> signal; ///< that ended the process, where known
    std::optional<ShutdownReason> shutdown;
    std::optional<SpokenEnd> spoken;
    std::string emulatorWords; ///< QEMU's own error output
    std::string outside;       ///< what the host says of who ended it, where it was not the guest
};

/// How it ended, or nothing where it has not.
std::optional<GuestEnd> decideEnd(const GuestEvidence& evidence);

/// QEMU's error output without its program name and without what is no error, on one line.
std::string emulatorError(std::string_view log);

} // namespace rumpus
