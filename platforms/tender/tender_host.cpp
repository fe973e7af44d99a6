// SPDX-License-Identifier: GPL-3.0-or-later
#include "platforms/tender/tender_host.h"

#include "core/base/files.h"
#include "core/base/format.h"
#include "core/base/text.h"
#include "platforms/process/process.h"
#include "platforms/process/run_directory.h"
#include "platforms/tender/tender_guest.h"
#include "platforms/tender/tender_start.h"

#include <QStandardPaths>

#include <algorithm>
#include <csignal>
#include <fcntl.h>
#include <iterator>
#include <unistd.h>

namespace rumpus {

namespace {

/// The tender's own words: options, image and arguments (docs/building.md of Solo5).
std::vector<std::string> tenderWords(const LaunchPlan& plan)
{
    std::vector<std::string> words = plan.tenderArguments;
    words.insert(words.end(), plan.backendArguments.begin(), plan.backendArguments.end());
    words.insert(words.end(), {"--", plan.image.native()});
    if (!plan.commandLine.empty()) {
        // the tender joins its words with blanks
        words.push_back(plan.commandLine);
    }
    return words;
}

bool standsFirst(const LaunchPlan& plan)
{
    return std::ranges::contains(plan.steps, LaunchStep::CreatePaused);
}

/// The tender that does what is planned, without "solo5-".
std::string programFor(const LaunchPlan& plan)
{
    return plan.machine == "hvt" && standsFirst(plan) ? "hvt-debug" : plan.machine;
}

std::vector<std::string> commandFor(const LaunchPlan& plan, const std::string& program)
{
    std::vector<std::string> words{program};
    if (programFor(plan) == "hvt-debug") {
        words.insert(words.end(),
                     {"--gdb", "--gdb-port=1234"}); // the port is what the tender would use itself
    }
    std::ranges::move(tenderWords(plan), std::back_inserter(words));
    return words;
}

std::vector<std::unique_ptr<Guest>> findTenderGuests(Which which, const std::set<std::string>& known)
{
    std::vector<std::unique_ptr<Guest>> found;
    for (const RunDirectory& run : RunDirectory::all()) {
        if (known.contains(run.id()) || (which == Which::Existing && !run.isAlive())) {
            continue;
        }
        Result<LaunchPlan> plan = run.loadPlan();
        if (plan && plan->boot == BootProtocol::Tender) {
            found.push_back(std::make_unique<TenderGuest>(run, std::move(*plan),
                                                          run.loadProcess().value_or(ProcessIdentity{})));
        }
    }
    return found;
}

} // namespace

TenderHost::TenderHost(std::vector<std::filesystem::path> folders) : folders_(std::move(folders)) {}

std::string TenderHost::tender(std::string_view target) const
{
    const QString name =
        QStringLiteral("solo5-") + QString::fromUtf8(target.data(), static_cast<qsizetype>(target.size()));
    const QString inPath = QStandardPaths::findExecutable(name);
    if (!inPath.isEmpty()) {
        return inPath.toStdString();
    }
    QStringList folders;
    for (const std::filesystem::path& folder : folders_) {
        folders << QString::fromStdString(folder.native());
    }
    return folders.isEmpty() ? std::string() : QStandardPaths::findExecutable(name, folders).toStdString();
}

std::vector<std::string> TenderHost::targets() const
{
    std::vector<std::string> targets;
    // hvt needs KVM to do what KVM is there for
    if (!tender("hvt").empty() && ::access("/dev/kvm", R_OK | W_OK) == 0) {
        targets.emplace_back("hvt");
    }
    if (!tender("spt").empty()) {
        targets.emplace_back("spt");
    }
    return targets;
}

QCoro::Task<Result<HostCapabilities>> TenderHost::capabilities()
{
    HostCapabilities capabilities{
        .host = name(),
        .accelerator = Accelerator::Tender,
        .machines = {},
        .networkBackends = {NetworkBackend::Tap, NetworkBackend::None},
        .diskFormats = {DiskFormat::Raw},
        .memory = static_cast<std::uint64_t>(::sysconf(_SC_PHYS_PAGES)) *
                  static_cast<std::uint64_t>(::sysconf(_SC_PAGE_SIZE)),
        .maxVcpus = 1,
    };
    for (const std::string& target : targets()) {
        capabilities.tenders.push_back(target);
        capabilities.machines.push_back(
            {.name = target, .bootProtocols = {BootProtocol::Tender}, .bus = DeviceBus::Tender});
    }
    if (capabilities.machines.empty()) {
        co_return hostError("there is no Solo5 tender that could run here",
                            "build Solo5 and put solo5-spt, or with /dev/kvm solo5-hvt, into PATH");
    }
    co_return capabilities;
}

std::vector<std::vector<std::string>> TenderHost::commands(const LaunchPlan& plan) const
{
    const std::string program = tender(programFor(plan));
    return {commandFor(plan, program.empty() ? "solo5-" + programFor(plan) : program)};
}

QCoro::Task<Result<std::unique_ptr<Guest>>> TenderHost::launch(LaunchPlan plan)
{
    const std::string program = tender(programFor(plan));
    if (program.empty()) {
        co_return hostError(formatted("cannot find solo5-{}", programFor(plan)),
                            "build it with Solo5's tenders, and put it into PATH");
    }
    RunDirectory::removeOld(plan.name);
    const Result<RunDirectory> run = RunDirectory::create(plan.name);
    if (!run) {
        co_return std::unexpected(run.error());
    }
    Result<void> saved = run->savePlan(plan);
    saved = saved ? publishFile(run->consoleLog(), "") : saved;
    if (!saved) {
        co_return std::unexpected(saved.error());
    }
    Result<std::vector<std::string>> command = commandFor(plan, program);
    if (standsFirst(plan)) {
        command = standingCommand(plan, *command, *run);
    }
    if (!command) {
        co_return std::unexpected(command.error());
    }
    const Result<ProcessIdentity> process =
        spawnDetached({.command = *command, .errorFile = run->consoleLog(), .keptDescriptors = {}});
    if (!process) {
        run->remove();
        co_return std::unexpected(process.error());
    }
    Result<void> kept = run->saveProcess(*process);
    if (kept && plan.consoleLimit != 0) {
        kept = spawnConsoleKeeper(*run, *process, plan.consoleLimit);
    }
    if (!kept) {
        ::kill(process->pid, SIGKILL);
        co_return std::unexpected(kept.error());
    }
    if (standsFirst(plan)) {
        co_await untilItStands(plan, *run, *process);
    }
    co_return std::make_unique<TenderGuest>(*run, std::move(plan), *process);
}

QCoro::Task<Result<std::vector<std::unique_ptr<Guest>>>> TenderHost::guests(Which which)
{
    co_return findTenderGuests(which, {});
}

QCoro::Task<Result<std::vector<std::unique_ptr<Guest>>>> TenderHost::newGuests(std::set<std::string> known)
{
    co_return findTenderGuests(Which::Existing, known);
}

void TenderHost::watchGuests()
{
    if (watcher_) {
        return;
    }
    watcher_ = std::make_unique<QFileSystemWatcher>();
    if (const Result<std::filesystem::path> base = RunDirectory::base()) {
        watcher_->addPath(QString::fromStdString(base->native()));
    }
    connect(watcher_.get(), &QFileSystemWatcher::directoryChanged, this, &TenderHost::guestsChanged);
}

} // namespace rumpus
