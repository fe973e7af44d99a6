// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/gui/source/breakpoint_form.h"

#include "app/gui/base/theme.h"
#include "app/gui/debug/texts.h"

#include <QCheckBox>
#include <QDialogButtonBox>
#include <QFormLayout>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QScreen>
#include <QSpinBox>
#include <QVBoxLayout>

#include <algorithm>

namespace rumpus::gui {

BreakpointForm::BreakpointForm(const Breakpoint& breakpoint, const QString& place, QWidget* parent)
    : QFrame(parent, Qt::Popup), breakpoint_(breakpoint), enabled_(new QCheckBox(tr("Enabled"))),
      condition_(new QLineEdit(plain(breakpoint.condition))), ignore_(new QSpinBox),
      message_(new QLineEdit(plain(breakpoint.message)))
{
    static constexpr int mostIgnored = 1'000'000'000;
    setAttribute(Qt::WA_DeleteOnClose);
    setFrameShape(QFrame::StyledPanel);
    setObjectName(QStringLiteral("breakpointForm"));
    enabled_->setChecked(breakpoint.enabled);
    condition_->setObjectName(QStringLiteral("condition"));
    condition_->setPlaceholderText(tr("i > 10 && name[0] == 'a'"));
    message_->setPlaceholderText(tr("i is {i}"));
    message_->setToolTip(tr("Printed instead of stopping; {i} is replaced by i's value"));
    ignore_->setRange(0, mostIgnored);
    ignore_->setSpecialValueText(tr("none"));
    ignore_->setValue(static_cast<int>(breakpoint.ignore));
    for (QWidget* widget : std::initializer_list<QWidget*>{condition_, message_}) {
        widget->setFont(codeFont());
        widget->setMinimumWidth(fontMetrics().averageCharWidth() * 40);
    }
    auto* title = new QLabel(place);
    title->setTextFormat(Qt::PlainText);
    QFont bold = title->font();
    bold.setBold(true);
    title->setFont(bold);
    auto* form = new QFormLayout;
    form->addRow(title);
    form->addRow(tr("&Condition:"), condition_);
    form->addRow(tr("&Message:"), message_);
    form->addRow(tr("&Ignore first hits:"), ignore_);
    form->addRow(QString(), enabled_);
    auto* buttons = new QDialogButtonBox(QDialogButtonBox::Ok | QDialogButtonBox::Cancel);
    buttons->button(QDialogButtonBox::Ok)->setDefault(true);
    auto* column = new QVBoxLayout(this);
    column->addLayout(form);
    column->addWidget(buttons);
    connect(buttons, &QDialogButtonBox::accepted, this, &BreakpointForm::accept);
    connect(buttons, &QDialogButtonBox::rejected, this, &QWidget::close);
    connect(condition_, &QLineEdit::returnPressed, this, &BreakpointForm::accept);
    connect(message_, &QLineEdit::returnPressed, this, &BreakpointForm::accept);
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
    breakpoint_.ignore = static_cast<unsigned>(ignore_->value());
    breakpoint_.enabled = enabled_->isChecked();
    Q_EMIT accepted(breakpoint_);
    close();
}

} // namespace rumpus::gui
