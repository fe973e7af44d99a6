// QuickTextDelegate: rows of plain text, drawn without the detours of Qt's own way: these lists are drawn
// anew at each frame while much changes. SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QStyledItemDelegate>

namespace rumpus::gui {

class QuickTextDelegate : public QStyledItemDelegate {
    Q_OBJECT
public:
    using QStyledItemDelegate::QStyledItemDelegate;

    void paint(QPainter* painter, const QStyleOptionViewItem& option,
               const QModelIndex& index) const override;

protected:
    /// The text alone, with the ground of a selected or touched row.
    static void paintText(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index,
                          const QFont& font);
};

} // namespace rumpus::gui
