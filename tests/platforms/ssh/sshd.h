// Sshd: an ssh server of a test's own on a loopback port, with its own host key and one key that opens it.
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/error.h"
#include "platforms/ssh/ssh_destination.h"

#include <QProcess>
#include <QTemporaryDir>

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>

namespace rumpus {

class Sshd {
public:
    /// Errors: what is missing here to run one, in words for a skipped test.
    static Result<std::unique_ptr<Sshd>> start();
    ~Sshd();

    /// Reaches it as this user, with the right key.
    SshDestination destination() const;
    std::uint16_t port() const { return port_; }
    std::filesystem::path folder() const { return folder_.path().toStdString(); }
    /// The user's cache directory, as those see it who come by ssh.
    std::filesystem::path cache() const { return folder() / "cache"; }
    /// How often somebody was let in.
    int logins();
    /// Ends everybody's connection and takes new ones.
    Result<void> restart();

private:
    Result<void> makeKeys();
    Result<void> writeFiles();
    Result<void> listen();
    void end();

    QTemporaryDir folder_;
    std::uint16_t port_ = 0;
    std::unique_ptr<QProcess> process_;
    QByteArray log_;
};

/// A loopback port on which nobody listens.
std::uint16_t freePort();

} // namespace rumpus
