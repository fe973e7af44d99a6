// Waiting for what a window does, in its event loop.
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QEventLoop>
#include <QTimer>

#include <functional>

namespace rumpus::gui {

/// Runs the event loop until a condition holds; false where it does not after `patience` milliseconds.
/// QTest::qWaitFor sleeps between its turns, and so makes each question to GDB take 20 ms.
inline bool waitUntil(const std::function<bool()>& condition, int patience)
{
    static constexpr int betweenLooks = 2;
    QEventLoop loop;
    QTimer look;
    QObject::connect(&look, &QTimer::timeout, &loop, [&] {
        if (condition()) {
            loop.quit();
        }
    });
    look.start(betweenLooks);
    QTimer::singleShot(patience, &loop, &QEventLoop::quit);
    if (!condition()) {
        loop.exec();
    }
    return condition();
}

} // namespace rumpus::gui
