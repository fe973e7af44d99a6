// SPDX-License-Identifier: GPL-3.0-or-later
#include "platforms/libvirt/event_loop.h"

#include <QCoreApplication>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <libvirt/libvirt.h>
#include <libvirt/virterror.h>
#include <map>
#include <mutex>
#include <optional>
#include <poll.h>
#include <sys/eventfd.h>
#include <thread>
#include <unistd.h>
#include <vector>

namespace rumpus {

namespace {

using Clock = std::chrono::steady_clock;

/// What libvirt wants to be told of: descriptors and times (virEventRegisterImpl).
///
/// libvirt's own implementation runs in GLib's default context, which is the application's thread's where Qt
/// uses GLib too: its callbacks would come there, or nowhere.
class EventLoop {
public:
    /// Never destroyed: libvirt has no way to take an event implementation back.
    static EventLoop& instance()
    {
        static auto* const loop = new EventLoop;
        return *loop;
    }

    int addHandle(int descriptor, int events, virEventHandleCallback callback, void* opaque,
                  virFreeCallback free)
    {
        return changed([&] {
            handles_[++last_] = {descriptor, events, callback, opaque, free};
            return last_;
        });
    }
    void updateHandle(int id, int events)
    {
        changed([&] {
            if (const auto found = handles_.find(id); found != handles_.end()) {
                found->second.events = events;
            }
            return 0;
        });
    }
    int removeHandle(int id)
    {
        return changed([&] {
            const auto found = handles_.find(id);
            return found == handles_.end() ? -1 : release(handles_, found);
        });
    }
    int addTimer(int interval, virEventTimeoutCallback callback, void* opaque, virFreeCallback free)
    {
        return changed([&] {
            timers_[++last_] = {interval, deadline(interval), callback, opaque, free};
            return last_;
        });
    }
    void updateTimer(int id, int interval)
    {
        changed([&] {
            if (const auto found = timers_.find(id); found != timers_.end()) {
                found->second.interval = interval;
                found->second.due = deadline(interval);
            }
            return 0;
        });
    }
    int removeTimer(int id)
    {
        return changed([&] {
            const auto found = timers_.find(id);
            return found == timers_.end() ? -1 : release(timers_, found);
        });
    }

    void run()
    {
        while (true) {
            runOnce();
        }
    }

private:
    struct Handle {
        int descriptor = -1;
        int events = 0;
        virEventHandleCallback callback = nullptr;
        void* opaque = nullptr;
        virFreeCallback free = nullptr;
    };
    struct Timer {
        int interval = -1; ///< milliseconds; -1: never, 0: at once, and again
        Clock::time_point due;
        virEventTimeoutCallback callback = nullptr;
        void* opaque = nullptr;
        virFreeCallback free = nullptr;
    };
    struct Released {
        virFreeCallback free = nullptr;
        void* opaque = nullptr;
    };

    EventLoop() : wake_(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {}

    static Clock::time_point deadline(int interval)
    {
        return interval < 0 ? Clock::time_point::max() : Clock::now() + std::chrono::milliseconds(interval);
    }

    /// Changes what is waited for, and has the loop look at it.
    template <typename Function>
    int changed(Function function)
    {
        const std::scoped_lock guard(mutex_);
        const int result = function();
        const std::uint64_t one = 1;
        [[maybe_unused]] const ssize_t written = ::write(wake_, &one, sizeof one);
        return result;
    }

    /// What a callback carries is freed by the loop and not by who removes it, for libvirt holds locks then.
    template <typename Map>
    int release(Map& map, typename Map::iterator found)
    {
        released_.push_back({found->second.free, found->second.opaque});
        map.erase(found);
        return 0;
    }

    static int pollEvents(int events)
    {
        return ((events & VIR_EVENT_HANDLE_READABLE) != 0 ? POLLIN : 0) |
               ((events & VIR_EVENT_HANDLE_WRITABLE) != 0 ? POLLOUT : 0);
    }

    static int handleEvents(int events)
    {
        return ((events & POLLIN) != 0 ? VIR_EVENT_HANDLE_READABLE : 0) |
               ((events & POLLOUT) != 0 ? VIR_EVENT_HANDLE_WRITABLE : 0) |
               ((events & (POLLERR | POLLNVAL)) != 0 ? VIR_EVENT_HANDLE_ERROR : 0) |
               ((events & POLLHUP) != 0 ? VIR_EVENT_HANDLE_HANGUP : 0);
    }

    /// Milliseconds until the next timer, rounded up; -1: there is none.
    int wait() const
    {
        Clock::time_point next = Clock::time_point::max();
        for (const auto& [id, timer] : timers_) {
            next = std::min(next, timer.due);
        }
        if (next == Clock::time_point::max()) {
            return -1;
        }
        const auto left = std::chrono::ceil<std::chrono::milliseconds>(next - Clock::now()).count();
        static constexpr std::int64_t longest = 60000;
        return static_cast<int>(std::clamp<std::int64_t>(left, 0, longest));
    }

    void runOnce()
    {
        std::vector<pollfd> polled{{.fd = wake_, .events = POLLIN, .revents = 0}};
        std::vector<int> ids{0};
        int timeout = -1;
        {
            const std::scoped_lock guard(mutex_);
            for (const auto& [id, handle] : handles_) {
                // without events a broken descriptor would still be reported, again and again
                if (handle.events != 0) {
                    polled.push_back({.fd = handle.descriptor,
                                      .events = static_cast<short>(pollEvents(handle.events)),
                                      .revents = 0});
                    ids.push_back(id);
                }
            }
            timeout = wait();
        }
        ::poll(polled.data(), polled.size(), timeout);
        std::uint64_t count = 0;
        [[maybe_unused]] const ssize_t drained = ::read(wake_, &count, sizeof count);
        callTimers();
        for (std::size_t i = 1; i < polled.size(); ++i) {
            if (polled[i].revents != 0) {
                callHandle(ids[i], polled[i].revents);
            }
        }
        freeReleased();
    }

    void callTimers()
    {
        std::vector<int> due;
        {
            const std::scoped_lock guard(mutex_);
            const Clock::time_point now = Clock::now();
            for (auto& [id, timer] : timers_) {
                if (timer.due <= now) {
                    timer.due = deadline(timer.interval);
                    due.push_back(id);
                }
            }
        }
        for (const int id : due) {
            std::optional<Timer> timer;
            {
                // an earlier callback may have removed or stopped it
                const std::scoped_lock guard(mutex_);
                if (const auto found = timers_.find(id);
                    found != timers_.end() && found->second.interval >= 0) {
                    timer = found->second;
                }
            }
            if (timer) {
                timer->callback(id, timer->opaque);
            }
        }
    }

    void callHandle(int id, int events)
    {
        std::optional<Handle> handle;
        {
            const std::scoped_lock guard(mutex_);
            if (const auto found = handles_.find(id); found != handles_.end()) {
                handle = found->second;
            }
        }
        if (handle) {
            handle->callback(id, handle->descriptor, handleEvents(events), handle->opaque);
        }
    }

    void freeReleased()
    {
        std::vector<Released> released;
        {
            const std::scoped_lock guard(mutex_);
            released.swap(released_);
        }
        for (const Released& entry : released) {
            if (entry.free != nullptr) {
                entry.free(entry.opaque);
            }
        }
    }

    const int wake_;
    std::mutex mutex_; ///< of what follows; never held while a callback runs
    int last_ = 0;
    std::map<int, Handle> handles_;
    std::map<int, Timer> timers_;
    std::vector<Released> released_;
};

bool startEventThread()
{
    ::virInitialize();
    // every failure is returned to its caller; libvirt would print it as well
    ::virSetErrorFunc(nullptr, [](void*, virErrorPtr) {});
    ::virEventRegisterImpl(
        [](int descriptor, int events, virEventHandleCallback callback, void* opaque, virFreeCallback free) {
            return EventLoop::instance().addHandle(descriptor, events, callback, opaque, free);
        },
        [](int id, int events) { EventLoop::instance().updateHandle(id, events); },
        [](int id) { return EventLoop::instance().removeHandle(id); },
        [](int interval, virEventTimeoutCallback callback, void* opaque, virFreeCallback free) {
            return EventLoop::instance().addTimer(interval, callback, opaque, free);
        },
        [](int id, int interval) { EventLoop::instance().updateTimer(id, interval); },
        [](int id) { return EventLoop::instance().removeTimer(id); });
    std::thread([] { EventLoop::instance().run(); }).detach();
    return true;
}

} // namespace

void startLibvirtEvents()
{
    [[maybe_unused]] static const bool started = startEventThread();
}

void toFront(std::function<void()> function)
{
    if (QCoreApplication* application = QCoreApplication::instance(); application != nullptr) {
        QMetaObject::invokeMethod(application, std::move(function), Qt::QueuedConnection);
    }
}

QThreadPool& libvirtCalls()
{
    // never destroyed: a call that waits for a dead host must not hold up the end of the program
    static QThreadPool* const pool = [] {
        auto* made = new QThreadPool;
        static constexpr int mostAtOnce = 64;
        made->setMaxThreadCount(mostAtOnce);
        return made;
    }();
    return *pool;
}

} // namespace rumpus
