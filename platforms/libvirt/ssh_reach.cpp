// SPDX-License-Identifier: GPL-3.0-or-later
#include "platforms/libvirt/ssh_reach.h"

namespace rumpus {

QCoro::Task<Result<std::filesystem::path>> SshReach::place(std::filesystem::path file)
{
    return remote_->copy(std::move(file), audience_);
}

QCoro::Task<Result<std::filesystem::path>> SshReach::placeDisk(std::filesystem::path file)
{
    return remote_->copyDisk(std::move(file), audience_);
}

QCoro::Task<Result<void>> SshReach::fetch(std::filesystem::path hostFile, std::filesystem::path file)
{
    const Result<void> fetched = co_await remote_->fetch(hostFile, std::move(file));
    if (fetched) {
        const std::vector<std::string> remove{"rm", "-f", "--", hostFile.native()};
        // what is left in its place for temporary files does no harm
        (void)co_await remote_->run(remove);
    }
    co_return fetched;
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

} // namespace rumpus
