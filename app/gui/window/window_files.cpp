// What the window opens: configs, images, folders, sources; and what it remembers of them.
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/gui/base/error_bar.h"
#include "app/gui/base/file_question.h"
#include "app/gui/base/passing.h"
#include "app/gui/config/config_page.h"
#include "app/gui/config/json_layout.h"
#include "app/gui/config/new_unikernel_dialog.h"
#include "app/gui/config/paste_command_dialog.h"
#include "app/gui/config/recovery.h"
#include "app/gui/console/console_area.h"
#include "app/gui/debug/debug_context.h"
#include "app/gui/image/image_page.h"
#include "app/gui/source/quick_open.h"
#include "app/gui/source/source_area.h"
#include "app/gui/source/source_view.h"
#include "app/gui/window/command_palette.h"
#include "app/gui/window/doctor_dialog.h"
#include "app/gui/window/editor_area.h"
#include "app/gui/window/main_window.h"
#include "app/gui/window/settings_dialog.h"
#include "app/gui/window/shortcuts_dialog.h"
#include "app/gui/window/unikernel_tree.h"
#include "app/gui/window/window_settings.h"
#include "app/gui/xenstore/xenstore_place_box.h"
#include "app/session/image_config.h"
#include "core/config/json_text.h"

#include <QApplication>
#include <QDesktopServices>
#include <QDir>
#include <QDockWidget>
#include <QFileInfo>
#include <QMenu>
#include <QMessageBox>
#include <QPointer>

namespace rumpus::gui {

namespace {

constexpr qsizetype mostRecent = 12;
constexpr int aboutIconSize = 64; ///< pixels

QString folderOf(const QString& config)
{
    return config.isEmpty() ? QDir::homePath() : QFileInfo(config).absolutePath();
}

} // namespace

void MainWindow::connectFiles()
{
    const auto on = [this](Act act, auto slot) {
        connect((*actions_)[act], &QAction::triggered, this, slot);
    };
    on(Act::NewUnikernel, &MainWindow::newUnikernel);
    on(Act::OpenFile, &MainWindow::openFile);
    on(Act::OpenFolder, &MainWindow::openFolder);
    on(Act::OpenImage, &MainWindow::openImage);
    on(Act::OpenDump, &MainWindow::askForDump);
    on(Act::PasteCommand, &MainWindow::pasteCommand);
    on(Act::Save, [this] {
        if (ConfigPage* page = editors_->currentConfig()) {
            page->save();
        }
    });
    on(Act::Undo, [this] {
        if (ConfigPage* page = editors_->currentConfig()) {
            page->undoAction()->trigger();
        }
    });
    on(Act::Redo, [this] {
        if (ConfigPage* page = editors_->currentConfig()) {
            page->redoAction()->trigger();
        }
    });
    on(Act::CloseTab, [this] { editors_->closePage(editors_->currentWidget()); });
    on(Act::Quit, &MainWindow::close);
    on(Act::Settings, [this] { openSettings(SettingsDialog::Page::Appearance); });
    on(Act::Hosts, [this] { openSettings(SettingsDialog::Page::Hosts); });
    on(Act::Shortcuts, [this] { openOnce(new ShortcutsDialog(actions_, this)); });
    on(Act::Manual, [] { QDesktopServices::openUrl(QUrl(QStringLiteral("man:rumpus(1)"))); });
    on(Act::Doctor, [this] { openOnce(new DoctorDialog(this)); });
    on(Act::MakeMedium, &MainWindow::askForMedium);
    on(Act::About, [this] {
        auto* about = new QMessageBox(
            QMessageBox::NoIcon, tr("About Rumpus"),
            tr("<b>Rumpus %1</b><p>A desktop console for unikernels: configure, run, see and debug them."
               "<p>Free software under the GNU General Public License, version 3 or later.")
                .arg(QStringLiteral(RUMPUS_VERSION)),
            QMessageBox::Ok, this);
        about->setIconPixmap(windowIcon().pixmap(aboutIconSize));
        openOnce(about);
    });
}

void MainWindow::connectPlaces()
{
    const auto on = [this](Act act, auto slot) {
        connect((*actions_)[act], &QAction::triggered, this, slot);
    };
    on(Act::QuickOpen, [this] { quickOpen_->open(); });
    on(Act::Palette, [this] { palette_->open(actions_->all()); });
    on(Act::FocusEditor, [this] { editors_->setFocus(); });
    on(Act::FocusConsole, [this] {
        dock(QStringLiteral("console"))->raise();
        consoles_->setFocus();
    });
    on(Act::ResetLayout, [this] {
        Settings::instance().forget(settings::runLayout.key);
        Settings::instance().forget(settings::debugLayout.key);
        arrange(layout_);
    });
    on(Act::ShowImage, [this] {
        if (const ConfigPage* page = editors_->findConfig(currentConfig());
            page != nullptr && !page->image().empty()) {
            editors_->openImage(QString::fromStdString(page->image().native()));
        }
    });
    on(Act::ToggleBreakpoint, [this] {
        if (SourceView* source = sources_->current()) {
            source->toggleBreakpoint();
        }
    });
    connect(treeView_, &UnikernelTree::openWanted, this, &MainWindow::openConfigTab);
    connect(treeView_, &UnikernelTree::menuWanted, this, &MainWindow::showTreeMenu);
    connect(editors_, &EditorArea::configOpened, this, &MainWindow::openedConfig);
    connect(editors_, &EditorArea::sourceWanted, this, &MainWindow::openSource);
    connect(editors_, &EditorArea::symbolWanted, this, [this](const QString& symbol) { openSymbol(symbol); });
    connect(sources_, &SourceArea::sourceMapFound, this, &MainWindow::addSourceRule);
    connect(quickOpen_, &QuickOpen::chosen, this, &MainWindow::openSource);
}

void MainWindow::openSettings(SettingsDialog::Page page)
{
    auto* dialog = new SettingsDialog(this);
    dialog->showPage(page);
    connect(dialog, &QDialog::finished, this, &MainWindow::reloadHosts);
    openOnce(dialog);
}

void MainWindow::openPlace(const QString& place)
{
    const QFileInfo info(place);
    if (info.isFile() && isImage(place.toStdString())) {
        openImageAsConfig(info.absoluteFilePath());
        return;
    }
    const auto opened = workbench_.open(place.toStdString());
    if (!opened) {
        tell(opened.error());
        return;
    }
    openConfigTab(QString::fromStdString(opened->front().native()));
}

void MainWindow::openConfigTab(const QString& config)
{
    editors_->openConfig(config);
    treeView_->choose(tree_->unikernel(config));
}

void MainWindow::openedConfig(ConfigPage* page)
{
    // the window's own actions have these keys, wherever the focus is
    for (QAction* action : {page->undoAction(), page->redoAction(), page->saveAction()}) {
        action->setShortcuts(QList<QKeySequence>());
        connect(action, &QAction::changed, this, &MainWindow::updateActions);
    }
    const QString config = QString::fromStdString(page->document()->path().native());
    connect(page, &ConfigPage::imageChanged, this, &MainWindow::updateActions);
    connect(page, &ConfigPage::modifiedChanged, this, [this, config](bool modified) {
        // one that was made here stands on the left from its first save on
        if (!modified && QFileInfo::exists(config) && !tree_->unikernel(config).isValid()) {
            if (const auto opened = workbench_.open(config.toStdString()); !opened) {
                tell(opened.error());
            }
        }
    });
    QStringList recent = Settings::instance().get(settings::recent);
    recent.removeAll(config);
    recent.prepend(config);
    Settings::instance().set(settings::recent, recent.first(std::min(recent.size(), mostRecent)));
}

void MainWindow::newUnikernel()
{
    const QString config = currentConfig();
    // beside the unikernel that is looked at
    auto* dialog = new NewUnikernelDialog(
        config.isEmpty() ? QDir::homePath() : QFileInfo(folderOf(config)).absolutePath(), this);
    connect(dialog, &QDialog::accepted, this,
            [this, dialog] { openPlace(QString::fromStdString(dialog->config().native())); });
    openOnce(dialog);
}

void MainWindow::openFile()
{
    ask(this,
        {.what = FileQuestion::What::Files,
         .title = tr("Open"),
         .folder = folderOf(currentConfig()),
         .filters = {tr("Unikernels (*%1)").arg(QLatin1StringView(configSuffix)), tr("Images (*)")}},
        [this](const QStringList& files) {
            std::ranges::for_each(files, [this](const QString& file) { openPlace(file); });
        });
}

void MainWindow::openFolder()
{
    ask(this,
        {.what = FileQuestion::What::Folder,
         .title = tr("Open All Unikernels of a Folder"),
         .folder = folderOf(currentConfig())},
        [this](const QStringList& folder) { openPlace(folder.first()); });
}

void MainWindow::openImage()
{
    ask(this, {.title = tr("Open an Image"), .folder = folderOf(currentConfig())},
        [this](const QStringList& image) { openImageAsConfig(image.first()); });
}

void MainWindow::askForDump()
{
    const ConfigPage* page = editors_->currentConfig();
    const QString image = page != nullptr ? QString::fromStdString(page->image().native()) : QString();
    ask(this,
        {.title = tr("Open a Dump"),
         .folder = folderOf(currentConfig()),
         .filters = {tr("Dumps (*.core)"), tr("All files (*)")}},
        [this, image](const QStringList& core) {
            if (!image.isEmpty()) {
                openDump(core.first(), image);
                return;
            }
            ask(this, {.title = tr("Which Image Is It of?"), .folder = folderOf(core.first())},
                [this, core](const QStringList& chosen) { openDump(core.first(), chosen.first()); });
        });
}

void MainWindow::openImageAsConfig(const QString& image)
{
    const std::filesystem::path config = configPathFor(image.toStdString());
    if (std::filesystem::exists(config)) {
        openPlace(QString::fromStdString(config.native()));
        return;
    }
    const Result<UnikernelConfig> made = configForImage(image.toStdString());
    if (!made) {
        tell(made.error());
        return;
    }
    editors_->createConfig(config, readableText(*made));
}

void MainWindow::pasteCommand()
{
    auto* dialog = new PasteCommandDialog(folderOf(currentConfig()), this);
    connect(dialog, &QDialog::accepted, this,
            [this, dialog] { editors_->createConfig(dialog->configPath(), dialog->configText()); });
    openOnce(dialog);
}

void MainWindow::addSourceRule(const QString& from, const QString& to)
{
    if (debug_->config().isEmpty()) {
        return;
    }
    ConfigPage* page = editors_->openConfig(debug_->config());
    page->document()->setValue(pointerBelow("/debug/sourceMap", from.toStdString()), Json(to.toStdString()),
                               {});
}

void MainWindow::openSource(const QString& path, int line)
{
    sources_->openSource(path, line);
}

QCoro::Task<> MainWindow::openSymbol(QString symbol)
{
    const std::shared_ptr<DebugSession> session = debug_->session();
    if (!session) {
        quickOpen_->open();
        co_return;
    }
    const QPointer<MainWindow> self(this);
    const auto found = co_await session->findSymbols("^" + symbol.toStdString() + "$", 1);
    if (self && found && !found->empty()) {
        const std::filesystem::path here = session->sources().find(found->front().file, found->front().file);
        openSource(QString::fromStdString(here.empty() ? found->front().file : here.native()),
                   found->front().line);
    }
}

void MainWindow::showTreeMenu(const QPoint& place)
{
    QMenu* menu = passingMenu(this);
    const QString config = treeView_->currentConfig();
    const QString guest = treeView_->currentGuest();
    if (!config.isEmpty()) {
        for (const Act act : {Act::Run, Act::Debug, Act::Build, Act::Stop, Act::ShowImage}) {
            menu->addAction((*actions_)[act]);
        }
        menu->addSeparator();
        menu->addAction(tr("Remove from the List"), this, [this, config] {
            const auto remove = [this, config] { workbench_.close(config.toStdString()); };
            if (ConfigPage* page = editors_->findConfig(config)) {
                editors_->closePage(page, remove);
            } else {
                remove();
            }
        });
    } else if (!guest.isEmpty()) {
        for (const Act act : {Act::Attach, Act::Detach, Act::Pause, Act::Stop, Act::Reset, Act::Dump}) {
            menu->addAction((*actions_)[act]);
        }
        if (const auto chosen = workbench_.guest(guest.toStdString());
            chosen && isXenHost(QString::fromStdString(chosen->host()))) {
            menu->addSeparator();
            menu->addAction(icon(QStringLiteral("xenstore")), tr("Show in Xenstore"), this,
                            [this, chosen] { showInXenstore(*chosen); });
        }
    } else if (const QString host = treeView_->currentHost(); !host.isEmpty()) {
        const std::shared_ptr<Host> there = workbench_.hosts().find(host.toStdString());
        using Reach = HostCondition::Reach;
        const Reach reach = there ? there->condition().reach : Reach::Here;
        const bool open = reach == Reach::Here || reach == Reach::Connected;
        menu->addAction(icon(QStringLiteral("refresh")), open ? tr("Look Again") : tr("Connect"), this,
                        [this, host] { connectHost(host); });
        if (isXenHost(host)) {
            menu->addAction(icon(QStringLiteral("log")), tr("Messages of the Hypervisor"), this,
                            [this, host] { editors_->showMessages(host); });
        }
        menu->addSeparator();
        menu->addAction((*actions_)[Act::Hosts]);
    } else {
        for (const Act act : {Act::NewUnikernel, Act::OpenFile, Act::OpenFolder, Act::PasteCommand}) {
            menu->addAction((*actions_)[act]);
        }
    }
    menu->popup(treeView_->viewport()->mapToGlobal(place));
}

void MainWindow::remember()
{
    QStringList unikernels;
    for (const std::filesystem::path& path : workbench_.unikernels()) {
        unikernels << QString::fromStdString(path.native());
    }
    QStringList tabs;
    for (ConfigPage* page : editors_->configs()) {
        tabs << QString::fromStdString(page->document()->path().native());
    }
    Settings::instance().set(settings::unikernels, unikernels);
    Settings::instance().set(settings::tabs, tabs);
}

void MainWindow::openLast()
{
    for (const QString& config : Settings::instance().get(settings::unikernels)) {
        // one that is gone meanwhile is not worth a word
        if (!QFileInfo::exists(config)) {
            continue;
        }
        if (const auto opened = workbench_.open(config.toStdString()); !opened) {
            tell(opened.error());
        }
    }
    for (const UnsavedEdits& edits : unsavedEdits()) {
        // the page of a file offers them; what was never a file is here again as it was
        if (std::filesystem::exists(edits.config)) {
            openPlace(QString::fromStdString(edits.config.native()));
        } else {
            editors_->createConfig(edits.config, edits.text);
        }
    }
    for (const QString& config : Settings::instance().get(settings::tabs)) {
        if (QFileInfo::exists(config)) {
            openConfigTab(config);
        }
    }
}

} // namespace rumpus::gui
