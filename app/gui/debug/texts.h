// How addresses, frames and GDB's words become text on the screen: always plain, never markup.
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "debug/session/model.h"

#include <QString>

#include <cstdint>
#include <string_view>

class QWidget;

namespace rumpus::gui {

/// Words of a guest, an image or GDB: control characters and broken UTF-8 are made visible.
QString plain(std::string_view bytes);
/// The same with its lines kept.
QString plainLines(std::string_view bytes);
/// Fit for a tooltip, which would take some words for markup.
QString asToolTip(const QString& text);
/// "0x1234".
QString hexText(std::uint64_t address);
/// The function, or the address where that is unknown.
QString functionText(const Frame& frame);
/// "httpd.c:56", or nothing.
QString placeText(const Frame& frame);
/// A source file that is longer, in bytes, is not read for a few of its lines.
inline constexpr std::uint64_t largestSource = std::uint64_t{16} << 20U;
/// The frame's source on this machine; empty: none.
QString sourcePath(const Frame& frame);

/// Shows that what a view says is of an earlier moment: its text turns quiet.
void paintStale(QWidget* view, bool stale);

} // namespace rumpus::gui
