// HostReach: how this machine's files get to where a libvirt host's guests run, and how a guest's gdbstub
// and the files that are made there are reached from here. A local host needs none of it; a remote one
// does it by ssh.
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/error.h"
#include "core/plan/plan.h"
#include "platforms/program_run.h"

#include <QCoroTask>
#include <QString>

#include <filesystem>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace rumpus {

class HostLogs;

class HostReach {
public:
    HostReach() = default;
    virtual ~HostReach() = default;
    HostReach(const HostReach&) = delete;
    HostReach& operator=(const HostReach&) = delete;

    /// Who is told how much of a file has gone to the host, in bytes.
    using Progress = std::function<void(const QString& file, qint64 done, qint64 total)>;
    virtual void setProgress(Progress /*progress*/) {}

    /// The guests run on this machine: files and sockets are at the same place for both.
    virtual bool isLocal() const { return true; }

    /// The URIs by which libvirt may reach the host that has this one, the best first. Errors: the machine
    /// cannot be reached.
    virtual QCoro::Task<Result<std::vector<std::string>>> connectionUris(std::string uri)
    {
        co_return std::vector{std::move(uri)};
    }

    /// Where the host finds this machine's file with the content that it has now; brings it there where
    /// needed.
    virtual QCoro::Task<Result<std::filesystem::path>> place(std::filesystem::path file) { co_return file; }

    /// The same for a disk that the guest writes to: what it writes must not change what other guests begin
    /// with.
    virtual QCoro::Task<Result<std::filesystem::path>> placeDisk(std::filesystem::path file)
    {
        return place(std::move(file));
    }

    /// Has the host write into the path that it is given.
    using Write = std::function<QCoro::Task<Result<void>>(std::filesystem::path)>;
    /// Brings here what the host writes. It writes into a pipe, for a file would be its daemon's alone
    /// (dynamic_ownership of qemu.conf); nothing is left there. What is here is replaced only when all of it
    /// has come.
    virtual QCoro::Task<Result<void>> receive(Write write, std::filesystem::path file);

    /// The logs that the host writes of its guests' consoles, where they can be fetched; null: there are none
    /// but those that are written for us here.
    virtual HostLogs* logs() { return nullptr; }

    /// An endpoint on this machine for a stub that listens on a loopback port of the host's. It stays until
    /// the object goes, or the same port is forwarded again.
    virtual QCoro::Task<Result<GdbEndpoint>> forward(std::uint16_t hostPort)
    {
        co_return GdbEndpoint{.address = "127.0.0.1:" + std::to_string(hostPort)};
    }

    /// A socket on this machine that leads to one of the host's. To be connected to at once: it stays until
    /// the object goes, or some more were asked for.
    virtual QCoro::Task<Result<std::filesystem::path>> socket(std::filesystem::path hostSocket)
    {
        co_return hostSocket;
    }

    /// Runs a program where the guests run. Errors: it cannot be started there; not its own status.
    virtual QCoro::Task<Result<ProgramOutput>> runThere(ProgramRun run) { return runProgram(std::move(run)); }
    /// The same for a command; gives what it printed. Errors: also that it failed.
    QCoro::Task<Result<std::string>> run(std::vector<std::string> command, QByteArray input = {});

protected:
    /// What has come whole takes the file's place; what has not goes.
    static Result<void> keepOrDrop(const std::filesystem::path& part, const std::filesystem::path& file,
                                   Result<void> done);
};

} // namespace rumpus
