// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/session/guest_session.h"

#include "app/session/debugging.h"
#include "core/base/format.h"

namespace rumpus {

std::shared_ptr<GuestSession> GuestSession::ofRun(std::unique_ptr<RunSession> run)
{
    std::shared_ptr<GuestSession> session(new GuestSession);
    session->run_ = std::move(run);
    session->host_ = session->run_->host().name();
    session->adopt();
    return session;
}

std::shared_ptr<GuestSession> GuestSession::found(std::unique_ptr<Guest> guest, const Host& host)
{
    std::shared_ptr<GuestSession> session(new GuestSession);
    session->guest_ = std::move(guest);
    session->host_ = host.name();
    session->adopt();
    return session;
}

void GuestSession::adopt()
{
    connect(&guest(), &Guest::stateChanged, this, [this] {
        // where GDB stands it listens to nobody, and would stand there for ever
        if (debugger_ && guest().state() == GuestState::Gone) {
            debugger_->close();
        }
        Q_EMIT changed();
    });
}

const ConfigFile* GuestSession::config() const
{
    return run_ && run_->prepared() ? &run_->prepared()->file : nullptr;
}

GuestSession::Phase GuestSession::phase() const
{
    const GuestState state = guest().state();
    if (state == GuestState::Gone) {
        return Phase::Ended;
    }
    if (state == GuestState::Ended) {
        return Phase::Held;
    }
    if (debugger_) {
        switch (debugger_->state()) {
        case DebugSession::State::Stopped: return Phase::DebugStopped;
        case DebugSession::State::Running:
        case DebugSession::State::Connecting: return Phase::DebugRunning;
        default: break;
        }
    }
    if (state == GuestState::Starting) {
        return Phase::Starting;
    }
    return state == GuestState::Paused ? Phase::Paused : Phase::Running;
}

std::string GuestSession::words() const
{
    switch (phase()) {
    case Phase::Starting: return "starting";
    case Phase::Running: return "running";
    case Phase::Paused: return "paused";
    case Phase::DebugRunning:
        return debugger_->state() == DebugSession::State::Connecting ? "connecting the debugger"
                                                                     : "running under the debugger";
    case Phase::DebugStopped: {
        const Frame& frame = debugger_->stop()->frame;
        const std::string where =
            frame.line > 0
                ? formatted("{}:{}", std::filesystem::path(frame.file).filename().native(), frame.line)
                : frame.function;
        return where.empty() ? formatted("stopped at 0x{:x}", frame.address) : "stopped at " + where;
    }
    case Phase::Held:
    case Phase::Ended: break;
    }
    return guest().end() ? describe(*guest().end()) : "ended";
}

QCoro::Task<> GuestSession::follow()
{
    const auto self = shared_from_this();
    const std::optional<GuestEnd> end = co_await run_->untilEnded();
    if (end && isCrash(end->how) && guest().state() == GuestState::Ended) {
        // the debugger that is there shows it already
        if (!debugger_) {
            Result<CrashReport> report = co_await reportCrash(&guest(), true);
            if (report) {
                crash_ = std::move(*report);
                Q_EMIT crashed();
            }
        }
    }
    Q_EMIT changed();
}

void GuestSession::setDebugger(std::shared_ptr<DebugSession> debugger)
{
    debugger_ = std::move(debugger);
    if (debugger_) {
        connect(debugger_.get(), &DebugSession::stateChanged, this, [this](DebugSession::State state) {
            if (state == DebugSession::State::Lost || state == DebugSession::State::Ended) {
                // who follows the session hears of its end first
                QMetaObject::invokeMethod(this, [this] { setDebugger(nullptr); }, Qt::QueuedConnection);
            }
            Q_EMIT changed();
        });
    }
    Q_EMIT debuggerChanged();
    Q_EMIT changed();
}

QCoro::Task<Result<void>> GuestSession::debug(std::vector<Breakpoint> breakpoints,
                                              std::shared_ptr<DebugSession> warm, std::filesystem::path image)
{
    const auto self = shared_from_this();
    if (debugger_) {
        co_return inputError(formatted("{} is debugged already", id()));
    }
    Result<std::shared_ptr<DebugSession>> attached =
        co_await attachTo(&guest(), config(), std::move(breakpoints), std::move(warm), std::move(image));
    if (!attached) {
        co_return std::unexpected(attached.error());
    }
    setDebugger(*attached);
    co_return {};
}

QCoro::Task<Result<void>> GuestSession::detach()
{
    const auto self = shared_from_this();
    const std::shared_ptr<DebugSession> debugger = debugger_;
    if (!debugger) {
        co_return inputError(formatted("{} is not debugged", id()));
    }
    co_return co_await debugger->detach();
}

QCoro::Task<Result<void>> GuestSession::pause()
{
    return debugger_ ? debugger_->interrupt() : guest().pause();
}

QCoro::Task<Result<void>> GuestSession::resume()
{
    return debugger_ ? debugger_->resume() : guest().resume();
}

QCoro::Task<Result<void>> GuestSession::reset()
{
    return debugger_ ? restart(&guest(), debugger_) : guest().reset();
}

QCoro::Task<Result<void>> GuestSession::stop()
{
    const auto self = shared_from_this();
    static constexpr std::chrono::seconds patience{3};
    if (debugger_) {
        // a stopped CPU answers no request to power off
        debugger_->close();
        co_return co_await guest().kill();
    }
    co_return co_await guest().stop(patience);
}

} // namespace rumpus
