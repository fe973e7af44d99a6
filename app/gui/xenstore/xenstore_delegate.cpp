// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/gui/xenstore/xenstore_delegate.h"

#include "app/gui/base/theme.h"
#include "app/gui/xenstore/xenstore_model.h"

#include <QGuiApplication>
#include <QPainter>

namespace rumpus::gui {

namespace {

/// Left of a node's name, whether there is a mark or not.
int markRoom(const QStyleOptionViewItem& option)
{
    return option.fontMetrics.height() * 2 / 3;
}

void paintMark(QPainter* painter, const QStyleOptionViewItem& option, bool below)
{
    const double size = option.fontMetrics.height() * 0.4;
    const QPointF centre(option.rect.left() + (markRoom(option) * 0.55), option.rect.center().y() + 0.5);
    const bool selected = option.state.testFlag(QStyle::State_Selected);
    const QColor ink =
        selected ? option.palette.color(QPalette::HighlightedText) : colour(Tone::Changed, option.palette);
    painter->save();
    painter->setRenderHint(QPainter::Antialiasing);
    painter->setPen(below ? QPen(ink, 1.2) : QPen(Qt::NoPen));
    painter->setBrush(below ? QBrush(Qt::NoBrush) : QBrush(ink));
    painter->drawEllipse(centre, size / 2, size / 2);
    painter->restore();
}

} // namespace

XenstoreDelegate::XenstoreDelegate(QObject* parent) : QuickTextDelegate(parent), code_(codeFont())
{
    // as large as the text around it
    code_.setPointSizeF(QGuiApplication::font().pointSizeF());
    connect(&Settings::instance(), &Settings::changed, this, [this](const QString& key) {
        if (key == QLatin1StringView(settings::codeFont.key)) {
            const double size = code_.pointSizeF();
            code_ = codeFont();
            code_.setPointSizeF(size);
        }
    });
}

void XenstoreDelegate::paint(QPainter* painter, const QStyleOptionViewItem& option,
                             const QModelIndex& index) const
{
    const double flash = index.data(XenstoreModel::FlashRole).toDouble();
    if (flash > 0) {
        QColor ground = colour(Tone::Changed, option.palette);
        static constexpr double strongest = 0.35;
        ground.setAlphaF(static_cast<float>(strongest * flash));
        painter->fillRect(option.rect, ground);
    }
    if (index.column() != XenstoreModel::Name) {
        const bool isCode =
            index.column() == XenstoreModel::Value || index.column() == XenstoreModel::Permissions;
        paintText(painter, option, index, isCode ? code_ : option.font);
        return;
    }
    const auto mark = static_cast<XenstoreModel::Mark>(index.data(XenstoreModel::MarkRole).toInt());
    QStyleOptionViewItem inner = option;
    inner.rect.adjust(markRoom(option), 0, 0, 0);
    if (option.state.testFlag(QStyle::State_Selected)) {
        painter->fillRect(option.rect, option.palette.brush(option.state.testFlag(QStyle::State_Active)
                                                                ? QPalette::Active
                                                                : QPalette::Inactive,
                                                            QPalette::Highlight));
    }
    paintText(painter, inner, index, option.font);
    // what is below an open node shows its marks itself
    const bool below = mark == XenstoreModel::Mark::Below;
    if (mark == XenstoreModel::Mark::Here || (below && !option.state.testFlag(QStyle::State_Open))) {
        paintMark(painter, option, below);
    }
}

QSize XenstoreDelegate::sizeHint(const QStyleOptionViewItem& option, const QModelIndex& index) const
{
    QSize size = QuickTextDelegate::sizeHint(option, index);
    size.rwidth() += index.column() == XenstoreModel::Name ? markRoom(option) : 0;
    return size;
}

void XenstoreDelegate::setEditorData(QWidget* editor, const QModelIndex& index) const
{
    static constexpr const char* filled = "filled";
    if (!editor->property(filled).toBool()) {
        editor->setProperty(filled, true);
        QStyledItemDelegate::setEditorData(editor, index);
    }
}

} // namespace rumpus::gui
