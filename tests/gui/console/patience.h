// How long the tests of consoles wait for what must come.
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

namespace rumpus::gui {

inline constexpr int patience = 15'000; // milliseconds

} // namespace rumpus::gui
