// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/gui/window/stall_watch.h"

#include "core/base/format.h"
#include "core/image/demangle.h"

#include <csignal>
#include <cstdlib>
#include <execinfo.h>
#include <memory>
#include <string_view>

namespace rumpus::gui {

namespace {

StallWatch* current = nullptr;

int stackSignal()
{
    return SIGRTMIN + 5;
}

std::int64_t now()
{
    return std::chrono::steady_clock::now().time_since_epoch().count();
}

/// "object(mangled+0x12) [0x…]" of backtrace_symbols(3), as people read it.
std::string readable(std::string_view symbol)
{
    const std::size_t open = symbol.find('(');
    const std::size_t plus = symbol.find('+', open);
    if (open == std::string_view::npos || plus == std::string_view::npos || plus == open + 1) {
        return std::string(symbol);
    }
    return Demangler()(symbol.substr(open + 1, plus - open - 1));
}

} // namespace

StallWatch::StallWatch(Report report) : report_(std::move(report)), watched_(::pthread_self())
{
    current = this;
    // its first call loads a library, which a signal handler must not
    ::backtrace(stacks_.front().frames.data(), 1);
    struct sigaction action{};
    action.sa_handler = &StallWatch::noteStack;
    action.sa_flags = SA_RESTART;
    ::sigaction(stackSignal(), &action, nullptr);
    thread_ = std::jthread([this](const std::stop_token& stop) { look(stop); });
}

StallWatch::~StallWatch()
{
    thread_ = {};
    std::signal(stackSignal(), SIG_IGN);
    current = nullptr;
}

void StallWatch::noteStack(int /*signal*/)
{
    const std::size_t index = current->noted_;
    if (index < current->stacks_.size()) {
        Stack& stack = current->stacks_.at(index);
        stack.count = ::backtrace(stack.frames.data(), static_cast<int>(stack.frames.size()));
        current->noted_ = index + 1;
    }
}

void StallWatch::look(const std::stop_token& stop)
{
    std::int64_t told = 0;
    std::chrono::nanoseconds patience = allowed;
    while (!stop.stop_requested()) {
        std::this_thread::sleep_for(std::chrono::milliseconds(2));
        const std::int64_t since = since_;
        if (since != told) {
            told = since;
            patience = allowed;
        }
        if (since != 0 && std::chrono::nanoseconds(now() - since) > patience) {
            patience *= 2;
            ::pthread_kill(watched_, stackSignal());
        }
    }
}

void StallWatch::begin()
{
    if (depth_++ == 0) {
        noted_ = 0;
        since_ = now();
    }
}

void StallWatch::end(const std::function<std::string()>& describe)
{
    if (--depth_ > 0) {
        return;
    }
    const std::int64_t since = since_.exchange(0);
    const std::chrono::duration<double, std::milli> took = std::chrono::nanoseconds(now() - since);
    if (since != 0 && took > allowed) {
        report_(
            formatted("the window stood still for {:.1f} ms in {}{}", took.count(), describe(), stacks()));
    }
}

std::string StallWatch::stacks() const
{
    std::string text;
    for (std::size_t index = 0; index < noted_; ++index) {
        const Stack& stack = stacks_.at(index);
        const std::unique_ptr<char*, decltype(&std::free)> symbols(
            ::backtrace_symbols(stack.frames.data(), stack.count), &std::free);
        text += formatted("\n  after {} ms:", allowed.count() << index);
        // the first two are the handler and the kernel's return from it
        for (int i = 2; symbols && i < stack.count; ++i) {
            text += "\n    " + readable(symbols.get()[i]);
        }
    }
    return text;
}

} // namespace rumpus::gui
