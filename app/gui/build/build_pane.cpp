// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/gui/build/build_pane.h"

#include "app/gui/base/empty_state.h"
#include "app/gui/base/theme.h"
#include "app/gui/base/tool_button.h"

#include <QClipboard>
#include <QEvent>
#include <QGuiApplication>
#include <QHBoxLayout>
#include <QLabel>
#include <QListView>
#include <QPlainTextEdit>
#include <QScrollBar>
#include <QSplitter>
#include <QStackedLayout>
#include <QTextBlock>
#include <QToolButton>
#include <QVBoxLayout>

#include <chrono>

namespace rumpus::gui {

namespace {

using namespace std::chrono_literals;

// what goes into the view at once: about 2 ms
constexpr std::size_t flushBytes = std::size_t{8} * 1024;
// a view of text is slow in longer lines; they are broken
constexpr std::size_t longestShownLine = 4000;
// lines on average have more bytes
constexpr int mostLines = 200'000;
constexpr auto flushEvery = 30ms;
constexpr auto clockEvery = 100ms;

} // namespace

BuildPane::BuildPane(QWidget* parent)
    : QWidget(parent), stack_(new QStackedLayout(this)), mark_(new QLabel), state_(new QLabel),
      output_(new QPlainTextEdit), list_(new QListView)
{
    output_->setObjectName(QStringLiteral("buildOutput"));
    output_->setAccessibleName(tr("What the build prints"));
    output_->setReadOnly(true);
    output_->setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard);
    output_->setUndoRedoEnabled(false);
    output_->setMaximumBlockCount(mostLines);
    output_->setFrameShape(QFrame::NoFrame);
    output_->setLineWrapMode(QPlainTextEdit::NoWrap);
    output_->setFont(codeFont());
    list_->setObjectName(QStringLiteral("buildDiagnostics"));
    list_->setAccessibleName(tr("Errors and warnings"));
    list_->setFrameShape(QFrame::NoFrame);
    list_->setModel(&model_);
    list_->setUniformItemSizes(true);
    list_->setIconSize({16, 16});
    list_->setTextElideMode(Qt::ElideRight);
    list_->hide();
    state_->setObjectName(QStringLiteral("buildState"));
    state_->setTextFormat(Qt::PlainText);
    state_->setTextInteractionFlags(Qt::TextSelectableByMouse);
    arrange();
    flushTimer_.setSingleShot(true);
    connect(&flushTimer_, &QTimer::timeout, this, &BuildPane::flush);
    clock_.setInterval(clockEvery);
    connect(&clock_, &QTimer::timeout, this, &BuildPane::showState);
}

void BuildPane::arrange()
{
    auto* row = new QHBoxLayout;
    row->setContentsMargins(8, 3, 4, 3);
    row->setSpacing(6);
    row->addWidget(mark_);
    row->addWidget(state_, 1);
    QToolButton* previous = toolButton(QStringLiteral("find-previous"), tr("Previous error or warning"),
                                       QStringLiteral("buildPrevious"));
    QToolButton* next =
        toolButton(QStringLiteral("find-next"), tr("Next error or warning"), QStringLiteral("buildNext"));
    QToolButton* copy =
        toolButton(QStringLiteral("copy"), tr("Copy all output"), QStringLiteral("buildCopy"));
    for (QToolButton* button : {previous, next, copy}) {
        row->addWidget(button);
    }
    auto* splitter = new QSplitter;
    splitter->addWidget(output_);
    splitter->addWidget(list_);
    splitter->setStretchFactor(0, 3);
    splitter->setStretchFactor(1, 2);
    splitter->setChildrenCollapsible(false);
    auto* page = new QWidget;
    auto* column = new QVBoxLayout(page);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    column->addLayout(row);
    column->addWidget(splitter, 1);
    stack_->addWidget(
        new EmptyState(QStringLiteral("build"), tr("Nothing was built yet"),
                       tr("Build a unikernel whose config has a \"build\" section: its output appears "
                          "here, with errors and warnings that lead to the source.")));
    stack_->addWidget(page);

    connect(previous, &QToolButton::clicked, this, [this] { moveDiagnostic(false); });
    connect(next, &QToolButton::clicked, this, [this] { moveDiagnostic(true); });
    connect(copy, &QToolButton::clicked, this,
            [this] { QGuiApplication::clipboard()->setText(outputText()); });
    connect(list_, &QListView::clicked, this, &BuildPane::choose);
    connect(list_, &QListView::activated, this, &BuildPane::choose);
}

void BuildPane::start(const QString& title, const QString& folder)
{
    model_.clear();
    reader_ = DiagnosticReader(folder.toStdString());
    filter_.reset();
    waiting_.clear();
    flushed_ = 0;
    lineLength_ = 0;
    shown_ = 0;
    output_->clear();
    output_->setFont(codeFont());
    list_->hide();
    title_ = title;
    failure_.clear();
    running_ = true;
    elapsed_.start();
    clock_.start();
    stack_->setCurrentIndex(1);
    showState();
}

void BuildPane::append(const QByteArray& bytes)
{
    const std::size_t before = waiting_.size();
    filter_.pass({bytes.constData(), static_cast<std::size_t>(bytes.size())}, waiting_);
    model_.add(reader_.read(std::string_view(waiting_).substr(before)));
    list_->setVisible(model_.rowCount() > 0);
    constexpr auto most = static_cast<std::size_t>(mostBytes);
    if (waiting_.size() - flushed_ > most) {
        flushed_ = waiting_.size() - most;
    }
    if (flushed_ > most) {
        waiting_.erase(0, flushed_);
        flushed_ = 0;
    }
    if (!flushTimer_.isActive()) {
        flushTimer_.start(flushEvery);
    }
}

void BuildPane::flush()
{
    const std::string_view rest = std::string_view(waiting_).substr(flushed_);
    if (rest.size() <= flushBytes) {
        showText(rest);
        waiting_.clear();
        flushed_ = 0;
        return;
    }
    // up to the end of a line, so that no character is cut
    const std::size_t end = rest.find('\n', flushBytes);
    const std::size_t length = end > 2 * flushBytes ? flushBytes : end + 1;
    showText(rest.substr(0, length));
    flushed_ += length;
    flushTimer_.start(0);
}

void BuildPane::showText(std::string_view text)
{
    std::string lines;
    lines.reserve(text.size());
    for (const char byte : text) {
        if (byte == '\r' || byte == '\b') {
            continue;
        }
        // not within a character
        const bool starts = (static_cast<unsigned char>(byte) & 0xc0U) != 0x80U;
        if (byte != '\n' && starts && lineLength_ >= longestShownLine) {
            lines += '\n';
            lineLength_ = 0;
        }
        lineLength_ = byte == '\n' ? 0 : lineLength_ + 1;
        lines += byte;
    }
    QScrollBar* bar = output_->verticalScrollBar();
    const bool atEnd = bar->value() >= bar->maximum();
    QTextCursor cursor(output_->document());
    cursor.movePosition(QTextCursor::End);
    cursor.insertText(QString::fromStdString(lines));
    shown_ += std::ssize(lines);
    if (shown_ > mostBytes) {
        cursor.setPosition(0);
        cursor.setPosition(static_cast<int>(shown_ - mostBytes), QTextCursor::KeepAnchor);
        cursor.movePosition(QTextCursor::EndOfLine, QTextCursor::KeepAnchor);
        shown_ -= cursor.selectionEnd();
        cursor.removeSelectedText();
    }
    if (atEnd) {
        bar->setValue(bar->maximum());
    }
}

void BuildPane::finish(bool good, const QString& text)
{
    model_.add(reader_.finish());
    list_->setVisible(model_.rowCount() > 0);
    running_ = false;
    good_ = good;
    failure_ = text;
    took_ = elapsed_.elapsed();
    clock_.stop();
    showState();
    if (!good && model_.rowCount() > 0 && !list_->currentIndex().isValid()) {
        list_->setCurrentIndex(model_.index(0));
    }
}

QString BuildPane::stateText() const
{
    const QString found = model_.summary();
    const auto seconds = [this](qint64 ms) {
        return locale().toString(static_cast<double>(ms) / 1000, 'f', 1);
    };
    if (running_) {
        const QString text = tr("Building %1… %2 s").arg(title_, seconds(elapsed_.elapsed()));
        return found.isEmpty() ? text : QStringLiteral("%1 — %2").arg(text, found);
    }
    if (good_) {
        const QString text = tr("Built %1 in %2 s").arg(title_, seconds(took_));
        return found.isEmpty() ? text : QStringLiteral("%1, %2").arg(text, found);
    }
    const QString text = tr("Building %1 failed").arg(title_);
    const QString why = model_.errors() > 0 || failure_.isEmpty() ? found : failure_;
    return why.isEmpty() ? text : QStringLiteral("%1: %2").arg(text, why);
}

QString BuildPane::outputText() const
{
    return output_->toPlainText();
}

void BuildPane::showState()
{
    state_->setText(stateText());
    state_->setToolTip(failure_.toHtmlEscaped());
    const Tone tone = running_ ? Tone::Accent : good_ ? Tone::Good : Tone::Bad;
    const QString name = running_ ? QStringLiteral("build")
                         : good_  ? QStringLiteral("info")
                                  : QStringLiteral("error");
    mark_->setPixmap(icon(name, tone).pixmap(16));
    Q_EMIT stateChanged(state_->text());
}

void BuildPane::moveDiagnostic(bool forwards)
{
    const int count = model_.rowCount();
    if (count == 0) {
        return;
    }
    const QModelIndex now = list_->currentIndex();
    const int row =
        !now.isValid() ? (forwards ? 0 : count - 1) : (now.row() + (forwards ? 1 : count - 1)) % count;
    list_->setCurrentIndex(model_.index(row));
    choose(model_.index(row));
}

void BuildPane::choose(const QModelIndex& index)
{
    const Diagnostic& one = model_.at(index.row());
    if (!one.file.empty()) {
        Q_EMIT sourceWanted(QString::fromStdString(one.file), one.line);
    }
}

void BuildPane::changeEvent(QEvent* event)
{
    QWidget::changeEvent(event);
    if (event->type() == QEvent::PaletteChange && stack_->currentIndex() == 1) {
        showState();
    }
}

} // namespace rumpus::gui
