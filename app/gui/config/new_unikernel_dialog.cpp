// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/gui/config/new_unikernel_dialog.h"

#include "app/gui/base/error_bar.h"
#include "app/gui/base/file_question.h"
#include "app/gui/base/theme.h"
#include "app/gui/config/fields.h"
#include "app/gui/config/json_edit.h"
#include "app/session/templates.h"
#include "core/base/files.h"

#include <QDialogButtonBox>
#include <QFormLayout>
#include <QHBoxLayout>
#include <QLabel>
#include <QLineEdit>
#include <QListWidget>
#include <QPushButton>
#include <QToolButton>
#include <QVBoxLayout>

namespace rumpus::gui {

namespace {

/// The new unikernel's own name instead of its template's.
Result<void> giveName(const std::filesystem::path& config, const std::string& name)
{
    const Result<std::string> text = readFile(config);
    if (!text) {
        return std::unexpected(text.error());
    }
    return saveFile(config, withValue(*text, "/name", Json(name)));
}

} // namespace

NewUnikernelDialog::NewUnikernelDialog(const QString& location, QWidget* parent)
    : QDialog(parent), templates_(new QListWidget), name_(new QLineEdit), location_(new QLineEdit(location)),
      result_(new QLabel), error_(new ErrorBar)
{
    setWindowTitle(tr("New unikernel"));
    templates_->setObjectName(QStringLiteral("templates"));
    templates_->setAccessibleName(tr("Templates"));
    templates_->setSpacing(2);
    // what does not fit is told in the item's own tip
    templates_->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    for (const std::string& name : templateNames()) {
        const QString title = QString::fromStdString(name);
        const QString summary = QString::fromStdString(templateSummary(name));
        auto* item = new QListWidgetItem(
            icon(QStringLiteral("guest")),
            summary.isEmpty() ? title : QStringLiteral("%1\n%2").arg(title, summary), templates_);
        item->setData(Qt::UserRole, title);
        item->setToolTip(summary);
    }
    name_->setObjectName(QStringLiteral("name"));
    location_->setObjectName(QStringLiteral("location"));
    QToolButton* look = browseButton();
    connect(look, &QToolButton::clicked, this, &NewUnikernelDialog::browse);
    auto* place = new QHBoxLayout;
    place->addWidget(location_, 1);
    place->addWidget(look);
    result_->setTextFormat(Qt::PlainText);
    result_->setForegroundRole(QPalette::PlaceholderText);
    result_->setWordWrap(true);
    auto* fields = new QFormLayout;
    fields->addRow(tr("&Name"), name_);
    auto* where = new QLabel(tr("&Location"));
    where->setBuddy(location_);
    fields->addRow(where, place);
    fields->addRow(QString(), result_);
    auto* buttons = new QDialogButtonBox(QDialogButtonBox::Cancel);
    create_ = buttons->addButton(tr("Create"), QDialogButtonBox::AcceptRole);
    connect(buttons, &QDialogButtonBox::accepted, this, &NewUnikernelDialog::create);
    connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);
    auto* column = new QVBoxLayout(this);
    column->addWidget(error_);
    column->addWidget(new QLabel(tr("Begin with")));
    column->addWidget(templates_, 1);
    column->addLayout(fields);
    column->addWidget(buttons);
    create_->setDefault(true);
    connect(name_, &QLineEdit::textEdited, this, [this](const QString& now) { named_ = !now.isEmpty(); });
    connect(name_, &QLineEdit::textChanged, this, &NewUnikernelDialog::refresh);
    connect(location_, &QLineEdit::textChanged, this, &NewUnikernelDialog::refresh);
    connect(templates_, &QListWidget::currentRowChanged, this, [this] {
        if (!named_) {
            name_->setText(chosenTemplate());
        }
        refresh();
    });
    const QList<QListWidgetItem*> simplest =
        templates_->findItems(QStringLiteral("hello"), Qt::MatchStartsWith);
    templates_->setCurrentItem(simplest.isEmpty() ? templates_->item(0) : simplest.first());
    resize(fontMetrics().averageCharWidth() * 90, fontMetrics().height() * 34);
}

QString NewUnikernelDialog::chosenTemplate() const
{
    const QListWidgetItem* item = templates_->currentItem();
    return item == nullptr ? QString() : item->data(Qt::UserRole).toString();
}

std::filesystem::path NewUnikernelDialog::folder() const
{
    QString location = location_->text();
    if (location.startsWith(QStringLiteral("~/"))) {
        location.replace(0, 1, QDir::homePath());
    }
    return std::filesystem::path(location.toStdString()) / name_->text().toStdString();
}

void NewUnikernelDialog::refresh()
{
    const bool named = !name_->text().isEmpty() && !name_->text().contains(u'/');
    create_->setEnabled(named && !location_->text().isEmpty() && !chosenTemplate().isEmpty());
    result_->setText(
        named ? tr("Makes the folder %1").arg(displayPath(QString::fromStdString(folder().native())))
              : tr("Write a name without a /."));
}

void NewUnikernelDialog::browse()
{
    ask(this,
        {.what = FileQuestion::What::Folder, .title = tr("Where to make it"), .folder = location_->text()},
        [this](const QStringList& folders) { location_->setText(folders.front()); });
}

void NewUnikernelDialog::create()
{
    const std::string model = chosenTemplate().toStdString();
    const Result<std::filesystem::path> made = newFromTemplate(model, folder());
    if (!made) {
        error_->tell(made.error());
        return;
    }
    const std::string name = name_->text().toStdString();
    if (const Result<void> named = name == model ? Result<void>() : giveName(*made, name); !named) {
        error_->tell(named.error());
        return;
    }
    config_ = *made;
    Q_EMIT created(config_);
    accept();
}

} // namespace rumpus::gui
