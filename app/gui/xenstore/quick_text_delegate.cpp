// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/gui/xenstore/quick_text_delegate.h"

#include <QPainter>
#include <QStyle>
#include <QWidget>

namespace rumpus::gui {

void QuickTextDelegate::paint(QPainter* painter, const QStyleOptionViewItem& option,
                              const QModelIndex& index) const
{
    paintText(painter, option, index, option.font);
}

void QuickTextDelegate::paintText(QPainter* painter, const QStyleOptionViewItem& option,
                                  const QModelIndex& index, const QFont& font)
{
    const QStyle* const style = option.widget->style();
    style->drawPrimitive(QStyle::PE_PanelItemViewItem, &option, painter, option.widget);
    QString text = index.data().toString();
    if (text.isEmpty()) {
        return;
    }
    const int margin = style->pixelMetric(QStyle::PM_FocusFrameHMargin, nullptr, option.widget) + 1;
    const QRect room = option.rect.adjusted(margin, 0, -margin, 0);
    const bool selected = option.state.testFlag(QStyle::State_Selected);
    const QPalette::ColorGroup group =
        option.state.testFlag(QStyle::State_Active) ? QPalette::Active : QPalette::Inactive;
    const QVariant ink = index.data(Qt::ForegroundRole);
    painter->save();
    painter->setFont(font);
    painter->setPen(!selected && ink.isValid()
                        ? ink.value<QColor>()
                        : option.palette.color(group, selected ? QPalette::HighlightedText : QPalette::Text));
    // to measure a long text costs more than to draw what there is room for
    static constexpr int narrowest = 2; // pixels, of a letter
    const int most = room.width() / narrowest;
    if (option.textElideMode == Qt::ElideRight && text.size() > most) {
        text.truncate(most);
        text += u'…';
    }
    text = painter->fontMetrics().elidedText(text, option.textElideMode, room.width());
    painter->drawText(room, Qt::AlignLeft | Qt::AlignVCenter | Qt::TextSingleLine, text);
    painter->restore();
}

} // namespace rumpus::gui
