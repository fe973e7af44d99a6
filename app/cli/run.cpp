// rumpus run: boots a unikernel and stays with it until it ends.
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/command.h"
#include "app/cli/console_io.h"
#include "app/cli/launch.h"
#include "app/cli/signals.h"
#include "app/session/crash_report.h"
#include "core/base/format.h"
#include "core/base/text.h"

#include <QPointer>
#include <QTimer>

#include <chrono>
#include <optional>

namespace rumpus::cli {

namespace {

struct RunOptions {
    std::optional<std::string> file;
    std::string host;
    bool interactive = false;
    bool paused = false;
    bool detach = false;
    bool json = false;
    std::optional<double> timeout; ///< seconds
};

/// Why the guest ended, when that was our doing.
enum class Cause : std::uint8_t { Itself, TimedOut, Interrupted };

void announce(const RunSession& session, const RunOptions& options)
{
    const Guest& guest = *session.guest();
    if (options.json) {
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

/// Whoever wants to go must be able to, also where the host is lost.
QCoro::Task<> destroyOrLeave(RunSession* session)
{
    const QPointer<RunSession> self(session);
    const Result<void> killed = co_await session->guest()->kill();
    if (!killed && self && session->guest()->state() < GuestState::Ended) {
        report(killed.error());
        session->leave();
    }
}

/// What a crashed guest shows of itself, on stderr: stdout is the console's.
QCoro::Task<> tellCrash(Guest* guest, bool json)
{
    const Result<CrashReport> told = co_await reportCrash(guest, true);
    if (!told) {
        say("no backtrace: " + toString(told.error()));
        co_return;
    }
    if (json) {
        Json line = {{"event", "crash"}};
        line.update(toJson(*told));
        printJson(line);
    } else {
        std::fputs(("\n" + toText(*told)).c_str(), stderr);
    }
}

/// Prints the console and waits for the end; gives the exit code.
QCoro::Task<int> stay(RunSession& session, const RunOptions& options)
{
    Guest* guest = session.guest();
    Cause cause = Cause::Itself;
    const auto endBy = [&](Cause reason) {
        cause = reason;
        destroyOrLeave(&session);
    };
    const Signals signals;
    QObject::connect(&signals, &Signals::interrupted, guest, [&] { endBy(Cause::Interrupted); });
    QTimer timer;
    timer.setSingleShot(true);
    QObject::connect(&timer, &QTimer::timeout, guest, [&] { endBy(Cause::TimedOut); });
    if (options.timeout) {
        timer.start(std::chrono::milliseconds(static_cast<std::int64_t>(*options.timeout * 1000)));
    }
    auto console = std::make_unique<ConsoleIo>(
        *guest, options.json ? ConsoleIo::Format::Json : ConsoleIo::Format::Bytes,
        options.interactive ? ConsoleIo::Input::Interactive : ConsoleIo::Input::None);
    QObject::connect(console.get(), &ConsoleIo::left, &session, &RunSession::leave);

    const std::optional<GuestEnd> end = co_await session.untilEnded();
    if (end) {
        co_await console->fetched();
    }
    console->drain();
    // what follows is for a terminal that is no longer raw
    console.reset();
    if (!end) {
        say(formatted("left; {} goes on: `rumpus console {}` comes back to it", guest->name(),
                      guest->name()));
        co_return cause == Cause::TimedOut ? TimedOut : cause == Cause::Interrupted ? Interrupted : EndedWell;
    }
    if (cause == Cause::TimedOut) {
        say(formatted("{} was destroyed after {} s", guest->name(), *options.timeout));
        co_return TimedOut;
    }
    const int code = tellEnd(*guest, *end, options.json);
    if (isCrash(end->how) && guest->state() == GuestState::Ended) {
        co_await tellCrash(guest, options.json);
    }
    co_return cause == Cause::Interrupted ? Interrupted : code;
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
        co_return co_await stay(session, options);
    }
    co_await session.untilStarted();
    const std::optional<GuestEnd>& end = session.guest()->end();
    if (end && end->how == GuestEnd::How::Refused) {
        co_return tellEnd(*session.guest(), *end, options.json);
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
            command.add_flag("-i,--interactive", options.interactive,
                             "Attach the terminal to the console; Ctrl+] leaves, and the guest goes on");
            command.add_flag("--paused", options.paused, "Stop before the first instruction");
            command.add_flag("-d,--detach", options.detach, "Print the guest's id and leave it running");
            command
                .add_option("--timeout", options.timeout,
                            "Destroy the guest after so many seconds (exit code 124)")
                ->check(CLI::PositiveNumber);
            addHostOption(command, options.host);
            addJsonOption(command, options.json);
        },
        runGuest);
}

} // namespace rumpus::cli
