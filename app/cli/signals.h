// Signals as Qt signals: SIGINT and SIGTERM asked for by an event loop (signal-safety(7), eventfd(2)).
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QObject>

#include <array>
#include <csignal>
#include <memory>

class QSocketNotifier;

namespace rumpus::cli {

/// At most one at a time.
class Signals : public QObject {
    Q_OBJECT
public:
    /// From now on SIGINT and SIGTERM do not end the process, whichever of its threads they reach.
    Signals();
    /// They do again what they did before.
    ~Signals() override;

Q_SIGNALS:
    void interrupted();

private:
    static constexpr std::array handled{SIGINT, SIGTERM};

    std::array<struct sigaction, handled.size()> before_{};
    std::unique_ptr<QSocketNotifier> notifier_;
};

} // namespace rumpus::cli
