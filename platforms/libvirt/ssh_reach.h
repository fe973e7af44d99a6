// SshReach: the files and gdbstubs of a host that is reached by ssh.
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "platforms/libvirt/host_logs.h"
#include "platforms/libvirt/host_reach.h"
#include "platforms/ssh/ssh_remote.h"

#include <cstdint>
#include <deque>
#include <map>
#include <memory>

namespace rumpus {

class SshReach : public HostReach {
public:
    /// `audience`: who runs the host's QEMU, the user that we log in as or a daemon.
    SshReach(SshDestination destination, Audience audience);

    SshRemote& remote() { return *remote_; }

    void setProgress(Progress progress) override
    {
        QObject::connect(remote_.get(), &SshRemote::progressed, remote_.get(), std::move(progress));
    }
    bool isLocal() const override { return false; }
    /// The system daemons' sockets are forwarded, which costs the host no process: libvirt's own way starts a
    /// shell and virt-ssh-helper there, and stays for hosts that forward nothing and for what a URI asks of
    /// it.
    QCoro::Task<Result<std::vector<std::string>>> connectionUris(std::string uri) override;
    QCoro::Task<Result<std::filesystem::path>> place(std::filesystem::path file) override;
    QCoro::Task<Result<std::filesystem::path>> placeDisk(std::filesystem::path file) override;
    QCoro::Task<Result<void>> receive(Write write, std::filesystem::path file) override;
    HostLogs* logs() override { return &logs_; }
    /// The endpoint is a unix socket.
    QCoro::Task<Result<GdbEndpoint>> forward(std::uint16_t hostPort) override;
    QCoro::Task<Result<std::filesystem::path>> socket(std::filesystem::path hostSocket) override;
    QCoro::Task<Result<ProgramOutput>> runThere(ProgramRun run) override
    {
        return remote_->run(std::move(run));
    }

private:
    using Forwards = std::map<std::uint16_t, std::unique_ptr<SshForward>>;

    std::shared_ptr<SshRemote> remote_;
    Audience audience_;
    HostLogs logs_;
    std::shared_ptr<Forwards> forwards_ = std::make_shared<Forwards>();
    using Sockets = std::deque<std::unique_ptr<SshForward>>;
    std::shared_ptr<Sockets> sockets_ = std::make_shared<Sockets>();
};

} // namespace rumpus
