// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/gui/config/pairs_field.h"

#include "app/gui/base/theme.h"
#include "app/gui/base/tool_button.h"
#include "app/gui/config/form_parts.h"
#include "core/config/json_text.h"

#include <QHBoxLayout>
#include <QLineEdit>
#include <QPushButton>
#include <QToolButton>
#include <QVBoxLayout>

#include <algorithm>

namespace rumpus::gui {

namespace {
/// More than that are for the JSON page.
constexpr std::size_t mostRows = 200;
} // namespace

PairsField::PairsField(ConfigDocument& document, std::string pointer, FieldText text, Words words)
    : Field(document, std::move(pointer), std::move(text), new QWidget), words_(std::move(words)),
      column_(new QVBoxLayout(control())), add_(new QPushButton(icon(QStringLiteral("add")), words_.add)),
      more_(new QLabel)
{
    column_->setContentsMargins(0, 0, 0, 0);
    column_->setSpacing(4);
    column_->addWidget(more_);
    column_->addWidget(add_, 0, Qt::AlignLeft);
    more_->hide();
    add_->setObjectName(control()->objectName() + QStringLiteral("/add"));
    setTarget(add_);
    connect(add_, &QPushButton::clicked, this, [this] {
        QLineEdit* name = addRow({}, {}).name;
        orderTabs(control());
        name->setFocus();
    });
}

PairsField::Row& PairsField::addRow(const QString& name, const QString& value)
{
    auto* widget = new QWidget;
    auto* grid = new QGridLayout(widget);
    grid->setContentsMargins(0, 0, 0, 0);
    grid->setVerticalSpacing(1);
    Row row{.widget = widget, .name = new QLineEdit(name), .value = new QLineEdit(value), .note = nullptr};
    row.note = new ProblemNote(pointer() + "\x1f", row.name);
    row.name->setPlaceholderText(words_.name);
    row.value->setPlaceholderText(words_.value);
    row.name->setAccessibleName(words_.name);
    row.value->setAccessibleName(words_.value);
    row.value->setCursorPosition(0);
    QToolButton* remove = toolButton(QStringLiteral("remove"), tr("Remove this row"));
    grid->addWidget(row.name, 0, 0);
    grid->addWidget(row.value, 0, 1);
    grid->addWidget(remove, 0, 2);
    grid->addWidget(row.note, 1, 0, 1, 3);
    grid->setColumnStretch(0, 2);
    grid->setColumnStretch(1, 3);
    for (QLineEdit* edit : {row.name, row.value}) {
        adopt(edit);
        connect(edit, &QLineEdit::textEdited, this, [this] { take(true); });
    }
    connect(remove, &QToolButton::clicked, this, [this, widget] { removeRow(widget); });
    column_->insertWidget(static_cast<int>(rows_.size()), widget);
    widget->show();
    rows_.push_back(row);
    return rows_.back();
}

void PairsField::dropRow(std::size_t index)
{
    QWidget* widget = rows_[index].widget;
    rows_.erase(rows_.begin() + static_cast<std::ptrdiff_t>(index));
    column_->removeWidget(widget);
    widget->hide();
    // not found any more, but alive until the click that removed it is over
    widget->setParent(nullptr);
    widget->deleteLater();
}

void PairsField::removeRow(const QWidget* widget)
{
    const auto found = std::ranges::find(rows_, widget, &Row::widget);
    if (found != rows_.end()) {
        dropRow(static_cast<std::size_t>(found - rows_.begin()));
        add_->setFocus();
        take(false);
    }
}

Json PairsField::rowsAsJson()
{
    Json object = Json::object();
    for (const Row& row : rows_) {
        const std::string name = row.name->text().toStdString();
        const bool unnamed = name.empty() && !row.value->text().isEmpty();
        const bool twice = !name.empty() && object.contains(name);
        row.note->setTypingProblem(twice
                                       ? tr("“%1” is there twice: choose another name").arg(row.name->text())
                                   : unnamed ? tr("Without a name it is not saved: write one")
                                             : QString());
        row.note->setPointer(name.empty() || twice ? pointer() + "\x1f" : pointerBelow(pointer(), name));
        if (!name.empty() && !twice) {
            object[name] = row.value->text().toStdString();
        }
    }
    return object;
}

void PairsField::take(bool typed)
{
    const Json object = rowsAsJson();
    commit(object.empty() ? std::nullopt : std::optional(object), typed);
}

void PairsField::show(const Json* value)
{
    Json wanted = Json::object();
    if (value != nullptr && value->is_object()) {
        for (const auto& [key, item] : value->items()) {
            if (wanted.size() < mostRows) {
                wanted.get_ref<Json::object_t&>().emplace_back(key, shownText(&item).toStdString());
            }
        }
    }
    const std::size_t all = value != nullptr && value->is_object() ? value->size() : 0;
    more_->setText(tr("and %1 more: edit them on the JSON page").arg(all - wanted.size()));
    more_->setVisible(all > wanted.size());
    add_->setEnabled(all <= wanted.size());
    if (rowsAsJson() == wanted) {
        return;
    }
    while (rows_.size() > wanted.size()) {
        dropRow(rows_.size() - 1);
    }
    std::size_t index = 0;
    for (const auto& [key, item] : wanted.items()) {
        const QString name = QString::fromStdString(key);
        const QString text = QString::fromStdString(item.get<std::string>());
        if (index == rows_.size()) {
            addRow(name, text);
        } else {
            rows_[index].name->setText(name);
            rows_[index].value->setText(text);
        }
        ++index;
    }
    rowsAsJson();
    orderTabs(control());
}

} // namespace rumpus::gui
