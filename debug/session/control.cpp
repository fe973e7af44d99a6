// How a debug session moves the guest: continue, interrupt, steps, run to, jump, detach.
// SPDX-License-Identifier: GPL-3.0-or-later
#include "debug/mi/c_string.h"
#include "debug/session/debug_session.h"
#include "debug/session/parse.h"

#include <QCoroSignal>

#include <algorithm>

namespace rumpus {

std::string_view key(StepKind kind)
{
    switch (kind) {
    case StepKind::Into: return "into";
    case StepKind::Over: return "over";
    case StepKind::Out: return "out";
    case StepKind::InstructionInto: return "instruction";
    case StepKind::InstructionOver: return "instruction over";
    }
    std::unreachable();
}

QCoro::Task<Result<void>> DebugSession::dropSelection()
{
    // nothing of GDB's own selection was changed for another CPU
    cpu_ = stop_ ? stop_->cpu : cpu_;
    if (!selectedThread_.empty()) {
        selectedThread_.clear();
        levelOffset_ = 0;
        const Result<mi::Message> dropped = co_await gdb_->send("-rumpus-select-thread");
        if (!dropped) {
            co_return std::unexpected(dropped.error());
        }
    }
    co_return {};
}

QCoro::Task<Result<void>> DebugSession::move(std::string command)
{
    const auto self = shared_from_this();
    if (state_ != State::Stopped) {
        co_return inputError("the guest is not stopped", "pause it first");
    }
    if (const Result<void> dropped = co_await dropSelection(); !dropped) {
        co_return dropped;
    }
    const std::optional<Stop> before = stop_;
    const std::uint64_t generation = generation_;
    const Result<mi::Message> taken = co_await gdb_->send(std::move(command));
    if (!taken) {
        if (state_ == State::Running && generation == generation_ && before) {
            showStop(*before);
        }
        co_return inputError(taken.error().what, cureFor(taken.error().what));
    }
    // *running follows its ^running, and a quick stop may have come before both
    if (state_ == State::Stopped && generation == generation_) {
        stop_.reset();
        become(State::Running);
    }
    co_return {};
}

QCoro::Task<Result<void>> DebugSession::resume()
{
    return move("-exec-continue");
}

QCoro::Task<Result<void>> DebugSession::interrupt()
{
    const auto self = shared_from_this();
    if (state_ != State::Running) {
        co_return inputError("the guest does not run");
    }
    if (!target_.endpoint.canInterrupt) {
        co_return hostError("this gdbstub stops its guest at breakpoints only",
                            "set one where the guest comes by");
    }
    interruptAsked_ = true;
    insistOnStop();
    const Result<mi::Message> taken = co_await gdb_->send("-exec-interrupt");
    co_return taken ? Result<void>() : std::unexpected(taken.error());
}

void DebugSession::insistOnStop()
{
    // a stub does not hear it in the moment in which it reports a hit that GDB then passes over
    static constexpr std::chrono::milliseconds pause{50};
    insistence_.start(pause);
}

QCoro::Task<Result<void>> DebugSession::step(StepKind kind)
{
    switch (kind) {
    case StepKind::Into: return skipped_.empty() ? move("-exec-step") : stepInto();
    case StepKind::Over: return move("-exec-next");
    case StepKind::Out: return move("-exec-finish");
    case StepKind::InstructionInto: return move("-exec-step-instruction");
    case StepKind::InstructionOver: return move("-exec-next-instruction");
    }
    std::unreachable();
}

QCoro::Task<Result<void>> DebugSession::stepInto()
{
    static constexpr int mostSteps = 50;
    const auto self = shared_from_this();
    if (state_ != State::Stopped) {
        co_return inputError("the guest is not stopped", "pause it first");
    }
    if (const Result<void> dropped = co_await dropSelection(); !dropped) {
        co_return dropped;
    }
    const Stop start = *stop_;
    hidden_ = true;
    stop_.reset();
    become(State::Running);
    Stop last = start;
    std::string command = "-exec-step";
    Result<void> done;
    for (int i = 0; i < mostSteps; ++i) {
        Result<Stop> arrived = co_await runHidden(command);
        if (!arrived) {
            done = std::unexpected(arrived.error());
            break;
        }
        last = std::move(*arrived);
        place(last.frame);
        if (last.why != Stop::Why::Step) {
            break;
        }
        const bool sameLine =
            last.frame.function == start.frame.function && last.frame.line == start.frame.line;
        if (std::ranges::contains(skipped_, last.frame.component)) {
            command = "-exec-finish";
        } else if (sameLine && command == "-exec-finish") {
            command = "-exec-step";
        } else {
            break;
        }
    }
    hidden_ = false;
    if (state_ == State::Running) {
        showStop(std::move(last));
    }
    co_return done;
}

QCoro::Task<Result<void>> DebugSession::runTo(std::string place)
{
    const auto self = shared_from_this();
    if (state_ != State::Stopped) {
        co_return inputError("the guest is not stopped", "pause it first");
    }
    const Result<mi::Message> set = co_await gdb_->send("-break-insert -t " + mi::quote(place));
    if (!set) {
        co_return std::unexpected(set.error());
    }
    const std::string number = set->record()["bkpt"]["number"].text();
    const std::uint64_t before = generation_;
    Result<void> moved = co_await move("-exec-continue");
    if (!moved) {
        co_await gdb_->send("-break-delete " + number);
        co_return moved;
    }
    // another stop came first: the place is not waited for any more
    const Result<Stop> stop = co_await untilStopped(before);
    if (stop && stop->breakpoint != number) {
        co_await gdb_->send("-break-delete " + number);
    }
    co_return {};
}

QCoro::Task<Result<void>> DebugSession::until()
{
    return move("-exec-until");
}

QCoro::Task<Result<void>> DebugSession::jump(std::string place)
{
    return move("-exec-jump " + mi::quote(place));
}

QCoro::Task<Result<void>> DebugSession::detach()
{
    const auto self = shared_from_this();
    if (state_ != State::Stopped && state_ != State::Running) {
        co_return inputError("there is nothing to detach from");
    }
    co_return co_await whileStopped([this]() -> QCoro::Task<Result<void>> {
        co_await dropSelection();
        // from here on the end of the connection is no loss
        close();
        const Result<mi::Message> gone = co_await gdb_->send("-target-detach");
        co_return gone ? Result<void>() : std::unexpected(gone.error());
    });
}

QCoro::Task<Result<void>> DebugSession::whileStopped(std::function<QCoro::Task<Result<void>>()> change)
{
    const auto self = shared_from_this();
    while (hidden_) {
        co_await qCoro(this, &DebugSession::woken);
    }
    if (state_ != State::Running) {
        co_return co_await change();
    }
    hidden_ = true;
    insistOnStop();
    const Result<Stop> stop = co_await runHidden("-exec-interrupt");
    if (!stop) {
        hidden_ = false;
        Q_EMIT woken();
        co_return std::unexpected(stop.error());
    }
    const Result<void> done = co_await change();
    hidden_ = false;
    if (state_ == State::Running) {
        if (stop->why == Stop::Why::Breakpoint || stop->why == Stop::Why::Watchpoint) {
            co_await handleHit(*stop);
            Q_EMIT woken();
            co_return done;
        }
        // something else may have stopped it in the same moment: that stop is the user's
        const bool ours = stop->why == Stop::Why::Interrupted && !interruptAsked_;
        const Result<mi::Message> goesOn =
            ours ? co_await gdb_->send("-exec-continue") : Result<mi::Message>(std::unexpected(Error()));
        if (!goesOn) {
            Stop shown = *stop;
            shown.words = ours ? goesOn.error().what : shown.words;
            showStop(std::move(shown));
        }
    }
    Q_EMIT woken();
    co_return done;
}

} // namespace rumpus
