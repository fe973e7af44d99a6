// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/session/crash_report.h"

#include "app/session/debugging.h"
#include "core/base/escape_filter.h"
#include "core/base/format.h"
#include "core/base/text.h"
#include "core/base/units.h"

#include <QStandardPaths>
#include <QTemporaryDir>

#include <algorithm>

namespace rumpus {

namespace {

constexpr std::size_t consoleLines = 40;
/// A larger guest is dumped only on demand.
constexpr std::uint64_t largestDump = std::uint64_t{1} << 30U;

std::vector<std::string> lastLines(Guest& guest)
{
    static constexpr qsizetype enough = qsizetype{64} << 10U;
    QByteArray tail;
    const std::unique_ptr<ConsoleChannel> channel = guest.openConsole();
    QObject::connect(channel.get(), &ConsoleChannel::received, channel.get(), [&](const QByteArray& bytes) {
        tail += bytes.last(std::min(bytes.size(), enough));
        tail = tail.last(std::min(tail.size(), enough));
    });
    channel->start();
    channel->drain();
    std::vector<std::string> lines = split(plainText(tail.toStdString()), '\n');
    while (!lines.empty() && trimmed(lines.back()).empty()) {
        lines.pop_back();
    }
    const auto count = static_cast<std::ptrdiff_t>(std::min(lines.size(), consoleLines));
    lines.erase(lines.begin(), lines.end() - count);
    for (std::string& line : lines) {
        line = printable(line);
    }
    return lines;
}

QCoro::Task<Result<std::filesystem::path>> saveDump(Guest* guest)
{
    static constexpr std::size_t kept = 10;
    namespace fs = std::filesystem;
    std::error_code failed;
    const fs::path folder = dumpFolder();
    fs::create_directories(folder, failed);
    fs::permissions(folder, fs::perms::owner_all, failed);
    std::vector<fs::directory_entry> old;
    for (const fs::directory_entry& entry : fs::directory_iterator(folder, failed)) {
        old.push_back(entry);
    }
    std::ranges::sort(old, std::greater(),
                      [&](const fs::directory_entry& e) { return e.last_write_time(failed); });
    for (std::size_t i = kept - 1; i < old.size(); ++i) {
        fs::remove(old[i], failed);
    }
    const fs::path file = folder / (guest->id() + ".core");
    const Result<void> dumped = co_await guest->dump(file);
    co_return dumped ? Result<fs::path>(file) : std::unexpected(dumped.error());
}

/// There is no gdbstub: what can be known stands in the guest's memory.
bool isSeenInDumps(const Guest& guest)
{
    return guest.plan().accelerator == Accelerator::Xen;
}

QCoro::Task<Result<StopReport>> lookIntoCore(std::filesystem::path core, std::filesystem::path image,
                                             ReportDepth depth)
{
    const auto session = co_await openCore(std::move(core), std::move(image));
    if (!session) {
        co_return std::unexpected(session.error());
    }
    StopReport report = co_await reportStop(*session, depth);
    (*session)->close();
    co_return report;
}

/// The same of a dump that is made for it, and goes.
QCoro::Task<Result<StopReport>> lookIntoMemory(Guest* guest, std::filesystem::path image, ReportDepth depth)
{
    const Result<std::shared_ptr<QTemporaryDir>> folder = folderForDumps();
    if (!folder) {
        co_return std::unexpected(folder.error());
    }
    const std::filesystem::path core = std::filesystem::path((*folder)->path().toStdString()) / "core";
    // xl dumps a guest while it runs
    const bool runs = guest->state() == GuestState::Running;
    Result<void> dumped;
    if (runs) {
        dumped = co_await guest->pause();
    }
    if (dumped) {
        dumped = co_await guest->dump(core);
    }
    if (runs) {
        const Result<void> resumed = co_await guest->resume();
        dumped = dumped ? resumed : dumped;
    }
    if (!dumped) {
        co_return std::unexpected(dumped.error());
    }
    co_return co_await lookIntoCore(core, std::move(image), depth);
}

/// What a crashed guest's memory tells, in a dump that stays.
QCoro::Task<Result<void>> reportFromDump(Guest* guest, CrashReport& report)
{
    const Result<std::filesystem::path> image = imageOf(*guest);
    if (!image) {
        co_return std::unexpected(image.error());
    }
    if (guest->plan().memory > largestDump) {
        co_return hostError(
            formatted("guests of more than {} are dumped only on demand", exactSize(largestDump)),
            formatted("`rumpus dump {} FILE`", printable(guest->id())));
    }
    const Result<std::filesystem::path> dump = co_await saveDump(guest);
    if (!dump) {
        co_return std::unexpected(dump.error());
    }
    Result<StopReport> stop = co_await lookIntoCore(*dump, *image, {.registers = true});
    if (!stop) {
        co_return std::unexpected(stop.error());
    }
    report.dump = *dump;
    report.stop = std::move(*stop);
    co_return {};
}

} // namespace

std::filesystem::path dumpFolder()
{
    const QString state = QStandardPaths::writableLocation(QStandardPaths::GenericStateLocation);
    return std::filesystem::path(state.toStdString()) / "rumpus/dumps";
}

QCoro::Task<Result<StopReport>> lookInto(Guest* guest, ReportDepth depth, std::filesystem::path image)
{
    if (isSeenInDumps(*guest)) {
        const Result<std::filesystem::path> file = imageOf(*guest, image);
        if (!file) {
            co_return std::unexpected(file.error());
        }
        co_return co_await lookIntoMemory(guest, *file, depth);
    }
    // one that ended and is held must not go on either: after a panic it would
    const bool stands = guest->state() == GuestState::Paused || guest->state() == GuestState::Ended;
    const auto session = co_await attachTo(guest, nullptr, {}, nullptr, std::move(image));
    if (!session) {
        co_return std::unexpected(session.error());
    }
    StopReport report = co_await reportStop(*session, depth);
    if (stands) {
        // without a word of farewell the machine stands still
        (*session)->close();
        (*session)->gdb().kill();
    } else {
        co_await (*session)->detach();
    }
    co_return report;
}

QCoro::Task<Result<CrashReport>> reportCrash(Guest* guest, bool dump)
{
    const LaunchPlan& plan = guest->plan();
    CrashReport report{.guest = guest->name(),
                       .reason = guest->end() ? describe(*guest->end()) : "it runs",
                       .image = plan.image.native(),
                       .kind = std::string(title(plan.kind)),
                       .machine = formatted("{}, {}, {}, {}", plan.machine, key(plan.accelerator),
                                            exactSize(plan.memory), counted(plan.vcpus, "vCPU")),
                       .stop = {},
                       .console = lastLines(*guest),
                       .dump = {}};
    if (const Result<Image> image = readImage(plan.image, Detail::Launch); image && !image->buildId.empty()) {
        report.image += " (build id " + image->buildId + ")";
    }
    if (dump && isSeenInDumps(*guest)) {
        const Result<void> told = co_await reportFromDump(guest, report);
        co_return told ? Result<CrashReport>(std::move(report)) : std::unexpected(told.error());
    }
    Result<StopReport> stop = co_await lookInto(guest, {.registers = true});
    if (!stop) {
        co_return std::unexpected(stop.error());
    }
    report.stop = std::move(*stop);
    if (dump && plan.memory <= largestDump) {
        report.dump = (co_await saveDump(guest)).value_or(std::filesystem::path());
    }
    co_return report;
}

std::string toText(const CrashReport& report)
{
    std::string text = formatted("{}: {}\n", report.guest, report.reason);
    text += formatted("image: {}, {}\n", printable(report.image), report.kind);
    text += formatted("machine: {}\n", printable(report.machine));
    text += toText(report.stop);
    text += formatted("console, last {}:\n", counted(report.console.size(), "line"));
    for (const std::string& line : report.console) {
        text += "  | " + line + "\n";
    }
    if (!report.dump.empty()) {
        text += formatted("memory: {} (`rumpus debug --core` opens it)\n", printable(report.dump.native()));
    }
    return text;
}

Json toJson(const CrashReport& report)
{
    Json json = toJson(report.stop);
    json["guest"] = report.guest;
    json["reason"] = report.reason;
    json["image"] = report.image;
    json["kind"] = report.kind;
    json["machine"] = report.machine;
    json["console"] = report.console;
    json["dump"] = report.dump.native();
    return json;
}

} // namespace rumpus
