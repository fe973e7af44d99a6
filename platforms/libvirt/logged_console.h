// LoggedConsole: one reader of a console that is kept in a log here: it follows the log and types through its
// guest.
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "platforms/libvirt/log_follower.h"
#include "platforms/libvirt/logged_guest.h"

#include <QPointer>
#include <QTimer>

#include <cstdint>
#include <filesystem>
#include <string>

namespace rumpus {

class LoggedConsole : public ConsoleChannel {
    Q_OBJECT
public:
    /// `before` is told first: what of the console is not known here; empty: nothing is missing.
    LoggedConsole(LoggedGuest* guest, std::filesystem::path log, std::string before);

    void start() override;
    void drain() override;
    std::chrono::milliseconds lag() const override;
    QCoro::Task<> fetched() override;
    void setHeld(bool held) override;
    Result<void> write(QByteArray bytes) override;

    enum class Rest : bool {
        IsAwaited, ///< until who writes the log closes it, but not for ever
        IsTold,    ///< by `restIsThere`
    };
    /// The guest prints no more: what is left is delivered, then `finished`.
    void guestIsGone(Rest rest);
    void restIsThere();
    /// It was started again.
    void guestIsBack();
    /// A word from the guest's object: something is missing here.
    void tell(const std::string& text);

private:
    void finishWhenDone();

    QPointer<LoggedGuest> guest_;
    std::filesystem::path log_;
    std::string before_;
    LogFollower follower_;
    QTimer lastWords_;
    bool guestGone_ = false;
    bool patienceOver_ = false;
    bool finished_ = false;
};

} // namespace rumpus
