// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/gui/console/terminal.h"

#include "app/gui/base/theme.h"
#include "app/gui/console/console_settings.h"
#include "app/gui/console/terminal_colours.h"

#include <QDesktopServices>
#include <QEvent>
#include <QKeyEvent>
#include <QScrollBar>
#include <QTimer>
#include <QUrl>

#include <fcntl.h>
#include <unistd.h>

namespace rumpus::gui {

namespace {

/// Ctrl with one of these is the guest's, whatever the window's menus have for it. The others (find, new,
/// open, quick open, quit, run, save, close) stay the window's; the console's Send menu types them.
constexpr QStringView guestKeys = u"ABCDEGHIJKLMTUVXYZ[\\]^_@";

bool isForGuest(const QKeyEvent& event)
{
    return event.modifiers() == Qt::ControlModifier && event.key() >= Qt::Key_At &&
           event.key() <= Qt::Key_Underscore && guestKeys.contains(QChar(event.key()));
}

bool isSafeLink(const QUrl& url)
{
    return url.scheme() == u"http" || url.scheme() == u"https" || url.scheme() == u"mailto";
}

} // namespace

Terminal::Terminal(QWidget* parent) : QTermWidget(0, parent)
{
    setFlowControlWarningEnabled(false);
    setFlowControlEnabled(false);
    setTerminalSizeHint(false);
    setScrollBarPosition(QTermWidgetInterface::ScrollBarRight);
    setBlinkingCursor(false);
    setMargin(4);
    setMotionAfterPasting(2); // to the end
    setAccessibleName(tr("Console"));
    startTerminalTeletype();

    // QTermWidget has no call for it, but the session's slot is what its own pty calls
    for (QObject* child : findChildren<QObject*>()) {
        if (child->inherits("Konsole::Session")) {
            const int index = child->metaObject()->indexOfSlot("onReceiveBlock(const char*,int)");
            if (index >= 0) {
                session_ = child;
                receive_ = child->metaObject()->method(index);
            }
        }
    }
    if (session_ == nullptr) {
        ::fcntl(getPtySlaveFd(), F_SETFL, ::fcntl(getPtySlaveFd(), F_GETFL) | O_NONBLOCK);
    }
    if (QWidget* display = focusProxy()) {
        display->installEventFilter(this);
        display->setAccessibleName(tr("Console"));
    }
    for (QScrollBar* bar : findChildren<QScrollBar*>()) {
        scrollBar_ = bar;
        const auto tell = [this] { Q_EMIT atEndChanged(isAtEnd()); };
        connect(bar, &QScrollBar::valueChanged, this, tell);
        connect(bar, &QScrollBar::rangeChanged, this, tell);
    }
    connect(this, &QTermWidget::termKeyPressed, this,
            [this](const QKeyEvent* event) { backspace_ = event->key() == Qt::Key_Backspace; });
    connect(this, &QTermWidget::sendData, this, &Terminal::takeKeys);
    connect(this, &QTermWidget::urlActivated, this, [](const QUrl& url, bool /*fromMenu*/) {
        if (isSafeLink(url)) {
            QDesktopServices::openUrl(url);
        }
    });
    connect(&Settings::instance(), &Settings::changed, this, [this](const QString& key) {
        if (key.startsWith(u"console/") || key.startsWith(u"appearance/")) {
            applySettings();
        }
    });
    applySettings();
}

qsizetype Terminal::feed(const char* bytes, qsizetype length)
{
    if (session_ == nullptr) {
        const ssize_t written = ::write(getPtySlaveFd(), bytes, static_cast<std::size_t>(length));
        return written < 0 ? 0 : written;
    }
    feeding_ = true;
    receive_.invoke(session_, Qt::DirectConnection, Q_ARG(const char*, bytes),
                    Q_ARG(int, static_cast<int>(length)));
    feeding_ = false;
    return length;
}

void Terminal::takeKeys(const char* bytes, int length)
{
    // while bytes are fed, what comes is the terminal's answer to the guest, not the user's; a modifier key
    // alone sends nothing
    if (feeding_ || length <= 0) {
        return;
    }
    QByteArray keys(bytes, length);
    if (backspace_ && keys == "\b" && Settings::instance().get(consoleBackspaceSetting)) {
        keys = "\x7f";
    }
    backspace_ = false;
    Q_EMIT typed(keys);
}

void Terminal::resetModes()
{
    // leave the other screen; all margins and modes at their default without moving the cursor; plain
    // rendition, ASCII in every character set
    static constexpr char reset[] = "\x1b[?47l\x1b"
                                    "7\x1b[?6l\x1b[r\x1b"
                                    "8\x1b[0m\x1b(B\x1b)B\x1b*B\x1b+B\x0f"
                                    "\x1b[?7h\x1b[?25h\x1b[4l\x1b[?1l\x1b[?5l\x1b[?2004l\x1b>\r\n";
    feed(reset, std::ssize(reset) - 1);
}

void Terminal::applySettings()
{
    const Settings& settings = Settings::instance();
    QFont font = codeFont();
    if (const QString wish = settings.get(consoleFontSetting); !wish.isEmpty()) {
        font.fromString(wish);
    }
    constexpr double smallest = 5;
    constexpr double largest = 48;
    font.setPointSizeF(std::clamp(font.pointSizeF() + settings.get(consoleZoomSetting), smallest, largest));
    if (font != getTerminalFont()) {
        setTerminalFont(font);
    }
    const int lines = std::max(settings.get(consoleHistorySetting), 0);
    if (lines != historySize()) {
        setHistorySize(lines);
    }
    applyColours();
}

void Terminal::applyColours()
{
    const QString wish = Settings::instance().get(consoleColoursSetting);
    setColorScheme(availableColorSchemes().contains(wish) ? wish : schemeFile(palette()));
}

int Terminal::rowCount()
{
    return historyLinesCount() + screenLinesCount();
}

QString Terminal::rowText(int row)
{
    setSelectionStart(row, 0);
    setSelectionEnd(row, screenColumnsCount() - 1);
    QString text = selectedText();
    if (text.endsWith(u'\n')) {
        text.chop(1);
    }
    return text;
}

void Terminal::showMatch(int row, int column, int length)
{
    QMetaObject::invokeMethod(this, "matchFound", Q_ARG(int, column), Q_ARG(int, row),
                              Q_ARG(int, column + length - 1), Q_ARG(int, row));
    if (scrollBar_ != nullptr) {
        scrollBar_->setValue(std::max(0, row - (screenLinesCount() / 2)));
    }
}

void Terminal::clearSelection()
{
    QMetaObject::invokeMethod(this, "noMatchFound");
}

int Terminal::topRow()
{
    // at the end the scroll bar is late: it follows what is painted
    return isAtEnd() ? historyLinesCount() : scrollBar_->value();
}

bool Terminal::isAtEnd() const
{
    return scrollBar_ == nullptr || scrollBar_->value() == scrollBar_->maximum();
}

bool Terminal::eventFilter(QObject* watched, QEvent* event)
{
    if (event->type() == QEvent::ShortcutOverride && isForGuest(*static_cast<QKeyEvent*>(event))) {
        event->accept();
        return true;
    }
    return QTermWidget::eventFilter(watched, event);
}

void Terminal::changeEvent(QEvent* event)
{
    QTermWidget::changeEvent(event);
    if (event->type() == QEvent::PaletteChange) {
        applyColours();
    }
}

} // namespace rumpus::gui
