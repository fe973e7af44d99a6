// rumpus debug: launches a unikernel under GDB, in the terminal or from stop to stop; opens dumps.
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/command.h"
#include "app/cli/console_io.h"
#include "app/cli/gdb_terminal.h"
#include "app/cli/launch.h"
#include "app/cli/signals.h"
#include "app/session/crash_report.h"
#include "app/session/debugging.h"
#include "app/session/image_config.h"
#include "core/base/format.h"
#include "core/base/text.h"

#include <QCoroSignal>
#include <QTemporaryDir>
#include <QTimer>

#include <chrono>

namespace rumpus::cli {

namespace {

struct DebugOptions {
    std::optional<std::string> file;
    std::string host;
    std::vector<std::string> breaks;
    std::string stopAt;
    std::string script;
    std::string core;
    bool batch = false;
    bool tui = false;
    bool json = false;
    unsigned stops = 0; ///< in batch: after so many the guest is destroyed; 0: never
    double timeout = 0; ///< seconds; 0: none
};

/// Those kept beside the config, then those of the command line.
std::vector<Breakpoint> wishedBreakpoints(const std::filesystem::path& config, const DebugOptions& options)
{
    const Result<std::vector<Breakpoint>> kept = loadBreakpoints(breakpointFile(config));
    if (!kept) {
        report(kept.error());
    }
    std::vector<Breakpoint> breakpoints = kept.value_or(std::vector<Breakpoint>());
    for (const std::string& place : options.breaks) {
        breakpoints.push_back(breakpointAt(place));
    }
    return breakpoints;
}

std::optional<StopAt> wishedStop(const std::string& word)
{
    if (word == "main") {
        return StopAt::Main;
    }
    return word == "entry" ? StopAt::Entry : StopAt::None;
}

void tellProblems(const DebugSession& session)
{
    for (const PlacedBreakpoint& breakpoint : session.breakpoints().all()) {
        if (!breakpoint.problem.empty()) {
            say(formatted("no breakpoint at {}: {}", printable(describe(breakpoint.wish)),
                          breakpoint.problem));
        }
    }
}

/// `console`: what the guest had printed comes before where it stands; null: there is none.
QCoro::Task<> tellStop(std::shared_ptr<DebugSession> session, ConsoleIo* console, const DebugOptions& options)
{
    const StopReport report = co_await reportStop(session);
    co_await ConsoleIo::catchUp(console);
    if (options.json) {
        Json line = {{"event", "stopped"}};
        line.update(toJson(report));
        printJson(line);
    } else {
        print(formatted("=== stopped: {} ===\n{}\n", printable(report.stop.words), toText(report)));
    }
}

/// A machine that stands still although nothing of ours stopped it: why is known in a moment.
bool stoodStillByItself(const DebugSession& session)
{
    const bool stopped = session.state() == DebugSession::State::Stopped && session.stop().has_value();
    return stopped &&
           (session.stop()->why == Stop::Why::Interrupted || session.stop()->why == Stop::Why::Signal);
}

/// From stop to stop until the guest has ended, or enough stops were told.
QCoro::Task<> goOn(RunSession& run, std::shared_ptr<DebugSession> session, ConsoleIo* console,
                   const DebugOptions& options)
{
    unsigned told = 0;
    while (!run.guest()->end()) {
        if (stoodStillByItself(*session)) {
            co_await qCoro(&run, &RunSession::woken, std::chrono::seconds(2));
            if (run.guest()->end()) {
                co_return;
            }
        }
        if (session->state() == DebugSession::State::Stopped) {
            co_await tellStop(session, console, options);
            if (options.stops != 0 && ++told >= options.stops) {
                co_return;
            }
            const Result<void> moved = co_await session->resume();
            if (!moved && session->state() != DebugSession::State::Lost) {
                report(moved.error());
                co_return;
            }
        }
        if (session->state() == DebugSession::State::Lost) {
            // the guest may be gone, and then its end is known in a moment
            co_await qCoro(&run, &RunSession::woken, std::chrono::seconds(2));
            if (!run.guest()->end()) {
                say("the debugger was lost: " + session->endWords());
                // it may have left breakpoints behind, and the guest standing at one
                co_await run.guest()->closeGdb();
            }
            co_return;
        }
        if (session->state() == DebugSession::State::Running && !run.guest()->end()) {
            co_await qCoro(&run, &RunSession::woken);
        }
    }
}

QCoro::Task<int> batch(RunSession& run, std::shared_ptr<DebugSession> warm, DebugOptions options)
{
    Guest* guest = run.guest();
    ConsoleIo console(*guest, options.json ? ConsoleIo::Format::Json : ConsoleIo::Format::Bytes,
                      ConsoleIo::Input::None);
    bool timedOut = false;
    const auto destroy = [guest]() -> QCoro::Task<> { co_await guest->kill(); };
    const Signals signals;
    QObject::connect(&signals, &Signals::interrupted, guest, [&] { destroy(); });
    QTimer timer;
    timer.setSingleShot(true);
    QObject::connect(&timer, &QTimer::timeout, guest, [&] {
        timedOut = true;
        destroy();
    });
    if (options.timeout > 0) {
        timer.start(std::chrono::milliseconds(static_cast<std::int64_t>(options.timeout * 1000)));
    }
    const auto session = co_await attachTo(
        guest, &run.prepared()->file, wishedBreakpoints(run.prepared()->file.path, options), std::move(warm));
    if (!session) {
        co_await guest->kill();
        co_return report(session.error());
    }
    QObject::connect(session->get(), &DebugSession::woken, &run, &RunSession::woken);
    tellProblems(**session);
    co_await goOn(run, *session, &console, options);
    std::optional<GuestEnd> end = guest->end();
    if (end && isCrash(end->how) && (*session)->state() == DebugSession::State::Running) {
        const std::uint64_t before = (*session)->generation();
        if (co_await (*session)->interrupt() && co_await (*session)->untilStopped(before)) {
            co_await tellStop(*session, &console, options);
        }
    }
    (*session)->close();
    console.drain();
    co_await guest->kill();
    if (timedOut) {
        say(formatted("{} was destroyed after {} s", guest->name(), options.timeout));
        co_return TimedOut;
    }
    if (!end) {
        co_return EndedWell;
    }
    co_return tellEnd(*guest, *end, options.json);
}

QCoro::Task<int> inTerminal(RunSession& run, const DebugOptions& options)
{
    Guest* guest = run.guest();
    Result<GuestTarget> opened = co_await openTarget(guest, &run.prepared()->file);
    if (!opened) {
        co_await guest->kill();
        co_return report(opened.error());
    }
    const GdbTerminal wish{.image = std::move(opened->image),
                           .target = std::move(opened->target),
                           .breakpoints = wishedBreakpoints(run.prepared()->file.path, options),
                           .script = options.script,
                           .tui = options.tui};
    say(formatted("{} stands before its first instruction; its console: `rumpus console {}`", guest->name(),
                  guest->name()));
    const Result<int> left = runGdb(wish, guest->place());
    co_await guest->kill();
    co_return left ? EndedWell : report(left.error());
}

QCoro::Task<int> postMortem(DebugOptions options)
{
    const Result<std::filesystem::path> path = findConfig(options.file);
    if (!path) {
        co_return report(path.error());
    }
    const Result<ConfigFile> file = openConfig(*path);
    if (!file) {
        co_return report(file.error());
    }
    const std::filesystem::path imagePath = file->imagePath();
    if (options.batch || options.json) {
        const auto session = co_await openCore(std::filesystem::absolute(options.core), imagePath);
        if (!session) {
            co_return report(session.error());
        }
        co_await tellStop(*session, nullptr, options);
        (*session)->close();
        co_return EndedWell;
    }
    const Result<Image> image = readImage(imagePath, Detail::Debug);
    if (!image) {
        co_return report(image.error());
    }
    const Result<ReadableDump> dump = co_await readableDump(std::filesystem::absolute(options.core));
    if (!dump) {
        co_return report(dump.error());
    }
    const QTemporaryDir folder;
    LaunchPlan plan;
    plan.kind = image->kind;
    GdbTerminal wish{.image = *image,
                     .target = debugTarget(plan, *image),
                     .breakpoints = {},
                     .script = options.script,
                     .tui = options.tui};
    wish.target.core = dump->file;
    const Result<int> left = runGdb(wish, folder.path().toStdString());
    co_return left ? EndedWell : report(left.error());
}

QCoro::Task<int> runDebug(DebugOptions options)
{
    if (!options.core.empty()) {
        co_return co_await postMortem(options);
    }
    LaunchWishes wishes{.debug = true};
    if (!options.stopAt.empty()) {
        wishes.stopAt = wishedStop(options.stopAt);
    }
    const bool isBatch = options.batch || options.json;
    std::shared_ptr<DebugSession> warm;
    const auto session = co_await launch(options.file, options.host, wishes, [&](RunSession& starting) {
        QObject::connect(&starting, &RunSession::stateChanged, &starting, [&](RunSession::State state) {
            if (isBatch && state == RunSession::State::Launching) {
                warm = warmUp(*starting.prepared());
            }
        });
    });
    if (!session) {
        co_return report(session.error());
    }
    if (isBatch) {
        co_return co_await batch(**session, std::move(warm), options);
    }
    co_return co_await inTerminal(**session, options);
}

} // namespace

void defineDebug(CLI::App& app, Action& chosen)
{
    defineCommand<DebugOptions>(
        app, chosen, "debug", "Boot a unikernel under GDB, stopped at its main; or open a dump",
        [](CLI::App& command, DebugOptions& options) {
            addFileOption(command, options.file);
            command
                .add_option("-b,--break", options.breaks,
                            "Stop there: FILE:LINE, a function, or *ADDRESS; may be given several times")
                ->type_name("WHERE")
                ->expected(1)
                ->allow_extra_args(false) // the next word is the file
                ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
            command.add_option("--stop-at", options.stopAt, "The first stop: main, entry or none")
                ->check(CLI::IsMember({"main", "entry", "none"}));
            command.add_option("--script", options.script, "GDB commands to run once it is connected")
                ->check(CLI::ExistingFile);
            command.add_flag("--tui", options.tui, "GDB with its text windows");
            command.add_flag("--batch", options.batch,
                             "Without GDB's prompt: print stop, stack, variables and guest threads at each "
                             "stop, and go on");
            command.add_option("--stops", options.stops, "With --batch: end the guest after so many stops");
            command
                .add_option("--timeout", options.timeout,
                            "With --batch: destroy the guest after so many seconds")
                ->check(CLI::PositiveNumber);
            command
                .add_option("--core", options.core,
                            "Open this dump (`rumpus dump` makes them) instead of a guest")
                ->check(CLI::ExistingFile);
            addHostOption(command, options.host);
            addJsonOption(command, options.json);
        },
        runDebug);
}

} // namespace rumpus::cli
