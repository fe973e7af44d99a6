// Commands on a host, as far as they are alike on all.
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/format.h"
#include "core/base/text.h"
#include "platforms/libvirt/host_reach.h"

namespace rumpus {

QCoro::Task<Result<std::string>> HostReach::run(std::vector<std::string> command, QByteArray input)
{
    const std::string program = command.front();
    Result<ProgramOutput> done = co_await runThere({.words = std::move(command), .input = std::move(input)});
    if (!done) {
        co_return std::unexpected(done.error());
    }
    if (done->status != 0) {
        static constexpr std::size_t most = 1000;
        const std::string_view words = trimmed(std::string_view(done->errors).substr(0, most));
        co_return hostError(formatted("{} failed on the host{}", program,
                                      words.empty() ? std::string() : ": " + printable(words)));
    }
    co_return std::move(done->output);
}

} // namespace rumpus
