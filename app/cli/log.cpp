// rumpus log: what a guest has printed, also after its end.
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/console_io.h"
#include "app/cli/guest_command.h"

namespace rumpus::cli {

namespace {

struct LogOptions {
    std::optional<std::string> guest;
    std::string host;
};

QCoro::Task<int> runLog(LogOptions options)
{
    const Result<FoundGuest> found = co_await findGuestOn(options.host, options.guest);
    if (!found) {
        co_return report(found.error());
    }
    ConsoleIo console(*found->guest, ConsoleIo::Format::Bytes, ConsoleIo::Input::None);
    co_await console.fetched();
    console.drain();
    co_return EndedWell;
}

} // namespace

void defineLog(CLI::App& app, Action& chosen)
{
    defineCommand<LogOptions>(
        app, chosen, "log", "Print what a guest has printed up to now, also after its end",
        [](CLI::App& command, LogOptions& options) {
            addGuestOption(command, options.guest);
            addHostOption(command, options.host);
        },
        runLog);
}

} // namespace rumpus::cli
