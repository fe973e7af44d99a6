// The consoles' settings.
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/gui/base/settings.h"

namespace rumpus::gui {

/// A font as QFont::toString writes it; empty: the code font.
inline const Setting<QString> consoleFontSetting{.key = "console/font", .standard = {}};
/// Points added to the font's size.
inline const Setting<int> consoleZoomSetting{.key = "console/zoom", .standard = 0};
/// One of QTermWidget's schemes by name; empty: the window's colours.
inline const Setting<QString> consoleColoursSetting{.key = "console/colourScheme", .standard = {}};
/// Lines that can be scrolled back to. 100,000 cost up to 200 MB.
inline const Setting<int> consoleHistorySetting{.key = "console/historyLines", .standard = 100'000};
/// Whether a line that begins has the time before it.
inline const Setting<bool> consoleStampsSetting{.key = "console/timestamps", .standard = false};
/// What the backspace key sends: DEL, as most systems expect it, or BS (Ctrl+H).
inline const Setting<bool> consoleBackspaceSetting{.key = "console/backspaceSendsDel", .standard = true};

} // namespace rumpus::gui
