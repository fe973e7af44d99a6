// SPDX-License-Identifier: GPL-3.0-or-later
#include "platforms/qemu/qemu_guest.h"

#include "core/base/background.h"
#include "core/base/files.h"
#include "core/base/format.h"
#include "core/base/text.h"
#include "platforms/dump/qemu_core.h"
#include "platforms/gdb_stub.h"
#include "platforms/qemu/qmp.h"

#include <QCoroFuture>
#include <QCoroSignal>
#include <QElapsedTimer>
#include <QScopedValueRollback>

#include <algorithm>
#include <csignal>
#include <fstream>

namespace rumpus {

namespace {

/// Holds the size that the console's log had at the last reset: what the guest said before is of an earlier
/// boot.
std::filesystem::path bootOriginFile(const RunDirectory& run)
{
    return run.path() / "boot-origin";
}

/// The answer of query-blockstats (QEMU QMP reference), added over all devices.
std::optional<std::uint64_t> sumOf(const Json& blockStats, const char* counter)
{
    std::uint64_t sum = 0;
    for (const Json& device : blockStats) {
        const Json stats = device.is_object() ? device.value("stats", Json::object()) : Json::object();
        if (!stats.is_object() || !stats.contains(counter) || !stats[counter].is_number_unsigned()) {
            return std::nullopt;
        }
        sum += stats[counter].get<std::uint64_t>();
    }
    return sum;
}

} // namespace

QemuGuest::QemuGuest(RunDirectory run, LaunchPlan plan, const ProcessIdentity& process)
    : ProcessGuest(std::move(run), std::move(plan), process)
{
    follow();
}

Result<std::unique_ptr<QemuGuest>> QemuGuest::find(const RunDirectory& run)
{
    Result<LaunchPlan> plan = run.loadPlan();
    if (!plan) {
        return std::unexpected(plan.error());
    }
    // without a process number the launch itself was cut short
    return std::make_unique<QemuGuest>(run, std::move(*plan), run.loadProcess().value_or(ProcessIdentity{}));
}

void QemuGuest::follow()
{
    connect(&events_, &FileFollower::grown, this, [this](const QByteArray& bytes) {
        journal_.read(bytes);
        update();
    });
    // until both files have been read, any state would be a wrong one
    updating_ = true;
    // both files are made before QEMU starts; where they are missing, the guest never ran
    if (events_.open(run_.eventLog())) {
        events_.read();
    }
    listenFromLastBoot();
    updating_ = false;
    update();
}

void QemuGuest::listenFromLastBoot()
{
    bootsHeard_ = journal_.boots();
    qint64 origin = 0;
    std::ifstream(bootOriginFile(run_)) >> origin;
    listenFrom(origin);
}

void QemuGuest::update()
{
    if (updating_) {
        return;
    }
    const QScopedValueRollback guard(updating_, true);
    if (isGone()) {
        events_.read();
    }
    if (journal_.boots() != bootsHeard_) {
        listenFromLastBoot();
    }
    if (heldFromBoot_ && journal_.boots() >= *heldFromBoot_) {
        heldFromBoot_.reset();
        command("set-action", {{"reboot", "shutdown"}}, std::chrono::seconds(10));
    }
    if (isGone() || journal_.shutdown()) {
        // the last words stand in the console before the event or the exit that made us look
        hearRest();
    }
    std::optional<GuestEnd> ended = decideEnd(evidence());
    const GuestState state = stateNow(ended.has_value());
    become(state, std::move(ended));
}

GuestEvidence QemuGuest::evidence() const
{
    GuestEvidence evidence{
        .ready = journal_.isReady(),
        .processGone = isGone(),
        .tripleFault = journal_.shutdown() == ShutdownReason::GuestReset && cpuLogSaysTripleFault(),
        .stoppedByUs = std::filesystem::exists(run_.stopMark()),
        .signal = watch_.endedBySignal(),
        .shutdown = journal_.shutdown(),
        .spoken = listener_.end(),
        .emulatorWords = {},
    };
    if (isGone()) {
        evidence.emulatorWords = readFile(run_.emulatorLog()).value_or("");
    }
    return evidence;
}

GuestState QemuGuest::stateNow(bool ended) const
{
    if (isGone()) {
        return GuestState::Gone;
    }
    if (ended) {
        return GuestState::Ended;
    }
    if (!journal_.isReady()) {
        return GuestState::Starting;
    }
    const bool startedPaused = std::ranges::contains(plan_.steps, LaunchStep::CreatePaused);
    return journal_.stopped().value_or(startedPaused) ? GuestState::Paused : GuestState::Running;
}

bool QemuGuest::cpuLogSaysTripleFault() const
{
    return readFile(run_.cpuLog()).value_or("").contains("Triple fault");
}

QCoro::Task<Result<void>> QemuGuest::command(std::string name, Json arguments,
                                             std::chrono::milliseconds patience)
{
    if (isGone()) {
        co_return goneError();
    }
    const Result<Json> answer =
        co_await qmp(run_.qmpSocket(), std::move(name), std::move(arguments), patience);
    if (!answer) {
        co_return std::unexpected(answer.error());
    }
    co_return {};
}

QCoro::Task<Result<void>> QemuGuest::resume()
{
    return command("cont", Json::object(), std::chrono::seconds(10));
}

QCoro::Task<Result<std::string>> QemuGuest::monitor(std::string line)
{
    const Result<Json> answer = co_await qmp(run_.qmpSocket(), "human-monitor-command",
                                             {{"command-line", line}}, std::chrono::seconds(10));
    if (!answer) {
        co_return std::unexpected(answer.error());
    }
    co_return answer->is_string() ? std::string(trimmed(answer->get<std::string>())) : std::string();
}

QCoro::Task<Result<void>> QemuGuest::sendBreak()
{
    return command("chardev-send-break", {{"id", "console"}}, std::chrono::seconds(10));
}

QCoro::Task<Result<void>> QemuGuest::pause()
{
    return command("stop", Json::object(), std::chrono::seconds(10));
}

QCoro::Task<Result<void>> QemuGuest::reset(AfterReset after)
{
    // stopped first, so that nothing is printed between the note of the console's size and the reset
    const Result<void> stopped = co_await pause();
    if (!stopped) {
        co_return stopped;
    }
    std::error_code ignored;
    std::ofstream(bootOriginFile(run_)) << std::filesystem::file_size(run_.consoleLog(), ignored) << '\n';
    QmpConnection connection;
    if (const Result<void> opened = co_await connection.open(run_.qmpSocket()); !opened) {
        co_return opened;
    }
    // SeaBIOS answers a reset with another one ("Attempting a hard reboot"), as soon as it runs
    const bool firmwareResets = plan_.firmware.empty();
    events_.read();
    const int boots = journal_.boots();
    // the guest's own resets hold it; ours must not
    Result<Json> done = co_await connection.execute("set-action", {{"reboot", "reset"}});
    if (done) {
        done = co_await connection.execute("system_reset");
    }
    if (done) {
        const Result<void> wasReset = co_await connection.untilEvent("RESET");
        done = wasReset ? done : std::unexpected(wasReset.error());
    }
    if (done && firmwareResets && after == AfterReset::StandsStill) {
        heldFromBoot_ = boots + 2;
        co_return {};
    }
    if (done && firmwareResets) {
        connection.forgetEvent("RESET");
        done = co_await connection.execute("cont");
        // one that had not run yet has nothing to answer
        static constexpr std::chrono::seconds patience{2};
        [[maybe_unused]] const Result<void> answered = co_await connection.untilEvent("RESET", patience);
    }
    const Result<Json> held = co_await connection.execute("set-action", {{"reboot", "shutdown"}});
    if (done && held && !firmwareResets && after == AfterReset::Runs) {
        done = co_await connection.execute("cont");
    } else if (!held) {
        done = held;
    }
    co_return done ? Result<void>() : std::unexpected(done.error());
}

QCoro::Task<Result<void>> QemuGuest::stop(std::chrono::milliseconds patience)
{
    if (state() == GuestState::Running) {
        const Result<void> asked =
            co_await command("system_powerdown", Json::object(), std::chrono::seconds(2));
        QElapsedTimer timer;
        timer.start();
        while (asked && state() == GuestState::Running && timer.elapsed() < patience.count()) {
            co_await qCoro(this, &Guest::stateChanged, patience - std::chrono::milliseconds(timer.elapsed()));
        }
    }
    co_return co_await kill();
}

QCoro::Task<Result<void>> QemuGuest::kill()
{
    // QEMU ends in an orderly way by SIGTERM (images are closed) and needs no free QMP socket for it
    return endBy({SIGTERM, SIGKILL});
}

QCoro::Task<Result<void>> QemuGuest::dump(std::filesystem::path file)
{
    // QEMU opens it in its own working directory
    const std::filesystem::path place = std::filesystem::absolute(file);
    const Result<void> dumped =
        co_await command("dump-guest-memory", {{"paging", false}, {"protocol", "file:" + place.native()}},
                         std::chrono::minutes(10));
    co_return dumped ? co_await inBackground([place] { return addVirtualMemory(place); }) : dumped;
}

QCoro::Task<Result<GdbEndpoint>> QemuGuest::openGdb()
{
    if (const Result<void> ready = co_await untilReady(); !ready) {
        co_return std::unexpected(ready.error());
    }
    const std::string line = formatted("gdbserver unix:{},server=on,wait=off", run_.gdbSocket().native());
    const Result<std::string> answer = co_await monitor(line);
    if (!answer) {
        co_return std::unexpected(answer.error());
    }
    if (!std::filesystem::exists(run_.gdbSocket())) {
        co_return hostError("QEMU opened no gdbstub", printable(*answer));
    }
    co_return GdbEndpoint{.address = run_.gdbSocket()};
}

QCoro::Task<Result<void>> QemuGuest::closeGdb()
{
    return detachFromStub({.address = run_.gdbSocket()});
}

QCoro::Task<Result<GuestUsage>> QemuGuest::usage()
{
    Result<GuestUsage> usage = co_await ProcessGuest::usage();
    if (usage && !plan_.disks.empty()) {
        const Result<Json> stats = co_await qmp(run_.qmpSocket(), "query-blockstats");
        usage->diskRead = stats ? sumOf(*stats, "rd_bytes") : std::nullopt;
        usage->diskWritten = stats ? sumOf(*stats, "wr_bytes") : std::nullopt;
    }
    co_return usage;
}

QCoro::Task<Result<void>> QemuGuest::untilReady()
{
    static constexpr std::chrono::seconds patience{30};
    if (state() == GuestState::Starting) {
        co_await qCoro(this, &Guest::stateChanged, patience);
    }
    if (end() && end()->how == GuestEnd::How::Refused) {
        co_return hostError("QEMU refused to start", end()->words);
    }
    if (state() == GuestState::Starting) {
        co_return hostError("QEMU is silent since its start", "look at " + run_.emulatorLog().native());
    }
    co_return {};
}

} // namespace rumpus
