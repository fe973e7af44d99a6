// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/gui/config/json_view.h"

#include "app/gui/base/passing.h"
#include "app/gui/base/theme.h"

#include <QContextMenuEvent>
#include <QGuiApplication>
#include <QKeyEvent>
#include <QMenu>
#include <QToolTip>

#include <algorithm>
#include <array>
#include <set>

namespace rumpus::gui {

namespace {

constexpr int numberMargin = 0;
constexpr int markMargin = 1;
constexpr int errorMark = 1;
constexpr int warningMark = 2;
constexpr int errorIndicator = 8;
constexpr int warningIndicator = 9;
constexpr int hoverDelay = 350; // ms

} // namespace

JsonView::JsonView(ConfigDocument& document, QWidget* parent) : QsciScintilla(parent), document_(document)
{
    setObjectName(QStringLiteral("json"));
    setAccessibleName(tr("Configuration as JSON"));
    setUtf8(true);
    setFrameShape(QFrame::NoFrame);
    setTabWidth(2);
    setIndentationsUseTabs(false);
    setAutoIndent(true);
    setBraceMatching(QsciScintilla::SloppyBraceMatch);
    setScrollWidth(1);
    setScrollWidthTracking(true);
    setCaretLineVisible(true);
    setMarginType(numberMargin, QsciScintilla::NumberMargin);
    setMarginType(markMargin, QsciScintilla::SymbolMargin);
    setMarginMarkerMask(markMargin, (1 << errorMark) | (1 << warningMark));
    setMarginSensitivity(markMargin, false);
    auto* lexer = new QsciLexerJSON(this);
    lexer->setHighlightComments(true);
    setLexer(lexer);
    // one history for form and JSON: the document's
    SendScintilla(SCI_SETUNDOCOLLECTION, 0UL);
    SendScintilla(SCI_SETMOUSEDWELLTIME, static_cast<unsigned long>(hoverDelay));
    viewport()->setAcceptDrops(false);
    setAcceptDrops(false);
    paintTheme();
    fromDocument();
    connect(this, &QsciScintilla::textChanged, this, &JsonView::toDocument);
    connect(this, &QsciScintilla::linesChanged, this, &JsonView::fitNumbers);
    connect(this, &QsciScintillaBase::SCN_DWELLSTART, this, [this](int position) { tellProblem(position); });
    connect(&document_, &ConfigDocument::textChanged, this, &JsonView::fromDocument);
    connect(&document_, &ConfigDocument::problemsChanged, this, &JsonView::showProblems);
}

std::string_view JsonView::bytes() const
{
    const auto* begin = static_cast<const char*>(SendScintillaPtrResult(SCI_GETCHARACTERPOINTER));
    return {begin, static_cast<std::size_t>(SendScintilla(SCI_GETLENGTH))};
}

void JsonView::fromDocument()
{
    if (busy_ || bytes() == document_.text()) {
        return;
    }
    busy_ = true;
    // only what differs, so that caret and scroll position stay
    const TextChange change = TextChange::between(bytes(), document_.text());
    const auto end = change.at + change.removed.size();
    SendScintilla(SCI_SETTARGETRANGE, static_cast<unsigned long>(change.at), static_cast<long>(end));
    SendScintilla(SCI_REPLACETARGET, static_cast<unsigned long>(change.inserted.size()),
                  change.inserted.c_str());
    if (hasFocus()) {
        SendScintilla(SCI_GOTOPOS, static_cast<unsigned long>(change.at + change.inserted.size()));
    }
    busy_ = false;
    fitNumbers();
}

void JsonView::toDocument()
{
    if (!busy_) {
        busy_ = true;
        document_.setText(std::string(bytes()),
                          {.label = tr("typing"), .source = QStringLiteral("json"), .adjacent = true});
        busy_ = false;
    }
}

void JsonView::fitNumbers()
{
    setMarginWidth(numberMargin, QStringLiteral("%1").arg(std::max(lines() * 10, 100)));
}

long JsonView::positionOf(const Problem& problem) const
{
    const long line = SendScintilla(SCI_POSITIONFROMLINE,
                                    static_cast<unsigned long>(std::max<std::size_t>(problem.line, 1) - 1));
    return line + static_cast<long>(std::max<std::size_t>(problem.column, 1)) - 1;
}

void JsonView::showProblems()
{
    std::set<int> marked;
    markerDeleteAll(errorMark);
    markerDeleteAll(warningMark);
    const std::string_view text = bytes();
    for (const int indicator : {errorIndicator, warningIndicator}) {
        SendScintilla(SCI_SETINDICATORCURRENT, static_cast<unsigned long>(indicator));
        SendScintilla(SCI_INDICATORCLEARRANGE, 0UL, static_cast<long>(text.size()));
    }
    for (const Problem& problem : document_.problems()) {
        const bool bad = problem.severity == Severity::Error;
        const long at = positionOf(problem);
        const int line = static_cast<int>(std::max<std::size_t>(problem.line, 1) - 1);
        // an error hides a warning of the same line
        if (bad && marked.insert(line).second) {
            markerDelete(line, warningMark);
            markerAdd(line, errorMark);
        } else if (!bad && !marked.contains(line)) {
            markerAdd(line, warningMark);
        }
        if (at < 0 || static_cast<std::size_t>(at) >= text.size()) {
            continue;
        }
        // a word or a text; of an object or a list only its bracket
        const auto from = static_cast<std::size_t>(at);
        std::size_t end = text[from] == '"' ? text.find_first_of("\"\n", from + 1) : from;
        end = end == std::string_view::npos ? text.size() : end + 1;
        if (text[from] != '"' && text[from] != '{' && text[from] != '[') {
            end = std::max(from + 1, std::min(text.find_first_of(" ,]}\r\n", from), text.size()));
        }
        SendScintilla(SCI_SETINDICATORCURRENT,
                      static_cast<unsigned long>(bad ? errorIndicator : warningIndicator));
        SendScintilla(SCI_INDICATORFILLRANGE, static_cast<unsigned long>(from),
                      static_cast<long>(end - from));
    }
}

void JsonView::tellProblem(int position)
{
    if (position < 0 || !underMouse()) {
        return;
    }
    const long line = SendScintilla(SCI_LINEFROMPOSITION, static_cast<unsigned long>(position)) + 1;
    QStringList texts;
    for (const Problem& problem : document_.problems()) {
        if (static_cast<long>(problem.line) == line) {
            texts << QString::fromStdString(problem.text).toHtmlEscaped();
        }
    }
    if (!texts.isEmpty()) {
        QToolTip::showText(QCursor::pos(), texts.join(QStringLiteral("<br>")), this);
    }
}

void JsonView::reveal(std::size_t line, std::size_t column)
{
    const Problem place{.pointer = {}, .severity = {}, .text = {}, .line = line, .column = column};
    SendScintilla(SCI_ENSUREVISIBLEENFORCEPOLICY,
                  static_cast<unsigned long>(std::max<std::size_t>(line, 1) - 1));
    SendScintilla(SCI_GOTOPOS, static_cast<unsigned long>(positionOf(place)));
    setFocus();
}

void JsonView::paintTheme()
{
    const QPalette palette = QGuiApplication::palette();
    const QColor paper = palette.color(QPalette::Base);
    const QColor ink = palette.color(QPalette::Text);
    const QFont font = codeFont();
    QsciLexer* colours = lexer();
    colours->setDefaultFont(font);
    colours->setDefaultPaper(paper);
    colours->setDefaultColor(ink);
    colours->setPaper(paper, -1);
    colours->setFont(font, -1);
    colours->setColor(ink, -1);
    using Lexer = QsciLexerJSON;
    for (const auto& [style, tone] :
         {std::pair{Lexer::Property, Tone::Accent}, std::pair{Lexer::String, Tone::Good},
          std::pair{Lexer::UnclosedString, Tone::Bad}, std::pair{Lexer::Number, Tone::Changed},
          std::pair{Lexer::Keyword, Tone::Changed}, std::pair{Lexer::EscapeSequence, Tone::Changed},
          std::pair{Lexer::CommentLine, Tone::Quiet}, std::pair{Lexer::CommentBlock, Tone::Quiet}}) {
        colours->setColor(colour(tone, palette), style);
    }
    // a comma after the last item is no error here
    colours->setColor(ink, Lexer::Error);
    setCaretForegroundColor(ink);
    QColor line = palette.color(QPalette::AlternateBase);
    setCaretLineBackgroundColor(line);
    setSelectionBackgroundColor(palette.color(QPalette::Highlight));
    setSelectionForegroundColor(palette.color(QPalette::HighlightedText));
    setMarginsFont(font);
    setMarginsBackgroundColor(palette.color(QPalette::Window));
    setMarginsForegroundColor(colour(Tone::Quiet, palette));
    setMatchedBraceForegroundColor(colour(Tone::Accent, palette));
    setMatchedBraceBackgroundColor(line);
    setUnmatchedBraceForegroundColor(colour(Tone::Bad, palette));
    setUnmatchedBraceBackgroundColor(paper);
    const int size = fontMetrics().height();
    const qreal scale = devicePixelRatioF();
    markerDefine(icon(QStringLiteral("error"), Tone::Bad).pixmap(QSize(size, size), scale), errorMark);
    markerDefine(icon(QStringLiteral("warning"), Tone::Notice).pixmap(QSize(size, size), scale), warningMark);
    setMarginWidth(markMargin, size + 2);
    indicatorDefine(QsciScintilla::SquiggleIndicator, errorIndicator);
    indicatorDefine(QsciScintilla::SquiggleIndicator, warningIndicator);
    setIndicatorForegroundColor(colour(Tone::Bad, palette), errorIndicator);
    setIndicatorForegroundColor(colour(Tone::Notice, palette), warningIndicator);
    fitNumbers();
}

void JsonView::changeEvent(QEvent* event)
{
    QsciScintilla::changeEvent(event);
    if (event->type() == QEvent::PaletteChange || event->type() == QEvent::ApplicationFontChange) {
        paintTheme();
    }
}

bool JsonView::event(QEvent* event)
{
    if (event->type() == QEvent::ShortcutOverride) {
        auto* key = static_cast<QKeyEvent*>(event);
        if (key->matches(QKeySequence::Undo) || key->matches(QKeySequence::Redo)) {
            event->ignore();
            return true;
        }
    }
    return QsciScintilla::event(event);
}

void JsonView::keyPressEvent(QKeyEvent* event)
{
    if (event->matches(QKeySequence::Undo)) {
        document_.history()->undo();
    } else if (event->matches(QKeySequence::Redo)) {
        document_.history()->redo();
    } else {
        QsciScintilla::keyPressEvent(event);
    }
}

void JsonView::contextMenuEvent(QContextMenuEvent* event)
{
    QMenu* menu = passingMenu(this);
    menu->addAction(icon(QStringLiteral("undo")), tr("Undo"), document_.history(), &QUndoStack::undo)
        ->setEnabled(document_.history()->canUndo());
    menu->addAction(icon(QStringLiteral("redo")), tr("Redo"), document_.history(), &QUndoStack::redo)
        ->setEnabled(document_.history()->canRedo());
    menu->addSeparator();
    menu->addAction(tr("Cut"), this, &QsciScintilla::cut)->setEnabled(hasSelectedText());
    menu->addAction(icon(QStringLiteral("copy")), tr("Copy"), this, &QsciScintilla::copy)
        ->setEnabled(hasSelectedText());
    menu->addAction(tr("Paste"), this, &QsciScintilla::paste);
    menu->addSeparator();
    menu->addAction(tr("Select all"), this, [this] { selectAll(true); });
    menu->popup(event->globalPos());
}

} // namespace rumpus::gui
