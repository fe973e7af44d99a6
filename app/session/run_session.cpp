// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/session/run_session.h"

#include <QCoroSignal>

namespace rumpus {

RunSession::RunSession(std::shared_ptr<Host> host, QObject* parent) : QObject(parent), host_(std::move(host))
{
}

void RunSession::become(State state)
{
    state_ = state;
    Q_EMIT stateChanged(state);
}

QCoro::Task<Result<void>> RunSession::letHeldOnesGo()
{
    auto guests = co_await host_->guests(Which::Existing);
    if (!guests) {
        co_return std::unexpected(guests.error());
    }
    for (const auto& guest : *guests) {
        // a crashed guest is held for whoever wants to look at it, until the same unikernel starts again; one
        // that was started elsewhere is not ours to let go
        const bool isOurs = guest->isOurs() && !guest->place().empty();
        if (isOurs && guest->state() == GuestState::Ended && guest->plan().image == prepared_->plan.image) {
            co_await guest->kill();
        }
    }
    co_return {};
}

QCoro::Task<std::expected<void, Refusal>> RunSession::start(std::filesystem::path config, LaunchWishes wishes)
{
    become(State::Preparing);
    auto prepared = co_await prepare(config, *host_, wishes);
    if (!prepared) {
        become(State::Failed);
        co_return std::unexpected(prepared.error());
    }
    co_return co_await start(std::move(*prepared));
}

QCoro::Task<std::expected<void, Refusal>> RunSession::start(Prepared prepared)
{
    prepared_ = std::move(prepared);
    const std::filesystem::path config = prepared_->file.path;
    become(State::Launching);
    Result<void> cleared = co_await letHeldOnesGo();
    Result<std::unique_ptr<Guest>> guest =
        cleared ? co_await host_->launch(prepared_->plan) : std::unexpected(cleared.error());
    if (!guest) {
        become(State::Failed);
        co_return std::unexpected(Refusal{.config = config, .problems = {}, .error = guest.error()});
    }
    guest_ = std::move(*guest);
    connect(guest_.get(), &Guest::stateChanged, this, &RunSession::woken);
    become(State::Running);
    co_return {};
}

QCoro::Task<> RunSession::untilStarted()
{
    while (guest_->state() == GuestState::Starting && !left_) {
        co_await qCoro(this, &RunSession::woken);
    }
}

QCoro::Task<std::optional<GuestEnd>> RunSession::untilEnded()
{
    while (true) {
        while (!guest_->end() && !left_) {
            co_await qCoro(this, &RunSession::woken);
        }
        if (left_) {
            co_return std::nullopt;
        }
        const GuestEnd end = *guest_->end();
        const AfterEnd wish = isCrash(end.how) ? prepared_->plan.onCrash : prepared_->plan.onExit;
        const bool held = guest_->state() == GuestState::Ended;
        if (held && wish == AfterEnd::Restart) {
            Q_EMIT restarting(QString::fromStdString(describe(end)));
            if (co_await guest_->reset()) {
                continue;
            }
        }
        if (held && wish == AfterEnd::Destroy) {
            co_await guest_->kill();
        }
        become(State::Ended);
        co_return end;
    }
}

void RunSession::leave()
{
    left_ = true;
    Q_EMIT woken();
}

} // namespace rumpus
