// SshConnection: the master of one destination, and ssh commands that go through it.
//
// Shared by the tasks that use it, so that each can end in peace when the SshRemote is gone.
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/error.h"
#include "platforms/program_run.h"
#include "platforms/ssh/ssh_destination.h"
#include "platforms/ssh/ssh_remote.h"

#include <QByteArray>
#include <QCoroTask>
#include <QFuture>
#include <QProcess>
#include <QPromise>
#include <QTemporaryDir>
#include <QTimer>

#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace rumpus {

class SshConnection {
public:
    SshConnection(SshDestination destination, std::string program)
        : destination_(std::move(destination)), ssh_(std::move(program))
    {
    }
    ~SshConnection();
    SshConnection(const SshConnection&) = delete;
    SshConnection& operator=(const SshConnection&) = delete;

    const SshDestination& destination() const { return destination_; }

    /// The master's outcome: the one that is there, or one that begins now.
    QFuture<Result<void>> master();
    /// Ends the master; there will be no other.
    void close();

    /// Our directory. Errors: it cannot be made.
    Result<std::filesystem::path> directory();
    /// ssh with the master's connection, `options`, and then the host and what is to be done there.
    std::vector<std::string> command(std::vector<std::string> options,
                                     std::vector<std::string> remoteCommand = {}) const;
    /// The same without a host: what another program may add its own words to.
    std::vector<std::string> commandPrefix() const;
    std::filesystem::path newSocket() { return path_ / std::to_string(++sockets_); }

private:
    std::filesystem::path control() const { return path_ / "c"; }
    std::vector<std::string> masterCommand() const;
    void begin();
    void settle(const Result<void>& result);
    void fail(const Error& error);

    SshDestination destination_;
    std::string ssh_;
    std::unique_ptr<QTemporaryDir> folder_;
    std::filesystem::path path_;
    std::unique_ptr<QProcess> master_;
    std::shared_ptr<QPromise<Result<void>>> attempt_; ///< of the master that is coming or there; null: none
    QTimer patience_;
    bool settled_ = false;
    bool closed_ = false;
    int sockets_ = 0;
};

} // namespace rumpus
