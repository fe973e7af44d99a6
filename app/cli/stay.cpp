// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/stay.h"

#include "app/cli/command.h"
#include "app/cli/console_io.h"
#include "app/cli/signals.h"
#include "app/session/crash_report.h"
#include "core/base/format.h"

#include <QPointer>
#include <QTimer>

#include <chrono>

namespace rumpus::cli {

namespace {

/// Why the guest ended, when that was our doing.
enum class Cause : std::uint8_t { Itself, TimedOut, Interrupted };

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

} // namespace

QCoro::Task<int> stay(RunSession& session, StayOptions options)
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

} // namespace rumpus::cli
