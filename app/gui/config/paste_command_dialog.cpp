// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/gui/config/paste_command_dialog.h"

#include "app/gui/base/error_bar.h"
#include "app/gui/base/file_question.h"
#include "app/gui/base/theme.h"
#include "app/gui/config/fields.h"
#include "app/gui/config/json_layout.h"
#include "app/session/rumprun/command.h"
#include "core/config/document.h"

#include <QDialogButtonBox>
#include <QHBoxLayout>
#include <QLabel>
#include <QLineEdit>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QToolButton>
#include <QVBoxLayout>

#include <algorithm>

namespace rumpus::gui {

PasteCommandDialog::PasteCommandDialog(const QString& folder, QWidget* parent)
    : QDialog(parent), command_(new QPlainTextEdit), preview_(new QPlainTextEdit),
      folder_(new QLineEdit(folder)), notes_(new QLabel), error_(new ErrorBar)
{
    setWindowTitle(tr("From a rumprun command"));
    command_->setObjectName(QStringLiteral("command"));
    command_->setFont(codeFont());
    command_->setAccessibleName(tr("The rumprun command"));
    command_->setPlaceholderText(QStringLiteral(
        "rumprun qemu -i -M 64 -I if,vioif,'-net user' -W if,inet,dhcp -b data.img,/data hello.bin one two"));
    command_->setMaximumHeight(command_->fontMetrics().height() * 5);
    command_->setTabChangesFocus(true);
    preview_->setObjectName(QStringLiteral("preview"));
    preview_->setFont(codeFont());
    preview_->setReadOnly(true);
    preview_->setAccessibleName(tr("The configuration"));
    preview_->setPlaceholderText(tr("The configuration that it stands for appears here."));
    notes_->setTextFormat(Qt::PlainText);
    notes_->setWordWrap(true);
    QPalette notice;
    notice.setColor(QPalette::WindowText, colour(Tone::Notice, palette()));
    notes_->setPalette(notice);
    folder_->setObjectName(QStringLiteral("folder"));
    QToolButton* look = browseButton();
    connect(look, &QToolButton::clicked, this, &PasteCommandDialog::browse);
    auto* place = new QHBoxLayout;
    auto* label = new QLabel(tr("&Folder in which it was run"));
    label->setBuddy(folder_);
    place->addWidget(label);
    place->addWidget(folder_, 1);
    place->addWidget(look);
    auto* buttons = new QDialogButtonBox(QDialogButtonBox::Cancel);
    create_ = buttons->addButton(tr("Use this configuration"), QDialogButtonBox::AcceptRole);
    connect(buttons, &QDialogButtonBox::accepted, this, [this] {
        Q_EMIT created(configPath(), text_);
        accept();
    });
    connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);
    auto* column = new QVBoxLayout(this);
    column->addWidget(new QLabel(tr("Paste the command:")));
    column->addWidget(command_);
    column->addLayout(place);
    column->addWidget(error_);
    column->addWidget(preview_, 1);
    column->addWidget(notes_);
    column->addWidget(buttons);
    create_->setDefault(true);
    connect(command_, &QPlainTextEdit::textChanged, this, &PasteCommandDialog::refresh);
    connect(folder_, &QLineEdit::textChanged, this, &PasteCommandDialog::refresh);
    refresh();
    resize(fontMetrics().averageCharWidth() * 100, fontMetrics().height() * 34);
}

std::filesystem::path PasteCommandDialog::configPath() const
{
    return std::filesystem::path(folder_->text().toStdString()) / (name_ + std::string(configSuffix));
}

void PasteCommandDialog::refresh()
{
    const std::string command = command_->toPlainText().trimmed().toStdString();
    text_.clear();
    error_->clear();
    QStringList notes;
    if (!command.empty()) {
        if (const Result<RumprunConfig> read = configFromRumprun(command)) {
            text_ = readableText(read->config);
            name_ = read->config.name;
            std::ranges::replace(name_, '/', '-');
            for (const std::string& note : read->notes) {
                notes << QStringLiteral("• ") + QString::fromStdString(note);
            }
        } else {
            error_->tell(read.error());
        }
    }
    preview_->setPlainText(QString::fromStdString(text_));
    notes_->setText(notes.join(u'\n'));
    notes_->setVisible(!notes.isEmpty());
    create_->setEnabled(!text_.empty() && !folder_->text().isEmpty());
}

void PasteCommandDialog::browse()
{
    ask(this,
        {.what = FileQuestion::What::Folder,
         .title = tr("Folder in which it was run"),
         .folder = folder_->text()},
        [this](const QStringList& folders) { folder_->setText(folders.front()); });
}

} // namespace rumpus::gui
