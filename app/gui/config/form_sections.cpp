// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/gui/config/form_sections.h"

#include "app/gui/base/passing.h"
#include "app/gui/config/build_preset_dialog.h"
#include "app/gui/config/fields.h"
#include "app/gui/config/form_parts.h"
#include "app/gui/config/pairs_field.h"
#include "app/gui/config/programs_view.h"
#include "core/build/presets.h"
#include "core/config/fields.h"
#include "core/image/image.h"

#include <QCoreApplication>
#include <QHBoxLayout>
#include <QPushButton>

namespace rumpus::gui {

namespace {

/// The context of this file's texts.
struct Form {
    Q_DECLARE_TR_FUNCTIONS(rumpus::gui::Form)
};

ChoiceField::Choices kinds()
{
    ChoiceField::Choices choices{{"auto", Form::tr("Automatic (look at the image)")}};
    for (const std::string_view key : imageKindKeys()) {
        if (const auto kind = imageKind(key)) {
            const std::string_view name = title(*kind);
            choices.emplace_back(key, QString::fromUtf8(name.data(), static_cast<qsizetype>(name.size())));
        }
    }
    return choices;
}

ChoiceField::Choices ends()
{
    return {{"destroy", Form::tr("Destroy the guest, keep its console")},
            {"preserve", Form::tr("Keep the guest as it is")},
            {"restart", Form::tr("Start it again")},
            {"debug", Form::tr("Hold it for a debugger")}};
}

} // namespace

QWidget* generalFields(ConfigDocument& document)
{
    auto* grid = new FieldGrid;
    grid->add(new TextField(
        document, "/name",
        {.label = Form::tr("Name"), .help = Form::tr("What the unikernel is called in lists and consoles.")},
        Form::tr("the file's name")));
    grid->add(
        new FileField(document, "/image",
                      {.label = Form::tr("Image"),
                       .help = Form::tr("The ELF file that is booted, relative to the config's folder.")},
                      FileField::What::File));
    grid->add(
        new ChoiceField(document, "/kind",
                        {.label = Form::tr("Kind"),
                         .help = Form::tr("What sort of unikernel the image is, which decides how it is told "
                                          "its configuration.")},
                        kinds(), "auto"));
    grid->add(new SizeField(document, "/memory",
                            {.label = Form::tr("Memory"), .help = Form::tr("The guest's memory.")},
                            UnikernelConfig::defaultMemory));
    grid->add(new NumberField(document, "/vcpus",
                              {.label = Form::tr("vCPUs"),
                               .unit = Form::tr("processors"),
                               .help = Form::tr("How many virtual processors the guest has.")},
                              {.least = static_cast<int>(vcpuRange.least),
                               .most = static_cast<int>(vcpuRange.most),
                               .standard = 1}));
    grid->add(
        new TextField(document, "/hostname",
                      {.label = Form::tr("Host name"), .help = Form::tr("What the guest calls itself.")},
                      Form::tr("none")));
    return grid;
}

QWidget* programFields(ConfigDocument& document)
{
    auto* grid = new FieldGrid;
    grid->addWide(new ProgramsView(document));
    grid->add(new PairsField(
        document, "/environment",
        {.label = Form::tr("Environment"), .help = Form::tr("The programs' environment variables.")},
        {.name = Form::tr("Variable"), .value = Form::tr("Value"), .add = Form::tr("Add variable")}));
    return grid;
}

/// The build of a preset in the document; one step back takes all of it away.
void fillIn(ConfigDocument& document, const PresetBuild& made)
{
    document.endTyping();
    const TextEdit fill{
        .label = Form::tr("build"), .source = QStringLiteral("buildPreset"), .adjacent = false};
    document.setValue("/build", buildJson(made.build), fill);
    document.setValue("/image", Json(made.image), fill);
    // several programs are told apart by their names; of one alone what is written may stay
    if (made.programs.size() > 1 && document.check().file.config.programs.size() != made.programs.size()) {
        Json programs = Json::array();
        for (const std::string& program : made.programs) {
            programs.push_back({{"arguments", Json::array({program})}});
        }
        document.setValue("/arguments", std::nullopt, fill);
        document.setValue("/programs", programs, fill);
    }
}

QWidget* presetRow(ConfigDocument& document)
{
    auto* button = new QPushButton(Form::tr("Fill in…"));
    button->setObjectName(QStringLiteral("buildPresets"));
    button->setToolTip(Form::tr("Fill in the build for one of the usual ways to make a unikernel"));
    QObject::connect(button, &QPushButton::clicked, &document, [button, &document] {
        auto* dialog = new BuildPresetDialog(document.check().file.config.name, document.folder(), button);
        QObject::connect(dialog, &BuildPresetDialog::chosen, &document,
                         [&document](const PresetBuild& made) { fillIn(document, made); });
        openOnce(dialog);
    });
    auto* row = new QWidget;
    auto* layout = new QHBoxLayout(row);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->addWidget(button);
    layout->addStretch(1);
    return row;
}

QWidget* buildFields(ConfigDocument& document)
{
    auto* grid = new FieldGrid;
    grid->addWide(presetRow(document));
    grid->add(
        new WordsField(document, "/build/command",
                       {.label = Form::tr("Command"),
                        .help = Form::tr("Program and arguments that make the image, run without a shell.")},
                       QStringLiteral("make -j4")));
    grid->add(new FileField(document, "/build/directory",
                            {.label = Form::tr("Folder"), .help = Form::tr("Where the command runs.")},
                            FileField::What::Folder, Form::tr("the config's folder")));
    grid->add(new WordsField(
        document, "/build/outputs",
        {.label = Form::tr("Outputs"),
         .help = Form::tr("Files that the command makes, relative to its folder: so a file that "
                          "is not built yet is told from one that is missing.")},
        QStringLiteral("hello.elf")));
    grid->add(new PairsField(
        document, "/build/environment",
        {.label = Form::tr("Environment"), .help = Form::tr("Variables added to the command's environment.")},
        {.name = Form::tr("Variable"), .value = Form::tr("Value"), .add = Form::tr("Add variable")}));
    return grid;
}

QWidget* debugFields(ConfigDocument& document)
{
    auto* grid = new FieldGrid;
    grid->add(new ChoiceField(
        document, "/debug/stopAt",
        {.label = Form::tr("Stop at"), .help = Form::tr("Where a debug session stops first.")},
        {{"main", Form::tr("The application's main")},
         {"entry", Form::tr("The image's first instruction")},
         {"none", Form::tr("Nowhere")}},
        "main"));
    grid->add(
        new FileField(document, "/debug/symbolFile",
                      {.label = Form::tr("Symbol file"),
                       .help = Form::tr("The file with symbols and debug information, where the image itself "
                                        "has none.")},
                      FileField::What::File, Form::tr("the image")));
    grid->add(new PairsField(
        document, "/debug/sourceMap",
        {.label = Form::tr("Source map"),
         .help = Form::tr("Folders as the image's debug information names them, and where they "
                          "are on this machine.")},
        {.name = Form::tr("Folder in the image"),
         .value = Form::tr("Folder here"),
         .add = Form::tr("Add folder")}));
    return grid;
}

QWidget* endFields(ConfigDocument& document)
{
    auto* grid = new FieldGrid;
    grid->add(new ChoiceField(
        document, "/onExit",
        {.label = Form::tr("On exit"), .help = Form::tr("What happens when the application ends.")}, ends(),
        "destroy"));
    grid->add(new ChoiceField(
        document, "/onCrash",
        {.label = Form::tr("On crash"), .help = Form::tr("What happens when the guest crashes.")}, ends(),
        "preserve"));
    grid->add(
        new FlagField(document, "/persistent",
                      {.label = Form::tr("Keep the domain"),
                       .help = Form::tr("The host keeps the domain's definition when the guest has ended, "
                                        "so that other tools can start it again. For libvirt's hosts.")}));
    return grid;
}

QWidget* advancedFields(ConfigDocument& document)
{
    auto* grid = new FieldGrid;
    grid->add(new WordsField(document, "/kernelParameters",
                             {.label = Form::tr("Kernel parameters"),
                              .help = Form::tr("Added to what the kind's kernel is told.")},
                             Form::tr("none")));
    grid->add(
        new WordsField(document, "/backendArguments",
                       {.label = Form::tr("Backend arguments"),
                        .help = Form::tr("Added as they are to the command that runs the guest, such as "
                                         "QEMU's.")},
                       Form::tr("none")));
    grid->add(
        new PairsField(document, "/xenstore",
                       {.label = Form::tr("Xenstore entries"),
                        .help = Form::tr("Paths below the guest's own folder in Xenstore, written before it "
                                         "starts.")},
                       {.name = Form::tr("Path"), .value = Form::tr("Value"), .add = Form::tr("Add entry")}));
    grid->add(new ChoiceField(
        document, "/dialect",
        {.label = Form::tr("Dialect"),
         .help =
             Form::tr("How the guest is told its configuration, where that cannot be seen in the image.")},
        {{"auto", Form::tr("As its kind is told")},
         {"rumprun-xen-2014", Form::tr("As rumprun-xen of November 2014")}},
        "auto"));
    grid->add(new SizeField(document, "/console/limit",
                            {.label = Form::tr("Console limit"),
                             .help = Form::tr("How much of the console's output is kept: the newest part.")},
                            ConsoleConfig{}.limit));
    grid->add(new TextField(document, "/host",
                            {.label = Form::tr("Host"),
                             .help = Form::tr("Where the guest runs: “local” is QEMU on this machine.")},
                            QStringLiteral("local")));
    return grid;
}

} // namespace rumpus::gui
