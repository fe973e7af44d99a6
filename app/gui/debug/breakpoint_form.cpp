// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/gui/debug/breakpoint_form.h"

#include "app/gui/base/theme.h"
#include "app/gui/debug/debug_context.h"
#include "app/gui/debug/texts.h"
#include "core/base/text.h"

#include <QCheckBox>
#include <QComboBox>
#include <QDialogButtonBox>
#include <QFormLayout>
#include <QLabel>
#include <QLineEdit>
#include <QPlainTextEdit>
#include <QPointer>
#include <QPushButton>
#include <QScreen>
#include <QSpinBox>
#include <QVBoxLayout>

#include <algorithm>

namespace rumpus::gui {

BreakpointForm::BreakpointForm(const Breakpoint& breakpoint, const QString& place, DebugContext* context,
                               QWidget* parent)
    : QFrame(parent, Qt::Popup), breakpoint_(breakpoint), enabled_(new QCheckBox(tr("Enabled"))),
      condition_(new QLineEdit(plain(breakpoint.condition))), ignore_(new QSpinBox),
      message_(new QLineEdit(plain(breakpoint.message))), thread_(new QComboBox),
      commands_(new QPlainTextEdit(plainLines(join(breakpoint.commands, "\n"))))
{
    static constexpr int mostIgnored = 1'000'000'000;
    setAttribute(Qt::WA_DeleteOnClose);
    setFrameShape(QFrame::StyledPanel);
    setObjectName(QStringLiteral("breakpointForm"));
    enabled_->setChecked(breakpoint.enabled);
    condition_->setObjectName(QStringLiteral("condition"));
    condition_->setPlaceholderText(tr("i > 10 && name[0] == 'a'"));
    message_->setObjectName(QStringLiteral("message"));
    message_->setPlaceholderText(tr("i is {i}"));
    message_->setToolTip(tr("Printed instead of stopping; {i} is replaced by i's value"));
    ignore_->setRange(0, mostIgnored);
    ignore_->setSpecialValueText(tr("none"));
    ignore_->setValue(static_cast<int>(breakpoint.ignore));
    thread_->setObjectName(QStringLiteral("thread"));
    thread_->setEditable(true);
    thread_->setToolTip(tr("The name of the guest's thread that alone stops here"));
    thread_->lineEdit()->setPlaceholderText(tr("any thread of the guest"));
    thread_->setEditText(plain(breakpoint.thread));
    commands_->setObjectName(QStringLiteral("commands"));
    commands_->setPlaceholderText(tr("print request\nbacktrace 3"));
    commands_->setToolTip(
        tr("GDB's commands at each hit, one a line; what they print goes to the GDB console"));
    commands_->setTabChangesFocus(true);
    for (QWidget* widget : std::initializer_list<QWidget*>{condition_, message_, commands_}) {
        widget->setFont(codeFont());
        widget->setMinimumWidth(fontMetrics().averageCharWidth() * 40);
    }
    commands_->setFixedHeight(QFontMetrics(commands_->font()).lineSpacing() * 3 +
                              2 * commands_->frameWidth() +
                              static_cast<int>(2 * commands_->document()->documentMargin()));
    auto* title = new QLabel(place);
    title->setTextFormat(Qt::PlainText);
    QFont bold = title->font();
    bold.setBold(true);
    title->setFont(bold);
    auto* form = new QFormLayout;
    form->addRow(title);
    form->addRow(tr("&Condition:"), condition_);
    form->addRow(tr("&Ignore first hits:"), ignore_);
    form->addRow(tr("&Thread:"), thread_);
    form->addRow(tr("&Message:"), message_);
    form->addRow(tr("C&ommands:"), commands_);
    form->addRow(QString(), enabled_);
    auto* buttons = new QDialogButtonBox(QDialogButtonBox::Ok | QDialogButtonBox::Cancel);
    buttons->button(QDialogButtonBox::Ok)->setDefault(true);
    auto* column = new QVBoxLayout(this);
    column->addLayout(form);
    column->addWidget(buttons);
    connect(buttons, &QDialogButtonBox::accepted, this, &BreakpointForm::accept);
    connect(buttons, &QDialogButtonBox::rejected, this, &QWidget::close);
    for (QLineEdit* edit : {condition_, message_, thread_->lineEdit()}) {
        connect(edit, &QLineEdit::returnPressed, this, &BreakpointForm::accept);
    }
    if (context->mayAsk()) {
        offerThreads(context->session());
    }
}

QCoro::Task<> BreakpointForm::offerThreads(std::shared_ptr<DebugSession> session)
{
    const QPointer<BreakpointForm> self(this);
    const Result<GuestThreads> listed = co_await session->guestThreads();
    if (!self || !listed) {
        co_return;
    }
    const QString written = thread_->currentText();
    for (const GuestThread& thread : listed->threads) {
        if (const QString name = plain(thread.name); !name.isEmpty() && thread_->findText(name) < 0) {
            thread_->addItem(name);
        }
    }
    // the first one is no wish of the user's
    thread_->setCurrentIndex(thread_->findText(written));
    thread_->setEditText(written);
}

void BreakpointForm::openAt(const QPoint& global)
{
    adjustSize();
    const QRect room = screen()->availableGeometry();
    move(std::clamp(global.x(), room.left(), std::max(room.left(), room.right() - width())),
         std::clamp(global.y(), room.top(), std::max(room.top(), room.bottom() - height())));
    show();
    condition_->setFocus();
}

void BreakpointForm::accept()
{
    breakpoint_.condition = condition_->text().trimmed().toStdString();
    breakpoint_.message = message_->text().trimmed().toStdString();
    breakpoint_.thread = thread_->currentText().trimmed().toStdString();
    breakpoint_.commands.clear();
    for (const QString& line : commands_->toPlainText().split(u'\n')) {
        if (const QString command = line.trimmed(); !command.isEmpty()) {
            breakpoint_.commands.push_back(command.toStdString());
        }
    }
    breakpoint_.ignore = static_cast<unsigned>(ignore_->value());
    breakpoint_.enabled = enabled_->isChecked();
    Q_EMIT accepted(breakpoint_);
    close();
}

} // namespace rumpus::gui
