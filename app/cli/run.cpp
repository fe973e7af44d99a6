// rumpus run: boots a unikernel and stays with it until it ends.
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/command.h"
#include "app/cli/launch.h"
#include "app/cli/stay.h"
#include "core/base/format.h"

#include <optional>

namespace rumpus::cli {

namespace {

struct RunOptions {
    std::optional<std::string> file;
    std::string host;
    bool paused = false;
    bool detach = false;
    StayOptions stay;
};

void announce(const RunSession& session, const RunOptions& options)
{
    const Guest& guest = *session.guest();
    if (options.stay.json) {
        printJson({{"event", "started"}, {"guest", guest.id()}, {"plan", toJson(guest.plan())}});
        return;
    }
    const std::string& note = session.prepared()->capabilities.acceleratorNote;
    if (!note.empty()) {
        say(note);
    }
    if (options.detach) {
        print(guest.id() + "\n");
    }
    if (options.paused) {
        say(formatted("{} is paused: `rumpus resume {}` lets it run", guest.name(), guest.name()));
    }
}

QCoro::Task<int> runGuest(RunOptions options)
{
    const auto launched =
        co_await launch(options.file, options.host, {.paused = options.paused}, [](RunSession& session) {
            QObject::connect(&session, &RunSession::restarting,
                             [](const QString& how) { say(how.toStdString() + "; it boots again"); });
        });
    if (!launched) {
        co_return report(launched.error());
    }
    RunSession& session = **launched;
    announce(session, options);
    if (!options.detach) {
        co_return co_await stay(session, options.stay);
    }
    co_await session.untilStarted();
    const std::optional<GuestEnd>& end = session.guest()->end();
    if (end && end->how == GuestEnd::How::Refused) {
        co_return tellEnd(*session.guest(), *end, options.stay.json);
    }
    co_return EndedWell;
}

} // namespace

void defineRun(CLI::App& app, Action& chosen)
{
    defineCommand<RunOptions>(
        app, chosen, "run", "Boot a unikernel; its console is printed to stdout, and nothing else",
        [](CLI::App& command, RunOptions& options) {
            addFileOption(command, options.file);
            command.add_flag("-i,--interactive", options.stay.interactive,
                             "Attach the terminal to the console; Ctrl+] leaves, and the guest goes on");
            command.add_flag("--paused", options.paused, "Stop before the first instruction");
            command.add_flag("-d,--detach", options.detach, "Print the guest's id and leave it running");
            command
                .add_option("--timeout", options.stay.timeout,
                            "Destroy the guest after so many seconds (exit code 124)")
                ->check(CLI::PositiveNumber);
            addHostOption(command, options.host);
            addJsonOption(command, options.stay.json);
        },
        runGuest);
}

} // namespace rumpus::cli
