// Labels in the colour of a tone, on light and on dark ground.
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/gui/base/theme.h"

#include <QGuiApplication>
#include <QLabel>

namespace rumpus::gui {

/// To be called again when the palette changes, which a label in its right colour does not do by this.
inline void paintLabel(QLabel* label, Tone tone)
{
    const QColor ink = colour(tone, QGuiApplication::palette());
    if (label->palette().color(QPalette::WindowText) != ink) {
        QPalette mine;
        mine.setColor(QPalette::WindowText, ink);
        label->setPalette(mine);
    }
}

} // namespace rumpus::gui
