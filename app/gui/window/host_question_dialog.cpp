// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/gui/window/host_question_dialog.h"

#include "core/base/text.h"

#include <QDialogButtonBox>
#include <QFormLayout>
#include <QLabel>
#include <QLineEdit>

namespace rumpus::gui {

HostQuestionDialog::HostQuestionDialog(const std::vector<HostQuestion>& questions, QWidget* parent)
    : QDialog(parent)
{
    setWindowTitle(tr("The Host Asks"));
    setObjectName(QStringLiteral("hostQuestion"));
    auto* form = new QFormLayout(this);
    auto* words = new QLabel(tr("The host wants to know who you are. Nothing of it is kept."));
    words->setWordWrap(true);
    form->addRow(words);
    for (const HostQuestion& question : questions) {
        auto* edit = new QLineEdit(QString::fromStdString(question.suggestion));
        edit->setEchoMode(question.secret ? QLineEdit::Password : QLineEdit::Normal);
        auto* label = new QLabel(QString::fromStdString(printable(question.prompt)));
        label->setTextFormat(Qt::PlainText);
        label->setBuddy(edit);
        form->addRow(label, edit);
        edits_ << edit;
    }
    auto* buttons = new QDialogButtonBox(QDialogButtonBox::Ok | QDialogButtonBox::Cancel);
    form->addRow(buttons);
    connect(buttons, &QDialogButtonBox::accepted, this, &QDialog::accept);
    connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);
}

std::vector<std::string> HostQuestionDialog::answers() const
{
    std::vector<std::string> answers;
    for (const QLineEdit* edit : edits_) {
        answers.push_back(edit->text().toStdString());
    }
    return answers;
}

} // namespace rumpus::gui
