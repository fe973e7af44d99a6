// Commands on a libvirt host that is this machine.
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/format.h"
#include "core/base/text.h"
#include "platforms/libvirt/host_reach.h"

#include <QCoroProcess>
#include <QProcess>

namespace rumpus {

std::unexpected<Error> HostReach::commandFailed(const std::string& program, std::string_view errors)
{
    static constexpr std::size_t most = 1000;
    const std::string_view words = trimmed(errors.substr(0, most));
    return hostError(formatted("{} failed on the host{}", program,
                               words.empty() ? std::string() : ": " + printable(words)));
}

QCoro::Task<Result<std::string>> HostReach::run(std::vector<std::string> command)
{
    const std::string program = command.front();
    QStringList arguments;
    for (std::size_t i = 1; i < command.size(); ++i) {
        arguments.push_back(QString::fromStdString(command[i]));
    }
    QProcess process;
    const bool started = co_await qCoro(process).start(QString::fromStdString(program), arguments);
    if (!started) {
        co_return commandFailed(program, process.errorString().toStdString());
    }
    co_await qCoro(process).waitForFinished(std::chrono::milliseconds(-1));
    if (process.exitStatus() != QProcess::NormalExit || process.exitCode() != 0) {
        co_return commandFailed(program, process.readAllStandardError().toStdString());
    }
    co_return process.readAllStandardOutput().toStdString();
}

} // namespace rumpus
