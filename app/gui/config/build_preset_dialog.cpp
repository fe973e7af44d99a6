// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/gui/config/build_preset_dialog.h"

#include "app/gui/base/error_bar.h"
#include "app/gui/base/file_question.h"
#include "app/gui/base/theme.h"
#include "app/gui/config/fields.h"
#include "app/gui/config/json_layout.h"
#include "app/session/building.h"
#include "app/session/shell_words.h"
#include "core/base/text.h"
#include "core/build/toolchains.h"

#include <QComboBox>
#include <QDialogButtonBox>
#include <QFormLayout>
#include <QHBoxLayout>
#include <QLabel>
#include <QLineEdit>
#include <QPlainTextEdit>
#include <QPointer>
#include <QPushButton>
#include <QToolButton>
#include <QVBoxLayout>

#include <algorithm>
#include <utility>

namespace rumpus::gui {

namespace {

QString fromView(std::string_view text)
{
    return QString::fromUtf8(text.data(), static_cast<qsizetype>(text.size()));
}

} // namespace

BuildPresetDialog::BuildPresetDialog(std::string name, std::filesystem::path folder, QWidget* parent)
    : QDialog(parent), name_(std::move(name)), folder_(std::move(folder)), fields_(new QFormLayout),
      way_(new QComboBox), sourcesRow_(new QWidget), sources_(new QLineEdit), bake_(new QComboBox),
      note_(new QLabel), error_(new ErrorBar), preview_(new QPlainTextEdit)
{
    setWindowTitle(tr("Fill in the build"));
    way_->setObjectName(QStringLiteral("way"));
    for (const BuildPreset& preset : buildPresets()) {
        way_->addItem(fromView(preset.title));
    }
    sources_->setObjectName(QStringLiteral("sources"));
    sources_->setPlaceholderText(QString::fromStdString(name_ + ".c"));
    QToolButton* look = browseButton();
    auto* row = new QHBoxLayout(sourcesRow_);
    row->setContentsMargins(0, 0, 0, 0);
    row->addWidget(sources_, 1);
    row->addWidget(look);
    bake_->setObjectName(QStringLiteral("bake"));
    // those of rumprun's app-tools/rumprun-bake.conf
    for (const char* config : {"hw_virtio", "hw_generic", "xen_pv"}) {
        bake_->addItem(QString::fromLatin1(config), QString::fromLatin1(config));
    }
    note_->setTextFormat(Qt::PlainText);
    note_->setForegroundRole(QPalette::PlaceholderText);
    note_->setWordWrap(true);
    fields_->addRow(tr("&Way"), way_);
    auto* label = new QLabel(tr("&Sources"));
    label->setBuddy(sources_);
    fields_->addRow(label, sourcesRow_);
    fields_->addRow(tr("&Bake for"), bake_);
    preview_->setObjectName(QStringLiteral("preview"));
    preview_->setFont(codeFont());
    preview_->setReadOnly(true);
    preview_->setAccessibleName(tr("The build"));
    auto* buttons = new QDialogButtonBox(QDialogButtonBox::Cancel);
    fill_ = buttons->addButton(tr("Fill in"), QDialogButtonBox::AcceptRole);
    auto* column = new QVBoxLayout(this);
    column->addLayout(fields_);
    column->addWidget(note_);
    column->addWidget(error_);
    column->addWidget(preview_, 1);
    column->addWidget(buttons);
    fill_->setDefault(true);
    connect(look, &QToolButton::clicked, this, &BuildPresetDialog::browse);
    connect(way_, &QComboBox::currentIndexChanged, this, &BuildPresetDialog::refresh);
    connect(sources_, &QLineEdit::textChanged, this, &BuildPresetDialog::refresh);
    connect(bake_, &QComboBox::currentIndexChanged, this, &BuildPresetDialog::refresh);
    connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);
    connect(buttons, &QDialogButtonBox::accepted, this, [this] {
        if (const Result<PresetBuild> build = made()) {
            Q_EMIT chosen(*build);
            accept();
        }
    });
    refresh();
    resize(fontMetrics().averageCharWidth() * 90, fontMetrics().height() * 34);
    listBakeConfigs();
}

const BuildPreset& BuildPresetDialog::preset() const
{
    return buildPresets()[static_cast<std::size_t>(way_->currentIndex())];
}

Result<PresetBuild> BuildPresetDialog::made() const
{
    PresetWishes wishes{.name = name_, .sources = {}, .toolchainFile = rumprunToolchainFile()};
    if (preset().takesSources) {
        Result<std::vector<std::string>> sources = shellWords(sources_->text().toStdString());
        if (!sources) {
            return std::unexpected(sources.error());
        }
        wishes.sources = std::move(*sources);
    }
    if (preset().takesBakeConfig) {
        wishes.bakeConfig = bake_->currentData().toString().toStdString();
    }
    return preset().fill(wishes);
}

void BuildPresetDialog::refresh()
{
    fields_->setRowVisible(sourcesRow_, preset().takesSources);
    fields_->setRowVisible(bake_, preset().takesBakeConfig);
    QStringList notes;
    if (preset().takesSources && preset().takesBakeConfig) {
        notes << tr("Each source is a program of its own; all are baked into one image.");
    }
    if (preset().takesBakeConfig && !bakeNote_.isEmpty()) {
        notes << bakeNote_;
    }
    note_->setText(notes.join(u'\n'));
    note_->setVisible(!notes.isEmpty());
    const Result<PresetBuild> build = made();
    error_->clear();
    if (!build) {
        error_->tell(build.error());
    }
    preview_->setPlainText(build ? QStringLiteral("\"image\": %1,\n\"build\": %2")
                                       .arg(QString::fromStdString(jsonOf(Json(build->image))),
                                            QString::fromStdString(inLines(buildJson(build->build), 0)))
                                 : QString());
    fill_->setEnabled(build.has_value());
}

void BuildPresetDialog::browse()
{
    ask(this,
        {.what = FileQuestion::What::Files,
         .title = tr("Source files"),
         .folder = QString::fromStdString(folder_.native()),
         .filters = {tr("C and C++ (*.c *.cc *.cpp *.cxx *.C)"), tr("All files (*)")}},
        [this](const QStringList& files) {
            std::vector<std::string> names;
            for (const QString& file : files) {
                names.push_back(relativeName(folder_, file.toStdString()));
            }
            sources_->setText(QString::fromStdString(shellCommand(names)));
        });
}

QCoro::Task<> BuildPresetDialog::listBakeConfigs()
{
    const QPointer<BuildPresetDialog> self(this);
    const auto configs = co_await bakeConfigs();
    if (!self) {
        co_return;
    }
    if (configs && !configs->empty()) {
        const QVariant before = bake_->currentData();
        bake_->clear();
        for (const auto& [name, description] : *configs) {
            bake_->addItem(QString::fromStdString(name + "  –  " + description),
                           QString::fromStdString(name));
        }
        bake_->setCurrentIndex(std::max(0, bake_->findData(before)));
    } else {
        bakeNote_ =
            tr("This machine has no rumprun-bake that works; these are the configs that it comes with.");
    }
    refresh();
}

} // namespace rumpus::gui
