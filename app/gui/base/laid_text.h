// LaidText: short texts that are drawn again and again, laid out once each.
//
// Qt shapes a text for measuring, for eliding and for drawing, each time; that is most of what it costs to
// paint a row.
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QCache>
#include <QFont>
#include <QStaticText>
#include <QString>

class QPainter;
class QRect;

namespace rumpus::gui {

class LaidText {
public:
    LaidText();

    /// One line at the left of `room`, in its middle's height, in the painter's font and pen. What does not
    /// fit is elided, or cut off with Qt::ElideNone.
    void draw(QPainter& painter, const QRect& room, const QString& text, Qt::TextElideMode elide);
    /// In pixels, of the whole text.
    int width(const QString& text, const QFont& font);

private:
    struct Key {
        QString text;
        QFont font;
        int room; ///< pixels; none: whole
        Qt::TextElideMode elide;

        bool operator==(const Key&) const = default;
        friend std::size_t qHash(const Key& key, std::size_t seed)
        {
            return qHashMulti(seed, key.text, key.font, key.room, key.elide);
        }
    };
    QStaticText& laid(const Key& key);

    QCache<Key, QStaticText> known_;
};

} // namespace rumpus::gui
