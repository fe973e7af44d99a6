// SPDX-License-Identifier: GPL-3.0-or-later
#include "platforms/tender/tender_start.h"

#include "core/base/format.h"
#include "core/base/text.h"
#include "core/image/image.h"
#include "platforms/process/process.h"
#include "platforms/program_run.h"

#include <QCoroSignal>
#include <QFileSystemWatcher>
#include <QStandardPaths>

#include <chrono>

namespace rumpus {

namespace {

constexpr std::string_view helper = "rumpus-tender-helper";

} // namespace

Result<std::vector<std::string>>
standingCommand(const LaunchPlan& plan, const std::vector<std::string>& words, const RunDirectory& run)
{
    std::vector<std::string> command;
    if (plan.machine == "hvt") {
        command = {"env", "LD_PRELOAD=" + ownProgram("librumpus-gdb-socket.so").native(),
                   "RUMPUS_GDB_SOCKET=" + run.gdbSocket().native()};
    } else {
        const Result<Image> image = readImage(plan.image, Detail::Launch);
        if (!image) {
            return std::unexpected(image.error());
        }
        command = {ownProgram(helper), "start", formatted("{:#x}", image->entry)};
    }
    command.insert(command.end(), words.begin(), words.end());
    return command;
}

QCoro::Task<> untilItStands(LaunchPlan plan, RunDirectory run, ProcessIdentity process)
{
    static constexpr std::chrono::seconds patience{10};
    static constexpr std::chrono::milliseconds often{20};
    const ProcessWatch watch(process);
    const auto end = std::chrono::steady_clock::now() + patience;
    QFileSystemWatcher folder({QString::fromStdString(run.path().native())});
    const auto stands = [&] {
        return plan.machine == "hvt" ? std::filesystem::exists(run.gdbSocket())
                                     : standingOf(process) == Standing::BySignal;
    };
    while (!watch.isGone() && !stands() && std::chrono::steady_clock::now() < end) {
        co_await qCoro(&folder, &QFileSystemWatcher::directoryChanged, often);
    }
}

QCoro::Task<Result<void>> serveGdb(RunDirectory run, ProcessIdentity process)
{
    if (QStandardPaths::findExecutable(QStringLiteral("gdbserver")).isEmpty()) {
        co_return hostError("there is no gdbserver, by which guests of solo5-spt are debugged",
                            "install the package gdbserver");
    }
    const Result<ProgramOutput> served = co_await runProgram(
        {.words = {ownProgram(helper), "serve", run.gdbSocket(), std::to_string(process.pid)}});
    if (!served) {
        co_return std::unexpected(served.error());
    }
    co_return served->status == 0
        ? Result<void>()
        : hostError(formatted("{} does not listen", helper), printable(served->errors));
}

} // namespace rumpus
