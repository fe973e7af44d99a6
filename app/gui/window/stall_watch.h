// StallWatch: sees what the GUI thread does while one of its events takes too long.
//
// A thread of its own looks at the clock; when an event has run for too long, and each time that has doubled,
// it interrupts the GUI thread with a signal, whose handler notes the stack. The event's end prints them with
// the time it took.
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <array>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>
#include <pthread.h>
#include <string>
#include <thread>

namespace rumpus::gui {

class StallWatch {
public:
    static constexpr std::chrono::milliseconds allowed{8};
    /// Gets a sentence with the milliseconds, and the stack, one frame a line.
    using Report = std::function<void(const std::string& what)>;

    /// Watches the thread that makes it, of which there can be one at a time.
    explicit StallWatch(Report report);
    ~StallWatch();
    StallWatch(const StallWatch&) = delete;
    StallWatch& operator=(const StallWatch&) = delete;

    /// An event begins. Events that are sent by its handler are its own.
    void begin();
    /// It has ended; `describe` is asked only where it took too long.
    void end(const std::function<std::string()>& describe);
    /// The thread waits for the next event, perhaps inside of one.
    void pause() { since_ = 0; }

private:
    using Clock = std::chrono::steady_clock;
    static void noteStack(int signal);
    void look(const std::stop_token& stop);
    std::string stacks() const;

    Report report_;
    pthread_t watched_;
    int depth_ = 0;
    std::atomic<std::int64_t> since_ = 0; ///< of the steady clock, in nanoseconds; 0: no event
    struct Stack {
        std::array<void*, 64> frames{};
        int count = 0;
    };
    std::array<Stack, 6> stacks_{};
    std::atomic<std::size_t> noted_ = 0; ///< how many of them
    std::jthread thread_;
};

} // namespace rumpus::gui
