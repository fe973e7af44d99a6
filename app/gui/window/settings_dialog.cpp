// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/gui/window/settings_dialog.h"

#include "app/gui/base/file_question.h"
#include "app/gui/base/theme.h"
#include "app/gui/console/console_settings.h"
#include "app/gui/window/actions.h"
#include "app/gui/window/hosts_page.h"
#include "app/gui/window/source_rules_page.h"
#include "app/gui/window/window_settings.h"

#include <QCheckBox>
#include <QComboBox>
#include <QDialogButtonBox>
#include <QDoubleSpinBox>
#include <QFileInfo>
#include <QFontDialog>
#include <QFormLayout>
#include <QLabel>
#include <QLineEdit>
#include <QProcessEnvironment>
#include <QPushButton>
#include <QSpinBox>
#include <QTabWidget>
#include <QVBoxLayout>

#include <cmath>

namespace rumpus::gui {

namespace {

/// Without a wish it is again as the program was started with it.
void setVariable(const char* variable, const QString& wish)
{
    static const QProcessEnvironment atStart = QProcessEnvironment::systemEnvironment();
    const QString name = QString::fromLatin1(variable);
    if (!wish.isEmpty()) {
        qputenv(variable, wish.toLocal8Bit());
    } else if (atStart.contains(name)) {
        qputenv(variable, atStart.value(name).toLocal8Bit());
    } else {
        qunsetenv(variable);
    }
}

/// As QFont::toString writes it; empty: the code font.
QFont fontOf(const QString& wish)
{
    QFont font = codeFont();
    if (!wish.isEmpty()) {
        font.fromString(wish);
    }
    return font;
}

/// A row of several widgets has no label that leads to one of them by itself.
QLabel* labelFor(QWidget* buddy, const QString& text)
{
    auto* label = new QLabel(text);
    label->setBuddy(buddy);
    return label;
}

} // namespace

void applyPrograms()
{
    // the same variables as the command's: one way to say it
    const Settings& settings = Settings::instance();
    setVariable("RUMPUS_GDB", settings.get(settings::gdbProgram));
    setVariable("RUMPUS_QEMU", settings.get(settings::qemuProgram));
    const QStringList rules = settings.get(settings::sourceRules);
    // a line each, so that a path may have a colon
    setVariable("RUMPUS_SOURCE_MAP", rules.isEmpty() ? QString() : rules.join(u'\n') + u'\n');
}

SettingsDialog::SettingsDialog(QWidget* parent) : QDialog(parent), pages_(new QTabWidget)
{
    setWindowTitle(tr("Settings"));
    setObjectName(QStringLiteral("settingsDialog"));
    addAppearance();
    addConsoles();
    addPrograms();
    addSources();
    addHosts();
    auto* buttons = new QDialogButtonBox(QDialogButtonBox::Close);
    connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);
    auto* column = new QVBoxLayout(this);
    column->addWidget(pages_);
    column->addWidget(buttons);
    resize(fontMetrics().averageCharWidth() * 78, sizeHint().height());
}

QFormLayout* SettingsDialog::addPage(const QString& title)
{
    auto* page = new QWidget;
    auto* form = new QFormLayout(page);
    form->setContentsMargins(16, 16, 16, 16);
    form->setVerticalSpacing(10);
    pages_->addTab(page, title);
    return form;
}

void SettingsDialog::addFont(QFormLayout* form, const QString& label, const Setting<QString>& setting)
{
    auto* choose = new QPushButton;
    const auto name = [setting, choose] {
        const QString wish = Settings::instance().get(setting);
        const QFont font = fontOf(wish);
        choose->setText(wish.isEmpty()
                            ? tr("The desktop's fixed font")
                            : QStringLiteral("%1, %2 pt").arg(font.family()).arg(font.pointSizeF()));
    };
    auto* standard = new QPushButton(tr("Default"));
    standard->setAccessibleName(tr("%1 default").arg(plainName(label)));
    auto* row = new QHBoxLayout;
    row->addWidget(choose, 1);
    row->addWidget(standard);
    form->addRow(labelFor(choose, label), row);
    connect(choose, &QPushButton::clicked, this, [this, setting, name] {
        bool chosen = false;
        const QFont before = fontOf(Settings::instance().get(setting));
        const QFont font =
            QFontDialog::getFont(&chosen, before, this, tr("Choose a Font"), QFontDialog::MonospacedFonts);
        if (chosen) {
            Settings::instance().set(setting, font.toString());
            name();
        }
    });
    connect(standard, &QPushButton::clicked, this, [setting, name] {
        Settings::instance().set(setting, QString());
        name();
    });
    name();
}

void SettingsDialog::addSwitch(QFormLayout* form, const QString& label, const Setting<bool>& setting)
{
    auto* box = new QCheckBox(label);
    box->setChecked(Settings::instance().get(setting));
    form->addRow(QString(), box);
    connect(box, &QCheckBox::toggled, this, [setting](bool on) { Settings::instance().set(setting, on); });
}

void SettingsDialog::addProgram(QFormLayout* form, const QString& label, const Setting<QString>& setting,
                                const QString& standard)
{
    auto* path = new QLineEdit(Settings::instance().get(setting));
    path->setPlaceholderText(tr("%1, looked for in PATH").arg(standard));
    path->setClearButtonEnabled(true);
    auto* browse = new QPushButton(tr("Browse…"));
    browse->setAccessibleName(tr("Browse for %1").arg(standard));
    auto* row = new QHBoxLayout;
    row->addWidget(path, 1);
    row->addWidget(browse);
    form->addRow(labelFor(path, label), row);
    connect(path, &QLineEdit::editingFinished, this, [setting, path] {
        Settings::instance().set(setting, path->text().trimmed());
        applyPrograms();
    });
    connect(browse, &QPushButton::clicked, this, [this, setting, path] {
        ask(this, {.title = tr("Choose a Program"), .folder = QFileInfo(path->text()).path()},
            [setting, path](const QStringList& file) {
                path->setText(file.first());
                Settings::instance().set(setting, file.first());
                applyPrograms();
            });
    });
}

void SettingsDialog::addAppearance()
{
    QFormLayout* form = addPage(tr("Appearance"));
    auto* scheme = new QComboBox;
    scheme->addItem(tr("As the desktop"), QString());
    scheme->addItem(tr("Light"), QStringLiteral("light"));
    scheme->addItem(tr("Dark"), QStringLiteral("dark"));
    scheme->setCurrentIndex(std::max(0, scheme->findData(Settings::instance().get(settings::scheme))));
    form->addRow(tr("&Colours:"), scheme);
    connect(scheme, &QComboBox::currentIndexChanged, this, [scheme] {
        Settings::instance().set(settings::scheme, scheme->currentData().toString());
        applyScheme();
    });
    addFont(form, tr("Code &font:"), settings::codeFont);
    auto* rate = new QDoubleSpinBox;
    constexpr double second = 1000;
    rate->setRange(0.5, 60); // seconds
    rate->setSingleStep(0.5);
    rate->setDecimals(1);
    rate->setSuffix(tr(" s"));
    rate->setObjectName(QStringLiteral("measureEvery"));
    rate->setToolTip(
        tr("How often running guests are asked what they use of processor, memory, disks and network"));
    rate->setValue(Settings::instance().get(settings::measureEvery) / second);
    form->addRow(tr("&Measure guests every:"), rate);
    connect(rate, &QDoubleSpinBox::valueChanged, this, [](double seconds) {
        Settings::instance().set(settings::measureEvery, static_cast<int>(std::lround(seconds * second)));
    });
    addSwitch(form, tr("Ask what to do with running guests when the window is closed"),
              settings::askAboutGuests);
}

void SettingsDialog::addConsoles()
{
    QFormLayout* form = addPage(tr("Consoles"));
    addFont(form, tr("&Font:"), consoleFontSetting);
    auto* lines = new QSpinBox;
    constexpr int most = 1'000'000;
    lines->setRange(1000, most);
    lines->setSingleStep(10'000);
    lines->setGroupSeparatorShown(true);
    lines->setSuffix(tr(" lines"));
    lines->setValue(Settings::instance().get(consoleHistorySetting));
    lines->setToolTip(tr("100,000 lines cost up to 200 MB a console"));
    form->addRow(tr("&History:"), lines);
    connect(lines, &QSpinBox::valueChanged, this,
            [](int value) { Settings::instance().set(consoleHistorySetting, value); });
    addSwitch(form, tr("Show the time before each line"), consoleStampsSetting);
    addSwitch(form, tr("Backspace sends DEL (off: Ctrl+H)"), consoleBackspaceSetting);
}

void SettingsDialog::addPrograms()
{
    QFormLayout* form = addPage(tr("Programs"));
    addProgram(form, tr("&GDB:"), settings::gdbProgram, QStringLiteral("gdb"));
    addProgram(form, tr("&QEMU:"), settings::qemuProgram, QStringLiteral("qemu-system-x86_64"));
}

void SettingsDialog::showPage(Page page)
{
    pages_->setCurrentIndex(static_cast<int>(page));
}

void SettingsDialog::addHosts()
{
    pages_->addTab(new HostsPage, tr("Hosts"));
}

void SettingsDialog::addSources()
{
    pages_->addTab(new SourceRulesPage, tr("Sources"));
}

} // namespace rumpus::gui
