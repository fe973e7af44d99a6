// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/gui/xenstore/xenstore_dialogs.h"

#include "app/gui/base/theme.h"
#include "app/gui/xenstore/xenstore_texts.h"
#include "platforms/xen/xenstore_path.h"
#include "platforms/xen/xenstore_words.h"

#include <QDialogButtonBox>
#include <QFormLayout>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>

#include <algorithm>

namespace rumpus::gui {

namespace {

/// Wide and high enough for its text, and for what may stand there later.
QLabel* wordsLabel(int lines, const QString& text = {})
{
    auto* label = new QLabel(text);
    label->setTextFormat(Qt::PlainText);
    label->setWordWrap(true);
    label->setAlignment(Qt::AlignTop | Qt::AlignLeft);
    const int width = label->fontMetrics().averageCharWidth() * 64;
    label->setMinimumSize(width,
                          std::max(label->heightForWidth(width), label->fontMetrics().lineSpacing() * lines));
    return label;
}

/// What is written, in words; or what is wrong with it.
void showWords(QLabel* label, const QString& text, bool wrong)
{
    QPalette palette;
    if (wrong) {
        palette.setColor(QPalette::WindowText, colour(Tone::Bad, palette));
    }
    label->setPalette(palette);
    label->setText(text);
}

QString errorText(const Error& error)
{
    QString text = QString::fromStdString(toString(error));
    text[0] = text[0].toUpper();
    return text;
}

} // namespace

XenstoreAddDialog::XenstoreAddDialog(const std::string& above, QWidget* parent)
    : QDialog(parent), above_(above), name_(new QLineEdit), value_(new QLineEdit), words_(wordsLabel(3)),
      buttons_(new QDialogButtonBox(QDialogButtonBox::Ok | QDialogButtonBox::Cancel))
{
    setWindowTitle(tr("Add a Node"));
    setObjectName(QStringLiteral("xenstoreAddDialog"));
    name_->setObjectName(QStringLiteral("xenstoreNewName"));
    name_->setPlaceholderText(tr("data, or data/more/names"));
    value_->setObjectName(QStringLiteral("xenstoreNewValue"));
    value_->setPlaceholderText(tr("may stay empty; \\n, \\t, \\\\ and \\xNN are bytes"));
    auto* form = new QFormLayout(this);
    form->addRow(tr("Below:"), wordsLabel(1, plainWords(above)));
    form->addRow(tr("&Name:"), name_);
    form->addRow(tr("&Value:"), value_);
    form->addRow(words_);
    form->addRow(buttons_);
    buttons_->button(QDialogButtonBox::Ok)->setText(tr("&Add"));
    connect(name_, &QLineEdit::textChanged, this, &XenstoreAddDialog::check);
    connect(buttons_, &QDialogButtonBox::accepted, this, &QDialog::accept);
    connect(buttons_, &QDialogButtonBox::rejected, this, &QDialog::reject);
    check();
}

XenstoreEdit XenstoreAddDialog::edit() const
{
    return {.path = childPath(above_, name_->text().toStdString()),
            .value = unescapedValue(value_->text().toStdString()),
            .permissions = {}};
}

void XenstoreAddDialog::check()
{
    const Result<void> checked = checkXenstorePath(edit().path);
    const bool isEmpty = name_->text().isEmpty();
    buttons_->button(QDialogButtonBox::Ok)->setEnabled(checked && !isEmpty);
    showWords(words_,
              isEmpty   ? tr("Names have letters, digits, -, _ and @.")
              : checked ? plainWords(edit().path)
                        : errorText(checked.error()),
              !isEmpty && !checked);
}

XenstorePermissionsDialog::XenstorePermissionsDialog(const std::string& path, const XenstorePermissions& now,
                                                     std::function<std::string(std::uint32_t)> nameOf,
                                                     QWidget* parent)
    : QDialog(parent), path_(path), nameOf_(std::move(nameOf)), letters_(new QLineEdit),
      words_(wordsLabel(3)), buttons_(new QDialogButtonBox(QDialogButtonBox::Ok | QDialogButtonBox::Cancel))
{
    setWindowTitle(tr("Set Permissions"));
    setObjectName(QStringLiteral("xenstorePermissionsDialog"));
    letters_->setObjectName(QStringLiteral("xenstoreLetters"));
    letters_->setFont(codeFont());
    letters_->setText(QString::fromStdString(toString(now)).replace(u',', u' '));
    QLabel* help =
        wordsLabel(1, tr("A letter and a domain's number each: n0 r5. n: nothing, r: read, w: write, "
                         "b: both. The first is the owner, with what all others may."));
    QPalette quiet;
    quiet.setColor(QPalette::WindowText, colour(Tone::Quiet, quiet));
    help->setPalette(quiet);
    auto* form = new QFormLayout(this);
    form->addRow(tr("Node:"), wordsLabel(1, plainWords(path)));
    form->addRow(tr("&Permissions:"), letters_);
    form->addRow({}, words_);
    form->addRow({}, help);
    form->addRow(buttons_);
    buttons_->button(QDialogButtonBox::Ok)->setText(tr("&Set"));
    connect(letters_, &QLineEdit::textChanged, this, &XenstorePermissionsDialog::check);
    connect(buttons_, &QDialogButtonBox::accepted, this, &QDialog::accept);
    connect(buttons_, &QDialogButtonBox::rejected, this, &QDialog::reject);
    check();
}

XenstoreEdit XenstorePermissionsDialog::edit() const
{
    return {.kind = XenstoreEdit::Kind::Permit,
            .path = path_,
            .value = {},
            .permissions = parsePermissions(letters_->text().toStdString()).value_or(XenstorePermissions())};
}

void XenstorePermissionsDialog::check()
{
    const Result<XenstorePermissions> permissions = parsePermissions(letters_->text().toStdString());
    buttons_->button(QDialogButtonBox::Ok)->setEnabled(permissions.has_value());
    showWords(words_,
              permissions ? QString::fromStdString(inWords(*permissions, nameOf_))
                          : errorText(permissions.error()),
              !permissions);
}

} // namespace rumpus::gui
