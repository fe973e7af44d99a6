// CompareDialog: two versions of a text, line by line.
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QDialog>

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace rumpus::gui {

struct DiffLine {
    enum class Side : std::uint8_t { Both, Old, New };
    Side side = Side::Both;
    std::string text;
    bool operator==(const DiffLine&) const = default;
};

/// The lines of both texts, those of the old one alone before those of the new one. The shortest such list
/// for texts of ordinary size; for large ones what differs is one block.
std::vector<DiffLine> lineDiff(std::string_view from, std::string_view to);

class CompareDialog : public QDialog {
    Q_OBJECT
public:
    CompareDialog(const QString& oldName, std::string_view from, const QString& newName, std::string_view to,
                  QWidget* parent = nullptr);
};

} // namespace rumpus::gui
