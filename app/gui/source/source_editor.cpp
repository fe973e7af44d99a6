// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/gui/source/source_editor.h"

#include "app/gui/base/theme.h"
#include "app/gui/source/source_lexer.h"
#include "app/gui/source/source_text.h"

#include <QContextMenuEvent>
#include <QMouseEvent>
#include <QPaintEvent>
#include <QPainter>
#include <QPainterPath>

#include <algorithm>
#include <utility>

namespace rumpus::gui {

namespace {

enum Margin { Numbers, Marks };
enum Marker { FirstMark = 0, LastMark = 4, Arrow, CallerArrow, PlaceGround, CallerGround };
constexpr int dwellTime = 350; ///< milliseconds

QColor mixed(const QColor& one, const QColor& ground, double share)
{
    const auto mix = [share](int a, int b) { return static_cast<int>(a * share + b * (1 - share)); };
    return {mix(one.red(), ground.red()), mix(one.green(), ground.green()), mix(one.blue(), ground.blue())};
}

/// A mark of the margin, drawn to its size: a dot, a ring, or a diamond for what only prints.
QImage markImage(LineMark mark, const QPalette& palette, int side)
{
    QImage image(side, side, QImage::Format_ARGB32);
    image.fill(Qt::transparent);
    QPainter painter(&image);
    painter.setRenderHint(QPainter::Antialiasing);
    const double edge = side * 0.16;
    const QRectF area(edge, edge, side - 2 * edge, side - 2 * edge);
    const Tone tone = mark == LineMark::Disabled    ? Tone::Quiet
                      : mark == LineMark::NotPlaced ? Tone::Notice
                      : mark == LineMark::Logpoint  ? Tone::Accent
                                                    : Tone::Bad;
    const QColor ink = colour(tone, palette);
    const bool hollow = mark == LineMark::Disabled || mark == LineMark::NotPlaced;
    painter.setPen(QPen(ink, side * 0.1));
    painter.setBrush(hollow ? QBrush(Qt::NoBrush) : QBrush(ink));
    if (mark == LineMark::Logpoint) {
        const QPointF middle = area.center();
        painter.drawPolygon(QPolygonF({{middle.x(), area.top()},
                                       {area.right(), middle.y()},
                                       {middle.x(), area.bottom()},
                                       {area.left(), middle.y()}}));
    } else {
        painter.drawEllipse(area);
    }
    if (mark == LineMark::Conditional) {
        QFont font;
        font.setPixelSize(static_cast<int>(side * 0.6));
        font.setBold(true);
        painter.setFont(font);
        painter.setPen(textOn(ink));
        painter.drawText(QRectF(0, 0, side, side), Qt::AlignCenter, QStringLiteral("?"));
    }
    return image;
}

QImage arrowImage(const QColor& ink, const QColor& edge, int side)
{
    QImage image(side, side, QImage::Format_ARGB32);
    image.fill(Qt::transparent);
    QPainter painter(&image);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.scale(side, side);
    QPainterPath arrow(QPointF(0.08, 0.36));
    for (const QPointF& point : {QPointF(0.5, 0.36), QPointF(0.5, 0.14), QPointF(0.94, 0.5),
                                 QPointF(0.5, 0.86), QPointF(0.5, 0.64), QPointF(0.08, 0.64)}) {
        arrow.lineTo(point);
    }
    arrow.closeSubpath();
    // an edge, so that it is seen on a breakpoint's dot
    painter.setPen(QPen(edge, 0.12));
    painter.drawPath(arrow);
    painter.fillPath(arrow, ink);
    return image;
}

} // namespace

SourceEditor::SourceEditor(QWidget* parent) : QsciScintilla(parent)
{
    setReadOnly(true);
    setUtf8(true);
    setFrameShape(QFrame::NoFrame);
    setObjectName(QStringLiteral("source"));
    setAccessibleName(tr("Source"));
    setCaretLineVisible(false);
    setTabWidth(8);
    setWrapMode(QsciScintilla::WrapNone);
    setScrollWidth(1);
    setScrollWidthTracking(true);
    setMarginType(Numbers, QsciScintilla::NumberMargin);
    setMarginType(Marks, QsciScintilla::SymbolMargin);
    for (const int margin : {Numbers, Marks}) {
        setMarginSensitivity(margin, true);
    }
    setMarginMarkerMask(Numbers, 0);
    setMarginMarkerMask(Marks, (1 << Arrow) | (1 << CallerArrow) | ((1 << (LastMark + 1)) - 1));
    setMarginWidth(2, 0);
    SendScintilla(SCI_SETMOUSEDWELLTIME, dwellTime);
    // a line is laid out once for all its paintings, and Qt has a buffer already
    SendScintilla(SCI_SETLAYOUTCACHE, SC_CACHE_PAGE);
    SendScintilla(SCI_SETBUFFEREDDRAW, 0UL);
    // keys that would edit are not ours to take; the window's shortcuts are
    SendScintilla(SCI_CLEARALLCMDKEYS);
    static constexpr int shift = SCMOD_SHIFT << 16;
    static constexpr int control = SCMOD_CTRL << 16;
    using Binding = std::pair<int, int>;
    for (const auto& [key, command] : std::initializer_list<Binding>{{SCK_UP, SCI_LINEUP},
                                                                     {SCK_DOWN, SCI_LINEDOWN},
                                                                     {SCK_LEFT, SCI_CHARLEFT},
                                                                     {SCK_RIGHT, SCI_CHARRIGHT},
                                                                     {SCK_PRIOR, SCI_PAGEUP},
                                                                     {SCK_NEXT, SCI_PAGEDOWN},
                                                                     {SCK_HOME, SCI_VCHOME},
                                                                     {SCK_END, SCI_LINEEND},
                                                                     {SCK_UP | shift, SCI_LINEUPEXTEND},
                                                                     {SCK_DOWN | shift, SCI_LINEDOWNEXTEND},
                                                                     {SCK_LEFT | shift, SCI_CHARLEFTEXTEND},
                                                                     {SCK_RIGHT | shift, SCI_CHARRIGHTEXTEND},
                                                                     {SCK_HOME | control, SCI_DOCUMENTSTART},
                                                                     {SCK_END | control, SCI_DOCUMENTEND},
                                                                     {'A' | control, SCI_SELECTALL},
                                                                     {'C' | control, SCI_COPY}}) {
        SendScintilla(SCI_ASSIGNCMDKEY, static_cast<unsigned long>(key), static_cast<long>(command));
    }
    connect(this, &QsciScintilla::marginClicked, this,
            [this](int, int line, Qt::KeyboardModifiers) { Q_EMIT toggleWanted(line); });
    connect(this, &QsciScintilla::marginRightClicked, this,
            [this](int, int line, Qt::KeyboardModifiers) { Q_EMIT marginMenuWanted(line, QCursor::pos()); });
    connect(this, &QsciScintillaBase::SCN_DWELLSTART, this, &SourceEditor::hover);
    paintTheme();
}

void SourceEditor::setSource(const QString& text, const QString& path)
{
    QsciLexer* old = lexer_;
    lexer_ = makeLexer(path, this);
    if (lexer_ != nullptr) {
        paintLexer(lexer_, palette());
    }
    setLexer(lexer_);
    delete old;
    setReadOnly(false);
    marks_.clear();
    setText(text);
    setReadOnly(true);
    paintTheme();
}

void SourceEditor::paintTheme()
{
    painting_ = true;
    const QPalette& p = palette();
    setFont(codeFont());
    setPaper(p.color(QPalette::Base));
    setColor(p.color(QPalette::Text));
    if (lexer_ != nullptr) {
        paintLexer(lexer_, p);
    }
    setCaretForegroundColor(p.color(QPalette::Text));
    setSelectionBackgroundColor(p.color(QPalette::Highlight));
    setSelectionForegroundColor(p.color(QPalette::HighlightedText));
    setMarginsFont(codeFont());
    setMarginsBackgroundColor(mixed(p.color(QPalette::Window), p.color(QPalette::Base), 0.6));
    setMarginsForegroundColor(colour(Tone::Quiet, p));
    const qsizetype digits = QString::number(std::max(lines(), 999)).size();
    setMarginWidth(Numbers, QString(digits + 1, u'0'));
    defineMarks();
    painting_ = false;
    viewport()->update();
}

void SourceEditor::defineMarks()
{
    const QPalette& p = palette();
    const int side = std::max(10, QFontMetrics(codeFont()).height() - 2);
    // QScintilla 2.14 draws one pixel of an image as one of the widget's, whatever SCI_RGBAIMAGESETSCALE says
    for (int mark = FirstMark; mark <= LastMark; ++mark) {
        markerDefine(markImage(static_cast<LineMark>(mark), p, side), mark);
    }
    markerDefine(arrowImage(colour(Tone::Notice, p), p.color(QPalette::Base), side), Arrow);
    markerDefine(arrowImage(colour(Tone::Quiet, p), p.color(QPalette::Base), side), CallerArrow);
    const QColor base = p.color(QPalette::Base);
    markerDefine(QsciScintilla::Background, PlaceGround);
    markerDefine(QsciScintilla::Background, CallerGround);
    setMarkerBackgroundColor(mixed(colour(Tone::Notice, p), base, 0.24), PlaceGround);
    setMarkerBackgroundColor(mixed(colour(Tone::Quiet, p), base, 0.18), CallerGround);
    setMarginWidth(Marks, side + 4);
}

void SourceEditor::setMarks(const QMap<int, LineMark>& marks)
{
    if (marks == marks_) {
        return;
    }
    marks_ = marks;
    for (int mark = FirstMark; mark <= LastMark; ++mark) {
        markerDeleteAll(mark);
    }
    for (const auto& [line, mark] : marks.asKeyValueRange()) {
        markerAdd(line, static_cast<int>(mark));
    }
}

void SourceEditor::setPlace(int line, bool innermost)
{
    if (line == place_ && innermost == innermost_) {
        return;
    }
    // of the one line only: markerDeleteAll would paint the whole view, at every step
    if (place_ >= 0) {
        markerDelete(place_, innermost_ ? PlaceGround : CallerGround);
        markerDelete(place_, innermost_ ? Arrow : CallerArrow);
    }
    place_ = line;
    innermost_ = innermost;
    if (line >= 0) {
        markerAdd(line, innermost ? PlaceGround : CallerGround);
        markerAdd(line, innermost ? Arrow : CallerArrow);
    }
}

void SourceEditor::setBeside(const QMap<int, QString>& values)
{
    const QMap<int, QString> before = std::exchange(beside_, values);
    for (const auto& [line, text] : before.asKeyValueRange()) {
        if (values.value(line) != text) {
            viewport()->update(besideLine(line));
        }
    }
    for (const auto& [line, text] : values.asKeyValueRange()) {
        if (!before.contains(line)) {
            viewport()->update(besideLine(line));
        }
    }
}

QRect SourceEditor::besideLine(int line) const
{
    const auto end = SendScintilla(SCI_GETLINEENDPOSITION, static_cast<unsigned long>(line));
    const auto x = static_cast<int>(SendScintilla(SCI_POINTXFROMPOSITION, 0UL, end));
    const auto y = static_cast<int>(SendScintilla(SCI_POINTYFROMPOSITION, 0UL, end));
    const auto height = static_cast<int>(SendScintilla(SCI_TEXTHEIGHT, static_cast<unsigned long>(line)));
    const int begin = x + 4 * QFontMetrics(codeFont()).averageCharWidth();
    return {begin, y, viewport()->width() - begin, height};
}

void SourceEditor::reveal(int line)
{
    static constexpr int around = 3;
    const auto first = static_cast<int>(SendScintilla(SCI_GETFIRSTVISIBLELINE));
    const auto shown = static_cast<int>(SendScintilla(SCI_LINESONSCREEN));
    if (line < first + around || line > first + shown - around - 1) {
        setFirstVisibleLine(std::max(0, line - shown / 3));
    }
}

QString SourceEditor::lineText(int line) const
{
    QString said = text(line);
    while (said.endsWith(u'\n') || said.endsWith(u'\r')) {
        said.chop(1);
    }
    return said;
}

void SourceEditor::paintEvent(QPaintEvent* event)
{
    // Scintilla paints what is around all that is asked for: the lines between the guest's place and a value,
    // too
    for (const QRect& part : event->region()) {
        QPaintEvent alone(part);
        QsciScintilla::paintEvent(&alone);
    }
    if (beside_.isEmpty()) {
        return;
    }
    QPainter painter(viewport());
    const QFont font = codeFont(QFont::Normal, QFont::StyleItalic);
    painter.setFont(font);
    painter.setPen(colour(Tone::Quiet, palette()));
    const auto first = static_cast<int>(SendScintilla(SCI_GETFIRSTVISIBLELINE));
    const auto last = first + static_cast<int>(SendScintilla(SCI_LINESONSCREEN));
    for (auto at = beside_.lowerBound(first); at != beside_.end() && at.key() <= last; ++at) {
        const QRect room = besideLine(at.key());
        if (!event->region().intersects(room)) {
            continue;
        }
        besideTexts_.draw(painter, room, at.value(), Qt::ElideNone);
    }
}

QString SourceEditor::expressionAtPosition(int position) const
{
    int line = 0;
    int column = 0;
    lineIndexFromPosition(position, &line, &column);
    return expressionAt(lineText(line), column);
}

void SourceEditor::hover(int position, int x, int y)
{
    if (position < 0) {
        return;
    }
    const QString expression = hasSelectedText() && !selectedText().contains(u'\n')
                                   ? selectedText().trimmed()
                                   : expressionAtPosition(position);
    if (expression.isEmpty() || expression.contains(u'(')) {
        return;
    }
    const auto begin = SendScintilla(SCI_WORDSTARTPOSITION, static_cast<unsigned long>(position), 1L);
    const auto end = SendScintilla(SCI_WORDENDPOSITION, static_cast<unsigned long>(position), 1L);
    const auto left = static_cast<int>(SendScintilla(SCI_POINTXFROMPOSITION, 0UL, begin));
    const auto right = static_cast<int>(SendScintilla(SCI_POINTXFROMPOSITION, 0UL, end));
    const auto top = static_cast<int>(SendScintilla(SCI_POINTYFROMPOSITION, 0UL, begin));
    const QRect word(left, top, right - left, static_cast<int>(SendScintilla(SCI_TEXTHEIGHT, 0UL)));
    Q_EMIT hovered(expression, viewport()->mapToGlobal(QPoint(x, y)), word);
}

void SourceEditor::mousePressEvent(QMouseEvent* event)
{
    QsciScintilla::mousePressEvent(event);
    if (event->button() == Qt::LeftButton && (event->modifiers() & Qt::ControlModifier) != 0) {
        const auto position = SendScintilla(SCI_POSITIONFROMPOINTCLOSE,
                                            static_cast<unsigned long>(event->pos().x()), event->pos().y());
        if (position >= 0) {
            int line = 0;
            int column = 0;
            lineIndexFromPosition(static_cast<int>(position), &line, &column);
            Q_EMIT definitionWanted(wordAt(lineText(line), column));
        }
    }
}

void SourceEditor::contextMenuEvent(QContextMenuEvent* event)
{
    const auto position =
        SendScintilla(SCI_POSITIONFROMPOINT, static_cast<unsigned long>(event->pos().x()), event->pos().y());
    int line = 0;
    int column = 0;
    lineIndexFromPosition(static_cast<int>(position), &line, &column);
    const QString expression =
        hasSelectedText() ? selectedText().trimmed() : expressionAt(lineText(line), column);
    Q_EMIT menuWanted(line, expression, event->globalPos());
}

void SourceEditor::changeEvent(QEvent* event)
{
    QsciScintilla::changeEvent(event);
    const bool isTheme = event->type() == QEvent::PaletteChange;
    if (isTheme && !painting_) {
        paintTheme();
    }
}

} // namespace rumpus::gui
