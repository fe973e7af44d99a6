// Everything that the Image page shows, read in one go; made to run beside the window's thread.
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/gui/image/size_history.h"
#include "app/gui/image/symbol_list.h"

#include <memory>

namespace rumpus::gui {

struct ImageReading {
    Image image;
    QDateTime built;                      ///< when the file was written
    std::shared_ptr<const SizeTree> tree; ///< compared with `history.previous`
    std::shared_ptr<const SymbolList> symbols;
    SizeHistory history;
};

/// Reads and measures the image, and compares it with the build before it: with the one in `known`, else with
/// the one on disk, where the new measurement is kept.
Result<ImageReading> readForPage(const std::filesystem::path& path, SizeHistory known);

} // namespace rumpus::gui
