// The settings of the window itself.
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/gui/base/settings.h"

#include <QByteArray>
#include <QStringList>

namespace rumpus::gui::settings {

inline const Setting<QByteArray> geometry{.key = "window/geometry", .standard = {}};
/// QMainWindow::saveState of each layout.
inline const Setting<QByteArray> runLayout{.key = "window/runLayout", .standard = {}};
inline const Setting<QByteArray> debugLayout{.key = "window/debugLayout", .standard = {}};
/// The configs that were open, and the one in front.
inline const Setting<QStringList> unikernels{.key = "workspace/unikernels", .standard = {}};
inline const Setting<QStringList> tabs{.key = "workspace/tabs", .standard = {}};
inline const Setting<QStringList> recent{.key = "workspace/recent", .standard = {}};
/// Ask what to do with running guests when the window is closed.
inline const Setting<bool> askAboutGuests{.key = "confirm/closeWithGuests", .standard = true};
/// How often guests are asked what they use, in milliseconds.
inline const Setting<int> measureEvery{.key = "timeline/measureEveryMs", .standard = 1000};

} // namespace rumpus::gui::settings
