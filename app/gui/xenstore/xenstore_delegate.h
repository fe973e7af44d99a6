// XenstoreDelegate: draws a node's row: the colour of a change that fades, the mark of one not seen yet; and
// edits values.
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/gui/base/quick_text_delegate.h"

namespace rumpus::gui {

class XenstoreDelegate : public QuickTextDelegate {
    Q_OBJECT
public:
    explicit XenstoreDelegate(QObject* parent = nullptr);

    void paint(QPainter* painter, const QStyleOptionViewItem& option,
               const QModelIndex& index) const override;
    QSize sizeHint(const QStyleOptionViewItem& option, const QModelIndex& index) const override;
    /// What is being typed stays, also when the value is another one meanwhile.
    void setEditorData(QWidget* editor, const QModelIndex& index) const override;

private:
    QFont code_; ///< values and permissions have letters of one width
};

} // namespace rumpus::gui
