// SPDX-License-Identifier: GPL-3.0-or-later
#include "debug/gdb/command_pipe.h"

#include <QProcess>

#include <array>
#include <cerrno>
#include <sys/socket.h>
#include <unistd.h>
#include <utility>

namespace rumpus {

bool CommandPipe::connectTo(QProcess& process)
{
    close();
    // a socket, because a pipe whose reader is gone raises SIGPIPE
    std::array<int, 2> ends{};
    if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends.data()) != 0) {
        return false;
    }
    ours_ = ends[0];
    childs_ = ends[1];
    process.setStandardInputFile(QProcess::nullDevice());
    process.setChildProcessModifier([end = childs_] { ::dup2(end, STDIN_FILENO); });
    notifier_ = std::make_unique<QSocketNotifier>(ours_, QSocketNotifier::Write);
    notifier_->setEnabled(false);
    QObject::connect(notifier_.get(), &QSocketNotifier::activated, notifier_.get(), [this] { flush(); });
    return true;
}

void CommandPipe::started()
{
    ::close(std::exchange(childs_, -1));
}

void CommandPipe::write(std::string_view bytes)
{
    waiting_ += bytes;
    flush();
}

void CommandPipe::flush()
{
    while (ours_ >= 0 && !waiting_.empty()) {
        const ssize_t sent = ::send(ours_, waiting_.data(), waiting_.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
        if (sent >= 0) {
            waiting_.erase(0, static_cast<std::size_t>(sent));
        } else if (errno == EAGAIN) {
            break;
        } else if (errno != EINTR) {
            waiting_.clear();
        }
    }
    if (notifier_) {
        notifier_->setEnabled(!waiting_.empty());
    }
}

void CommandPipe::close()
{
    notifier_.reset();
    waiting_.clear();
    for (int* end : {&ours_, &childs_}) {
        if (*end >= 0) {
            ::close(std::exchange(*end, -1));
        }
    }
}

} // namespace rumpus
