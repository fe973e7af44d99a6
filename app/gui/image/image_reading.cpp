// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/gui/image/image_reading.h"

#include <QFileInfo>

namespace rumpus::gui {

Result<ImageReading> readForPage(const std::filesystem::path& path, SizeHistory known)
{
    const QDateTime built = QFileInfo(QString::fromStdString(path.native())).lastModified();
    auto image = readImage(path);
    if (!image) {
        return std::unexpected(image.error());
    }
    const auto rows = measureSymbols(*image);
    if (!rows) {
        return std::unexpected(rows.error());
    }
    SizeTree tree = SizeTree::from(*rows);
    const std::filesystem::path kept = historyFile(path);
    if (!known.current) {
        known = loadHistory(kept);
    }
    known.take(BuildSizes::of(tree, built));
    if (known.previous) {
        compareWith(tree, *known.previous);
    }
    // nothing is lost but a comparison if it cannot be kept
    std::ignore = saveHistory(kept, known);

    std::vector<Symbol> symbols;
    if (image->elfClass != 0) {
        if (auto read = readSymbols(*image)) {
            symbols = std::move(*read);
        }
    }
    return ImageReading{.image = std::move(*image),
                        .built = built,
                        .tree = std::make_shared<const SizeTree>(std::move(tree)),
                        .symbols = std::make_shared<const SymbolList>(std::move(symbols)),
                        .history = std::move(known)};
}

} // namespace rumpus::gui
