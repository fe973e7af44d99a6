// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/signals.h"

#include <QSocketNotifier>

#include <cerrno>
#include <cstdint>
#include <sys/eventfd.h>
#include <unistd.h>

namespace rumpus::cli {

namespace {

/// What the handler, which has no other way to know of it, writes to.
volatile std::sig_atomic_t caught = -1; // NOLINT(cppcoreguidelines-avoid-non-const-global-variables)

extern "C" void tellCaught(int /*signal*/)
{
    const int interrupted = errno;
    const std::uint64_t one = 1;
    [[maybe_unused]] const ssize_t written = ::write(caught, &one, sizeof one);
    errno = interrupted;
}

} // namespace

Signals::Signals()
{
    const int descriptor = ::eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
    notifier_ = std::make_unique<QSocketNotifier>(descriptor, QSocketNotifier::Read);
    connect(notifier_.get(), &QSocketNotifier::activated, this, [this, descriptor] {
        std::uint64_t count = 0;
        if (::read(descriptor, &count, sizeof count) == sizeof count) {
            Q_EMIT interrupted();
        }
    });
    caught = descriptor;
    struct sigaction action{};
    action.sa_handler =
        tellCaught; // NOLINT(cppcoreguidelines-pro-type-union-access): sigaction(2)'s own form
    action.sa_flags = SA_RESTART;
    for (std::size_t i = 0; i < handled.size(); ++i) {
        ::sigaction(handled.at(i), &action, &before_.at(i));
    }
}

Signals::~Signals()
{
    for (std::size_t i = 0; i < handled.size(); ++i) {
        ::sigaction(handled.at(i), &before_.at(i), nullptr);
    }
    const int descriptor = static_cast<int>(notifier_->socket());
    notifier_.reset();
    caught = -1;
    ::close(descriptor);
}

} // namespace rumpus::cli
