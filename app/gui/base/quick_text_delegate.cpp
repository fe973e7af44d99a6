// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/gui/base/quick_text_delegate.h"

#include <QPainter>
#include <QStyle>
#include <QWidget>

namespace rumpus::gui {

namespace {

/// On each side of a text, as Qt's own delegate leaves.
int textMargin(const QStyleOptionViewItem& option)
{
    return option.widget->style()->pixelMetric(QStyle::PM_FocusFrameHMargin, nullptr, option.widget) + 1;
}

QFont fontOf(const QStyleOptionViewItem& option, const QModelIndex& index)
{
    const QVariant font = index.data(Qt::FontRole);
    return font.isValid() ? font.value<QFont>().resolve(option.font) : option.font;
}

QPalette::ColorGroup groupOf(const QStyleOptionViewItem& option)
{
    if (!option.state.testFlag(QStyle::State_Enabled)) {
        return QPalette::Disabled;
    }
    return option.state.testFlag(QStyle::State_Active) ? QPalette::Active : QPalette::Inactive;
}

} // namespace

void QuickTextDelegate::paint(QPainter* painter, const QStyleOptionViewItem& option,
                              const QModelIndex& index) const
{
    paintText(painter, option, index, fontOf(option, index));
}

void QuickTextDelegate::paintText(QPainter* painter, const QStyleOptionViewItem& option,
                                  const QModelIndex& index, const QFont& font) const
{
    const QStyle* const style = option.widget->style();
    style->drawPrimitive(QStyle::PE_PanelItemViewItem, &option, painter, option.widget);
    if (const QString text = index.data().toString(); !text.isEmpty()) {
        const int margin = textMargin(option);
        const bool selected = option.state.testFlag(QStyle::State_Selected);
        const QVariant ink = index.data(Qt::ForegroundRole);
        painter->save();
        painter->setFont(font);
        painter->setPen(!selected && ink.isValid()
                            ? ink.value<QColor>()
                            : option.palette.color(groupOf(option),
                                                   selected ? QPalette::HighlightedText : QPalette::Text));
        texts_.draw(*painter, option.rect.adjusted(margin, 0, -margin, 0), text, option.textElideMode);
        painter->restore();
    }
    if (option.state.testFlag(QStyle::State_HasFocus)) {
        QStyleOptionFocusRect focus;
        focus.QStyleOption::operator=(option);
        focus.state |= QStyle::State_KeyboardFocusChange | QStyle::State_Item;
        focus.backgroundColor = option.palette.color(
            groupOf(option),
            option.state.testFlag(QStyle::State_Selected) ? QPalette::Highlight : QPalette::Window);
        style->drawPrimitive(QStyle::PE_FrameFocusRect, &focus, painter, option.widget);
    }
}

QSize QuickTextDelegate::sizeHint(const QStyleOptionViewItem& option, const QModelIndex& index) const
{
    const QFont font = fontOf(option, index);
    return {texts_.width(index.data().toString(), font) + (2 * textMargin(option)),
            QFontMetrics(font).height()};
}

} // namespace rumpus::gui
