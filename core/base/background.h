// inBackground: a function that may wait, on a thread that may.
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QFuture>
#include <QPromise>
#include <QThreadPool>

#include <memory>
#include <type_traits>
#include <utility>

namespace rumpus {

/// Runs a function on a thread of the pool; its result can be awaited. It must own what it uses: who awaits
/// it may be gone before it ends.
template <typename Function>
QFuture<std::invoke_result_t<Function>> inBackground(Function function,
                                                     QThreadPool& pool = *QThreadPool::globalInstance())
{
    auto promise = std::make_shared<QPromise<std::invoke_result_t<Function>>>();
    promise->start();
    pool.start([promise, function = std::move(function)]() mutable {
        promise->addResult(function());
        promise->finish();
    });
    return promise->future();
}

} // namespace rumpus
