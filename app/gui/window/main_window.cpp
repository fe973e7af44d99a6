// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/gui/window/main_window.h"

#include "app/gui/base/error_bar.h"
#include "app/gui/base/passing.h"
#include "app/gui/base/settings.h"
#include "app/gui/build/build_pane.h"
#include "app/gui/config/config_page.h"
#include "app/gui/console/console_area.h"
#include "app/gui/debug/debug_context.h"
#include "app/gui/debug/paint_gate.h"
#include "app/gui/source/quick_open.h"
#include "app/gui/source/source_area.h"
#include "app/gui/status/status_view.h"
#include "app/gui/window/command_palette.h"
#include "app/gui/window/device_timeline.h"
#include "app/gui/window/editor_area.h"
#include "app/gui/window/guest_desk.h"
#include "app/gui/window/run_timeline.h"
#include "app/gui/window/unikernel_tree.h"
#include "app/gui/window/window_settings.h"
#include "app/gui/xenstore/xenstore_view.h"

#include <QAbstractButton>
#include <QCheckBox>
#include <QCloseEvent>
#include <QMessageBox>
#include <QMimeData>
#include <QStackedWidget>
#include <QStatusBar>

namespace rumpus::gui {

MainWindow::MainWindow(QWidget* parent)
    : QMainWindow(parent), actions_(new Actions(this)), debug_(new DebugContext(this)),
      tree_(new UnikernelModel(&workbench_, this)), treeView_(new UnikernelTree(tree_)),
      editors_(new EditorArea), centre_(new QStackedWidget), problems_(new ErrorBar),
      consoles_(new ConsoleArea), build_(new BuildPane), sources_(new SourceArea(editors_, debug_)),
      xenstore_(new XenstoreView(&workbench_.hosts())), status_(new StatusView),
      guests_(new GuestDesk(&workbench_, consoles_, &log_, this)),
      runs_(new RunTimeline(&workbench_, &timeline_, this)),
      devices_(new DeviceTimeline(runs_, &timeline_, this))
{
    setWindowTitle(tr("Rumpus"));
    setAcceptDrops(true);
    setDockNestingEnabled(true);
    new PaintGate(debug_, this);
    setAnimated(false); // layouts change by themselves, and at once
    makeCentre();
    quickOpen_ = new QuickOpen(this);
    palette_ = new CommandPalette(this);
    makeDocks();
    makeMenus();
    makeToolBar();
    makeStatusBar();
    connectFiles();
    connectPlaces();
    connectGuests();
    const QByteArray geometry = Settings::instance().get(settings::geometry);
    if (geometry.isEmpty() || !restoreGeometry(geometry)) {
        resize(1280, 800);
    }
    updateActions();
    connectHosts();
}

MainWindow::~MainWindow()
{
    // what the window's children tell while they go is for nobody
    for (QObject* child : findChildren<QObject*>()) {
        child->disconnect(this);
    }
    workbench_.disconnect(this);
    for (const auto& guest : workbench_.guests()) {
        guest->disconnect(this);
        if (guest->debugger()) {
            guest->debugger()->close();
        }
    }
}

QDockWidget* MainWindow::dock(const QString& name) const
{
    return docks_.value(name);
}

std::shared_ptr<GuestSession> MainWindow::currentGuest() const
{
    if (const QString chosen = treeView_->currentGuest(); !chosen.isEmpty()) {
        if (const auto guest = workbench_.guest(chosen.toStdString())) {
            return guest;
        }
    }
    if (const auto debugged = debugged_.lock(); debugged && debugged->debugger()) {
        return debugged;
    }
    if (const QString config = currentConfig(); !config.isEmpty()) {
        if (const auto guest = workbench_.guestOf(config.toStdString())) {
            return guest;
        }
    }
    const auto shown = guests_->current();
    return shown && shown->phase() != GuestSession::Phase::Ended ? shown : nullptr;
}

QString MainWindow::currentConfig() const
{
    if (ConfigPage* page = editors_->currentConfig()) {
        return QString::fromStdString(page->document()->path().native());
    }
    QString chosen = treeView_->currentConfig();
    if (!chosen.isEmpty()) {
        return chosen;
    }
    // a source or an image is in front: the unikernel is still the one that was chosen before
    return workbench_.unikernels().empty() ? QString()
                                           : QString::fromStdString(workbench_.unikernels().front().native());
}

std::vector<std::shared_ptr<GuestSession>> MainWindow::ownRunningGuests() const
{
    std::vector<std::shared_ptr<GuestSession>> running;
    for (const auto& guest : workbench_.guests()) {
        if (guest->isOurs() && guest->phase() < GuestSession::Phase::Held) {
            running.push_back(guest);
        }
    }
    return running;
}

bool MainWindow::hasToAsk() const
{
    return !editors_->modifiedConfigs().isEmpty() ||
           (Settings::instance().get(settings::askAboutGuests) && !ownRunningGuests().empty());
}

void MainWindow::askBeforeClosing()
{
    if (const QList<ConfigPage*> modified = editors_->modifiedConfigs(); !modified.isEmpty()) {
        editors_->closePage(modified.front(), [this] { close(); });
    } else {
        askAboutGuests(ownRunningGuests());
    }
}

void MainWindow::askAboutGuests(std::vector<std::shared_ptr<GuestSession>> running)
{
    auto* question = new QMessageBox(
        QMessageBox::Question, tr("Guests are running"),
        running.size() == 1
            ? tr("A guest still runs. It can go on without the window; the next one finds it again.")
            : tr("%1 guests still run. They can go on without the window; the next one finds them again.")
                  .arg(running.size()),
        QMessageBox::NoButton, this);
    const QAbstractButton* leave = question->addButton(tr("&Leave Running"), QMessageBox::AcceptRole);
    const QAbstractButton* stop = question->addButton(tr("&Stop Them"), QMessageBox::DestructiveRole);
    question->addButton(QMessageBox::Cancel);
    auto* again = new QCheckBox(tr("Do not ask again"));
    question->setCheckBox(again);
    const auto remember = [again] {
        Settings::instance().set(settings::askAboutGuests, !again->isChecked());
    };
    connect(leave, &QAbstractButton::clicked, this, [this, remember] {
        remember();
        guestsMayStay_ = true;
        close();
        guestsMayStay_ = false;
    });
    connect(stop, &QAbstractButton::clicked, this, [this, remember, running = std::move(running)] {
        remember();
        stopAndClose(running);
    });
    openOnce(question);
}

QCoro::Task<> MainWindow::stopAndClose(std::vector<std::shared_ptr<GuestSession>> guests)
{
    const QPointer<MainWindow> self(this);
    setEnabled(false);
    statusBar()->showMessage(guests.size() == 1 ? tr("Stopping the guest…")
                                                : tr("Stopping %1 guests…").arg(guests.size()));
    std::vector<QCoro::Task<Result<void>>> stops;
    stops.reserve(guests.size());
    for (const auto& guest : guests) {
        stops.push_back(guest->stop());
    }
    std::optional<Error> failed;
    for (QCoro::Task<Result<void>>& stop : stops) {
        if (const Result<void> stopped = co_await stop; !stopped) {
            failed = stopped.error();
        }
    }
    if (!self) {
        co_return;
    }
    setEnabled(true);
    statusBar()->clearMessage();
    if (failed) {
        tell(*failed);
    } else {
        close();
    }
}

void MainWindow::showEvent(QShowEvent* event)
{
    QMainWindow::showEvent(event);
    if (!arranged_) {
        // before there is a size there is nothing to share out
        arranged_ = true;
        arrange(Layout::Run);
    }
}

void MainWindow::closeEvent(QCloseEvent* event)
{
    if (!guestsMayStay_ && hasToAsk()) {
        event->ignore();
        askBeforeClosing();
        return;
    }
    saveLayout();
    remember();
    event->accept();
}

void MainWindow::dragEnterEvent(QDragEnterEvent* event)
{
    if (event->mimeData()->hasUrls()) {
        event->acceptProposedAction();
    }
}

void MainWindow::dropEvent(QDropEvent* event)
{
    for (const QUrl& url : event->mimeData()->urls()) {
        if (url.isLocalFile()) {
            openPlace(url.toLocalFile());
        }
    }
}

} // namespace rumpus::gui
