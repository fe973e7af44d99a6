// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/gui/log/host_messages.h"

#include "app/gui/base/empty_state.h"
#include "app/gui/base/error_bar.h"
#include "app/gui/base/file_question.h"
#include "app/gui/base/theme.h"
#include "app/gui/base/tool_button.h"
#include "core/base/files.h"
#include "core/base/text.h"

#include <QClipboard>
#include <QGuiApplication>
#include <QLabel>
#include <QLineEdit>
#include <QPlainTextEdit>
#include <QPointer>
#include <QScrollBar>
#include <QStackedLayout>
#include <QToolButton>
#include <QVBoxLayout>

#include <utility>

namespace rumpus::gui {

HostMessages::HostMessages(QString host, Fetch fetch, QWidget* parent)
    : QWidget(parent), host_(std::move(host)), fetch_(std::move(fetch)), bar_(new ErrorBar(this)),
      filter_(new QLineEdit), count_(new QLabel), refresh_(nullptr), text_(new QPlainTextEdit),
      stack_(new QStackedLayout), empty_(new EmptyState(QStringLiteral("host"), {}, {}))
{
    text_->setObjectName(QStringLiteral("hostMessages"));
    text_->setAccessibleName(tr("What the hypervisor has logged"));
    text_->setReadOnly(true);
    text_->setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard);
    text_->setUndoRedoEnabled(false);
    text_->setLineWrapMode(QPlainTextEdit::NoWrap);
    text_->setFrameShape(QFrame::NoFrame);
    text_->setFont(codeFont());
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    column->addWidget(makeTools());
    column->addWidget(bar_);
    stack_->addWidget(empty_);
    stack_->addWidget(text_);
    column->addLayout(stack_, 1);
    setFocusProxy(text_);
    connect(filter_, &QLineEdit::textChanged, this, &HostMessages::showLines);
    showLines();
}

QWidget* HostMessages::makeTools()
{
    filter_->setObjectName(QStringLiteral("messagesFilter"));
    filter_->setPlaceholderText(tr("Show only lines that contain…"));
    filter_->setAccessibleName(tr("Show only lines that contain"));
    filter_->setClearButtonEnabled(true);
    count_->setObjectName(QStringLiteral("messagesCount"));
    refresh_ =
        toolButton(QStringLiteral("refresh"), tr("Ask the host again"), QStringLiteral("messagesRefresh"));
    QToolButton* copy = toolButton(QStringLiteral("copy"), tr("Copy the shown lines"));
    QToolButton* save = toolButton(QStringLiteral("save"), tr("Save the shown lines…"));
    connect(refresh_, &QToolButton::clicked, this, &HostMessages::refresh);
    connect(copy, &QToolButton::clicked, this,
            [this] { QGuiApplication::clipboard()->setText(text_->toPlainText()); });
    connect(save, &QToolButton::clicked, this, &HostMessages::askSave);
    return toolRow(filter_, {count_, refresh_, copy, save});
}

void HostMessages::refresh()
{
    if (!std::exchange(underWay_, true)) {
        refresh_->setEnabled(false);
        ask();
    }
    showLines();
}

QCoro::Task<> HostMessages::ask()
{
    const QPointer<HostMessages> self(this);
    const Result<std::string> log = co_await fetch_();
    if (!self) {
        co_return;
    }
    underWay_ = false;
    refresh_->setEnabled(true);
    if (log) {
        bar_->clear();
        lines_.clear();
        for (const std::string& line : split(trimmed(*log), '\n')) {
            lines_ << QString::fromStdString(printable(line));
        }
    } else {
        bar_->tell(log.error());
    }
    showLines();
    Q_EMIT refreshed();
}

void HostMessages::showLines()
{
    const QString wanted = filter_->text();
    const QStringList shown = wanted.isEmpty() ? lines_ : lines_.filter(wanted, Qt::CaseInsensitive);
    QScrollBar* scroll = text_->verticalScrollBar();
    const bool atEnd = scroll->value() >= scroll->maximum();
    text_->setPlainText(shown.join(u'\n'));
    if (atEnd) {
        scroll->setValue(scroll->maximum());
    }
    count_->setText(wanted.isEmpty() ? tr("%1 lines").arg(lines_.size())
                                     : tr("%1 of %2").arg(shown.size()).arg(lines_.size()));
    count_->setVisible(!lines_.isEmpty());
    if (lines_.isEmpty()) {
        empty_->setTexts(underWay_ ? tr("Asking %1…").arg(host_)
                                   : tr("Nothing is known of %1's log").arg(host_),
                         tr("Here stands what the hypervisor of %1 has logged since it started, as "
                            "`xl dmesg` prints it.")
                             .arg(host_));
    } else if (shown.isEmpty()) {
        empty_->setTexts(tr("No line contains that"),
                         tr("The filter above hides all %1 lines.").arg(lines_.size()));
    }
    stack_->setCurrentWidget(shown.isEmpty() ? static_cast<QWidget*>(empty_) : text_);
}

void HostMessages::askSave()
{
    rumpus::gui::ask(this,
                     {.what = FileQuestion::What::NewFile,
                      .title = tr("Save what the hypervisor has logged"),
                      .folder = {},
                      .name = host_ + QStringLiteral("-messages"),
                      .filters = {tr("Text (*.txt)")},
                      .suffix = QStringLiteral("txt")},
                     [this](const QStringList& files) {
                         const std::string text = text_->toPlainText().toStdString() + '\n';
                         if (const Result<void> saved = saveFile(files.front().toStdString(), text); !saved) {
                             bar_->tell(saved.error());
                         }
                     });
}

} // namespace rumpus::gui
