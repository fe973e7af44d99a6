// libvirt's threads and the front end's: one thread delivers libvirt's events, a pool makes its calls.
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/background.h"

#include <functional>

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
QFuture<std::invoke_result_t<Function>> onLibvirtThread(Function function)
{
    return inBackground(std::move(function), libvirtCalls());
}

} // namespace rumpus
