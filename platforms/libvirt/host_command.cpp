// Commands on a libvirt host that is this machine.
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/format.h"
#include "core/base/text.h"
#include "platforms/libvirt/host_reach.h"

namespace rumpus {

Result<std::string> HostReach::outputOf(const std::string& program, Result<ProgramOutput> done)
{
    if (!done) {
        return std::unexpected(done.error());
    }
    if (done->status != 0) {
        static constexpr std::size_t most = 1000;
        const std::string_view words = trimmed(std::string_view(done->errors).substr(0, most));
        return hostError(formatted("{} failed on the host{}", program,
                                   words.empty() ? std::string() : ": " + printable(words)));
    }
    return std::move(done->output);
}

QCoro::Task<Result<std::string>> HostReach::run(std::vector<std::string> command)
{
    const std::string program = command.front();
    Result<ProgramOutput> done = co_await runProgram({.words = std::move(command)});
    co_return outputOf(program, std::move(done));
}

} // namespace rumpus
