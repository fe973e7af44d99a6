// Signals as Qt signals: SIGINT and SIGTERM asked for by an event loop (signalfd(2)).
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QObject>

#include <memory>

class QSocketNotifier;

namespace rumpus::cli {

class Signals : public QObject {
    Q_OBJECT
public:
    /// From now on SIGINT and SIGTERM do not end the process.
    Signals();
    ~Signals() override;

Q_SIGNALS:
    void interrupted(int signal);

private:
    int descriptor_;
    std::unique_ptr<QSocketNotifier> notifier_;
};

} // namespace rumpus::cli
