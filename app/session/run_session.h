// RunSession: one click of Run, from config to exit; the window and the command both use it.
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/session/prepare.h"
#include "platforms/host.h"

#include <QCoroTask>
#include <QObject>

#include <filesystem>
#include <memory>
#include <string>

namespace rumpus {

class RunSession : public QObject {
    Q_OBJECT
public:
    enum class State : std::uint8_t {
        Idle,
        Preparing, ///< reading, asking the host, planning
        Launching,
        Running, ///< the guest exists; its own state says more
        Ended,
        Failed,
    };
    Q_ENUM(State)

    explicit RunSession(std::shared_ptr<Host> host, QObject* parent = nullptr);

    State state() const { return state_; }
    Host& host() const { return *host_; }
    /// The guest, from Running on.
    Guest* guest() const { return guest_.get(); }
    /// What was decided, from Launching on.
    const std::optional<Prepared>& prepared() const { return prepared_; }

    /// Prepares and launches. The guest's console can be opened when it returns.
    QCoro::Task<std::expected<void, Refusal>> start(std::filesystem::path config, LaunchWishes wishes);
    /// Launches what was prepared elsewhere, for this host.
    QCoro::Task<std::expected<void, Refusal>> start(Prepared prepared);

    /// Waits until the guest runs, is paused, or has ended without ever starting.
    QCoro::Task<> untilStarted();

    /// Waits until the guest has ended, then does what the config says of its end: destroys it, keeps it or
    /// lets it boot again. Gives how it ended, or nothing after `leave`.
    QCoro::Task<std::optional<GuestEnd>> untilEnded();

    /// No longer waits; the guest goes on.
    void leave();

Q_SIGNALS:
    void stateChanged(rumpus::RunSession::State state);
    /// The guest has ended and boots again, as its config wants.
    void restarting(const QString& how);
    /// Something happened that those who wait may wait for.
    void woken();

private:
    void become(State state);
    QCoro::Task<Result<void>> letHeldOnesGo();

    std::shared_ptr<Host> host_;
    State state_ = State::Idle;
    std::optional<Prepared> prepared_;
    std::unique_ptr<Guest> guest_;
    bool left_ = false;
};

} // namespace rumpus
