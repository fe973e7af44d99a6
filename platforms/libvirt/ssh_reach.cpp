// SPDX-License-Identifier: GPL-3.0-or-later
#include "platforms/libvirt/ssh_reach.h"

#include "core/base/text.h"

#include <string_view>

namespace rumpus {

QCoro::Task<Result<std::filesystem::path>> SshReach::place(std::filesystem::path file)
{
    return remote_->copy(std::move(file), audience_);
}

QCoro::Task<Result<std::filesystem::path>> SshReach::placeDisk(std::filesystem::path file)
{
    return remote_->copyDisk(std::move(file), audience_);
}

QCoro::Task<Result<void>> SshReach::receive(Write write, std::filesystem::path file)
{
    // QEMU's daemon may be anybody there, but root or the user who made the pipe can write into it
    static constexpr std::string_view make =
        R"(umask 077; d=$(mktemp -d) && mkfifo "$d/pipe" && printf '%s\n' "$d")";
    // a reader that still waits for its writer gets an end instead
    static constexpr std::string_view remove = R"(exec 3<>"$1/pipe"; rm -rf -- "$1")";
    const std::vector<std::string> making{"sh", "-c", std::string(make)};
    const Result<SshOutput> made = co_await remote_->run(making);
    if (!made) {
        co_return std::unexpected(made.error());
    }
    const std::string folder(trimmed(made->output));
    if (made->status != 0 || !folder.starts_with('/')) {
        co_return hostError("no pipe can be made on the host", printable(trimmed(made->errors)));
    }
    const std::filesystem::path part = file.native() + ".part";
    QCoro::Task<Result<void>> fetching = remote_->fetch(folder + "/pipe", part);
    Result<void> done = co_await write(folder + "/pipe");
    const std::vector<std::string> removing{"sh", "-c", std::string(remove), "sh", folder};
    const Result<SshOutput> removed = co_await remote_->run(removing);
    const Result<void> fetched = co_await fetching;
    if (done && !removed) {
        done = std::unexpected(removed.error());
    }
    co_return keepOrDrop(part, file, done ? fetched : done);
}

QCoro::Task<Result<GdbEndpoint>> SshReach::forward(std::uint16_t hostPort)
{
    const std::shared_ptr<Forwards> forwards = forwards_;
    forwards->erase(hostPort);
    Result<std::unique_ptr<SshForward>> forward = co_await remote_->forward(hostPort);
    if (!forward) {
        co_return std::unexpected(forward.error());
    }
    const GdbEndpoint endpoint{.address = (*forward)->socket()};
    (*forwards)[hostPort] = std::move(*forward);
    co_return endpoint;
}

QCoro::Task<Result<std::string>> SshReach::run(std::vector<std::string> command)
{
    const std::string program = command.front();
    Result<SshOutput> done = co_await remote_->run(std::move(command));
    if (!done) {
        co_return std::unexpected(done.error());
    }
    if (done->status != 0) {
        co_return commandFailed(program, done->errors);
    }
    co_return std::move(done->output);
}

QCoro::Task<Result<std::filesystem::path>> SshReach::socket(std::filesystem::path hostSocket)
{
    const std::shared_ptr<Sockets> sockets = sockets_;
    Result<std::unique_ptr<SshForward>> forward = co_await remote_->forward(hostSocket);
    if (!forward) {
        co_return std::unexpected(forward.error());
    }
    std::filesystem::path here = (*forward)->socket();
    // each is new, for an older one may lead through a connection that was lost meanwhile
    static constexpr std::size_t mostKept = 8;
    sockets->push_back(std::move(*forward));
    if (sockets->size() > mostKept) {
        sockets->pop_front();
    }
    co_return here;
}

} // namespace rumpus
