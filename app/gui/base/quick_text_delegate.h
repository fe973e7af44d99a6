// QuickTextDelegate: rows of plain text, drawn without the detours of Qt's own way: for lists that are drawn
// anew at each frame or each step.
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/gui/base/laid_text.h"

#include <QStyledItemDelegate>

namespace rumpus::gui {

/// Heeds the texts, fonts and text colours of a model; neither decorations nor check boxes.
class QuickTextDelegate : public QStyledItemDelegate {
    Q_OBJECT
public:
    using QStyledItemDelegate::QStyledItemDelegate;

    void paint(QPainter* painter, const QStyleOptionViewItem& option,
               const QModelIndex& index) const override;
    QSize sizeHint(const QStyleOptionViewItem& option, const QModelIndex& index) const override;

protected:
    /// The text alone, with the ground of a selected or touched row.
    void paintText(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index,
                   const QFont& font) const;

private:
    mutable LaidText texts_;
};

} // namespace rumpus::gui
