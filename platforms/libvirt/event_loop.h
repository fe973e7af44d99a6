// libvirt's threads and the front end's: one thread delivers libvirt's events, a pool makes its calls.
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QFuture>
#include <QPromise>
#include <QThreadPool>

#include <functional>
#include <memory>
#include <type_traits>
#include <utility>

namespace rumpus {

/// Starts, once a process, the thread on which libvirt calls back. Must come before the first connection is
/// opened.
void startLibvirtEvents();

/// Runs a function on the application's thread, soon; never where the application is gone.
void toFront(std::function<void()> function);

/// The threads on which calls of libvirt wait for their answers.
QThreadPool& libvirtCalls();

/// Runs a function on one of these threads.
template <typename Function>
QFuture<std::invoke_result_t<Function>> inBackground(Function function)
{
    auto promise = std::make_shared<QPromise<std::invoke_result_t<Function>>>();
    promise->start();
    libvirtCalls().start([promise, function = std::move(function)]() mutable {
        promise->addResult(function());
        promise->finish();
    });
    return promise->future();
}

} // namespace rumpus
