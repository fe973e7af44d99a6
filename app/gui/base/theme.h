// The window's colours, fonts and icons, for light and dark desktops.
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/gui/base/settings.h"
#include "core/image/image.h"

#include <QColor>
#include <QFont>
#include <QIcon>
#include <QPalette>
#include <QString>

#include <cstdint>

namespace rumpus::gui {

namespace settings {
/// A font as QFont::toString writes it; empty: the desktop's fixed font.
inline const Setting<QString> codeFont{.key = "appearance/codeFont", .standard = {}};
/// "light" or "dark"; empty: as the desktop is.
inline const Setting<QString> scheme{.key = "appearance/scheme", .standard = {}};
} // namespace settings

/// Makes the program light or dark, as the settings say.
void applyScheme();

/// The colours of a dark window where the desktop has none.
QPalette darkPalette();

/// Text is lighter than its ground.
bool isDark(const QPalette& palette);

/// What a colour stands for, wherever it is used.
enum class Tone : std::uint8_t {
    Good,    ///< runs, ended well
    Notice,  ///< paused, stopped at a breakpoint, a warning
    Bad,     ///< crashed, an error
    Quiet,   ///< finished, unknown, secondary text
    Accent,  ///< the current line, the selected one
    Changed, ///< a value that differs from the stop before
};
/// Readable as text and as a mark on the palette's base colour.
QColor colour(Tone tone, const QPalette& palette);

/// Each part of an image has one colour in every view. Fit for filling areas; text on it is `textOn`.
QColor colour(Component component, const QPalette& palette);
QColor textOn(const QColor& ground);

/// All icons are the program's own and the style's: nothing is looked for in the desktop's icon themes, where
/// Qt searches thousands of files, on the window's thread, for each name that is in none of them.
void useOwnIcons();

/// The icon `:/icons/NAME.svg`, drawn in the palette's text colour and anew when the palette changes.
QIcon icon(const QString& name);
/// The same in one tone.
QIcon icon(const QString& name, Tone tone);

/// Source, consoles, addresses: the user's choice, or the desktop's fixed font. The same object again while
/// neither changes, so that what is known of its letters is not looked up anew.
QFont codeFont(QFont::Weight weight = QFont::Normal, QFont::Style style = QFont::StyleNormal);

/// A path as people read it: "~" for the home folder.
QString displayPath(const QString& path);

} // namespace rumpus::gui
