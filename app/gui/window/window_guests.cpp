// What the window does with guests: the clicks of Build, Run and Debug, and everything after them.
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/gui/base/error_bar.h"
#include "app/gui/base/file_question.h"
#include "app/gui/build/build_pane.h"
#include "app/gui/config/config_page.h"
#include "app/gui/console/console_area.h"
#include "app/gui/debug/breakpoint_book.h"
#include "app/gui/debug/debug_context.h"
#include "app/gui/source/quick_open.h"
#include "app/gui/source/source_area.h"
#include "app/gui/source/source_view.h"
#include "app/gui/status/status_view.h"
#include "app/gui/window/action_state.h"
#include "app/gui/window/editor_area.h"
#include "app/gui/window/guest_desk.h"
#include "app/gui/window/host_box.h"
#include "app/gui/window/main_window.h"
#include "app/gui/window/run_timeline.h"
#include "app/gui/window/unikernel_tree.h"
#include "app/gui/xenstore/xenstore_view.h"
#include "app/session/debugging.h"
#include "core/base/format.h"
#include "core/base/text.h"
#include "core/base/units.h"

#include <QDockWidget>
#include <QFileInfo>
#include <QLabel>
#include <QMessageBox>
#include <QPointer>
#include <QStatusBar>
#include <QTimer>

namespace rumpus::gui {

using Phase = GuestSession::Phase;

void MainWindow::connectGuests()
{
    const auto on = [this](Act act, auto slot) {
        connect((*actions_)[act], &QAction::triggered, this, slot);
    };
    on(Act::Build, [this] { press(Click::Build); });
    on(Act::Run, [this] { press(Click::Run); });
    on(Act::Debug, &MainWindow::debugOrContinue);
    on(Act::Attach, [this] {
        if (const auto guest = currentGuest()) {
            attach(guest);
        }
    });
    on(Act::Detach, [this] { order(tr("detach the debugger"), &GuestSession::detach); });
    on(Act::Stop, [this] { order(tr("stop"), &GuestSession::stop); });
    on(Act::Pause, &MainWindow::pauseOrResume);
    on(Act::Reset, [this] { order(tr("restart"), &GuestSession::reset); });
    on(Act::Dump, [this] {
        if (const auto guest = currentGuest()) {
            ask(this,
                {.what = FileQuestion::What::NewFile,
                 .title = tr("Save a Dump"),
                 .name = QString::fromStdString(guest->name() + ".core"),
                 .filters = {tr("Dumps (*.core)")},
                 .suffix = QStringLiteral("core")},
                [this, guest](const QStringList& file) { saveDump(guest, file.first()); });
        }
    });
    on(Act::StepOver, [this] { debug_->step(StepKind::Over); });
    on(Act::StepInto, [this] { debug_->step(StepKind::Into); });
    on(Act::StepOut, [this] { debug_->step(StepKind::Out); });
    on(Act::StepInstruction, [this] { debug_->step(StepKind::InstructionInto); });
    on(Act::RunToCursor, [this] {
        if (const SourceView* source = sources_->current()) {
            debug_->runTo(QStringLiteral("%1:%2").arg(source->path()).arg(source->line()));
        }
    });

    connect(&workbench_, &Workbench::activityChanged, this, &MainWindow::updateActions);
    connect(&workbench_, &Workbench::guestChanged, this, &MainWindow::updateActions);
    connect(&workbench_, &Workbench::guestAppeared, this, [this](const std::shared_ptr<GuestSession>& guest) {
        connect(guest.get(), &GuestSession::debuggerChanged, this, [this, weak = std::weak_ptr(guest)] {
            if (const auto changed = weak.lock()) {
                followDebugger(changed);
            }
        });
        if (guest->isOurs()) {
            dock(QStringLiteral("console"))->raise();
        }
        updateActions();
    });
    connect(&workbench_, &Workbench::buildStarted, this,
            [this](const QString& config, const QString& folder) {
                build_->start(config, folder);
                log_.add(LogKind::Action, tr("building %1").arg(displayPath(config)));
            });
    connect(&workbench_, &Workbench::buildPrinted, build_, &BuildPane::append);
    connect(&workbench_, &Workbench::buildFinished, this, [this](bool good, const QString& words) {
        build_->finish(good, words);
        if (!good) {
            dock(QStringLiteral("build"))->raise();
        }
    });
    connect(build_, &BuildPane::sourceWanted, this, &MainWindow::openSource);
    connect(guests_, &GuestDesk::currentChanged, this, &MainWindow::updateActions);
    connect(guests_, &GuestDesk::crashed, this, [this](const std::shared_ptr<GuestSession>& guest) {
        editors_->showCrash(QString::fromStdString(guest->name()), *guest->crash());
    });
    connect(treeView_, &UnikernelTree::chosen, this, &MainWindow::updateActions);
    connect(treeView_, &UnikernelTree::consoleWanted, this, [this](const QString& guest) {
        dock(QStringLiteral("console"))->raise();
        guests_->showConsole(guest.toStdString());
    });
    connect(editors_, &EditorArea::currentPageChanged, this, [this] {
        if (const ConfigPage* page = editors_->currentConfig()) {
            treeView_->choose(tree_->unikernel(currentConfig()));
            quickOpen_->setImage(page->image(), SourceFinder({}, {page->image().parent_path()}));
        }
        updateActions();
    });
    connect(editors_, &EditorArea::dumpWanted, this,
            [this](const QString& core, const QString& image) { openDump(core, image); });
    connect(debug_, &DebugContext::stopped, this, [this] { switchLayout(Layout::Debug); });
    connect(debug_, &DebugContext::failed, this, [this](const Error& error) { tell(error); });
    connect(debug_, &DebugContext::logged, this,
            [this](const QString& message) { log_.add(LogKind::Event, message); });
    connect(debug_, &DebugContext::sourceWanted, this, &MainWindow::openSource);
    connect(debug_, &DebugContext::ended, this, [this](const QString& words, bool lost) {
        switchLayout(Layout::Run);
        log_.add(LogKind::Event, tr("the debug session is over"), words);
        updateActions();
        if (lost) {
            tellLostDebugger(words);
        }
    });
    for (const auto& [signal, name] : {std::pair(&DebugContext::memoryWanted, "memory"),
                                       std::pair(&DebugContext::watchWanted, "watches")}) {
        connect(debug_, signal, this, [this, id = QString::fromLatin1(name)] { dock(id)->raise(); });
    }
    connect(sources_, &SourceArea::disassemblyWanted, this,
            [this] { dock(QStringLiteral("disassembly"))->raise(); });
    connect(runs_, &RunTimeline::measured, this, [this](const QString& id, double cpu, quint64 memory) {
        const auto guest = currentGuest();
        if (guest && guest->id() == id.toStdString()) {
            const QString used = QString::fromStdString(roughSize(memory));
            usage_->setText(cpu < 0 ? tr("%1 of the host's memory").arg(used)
                                    : tr("%1 % CPU · %2 of the host's memory").arg(cpu, 0, 'f', 0).arg(used));
        }
    });
}

void MainWindow::press(Click click)
{
    const QString config = currentConfig();
    if (!config.isEmpty()) {
        this->click(click, config);
    }
}

QCoro::Task<> MainWindow::click(Click click, QString config)
{
    const QPointer<MainWindow> self(this);
    problems_->clear();
    if (ConfigPage* page = editors_->findConfig(config);
        page != nullptr && page->document()->isModified() && !page->save()) {
        co_return; // the page asks or says why
    }
    if (click == Click::Build) {
        dock(QStringLiteral("build"))->raise();
    }
    std::vector<Breakpoint> breakpoints;
    if (click == Click::Debug) {
        if (const Result<void> loaded = debug_->breakpoints().setFile(breakpointFile(config.toStdString()));
            !loaded) {
            tell(loaded.error());
        }
        breakpoints = debug_->breakpoints().wishes();
    }
    const auto done = co_await workbench_.click(
        click, config.toStdString(), hosts_->choiceFor(config).toStdString(), std::move(breakpoints));
    if (!self) {
        co_return;
    }
    if (!done) {
        tell(done.error());
    }
    updateActions();
}

void MainWindow::debugOrContinue()
{
    if (debug_->mayAsk()) {
        debug_->resume();
    } else {
        press(Click::Debug);
    }
}

void MainWindow::pauseOrResume()
{
    const auto guest = currentGuest();
    if (guest && (guest->phase() == Phase::Paused || guest->phase() == Phase::DebugStopped)) {
        order(tr("go on"), &GuestSession::resume);
    } else {
        order(tr("pause"), &GuestSession::pause);
    }
}

void MainWindow::order(const QString& what, QCoro::Task<Result<void>> (GuestSession::*action)())
{
    if (const auto guest = currentGuest()) {
        carryOut(what, guest, action);
    }
}

QCoro::Task<> MainWindow::carryOut(QString what, std::shared_ptr<GuestSession> guest,
                                   QCoro::Task<Result<void>> (GuestSession::*action)())
{
    const QPointer<MainWindow> self(this);
    log_.add(LogKind::Action, tr("%1: %2").arg(QString::fromStdString(guest->name()), what));
    const Result<void> done = co_await (guest.get()->*action)();
    if (self && !done) {
        tell(done.error());
    }
}

void MainWindow::attach(const std::shared_ptr<GuestSession>& guest)
{
    const std::optional<std::string> warning = warningBeforeDebugging(guest->guest());
    if (!warning) {
        askForImage(guest);
        return;
    }
    auto* question =
        new QMessageBox(QMessageBox::Question, tr("Debug Somebody Else's Guest?"),
                        QString::fromStdString(*warning) + QStringLiteral("."), QMessageBox::Cancel, this);
    question->setTextFormat(Qt::PlainText);
    question->setAttribute(Qt::WA_DeleteOnClose);
    question->setDefaultButton(QMessageBox::Cancel);
    const QAbstractButton* debug = question->addButton(tr("&Debug"), QMessageBox::AcceptRole);
    connect(question, &QMessageBox::buttonClicked, this,
            [this, guest, debug](const QAbstractButton* clicked) {
                if (clicked == debug) {
                    askForImage(guest);
                }
            });
    question->open();
}

void MainWindow::askForImage(const std::shared_ptr<GuestSession>& guest)
{
    if (std::error_code failed; std::filesystem::exists(guest->guest().plan().image, failed)) {
        startDebugger(guest, {});
        return;
    }
    ask(this,
        {.title = tr("Which Image Does %1 Run?").arg(QString::fromStdString(guest->name())),
         .folder = QFileInfo(currentConfig()).absolutePath()},
        [this, guest](const QStringList& image) { startDebugger(guest, image.first()); });
}

QCoro::Task<> MainWindow::startDebugger(std::shared_ptr<GuestSession> guest, QString image)
{
    const QPointer<MainWindow> self(this);
    std::vector<Breakpoint> breakpoints;
    if (guest->config() != nullptr && debug_->breakpoints().setFile(breakpointFile(guest->config()->path))) {
        breakpoints = debug_->breakpoints().wishes();
    }
    const Result<void> attached = co_await guest->debug(std::move(breakpoints), nullptr, image.toStdString());
    if (self && !attached) {
        tell(attached.error());
    }
}

void MainWindow::followDebugger(const std::shared_ptr<GuestSession>& guest)
{
    if (guest->debugger()) {
        debugged_ = guest;
        const ConfigFile* file = guest->config();
        debug_->setSession(guest->debugger(),
                           file != nullptr ? QString::fromStdString(file->path.native()) : QString());
        quickOpen_->setImage(guest->guest().plan().image, guest->debugger()->sources());
    } else if (debugged_.lock() == guest) {
        debug_->setSession(nullptr);
        switchLayout(Layout::Run);
    }
    updateActions();
}

QCoro::Task<> MainWindow::saveDump(std::shared_ptr<GuestSession> guest, QString file)
{
    const QPointer<MainWindow> self(this);
    const Result<void> saved = co_await guest->guest().dump(file.toStdString());
    if (!self) {
        co_return;
    }
    if (saved) {
        statusBar()->showMessage(tr("Saved %1").arg(displayPath(file)), 5000);
    } else {
        tell(saved.error());
    }
}

QCoro::Task<> MainWindow::openDump(QString core, QString image)
{
    const QPointer<MainWindow> self(this);
    auto opened = co_await openCore(core.toStdString(), image.toStdString());
    if (!self) {
        co_return;
    }
    if (!opened) {
        tell(opened.error());
        co_return;
    }
    core_ = std::move(*opened);
    debug_->setSession(core_);
    updateActions();
}

/// A guest that ends takes its debugger with it, and that it has ended is known in a moment.
void MainWindow::tellLostDebugger(const QString& words)
{
    static constexpr std::chrono::milliseconds moment{1000};
    QTimer::singleShot(moment, this, [this, words, debugged = std::weak_ptr(currentGuest())] {
        const std::shared_ptr<GuestSession> guest = debugged.lock();
        const bool lives = guest && (guest->phase() == Phase::Running || guest->phase() == Phase::Paused);
        if (lives) {
            tell(Error{.fault = Fault::Host,
                       .what = formatted("{} has lost its debugger: {}", printable(guest->guest().name()),
                                         words.toStdString()),
                       .cure = {}});
        }
    });
}

void MainWindow::tell(const Refusal& refusal)
{
    if (refusal.error) {
        tell(*refusal.error);
        return;
    }
    const QString config = QString::fromStdString(refusal.config.native());
    for (const Problem& problem : refusal.problems) {
        if (problem.severity == Severity::Error) {
            openConfigTab(config);
            editors_->findConfig(config)->reveal(problem);
            tell(Error{.fault = Fault::Input, .what = problem.text, .cure = {}},
                 QString::fromStdString(toString(problem, refusal.config)));
            return;
        }
    }
}

void MainWindow::tell(const Error& error, const QString& details)
{
    problems_->tell(error, details);
    log_.add(LogKind::Error, QString::fromStdString(toString(error)), details);
}

void MainWindow::updateActions()
{
    const QString config = currentConfig();
    const auto guest = currentGuest();
    xenstore_->tree().setFront(guest ? guest->id() : std::string());
    status_->follow(guest);
    const Workbench::Activity activity =
        config.isEmpty() ? Workbench::Activity::None : workbench_.activity(config.toStdString());
    const ActionState can =
        actionState(!config.isEmpty(), activity, guest ? std::optional(guest->phase()) : std::nullopt);
    const bool mayStep = debug_->session() && can.step;
    const auto enable = [this](Act act, bool on) { (*actions_)[act]->setEnabled(on); };
    enable(Act::Build, can.build);
    enable(Act::Run, can.run);
    enable(Act::Debug, can.debug || mayStep);
    enable(Act::Attach, can.attach);
    enable(Act::Detach, can.detach);
    enable(Act::Stop, can.stop);
    enable(Act::Pause, can.pause || can.resume);
    enable(Act::Reset, can.reset);
    enable(Act::Dump, can.dump);
    for (const Act act : {Act::StepOver, Act::StepInto, Act::StepOut, Act::StepInstruction}) {
        enable(act, mayStep);
    }
    enable(Act::RunToCursor, mayStep && sources_->current() != nullptr);
    enable(Act::ToggleBreakpoint, sources_->current() != nullptr);
    (*actions_)[Act::Debug]->setText(mayStep ? tr("&Continue") : tr("&Debug"));
    (*actions_)[Act::Debug]->setIcon(icon(mayStep ? QStringLiteral("resume") : QStringLiteral("debug")));
    (*actions_)[Act::Pause]->setText(can.resume ? tr("&Go On") : tr("&Pause"));
    (*actions_)[Act::Pause]->setIcon(icon(can.resume ? QStringLiteral("resume") : QStringLiteral("pause")));
    const ConfigPage* page = editors_->currentConfig();
    enable(Act::Save, page != nullptr && page->saveAction()->isEnabled());
    enable(Act::Undo, page != nullptr && page->undoAction()->isEnabled());
    enable(Act::Redo, page != nullptr && page->redoAction()->isEnabled());
    enable(Act::CloseTab, editors_->count() > 0);
    const ConfigPage* own = editors_->findConfig(config);
    enable(Act::MakeMedium, !config.isEmpty());
    enable(Act::ShowImage, own != nullptr && !own->image().empty());
    updateStatus();
}

void MainWindow::updateStatus()
{
    const auto guest = currentGuest();
    if (!guest) {
        state_->clear();
        stateMark_->clear();
        machine_->clear();
        usage_->clear();
        return;
    }
    state_->setText(QStringLiteral("%1 %2").arg(QString::fromStdString(guest->name()),
                                                QString::fromStdString(guest->words())));
    constexpr int markSize = 16;
    stateMark_->setPixmap(icon(QStringLiteral("dot"), toneOf(*guest)).pixmap(markSize));
    const LaunchPlan& plan = guest->guest().plan();
    const QString processors = plan.vcpus == 1 ? tr("1 vCPU") : tr("%1 vCPUs").arg(plan.vcpus);
    machine_->setText(QStringLiteral("%1 · %2 · %3 · %4")
                          .arg(QString::fromStdString(plan.machine),
                               QString::fromUtf8(title(plan.accelerator)),
                               QString::fromStdString(roughSize(plan.memory)), processors));
    if (guest->phase() >= Phase::Held) {
        usage_->clear();
    }
}

} // namespace rumpus::gui
