// StripeDelegate: draws a row with its component's colour as a stripe at its left edge.
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/gui/base/quick_text_delegate.h"

namespace rumpus::gui {

class StripeDelegate : public QuickTextDelegate {
    Q_OBJECT
public:
    /// `role` gives the component as a number, or nothing.
    StripeDelegate(int role, QObject* parent) : QuickTextDelegate(parent), role_(role) {}

    void paint(QPainter* painter, const QStyleOptionViewItem& option,
               const QModelIndex& index) const override;
    QSize sizeHint(const QStyleOptionViewItem& option, const QModelIndex& index) const override;

private:
    int role_;
};

} // namespace rumpus::gui
