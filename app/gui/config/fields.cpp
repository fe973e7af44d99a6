// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/gui/config/fields.h"

#include "app/gui/base/theme.h"
#include "app/session/shell_words.h"
#include "core/base/text.h"
#include "core/base/units.h"

#include <QCheckBox>
#include <QComboBox>
#include <QHBoxLayout>
#include <QLineEdit>
#include <QPointer>
#include <QRegularExpression>
#include <QSpinBox>
#include <QStandardItemModel>
#include <QToolButton>

#include <algorithm>
#include <array>

namespace rumpus::gui {

namespace {

/// A control of several parts.
QWidget* rowOf(std::initializer_list<QWidget*> parts)
{
    auto* row = new QWidget;
    auto* layout = new QHBoxLayout(row);
    layout->setContentsMargins(0, 0, 0, 0);
    for (QWidget* part : parts) {
        layout->addWidget(part);
    }
    return row;
}

std::optional<Json> textOrNothing(const QString& text)
{
    return text.isEmpty() ? std::nullopt : std::optional<Json>(text.toStdString());
}

void showIn(QLineEdit* edit, const QString& text)
{
    if (edit->text() != text) {
        edit->setText(text);
        edit->setCursorPosition(0);
    }
}

/// The units that the form offers; others a text can have, and it shows them as they are.
constexpr std::array<std::string_view, 4> sizeUnits{"B", "KiB", "MiB", "GiB"};
constexpr int mebibytes = 2;

} // namespace

TextField::TextField(ConfigDocument& document, std::string pointer, FieldText text, const QString& standard)
    : Field(document, std::move(pointer), std::move(text), new QLineEdit),
      edit_(static_cast<QLineEdit*>(control()))
{
    edit_->setPlaceholderText(standard);
    connect(edit_, &QLineEdit::textEdited, this,
            [this](const QString& now) { commit(textOrNothing(now), true); });
}

void TextField::show(const Json* value)
{
    showIn(edit_, shownText(value));
}

FileField::FileField(ConfigDocument& document, std::string pointer, FieldText text, What what,
                     const QString& standard)
    : Field(document, std::move(pointer), text, rowOf({new QLineEdit, new QToolButton})),
      edit_(control()->findChild<QLineEdit*>()), what_(what)
{
    edit_->setPlaceholderText(standard);
    edit_->setAccessibleName(text.label);
    edit_->setToolTip(control()->toolTip());
    edit_->setObjectName(control()->objectName() + QStringLiteral("/edit"));
    adopt(edit_);
    setTarget(edit_);
    auto* button = control()->findChild<QToolButton*>();
    button->setIcon(icon(QStringLiteral("open")));
    button->setText(tr("Browse…"));
    button->setToolButtonStyle(Qt::ToolButtonTextBesideIcon);
    button->setAccessibleName(tr("Browse for: %1").arg(text.label));
    connect(edit_, &QLineEdit::textEdited, this,
            [this](const QString& now) { commit(textOrNothing(now), true); });
    connect(button, &QToolButton::clicked, this, &FileField::browse);
}

void FileField::show(const Json* value)
{
    showIn(edit_, shownText(value));
}

void FileField::choose(const QString& path)
{
    commit(relativeName(document().folder(), path.toStdString()), false);
}

void FileField::browse()
{
    const QString start = QString::fromStdString(document().folder().native());
    ask(control(), {.what = what_, .title = edit_->accessibleName(), .folder = start},
        [field = QPointer(this)](const QStringList& files) {
            if (field) {
                field->choose(files.front());
            }
        });
}

QToolButton* browseButton()
{
    auto* button = new QToolButton;
    button->setText(FileField::tr("Browse…"));
    button->setIcon(icon(QStringLiteral("folder")));
    button->setToolButtonStyle(Qt::ToolButtonTextBesideIcon);
    return button;
}

std::string relativeName(const std::filesystem::path& folder, const std::filesystem::path& path)
{
    const std::filesystem::path relative = path.lexically_normal().lexically_relative(folder);
    const bool below = !relative.empty() && *relative.begin() != "..";
    return below ? relative.native() : path.lexically_normal().native();
}

ChoiceField::ChoiceField(ConfigDocument& document, std::string pointer, FieldText text, Choices choices,
                         std::string standard)
    : Field(document, std::move(pointer), std::move(text), new QComboBox),
      box_(static_cast<QComboBox*>(control())), standard_(std::move(standard))
{
    for (const auto& [word, title] : choices) {
        box_->addItem(title, QString::fromStdString(word));
    }
    box_->setPlaceholderText(tr("unknown word"));
    box_->setSizeAdjustPolicy(QComboBox::AdjustToContents);
    connect(box_, &QComboBox::activated, this, [this](int index) {
        const std::string word = box_->itemData(index).toString().toStdString();
        commit(word == standard_ ? std::nullopt : std::optional<Json>(word), false);
    });
}

void ChoiceField::show(const Json* value)
{
    const QString word = value == nullptr ? QString::fromStdString(standard_) : shownText(value);
    box_->setCurrentIndex(box_->findData(word));
}

void ChoiceField::setGranted(
    std::function<bool(const HostCapabilities& host, const std::string& word)> granted)
{
    granted_ = std::move(granted);
    connect(&document(), &ConfigDocument::capabilitiesChanged, this, &ChoiceField::offer);
    offer();
}

void ChoiceField::offer()
{
    auto* items = qobject_cast<QStandardItemModel*>(box_->model());
    const std::optional<HostCapabilities>& host = document().capabilities();
    for (int row = 0; row < items->rowCount(); ++row) {
        const bool granted = !host || granted_(*host, box_->itemData(row).toString().toStdString());
        QStandardItem* item = items->item(row);
        item->setEnabled(granted);
        item->setToolTip(granted ? QString()
                                 : tr("Host %1 has none").arg(QString::fromStdString(printable(host->host))));
    }
}

NumberField::NumberField(ConfigDocument& document, std::string pointer, FieldText text, Numbers numbers)
    : Field(document, std::move(pointer), std::move(text), new QSpinBox),
      box_(static_cast<QSpinBox*>(control())), numbers_(numbers)
{
    // one below the least stands for no number
    const bool optional = numbers.standard < numbers.least;
    box_->setRange(optional ? numbers.least - 1 : numbers.least, numbers.most);
    if (optional) {
        box_->setSpecialValueText(tr("none"));
    }
    connect(box_, &QSpinBox::valueChanged, this, [this](int now) {
        const bool none = now == numbers_.standard || now < numbers_.least;
        commit(none ? std::nullopt : std::optional<Json>(now), true);
    });
}

void NumberField::show(const Json* value)
{
    const bool number = value != nullptr && value->is_number();
    const double wanted = number ? value->get<double>() : numbers_.standard;
    const QSignalBlocker blocker(box_);
    box_->setValue(static_cast<int>(std::clamp<double>(wanted, box_->minimum(), box_->maximum())));
}

SizeField::SizeField(ConfigDocument& document, std::string pointer, FieldText text, std::uint64_t standard)
    : Field(document, std::move(pointer), text, rowOf({new QLineEdit, new QComboBox})),
      edit_(control()->findChild<QLineEdit*>()), unitBox_(control()->findChild<QComboBox*>()),
      standard_(standard)
{
    static_cast<QHBoxLayout*>(control()->layout())->addStretch(1);
    edit_->setObjectName(control()->objectName() + QStringLiteral("/edit"));
    edit_->setAccessibleName(text.label);
    unitBox_->setAccessibleName(tr("%1: unit").arg(text.label));
    setTarget(edit_);
    edit_->setMaximumWidth(edit_->fontMetrics().averageCharWidth() * 16);
    for (const std::string_view unit : sizeUnits) {
        unitBox_->addItem(QString::fromUtf8(unit));
    }
    for (QWidget* part : {static_cast<QWidget*>(edit_), static_cast<QWidget*>(unitBox_)}) {
        part->setToolTip(control()->toolTip());
        adopt(part);
    }
    connect(edit_, &QLineEdit::textEdited, this, [this] { take(true); });
    connect(unitBox_, &QComboBox::activated, this, [this] { take(false); });
}

void SizeField::take(bool typed)
{
    const QString number = edit_->text().trimmed();
    const bool hasUnit = std::ranges::any_of(number, [](QChar c) { return c.isLetter(); });
    const QString unit = unitBox_->currentText();
    if (number.isEmpty()) {
        commit(std::nullopt, typed);
    } else {
        commit(Json((hasUnit || unit.isEmpty() ? number : number + u' ' + unit).toStdString()), typed);
    }
}

void SizeField::show(const Json* value)
{
    static const QRegularExpression form(QStringLiteral("^\\s*([0-9.]+)\\s*(?:([KMG])(?:iB)?|B|)\\s*$"),
                                         QRegularExpression::CaseInsensitiveOption);
    QString text = shownText(value);
    if (value == nullptr && edit_->hasFocus() && edit_->text().isEmpty()) {
        return; // emptied by hand just now: the default would stand in the way of typing
    }
    if (value == nullptr) {
        text = QString::fromStdString(exactSize(standard_));
    } else if (value->is_number_unsigned()) {
        text = QString::fromStdString(exactSize(value->get<std::uint64_t>()));
    }
    const QRegularExpressionMatch match = form.match(text);
    if (match.hasMatch()) {
        showIn(edit_, match.captured(1));
        const QString unit = match.captured(2).toUpper();
        unitBox_->setCurrentText(unit.isEmpty() ? QStringLiteral("B") : unit + QStringLiteral("iB"));
        return;
    }
    // another way to write it is shown as it is, and the unit is then the one in the text
    showIn(edit_, text);
    unitBox_->setCurrentIndex(parseSize(text.toStdString()) ? -1 : mebibytes);
}

FlagField::FlagField(ConfigDocument& document, std::string pointer, FieldText text)
    : Field(document, std::move(pointer), std::move(text), new QCheckBox),
      box_(static_cast<QCheckBox*>(control()))
{
    connect(box_, &QCheckBox::clicked, this,
            [this](bool on) { commit(on ? std::optional<Json>(true) : std::nullopt, false); });
}

void FlagField::show(const Json* value)
{
    box_->setChecked(value != nullptr && value->is_boolean() && value->get<bool>());
}

WordsField::WordsField(ConfigDocument& document, std::string pointer, FieldText text, const QString& example)
    : Field(document, std::move(pointer), std::move(text), new QLineEdit),
      edit_(static_cast<QLineEdit*>(control()))
{
    edit_->setPlaceholderText(example);
    QFont font = codeFont();
    font.setPointSizeF(edit_->font().pointSizeF());
    edit_->setFont(font);
    connect(edit_, &QLineEdit::textEdited, this, [this](const QString& now) {
        const Result<std::vector<std::string>> words = shellWords(now.toStdString());
        note()->setTypingProblem(words ? QString() : QString::fromStdString(toString(words.error())));
        if (words) {
            commit(words->empty() ? std::nullopt : std::optional<Json>(*words), true);
        }
    });
}

void WordsField::show(const Json* value)
{
    std::vector<std::string> words;
    if (value != nullptr && value->is_array()) {
        for (const Json& word : *value) {
            words.push_back(shownText(&word).toStdString());
        }
    }
    const Result<std::vector<std::string>> shown = shellWords(edit_->text().toStdString());
    const bool typing = !shown && edit_->hasFocus();
    if (!typing && (!shown || *shown != words)) {
        showIn(edit_, value != nullptr && !value->is_array() ? shownText(value)
                                                             : QString::fromStdString(shellCommand(words)));
        note()->setTypingProblem({});
    }
}

} // namespace rumpus::gui
