// Commands on a libvirt host that is this machine.
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/format.h"
#include "core/base/text.h"
#include "platforms/libvirt/host_reach.h"
#include "platforms/program_run.h"

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
    Result<ProgramOutput> done = co_await runProgram({.words = std::move(command)});
    if (!done) {
        co_return std::unexpected(done.error());
    }
    if (done->status != 0) {
        co_return commandFailed(program, done->errors);
    }
    co_return std::move(done->output);
}

} // namespace rumpus
