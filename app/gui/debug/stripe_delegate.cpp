// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/gui/debug/stripe_delegate.h"

#include "app/gui/base/theme.h"

#include <QPainter>

namespace rumpus::gui {

namespace {
int stripeWidth(const QStyleOptionViewItem& option)
{
    return option.fontMetrics.height() / 4;
}
} // namespace

void StripeDelegate::paint(QPainter* painter, const QStyleOptionViewItem& option,
                           const QModelIndex& index) const
{
    const int width = stripeWidth(option);
    QStyleOptionViewItem inner = option;
    inner.rect.adjust(2 * width, 0, 0, 0);
    QuickTextDelegate::paint(painter, inner, index);
    const QVariant component = index.data(role_);
    if (component.isValid()) {
        const QRect stripe(option.rect.left() + width / 2, option.rect.top(), width, option.rect.height());
        painter->fillRect(stripe, colour(static_cast<Component>(component.toInt()), option.palette));
    }
}

QSize StripeDelegate::sizeHint(const QStyleOptionViewItem& option, const QModelIndex& index) const
{
    QSize size = QuickTextDelegate::sizeHint(option, index);
    size.rwidth() += 2 * stripeWidth(option);
    size.setHeight(option.fontMetrics.height() + option.fontMetrics.height() / 3);
    return size;
}

} // namespace rumpus::gui
