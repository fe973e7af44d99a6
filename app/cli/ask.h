// What the command asks the person at its terminal, and what it shows there while something takes long.
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "platforms/host.h"

namespace rumpus::cli {

/// Asks on /dev/tty (tty(4)), secrets without an echo; without a terminal nobody answers.
HostAsker terminalAsker();

/// Tells on stderr, where that is a terminal, how much of a file has gone to the host.
void showProgress(Host& host);

} // namespace rumpus::cli
