// rumpus dump: a guest's memory and CPU state as an ELF core.
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/guest_command.h"

namespace rumpus::cli {

namespace {

struct DumpOptions {
    std::string guest;
    std::string file;
    std::string host;
};

QCoro::Task<int> runDump(DumpOptions options)
{
    const Result<FoundGuest> found = co_await findGuestOn(options.host, options.guest);
    if (!found) {
        co_return report(found.error());
    }
    const Result<void> dumped = co_await found->guest->dump(options.file);
    co_return dumped ? EndedWell : report(dumped.error());
}

} // namespace

void defineDump(CLI::App& app, Action& chosen)
{
    defineCommand<DumpOptions>(
        app, chosen, "dump", "Save a guest's memory and CPU state as an ELF core",
        [](CLI::App& command, DumpOptions& options) {
            command.add_option("GUEST", options.guest, "A guest's id, or its unikernel's name")->required();
            command.add_option("FILE", options.file, "The core file to write")->required();
            addHostOption(command, options.host);
        },
        runDump);
}

} // namespace rumpus::cli
