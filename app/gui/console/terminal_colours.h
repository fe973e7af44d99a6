// The terminal's colours as part of the window: its ground and ink are the palette's.
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QPalette>
#include <QString>

namespace rumpus::gui {

/// A colour scheme in QTermWidget's format, for a light or a dark palette.
QByteArray schemeText(const QPalette& palette);

/// The same as a file, which lives as long as the program.
QString schemeFile(const QPalette& palette);

} // namespace rumpus::gui
