// SshRemote: another machine, reached by the system's ssh as its user is: commands, files, forwarded sockets.
//
// One connection serves all: ssh as a master (ssh_config(5), ControlMaster) in a directory of our own. It
// comes with the first wish, again after it was lost, and goes with the object or with this process.
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/error.h"
#include "platforms/program_run.h"
#include "platforms/ssh/audience.h"
#include "platforms/ssh/ssh_destination.h"

#include <QByteArray>
#include <QCoroTask>
#include <QObject>

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

namespace rumpus {

/// A place on this machine that leads to one on the other; gone with the object.
class SshForward {
public:
    SshForward(std::filesystem::path socket, std::vector<std::string> cancelCommand)
        : socket_(std::move(socket)), cancelCommand_(std::move(cancelCommand))
    {
    }
    ~SshForward();
    SshForward(const SshForward&) = delete;
    SshForward& operator=(const SshForward&) = delete;

    /// A unix socket that only this user can open; whoever connects to it speaks with the other end.
    const std::filesystem::path& socket() const { return socket_; }

private:
    std::filesystem::path socket_;
    std::vector<std::string> cancelCommand_;
};

class SshRemote : public QObject {
    Q_OBJECT
public:
    /// Does nothing yet. `program` is ssh, looked for in PATH.
    explicit SshRemote(SshDestination destination, std::string program = "ssh");
    ~SshRemote() override;

    const SshDestination& destination() const;

    /// Connects where that is not so already. Errors: no ssh, no such machine, no key that fits, a host key
    /// that is not known, each with its cure. A machine that does not answer at all is given up after 4 s.
    QCoro::Task<Result<void>> connect();

    /// Runs a command, `input` as its standard input. Errors: as connect; not the command's own status.
    QCoro::Task<Result<ProgramOutput>> run(std::vector<std::string> command, QByteArray input = {});
    QCoro::Task<Result<ProgramOutput>> run(ProgramRun run);

    /// Brings a file there under the SHA-256 of its content, unless it is there, and gives its path there. A
    /// file that is half there is never seen. Errors: it cannot be read, it changes meanwhile, no room there.
    QCoro::Task<Result<std::filesystem::path>> copy(std::filesystem::path file,
                                                    Audience audience = Audience::User);

    /// The same for a disk that is written to there: a copy of its own, which keeps what was written to it
    /// for as long as the file here stays what it is. What is written there never comes back by itself.
    QCoro::Task<Result<std::filesystem::path>> copyDisk(std::filesystem::path file,
                                                        Audience audience = Audience::User);

    /// Brings a file from there. What is here is replaced only when all of it has come.
    QCoro::Task<Result<void>> fetch(std::filesystem::path remoteFile, std::filesystem::path file);

    /// A socket here for a unix socket there, or for a port of its loopback. Ready when it returns. Errors:
    /// as connect; whether somebody listens there shows when it is used.
    QCoro::Task<Result<std::unique_ptr<SshForward>>> forward(std::filesystem::path remoteSocket);
    QCoro::Task<Result<std::unique_ptr<SshForward>>> forward(std::uint16_t remotePort);

    /// A program that stands for ssh with our options and connection, for those that start it themselves
    /// (libvirt's URI parameter "command"). Gone with the object. Errors: it cannot be written.
    Result<std::filesystem::path> program();

Q_SIGNALS:
    /// Of a file that is being copied there, in bytes.
    void progressed(const QString& file, qint64 done, qint64 total);

private:
    std::shared_ptr<class SshConnection> connection_;
};

} // namespace rumpus
