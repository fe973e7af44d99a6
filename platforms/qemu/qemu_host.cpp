// SPDX-License-Identifier: GPL-3.0-or-later
#include "platforms/qemu/qemu_host.h"

#include "core/base/background.h"
#include "core/base/files.h"
#include "core/base/format.h"
#include "core/base/text.h"
#include "platforms/process/process.h"
#include "platforms/qemu/kvm_probe.h"
#include "platforms/qemu/qemu_command.h"
#include "platforms/qemu/qemu_guest.h"

#include <QCoroFuture>
#include <QStandardPaths>

#include <algorithm>
#include <csignal>
#include <cstring>
#include <fcntl.h>
#include <sys/stat.h>
#include <thread>
#include <unistd.h>

namespace rumpus {

namespace {

/// A descriptor that is closed with the scope.
class Descriptor {
public:
    explicit Descriptor(int number) : number_(number) {}
    ~Descriptor()
    {
        if (number_ >= 0) {
            ::close(number_);
        }
    }
    Descriptor(const Descriptor&) = delete;
    Descriptor& operator=(const Descriptor&) = delete;
    int number() const { return number_; }

private:
    int number_;
};

/// A FIFO held open for writing, so that its reader never sees its end.
Result<int> makeFifo(const std::filesystem::path& path)
{
    const int descriptor =
        ::mkfifo(path.c_str(), 0600) == 0 ? ::open(path.c_str(), O_RDWR | O_NONBLOCK | O_CLOEXEC) : -1;
    if (descriptor < 0) {
        return hostError(formatted("cannot make {}", printable(path.native())), std::strerror(errno));
    }
    return descriptor;
}

struct Started {
    RunDirectory run;
    ProcessIdentity process;
};

/// Makes the guest's run directory and starts its QEMU and its console's keeper.
Result<Started> startGuest(const LaunchPlan& plan, const std::string& emulator)
{
    RunDirectory::removeOld(plan.name);
    const Result<RunDirectory> run = RunDirectory::create(plan.name);
    if (!run) {
        return std::unexpected(run.error());
    }
    Result<void> saved = run->savePlan(plan);
    if (saved && !plan.module.empty()) {
        saved = publishFile(run->module(), plan.module);
    }
    // made by us so that they can be followed before QEMU has opened them
    for (const std::filesystem::path& log : {run->consoleLog(), run->eventLog()}) {
        saved = saved ? publishFile(log, "") : saved;
    }
    if (!saved) {
        return std::unexpected(saved.error());
    }
    const Result<int> consoleIn = makeFifo(run->consoleIn());
    const Result<int> eventIn = makeFifo(run->eventIn());
    const Descriptor consoleWriter(consoleIn.value_or(-1));
    const Descriptor eventWriter(eventIn.value_or(-1));
    if (!consoleIn || !eventIn) {
        return std::unexpected(consoleIn ? eventIn.error() : consoleIn.error());
    }
    // a monitor reports events only after this
    static constexpr std::string_view negotiation = "{\"execute\":\"qmp_capabilities\"}\n";
    [[maybe_unused]] const ssize_t written =
        ::write(eventWriter.number(), negotiation.data(), negotiation.size());

    const Result<ProcessIdentity> process = spawnDetached({
        .command = qemuCommand(plan, emulator, *run),
        .errorFile = run->emulatorLog(),
        .keptDescriptors = {consoleWriter.number(), eventWriter.number()},
    });
    if (!process) {
        run->remove();
        return std::unexpected(process.error());
    }
    Result<void> kept = run->saveProcess(*process);
    if (kept && plan.consoleLimit != 0) {
        kept = spawnConsoleKeeper(*run, *process, plan.consoleLimit);
    }
    if (!kept) {
        ::kill(process->pid, SIGKILL);
        return std::unexpected(kept.error());
    }
    return Started{.run = *run, .process = *process};
}

std::vector<MachineCapability> machines()
{
    using enum BootProtocol;
    // leanest first, by the time from QEMU's start to the guest's first byte
    std::vector<MachineCapability> machines{
        {.name = "microvm",
         .bootProtocols = {Multiboot1, Pvh},
         .bus = DeviceBus::VirtioMmio,
         .firmware = "qboot.rom"},
        {.name = "microvm", .bootProtocols = {Multiboot1, Pvh}, .bus = DeviceBus::VirtioMmio},
        {.name = "pc", .bootProtocols = {Multiboot1, Pvh, LinuxBoot}, .bus = DeviceBus::Pci},
    };
    // where Debian's package ovmf puts it; it takes the kernel and its command line from QEMU
    static constexpr std::string_view firmware = "/usr/share/ovmf/OVMF.fd";
    if (std::filesystem::exists(firmware)) {
        machines.push_back(
            {.name = "pc", .bootProtocols = {Efi}, .bus = DeviceBus::Pci, .firmware = std::string(firmware)});
    }
    return machines;
}

std::vector<std::unique_ptr<Guest>> findGuests(Which which, const std::set<std::string>& known)
{
    std::vector<std::unique_ptr<Guest>> found;
    for (const RunDirectory& run : RunDirectory::all()) {
        if (known.contains(run.id()) || (which == Which::Existing && !run.isAlive())) {
            continue;
        }
        Result<std::unique_ptr<QemuGuest>> guest = QemuGuest::find(run);
        if (guest && (*guest)->plan().boot != BootProtocol::Tender) {
            found.push_back(std::move(*guest));
        }
    }
    return found;
}

} // namespace

QemuHost::QemuHost(std::string emulator) : emulator_(std::move(emulator)) {}

QCoro::Task<Result<HostCapabilities>> QemuHost::capabilities()
{
    if (capabilities_) {
        co_return HostCapabilities(*capabilities_);
    }
    const QString path = QStandardPaths::findExecutable(QString::fromStdString(emulator_));
    if (path.isEmpty()) {
        co_return hostError(formatted("cannot find {}", printable(emulator_)),
                            "install QEMU (Debian: apt install qemu-system-x86)");
    }
    const KvmVerdict kvm = co_await probeKvm(path.toStdString());
    capabilities_ = HostCapabilities{
        .host = name(),
        .emulator = path.toStdString(),
        .accelerator = kvm.works ? Accelerator::Kvm : Accelerator::Tcg,
        .acceleratorNote = kvm.note,
        .machines = machines(),
        .networkBackends = {NetworkBackend::User, NetworkBackend::Tap, NetworkBackend::Bridge,
                            NetworkBackend::None},
        .memory = static_cast<std::uint64_t>(::sysconf(_SC_PHYS_PAGES)) *
                  static_cast<std::uint64_t>(::sysconf(_SC_PAGE_SIZE)),
        .maxVcpus = std::max(1U, std::thread::hardware_concurrency()),
        .hasXenstore = false,
        .tenders = {},
    };
    co_return HostCapabilities(*capabilities_);
}

std::vector<std::vector<std::string>> QemuHost::commands(const LaunchPlan& plan) const
{
    return qemuCommandsForPeople(plan, emulator_);
}

QCoro::Task<Result<std::unique_ptr<Guest>>> QemuHost::launch(LaunchPlan plan)
{
    // a new process can take long on a busy machine, and so can the disk
    const Result<Started> started =
        co_await inBackground([plan, emulator = emulator_] { return startGuest(plan, emulator); });
    if (!started) {
        co_return std::unexpected(started.error());
    }
    co_return std::make_unique<QemuGuest>(started->run, std::move(plan), started->process);
}

QCoro::Task<Result<std::vector<std::unique_ptr<Guest>>>> QemuHost::guests(Which which)
{
    co_return findGuests(which, {});
}

QCoro::Task<Result<std::vector<std::unique_ptr<Guest>>>> QemuHost::newGuests(std::set<std::string> known)
{
    co_return findGuests(Which::Existing, known);
}

void QemuHost::watchGuests()
{
    const Result<std::filesystem::path> base = RunDirectory::base();
    if (watcher_ || !base) {
        return;
    }
    // a run directory is there before its process is
    static constexpr std::chrono::milliseconds untilStarted{400};
    settled_.setSingleShot(true);
    connect(&settled_, &QTimer::timeout, this, &Host::guestsChanged);
    watcher_ = std::make_unique<QFileSystemWatcher>(QStringList{QString::fromStdString(base->native())});
    connect(watcher_.get(), &QFileSystemWatcher::directoryChanged, this, [this] {
        Q_EMIT guestsChanged();
        settled_.start(untilStarted);
    });
}

} // namespace rumpus
