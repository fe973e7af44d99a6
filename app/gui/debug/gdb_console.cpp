// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/gui/debug/gdb_console.h"

#include "app/gui/base/settings.h"
#include "app/gui/base/theme.h"
#include "app/gui/debug/texts.h"
#include "core/base/text.h"

#include <QCompleter>
#include <QKeyEvent>
#include <QLabel>
#include <QLineEdit>
#include <QPlainTextEdit>
#include <QPointer>
#include <QScrollBar>
#include <QStringListModel>
#include <QTextBlock>
#include <QVBoxLayout>

#include <algorithm>

namespace rumpus::gui {

namespace {
const Setting<QStringList> keptHistory{.key = "debug/gdbHistory", .standard = {}};
constexpr qsizetype longestHistory = 200;
constexpr int mostLines = 10'000;
/// One answer may be endless; more of it than this nobody reads here.
constexpr std::size_t longestAnswer = std::size_t{1} << 20U;
constexpr std::size_t mostCandidates = 200;
} // namespace

GdbConsole::GdbConsole(DebugContext* context, QWidget* parent)
    : DebugPage(context, QStringLiteral("gdb"), tr("GDB's own command line"), parent),
      output_(new QPlainTextEdit), entry_(new QLineEdit), completer_(new QCompleter(this)),
      candidates_(new QStringListModel(this)), history_(Settings::instance().get(keptHistory))
{
    place_ = history_.size();
    output_->setReadOnly(true);
    output_->setFont(codeFont());
    output_->setFrameShape(QFrame::NoFrame);
    output_->setMaximumBlockCount(mostLines);
    output_->setObjectName(QStringLiteral("gdbOutput"));
    output_->setAccessibleName(tr("GDB's output"));
    output_->setPlaceholderText(
        tr("What GDB says stands here: try “info threads”, “rumpus threads”, “x/8i $pc”."));
    entry_->setFont(codeFont());
    entry_->setObjectName(QStringLiteral("gdbCommand"));
    entry_->setAccessibleName(tr("GDB command"));
    entry_->setPlaceholderText(tr("A command of GDB's; Tab completes, ↑ and ↓ walk through earlier ones"));
    entry_->installEventFilter(this);
    completer_->setModel(candidates_);
    completer_->setWidget(entry_);
    completer_->setCompletionMode(QCompleter::UnfilteredPopupCompletion);

    auto* prompt = new QLabel(QStringLiteral("(gdb)"));
    prompt->setFont(codeFont());
    prompt->setContentsMargins(6, 0, 4, 0);
    auto* bar = new QHBoxLayout;
    bar->setSpacing(0);
    bar->addWidget(prompt);
    bar->addWidget(entry_, 1);
    column().addWidget(output_, 1);
    column().addLayout(bar);
    setFocusProxy(entry_);

    connect(entry_, &QLineEdit::returnPressed, this, [this] { run(entry_->text()); });
    connect(completer_, qOverload<const QString&>(&QCompleter::activated), entry_, &QLineEdit::setText);
    connect(context, &DebugContext::logged, this,
            [this](const QString& message) { print(plainLines(message.toStdString()), Said::Logpoint); });
}

QTextCharFormat GdbConsole::formatOf(Said said) const
{
    QTextCharFormat format;
    if (said != Said::Normal) {
        const Tone tone = said == Said::Command   ? Tone::Quiet
                          : said == Said::Problem ? Tone::Bad
                                                  : Tone::Accent;
        format.setForeground(colour(tone, palette()));
    }
    return format;
}

void GdbConsole::repaintAll()
{
    for (QTextBlock block = output_->document()->begin(); block.isValid(); block = block.next()) {
        QTextCursor cursor(block);
        cursor.movePosition(QTextCursor::EndOfBlock, QTextCursor::KeepAnchor);
        cursor.setCharFormat(formatOf(static_cast<Said>(std::max(0, block.userState()))));
    }
}

void GdbConsole::changeEvent(QEvent* event)
{
    DebugPage::changeEvent(event);
    if (event->type() == QEvent::PaletteChange) {
        repaintAll();
    }
}

QString GdbConsole::text() const
{
    return output_->toPlainText();
}

void GdbConsole::print(const QString& text, Said said)
{
    QScrollBar* bar = output_->verticalScrollBar();
    const bool follows = bar->value() == bar->maximum();
    QTextCursor end(output_->document());
    end.movePosition(QTextCursor::End);
    for (const QString& line : text.split(u'\n')) {
        if (!output_->document()->isEmpty()) {
            end.insertBlock();
        }
        end.insertText(line, formatOf(said));
        end.block().setUserState(static_cast<int>(said));
    }
    if (follows) {
        bar->setValue(bar->maximum());
    }
}

void GdbConsole::run(const QString& command)
{
    const QString wanted = command.trimmed();
    if (wanted.isEmpty() || !context().session()) {
        return;
    }
    history_.removeAll(wanted);
    history_ << wanted;
    if (history_.size() > longestHistory) {
        history_.removeFirst();
    }
    Settings::instance().set(keptHistory, history_);
    place_ = history_.size();
    entry_->clear();
    print(QStringLiteral("(gdb) ") + wanted, Said::Command);
    give(wanted);
}

QCoro::Task<> GdbConsole::give(QString command)
{
    const QPointer<GdbConsole> self(this);
    const std::shared_ptr<DebugSession> session = context().session();
    Result<std::string> said = co_await session->gdb().console(command.toStdString());
    if (!self) {
        co_return;
    }
    if (!said) {
        print(plainLines(said.error().what), Said::Problem);
    } else if (!said->empty()) {
        if (said->size() > longestAnswer) {
            said->resize(longestAnswer);
            *said += "\n…";
        }
        while (said->ends_with('\n')) {
            said->pop_back();
        }
        print(plainLines(*said), Said::Normal);
    }
    // it may have changed anything
    context().noteEdit();
    Q_EMIT answered(command);
}

QCoro::Task<> GdbConsole::complete(QString beginning)
{
    const QPointer<GdbConsole> self(this);
    const std::shared_ptr<DebugSession> session = context().session();
    if (!session) {
        co_return;
    }
    const Result<std::string> said = co_await session->gdb().console("complete " + beginning.toStdString());
    if (!self || !said || entry_->text() != beginning) {
        co_return;
    }
    QStringList found;
    for (const std::string& line : split(*said, '\n')) {
        if (!line.empty() && !line.starts_with("*** ") && std::cmp_less(found.size(), mostCandidates)) {
            found << plain(line);
        }
    }
    if (found.size() == 1) {
        entry_->setText(found.front() + u' ');
        co_return;
    }
    // what all of them begin with is written at once
    QString common = found.value(0);
    for (const QString& one : std::as_const(found)) {
        const auto [end, ignored] = std::ranges::mismatch(common, one);
        common.truncate(end - common.begin());
    }
    if (common.size() > beginning.size()) {
        entry_->setText(common);
    }
    candidates_->setStringList(found);
    if (!found.isEmpty()) {
        completer_->complete();
    }
}

void GdbConsole::walkHistory(int by)
{
    if (place_ == history_.size()) {
        written_ = entry_->text();
    }
    place_ = std::clamp<qsizetype>(place_ + by, 0, history_.size());
    entry_->setText(place_ == history_.size() ? written_ : history_.at(place_));
}

bool GdbConsole::eventFilter(QObject* watched, QEvent* event)
{
    if (watched == entry_ && event->type() == QEvent::KeyPress) {
        switch (static_cast<QKeyEvent*>(event)->key()) {
        case Qt::Key_Tab: complete(entry_->text()); return true;
        case Qt::Key_Up: walkHistory(-1); return true;
        case Qt::Key_Down: walkHistory(1); return true;
        default: break;
        }
    }
    return DebugPage::eventFilter(watched, event);
}

} // namespace rumpus::gui
