// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/gui/base/laid_text.h"

#include <QFontMetrics>
#include <QPainter>
#include <QTextOption>

#include <cmath>

namespace rumpus::gui {

namespace {

constexpr int mostKnown = 2000; ///< a few screens of rows
constexpr int whole = -1;

} // namespace

LaidText::LaidText() : known_(mostKnown) {}

QStaticText& LaidText::laid(const Key& key)
{
    if (QStaticText* known = known_.object(key)) {
        return *known;
    }
    QString line = key.text;
    line.replace(u'\n', u' ');
    auto* made = new QStaticText(
        key.room == whole ? line : QFontMetrics(key.font).elidedText(line, key.elide, key.room));
    QTextOption option;
    option.setWrapMode(QTextOption::NoWrap);
    made->setTextOption(option);
    made->setTextFormat(Qt::PlainText);
    made->prepare({}, key.font);
    known_.insert(key, made);
    return *made;
}

void LaidText::draw(QPainter& painter, const QRect& room, const QString& text, Qt::TextElideMode elide)
{
    if (text.isEmpty() || room.width() <= 0) {
        return;
    }
    QString most = text;
    // what there is surely no room for is not measured
    static constexpr int narrowest = 2; // pixels, of a letter
    const int letters = room.width() / narrowest;
    if (elide == Qt::ElideRight && most.size() > letters) {
        most.truncate(letters);
        most += u'…';
    }
    const auto overflows = [&room](const QStaticText& line) { return line.size().width() > room.width(); };
    const QFont font = painter.font();
    QStaticText* line = &laid({most, font, whole, Qt::ElideNone});
    if (elide != Qt::ElideNone && overflows(*line)) {
        line = &laid({most, font, room.width(), elide});
    }
    const bool cut = overflows(*line);
    if (cut) {
        painter.save();
        painter.setClipRect(room, Qt::IntersectClip);
    }
    painter.drawStaticText(room.left(), room.top() + (room.height() - painter.fontMetrics().height()) / 2,
                           *line);
    if (cut) {
        painter.restore();
    }
}

int LaidText::width(const QString& text, const QFont& font)
{
    return text.isEmpty()
               ? 0
               : static_cast<int>(std::ceil(laid({text, font, whole, Qt::ElideNone}).size().width()));
}

} // namespace rumpus::gui
