// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/gui/debug/hex_view.h"

#include "app/gui/base/theme.h"

#include <QKeyEvent>
#include <QMouseEvent>
#include <QPainter>
#include <QScrollBar>

#include <algorithm>
#include <cmath>

namespace rumpus::gui {

namespace {
/// The scroll bar covers this many rows around where one was sent to; it has no range for an address space.
constexpr int reach = 1 << 16;
constexpr int addressDigits = 16;
constexpr int half = HexView::rowBytes / 2;

/// Columns of letters before a byte: two digits and a blank each, and one more blank in the middle.
int hexOffset(int byte)
{
    return byte * 3 + (byte >= half ? 1 : 0);
}
} // namespace

HexView::HexView(MemoryModel* model, QWidget* parent) : QAbstractScrollArea(parent), model_(model)
{
    setFont(codeFont());
    setFrameShape(QFrame::NoFrame);
    setFocusPolicy(Qt::StrongFocus);
    setHorizontalScrollBarPolicy(Qt::ScrollBarAsNeeded);
    viewport()->setCursor(Qt::IBeamCursor);
    connect(model, &MemoryModel::changed, viewport(), qOverload<>(&QWidget::update));
    goTo(0);
}

HexView::Columns HexView::columns() const
{
    const QFontMetrics metrics(font());
    const int letter = metrics.horizontalAdvance(u'0');
    const int hex = letter * (addressDigits + 3);
    const int text = hex + letter * (hexOffset(rowBytes) + 1);
    return {.letter = letter,
            .row = metrics.height() + 2,
            .hex = hex,
            .text = text,
            .width = text + letter * (rowBytes + 1)};
}

int HexView::rows() const
{
    return viewport()->height() / columns().row + 1;
}

void HexView::goTo(std::uint64_t address)
{
    putCursor(address);
    const std::uint64_t row = address / rowBytes * rowBytes;
    setTop(row);
}

void HexView::setMatch(std::uint64_t address, std::size_t size)
{
    match_ = address;
    matchSize_ = size;
    viewport()->update();
}

void HexView::setTop(std::uint64_t address)
{
    top_ = address / rowBytes * rowBytes;
    // the bar's middle is here; at the bottom of memory it is shorter above
    const auto above = static_cast<int>(std::min<std::uint64_t>(top_ / rowBytes, reach));
    centring_ = true;
    verticalScrollBar()->setRange(0, above + reach);
    verticalScrollBar()->setPageStep(std::max(1, rows() - 2));
    verticalScrollBar()->setValue(above);
    centring_ = false;
    tellVisible();
    viewport()->update();
}

void HexView::scrollContentsBy(int /*dx*/, int dy)
{
    if (!centring_ && dy != 0) {
        top_ -= static_cast<std::uint64_t>(static_cast<std::int64_t>(dy) * rowBytes);
        const QScrollBar* bar = verticalScrollBar();
        if ((bar->value() == bar->minimum() && top_ != 0) || bar->value() == bar->maximum()) {
            setTop(top_);
        }
    }
    tellVisible();
    viewport()->update();
}

void HexView::tellVisible()
{
    model_->setVisible(top_, static_cast<std::uint64_t>(rows()) * rowBytes);
}

void HexView::resizeEvent(QResizeEvent* event)
{
    QAbstractScrollArea::resizeEvent(event);
    horizontalScrollBar()->setRange(0, std::max(0, columns().width - viewport()->width()));
    horizontalScrollBar()->setPageStep(viewport()->width());
    tellVisible();
}

void HexView::changeEvent(QEvent* event)
{
    QAbstractScrollArea::changeEvent(event);
    if (event->type() == QEvent::PaletteChange) {
        viewport()->update();
    }
}

void HexView::paintEvent(QPaintEvent* /*event*/)
{
    QPainter painter(viewport());
    painter.setFont(font());
    painter.translate(-horizontalScrollBar()->value(), 0);
    const Columns at = columns();
    for (int row = 0; row < rows(); ++row) {
        paintRow(painter, row, at);
    }
}

void HexView::paintRow(QPainter& painter, int row, const Columns& at) const
{
    const std::uint64_t address = top_ + static_cast<std::uint64_t>(row) * rowBytes;
    const int base = row * at.row;
    const auto write = [&](int x, int letters, const QString& text, const QColor& ink) {
        painter.setPen(ink);
        painter.drawText(QRect(x, base, letters * at.letter, at.row), Qt::AlignVCenter | Qt::AlignLeft, text);
    };
    const QColor quiet = colour(Tone::Quiet, palette());
    const QColor ink = palette().color(QPalette::Text);
    write(at.letter / 2, addressDigits + 1,
          QStringLiteral("%1").arg(address, addressDigits, 16, QLatin1Char('0')), quiet);
    for (int i = 0; i < rowBytes; ++i) {
        const std::uint64_t here = address + static_cast<std::uint64_t>(i);
        const MemoryModel::Byte byte = model_->at(here);
        const bool known = byte.state == MemoryModel::Byte::State::Known;
        const int hexX = at.hex + hexOffset(i) * at.letter;
        const int textX = at.text + i * at.letter;
        QColor tone = !known ? quiet : byte.changed ? colour(Tone::Changed, palette()) : ink;
        if (here == cursor_) {
            const QColor ground =
                palette().color(hasFocus() ? QPalette::Active : QPalette::Inactive, QPalette::Highlight);
            painter.fillRect(QRect(hexX, base, 2 * at.letter, at.row), ground);
            painter.fillRect(QRect(textX, base, at.letter, at.row), ground);
            tone = palette().color(QPalette::HighlightedText);
        } else if (here - match_ < matchSize_) {
            QColor ground = colour(Tone::Notice, palette());
            ground.setAlphaF(0.3F);
            painter.fillRect(QRect(hexX, base, 2 * at.letter, at.row), ground);
            painter.fillRect(QRect(textX, base, at.letter, at.row), ground);
        } else if (known && byte.value == 0 && !byte.changed) {
            tone = quiet;
        }
        const QString unknown =
            byte.state == MemoryModel::Byte::State::NotThere ? QStringLiteral("--") : QString();
        QString digits = known ? QStringLiteral("%1").arg(byte.value, 2, 16, QLatin1Char('0')) : unknown;
        if (here == cursor_ && firstDigit_ >= 0) {
            digits = QString::number(firstDigit_, 16) + u'_';
        }
        write(hexX, 2, digits, tone);
        const bool printable = known && byte.value >= 0x20 && byte.value < 0x7f;
        write(textX, 1,
              printable ? QString(QLatin1Char(static_cast<char>(byte.value)))
              : known   ? QStringLiteral("·")
                        : QString(),
              printable ? tone : quiet);
    }
}

std::optional<std::uint64_t> HexView::addressAt(QPoint place) const
{
    const Columns at = columns();
    const int x = place.x() + horizontalScrollBar()->value();
    int byte = -1;
    if (x >= at.text) {
        byte = (x - at.text) / at.letter;
    } else if (x >= at.hex) {
        const int letters = (x - at.hex) / at.letter;
        byte = (letters - (letters > hexOffset(half) - 1 ? 1 : 0)) / 3;
    }
    if (byte < 0 || byte >= rowBytes) {
        return {};
    }
    return top_ + static_cast<std::uint64_t>(place.y() / at.row) * rowBytes +
           static_cast<std::uint64_t>(byte);
}

void HexView::mousePressEvent(QMouseEvent* event)
{
    if (const auto address = addressAt(event->pos())) {
        inText_ = event->pos().x() + horizontalScrollBar()->value() >= columns().text;
        putCursor(*address);
    }
}

void HexView::mouseDoubleClickEvent(QMouseEvent* event)
{
    if (const auto address = addressAt(event->pos())) {
        Q_EMIT followWanted(*address / 8 * 8);
    }
}

void HexView::putCursor(std::uint64_t address)
{
    firstDigit_ = -1;
    cursor_ = address;
    viewport()->update();
    Q_EMIT cursorMoved(address);
}

void HexView::moveCursor(std::int64_t by)
{
    putCursor(cursor_ + static_cast<std::uint64_t>(by));
    const auto shown = static_cast<std::uint64_t>(std::max(1, rows() - 2)) * rowBytes;
    if (cursor_ < top_) {
        setTop(cursor_);
    } else if (cursor_ - top_ >= shown) {
        setTop(cursor_ / rowBytes * rowBytes - shown + rowBytes);
    }
}

bool HexView::type(const QString& text)
{
    if (text.size() != 1) {
        return false;
    }
    const char letter = text.front().toLatin1();
    if (inText_) {
        if (letter < 0x20 || letter >= 0x7f) {
            return false;
        }
        model_->write(cursor_, std::string(1, letter));
        moveCursor(1);
        return true;
    }
    bool isDigit = false;
    const int digit = text.toInt(&isDigit, 16);
    if (!isDigit) {
        return false;
    }
    if (firstDigit_ < 0) {
        firstDigit_ = digit;
        viewport()->update();
    } else {
        model_->write(cursor_, std::string(1, static_cast<char>(firstDigit_ * 16 + digit)));
        moveCursor(1);
    }
    return true;
}

void HexView::keyPressEvent(QKeyEvent* event)
{
    const std::int64_t screen = std::int64_t{std::max(1, rows() - 2)} * rowBytes;
    switch (event->key()) {
    case Qt::Key_Left: moveCursor(-1); return;
    case Qt::Key_Right: moveCursor(1); return;
    case Qt::Key_Up: moveCursor(-rowBytes); return;
    case Qt::Key_Down: moveCursor(rowBytes); return;
    case Qt::Key_PageUp: moveCursor(-screen); return;
    case Qt::Key_PageDown: moveCursor(screen); return;
    case Qt::Key_Escape: putCursor(cursor_); return;
    case Qt::Key_Return:
    case Qt::Key_Enter: Q_EMIT followWanted(cursor_); return;
    default: break;
    }
    const bool plainKey = (event->modifiers() & (Qt::ControlModifier | Qt::AltModifier)) == 0;
    if (!plainKey || !type(event->text())) {
        QAbstractScrollArea::keyPressEvent(event);
    }
}

} // namespace rumpus::gui
