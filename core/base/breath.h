// Breath: lets the event loop have its turn within a long piece of work.
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QCoroTask>
#include <QCoroTimer>
#include <QElapsedTimer>

#include <chrono>

namespace rumpus {

class Breath {
public:
    Breath() { since_.start(); }

    /// The event loop has waited for half of what a window may stand still.
    bool isDue() const { return since_.hasExpired(std::chrono::milliseconds(longest).count()); }
    /// What was true before need not be true after it.
    QCoro::Task<> take()
    {
        co_await QCoro::sleepFor(std::chrono::milliseconds(0));
        since_.restart();
    }

private:
    static constexpr std::chrono::milliseconds longest{4};
    QElapsedTimer since_;
};

} // namespace rumpus
