// How nodes of Xenstore become text on the screen: always plain, one line, and never too long.
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "platforms/xen/xenstore_journal.h"

#include <QString>

#include <chrono>
#include <cstddef>
#include <string>
#include <string_view>

class QMenu;
class QToolButton;

namespace rumpus::gui {

/// Words of a guest or a host, fit for a label.
QString plainWords(std::string_view bytes);
/// A value with its bytes escaped; of a long one its beginning, and how long it is.
QString valueText(std::string_view value, std::size_t most);
/// The same for a tooltip, which is markup: in lines, with what it is in words.
QString toolTipText(const QString& text);
/// "12:34:56.789", of today or of any other day.
QString clockText(std::chrono::system_clock::time_point time);

/// What a text in a filter's field means: a part, or a pattern where it has *, ? or [; or, where that is
/// wished, a regular expression.
XenstoreFilter::Pattern patternOf(const QString& text, bool regex);

/// A click opens the menu, without the mark for one, for which a small button has no room.
void popUpBelow(QToolButton* button, QMenu* menu);

} // namespace rumpus::gui
