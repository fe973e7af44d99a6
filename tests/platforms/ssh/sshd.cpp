// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/platforms/ssh/sshd.h"

#include "core/base/files.h"
#include "core/base/format.h"

#include <QStandardPaths>
#include <QTcpServer>

#include <csignal>
#include <pwd.h>
#include <unistd.h>

namespace rumpus {

namespace {

constexpr int patience = 20000; // ms

QString programPath(const char* name)
{
    return QStandardPaths::findExecutable(QLatin1String(name),
                                          {QStringLiteral("/usr/sbin"), QStringLiteral("/usr/bin")});
}

std::string userName()
{
    const passwd* user = ::getpwuid(::getuid());
    return user != nullptr ? user->pw_name : "";
}

} // namespace

std::uint16_t freePort()
{
    QTcpServer server;
    server.listen(QHostAddress::LocalHost);
    return server.serverPort();
}

Result<std::unique_ptr<Sshd>> Sshd::start()
{
    for (const char* program : {"sshd", "ssh", "ssh-keygen"}) {
        if (programPath(program).isEmpty()) {
            return hostError(formatted("{} is missing", program), "apt install openssh-server");
        }
    }
    auto server = std::make_unique<Sshd>();
    server->port_ = freePort();
    Result<void> ready = server->makeKeys();
    ready = ready ? server->writeFiles() : ready;
    ready = ready ? server->listen() : ready;
    if (!ready) {
        return std::unexpected(ready.error());
    }
    return server;
}

Sshd::~Sshd()
{
    end();
}

SshDestination Sshd::destination() const
{
    return {.host = "127.0.0.1",
            .user = userName(),
            .port = port_,
            .keyFile = folder() / "key",
            .knownHosts = folder() / "known_hosts"};
}

Result<void> Sshd::makeKeys()
{
    for (const char* name : {"host_key", "key", "other_key"}) {
        QProcess maker;
        maker.start(programPath("ssh-keygen"), {QStringLiteral("-q"), QStringLiteral("-t"),
                                                QStringLiteral("ed25519"), QStringLiteral("-N"), QString(),
                                                QStringLiteral("-f"), folder_.filePath(QLatin1String(name))});
        if (!maker.waitForFinished(patience) || maker.exitCode() != 0) {
            return hostError("ssh-keygen made no key", maker.readAllStandardError().toStdString());
        }
    }
    return {};
}

Result<void> Sshd::writeFiles()
{
    const std::string hostKey = readFile(folder() / "host_key.pub").value_or("");
    const Result<void> saved =
        saveFile(folder() / "known_hosts", formatted("[127.0.0.1]:{} {}", port_, hostKey));
    if (!saved) {
        return saved;
    }
    return saveFile(
        folder() / "sshd_config",
        formatted("ListenAddress 127.0.0.1:{}\nHostKey {}/host_key\nAuthorizedKeysFile {}/key.pub\n"
                  "PidFile none\nUsePAM no\nStrictModes no\nPermitRootLogin yes\n"
                  "PasswordAuthentication no\nKbdInteractiveAuthentication no\nLogLevel VERBOSE\n"
                  "AllowStreamLocalForwarding yes\nSetEnv XDG_CACHE_HOME={}\n",
                  port_, folder().native(), folder().native(), cache().native()));
}

Result<void> Sshd::listen()
{
    if (::getuid() == 0) {
        // its privilege separation directory, which otherwise the service's unit makes
        std::error_code ignored;
        std::filesystem::create_directory("/run/sshd", ignored);
    }
    process_ = std::make_unique<QProcess>();
    process_->setStandardInputFile(QProcess::nullDevice());
    process_->setProcessChannelMode(QProcess::MergedChannels);
    process_->start(programPath("sshd"), {QStringLiteral("-D"), QStringLiteral("-e"), QStringLiteral("-f"),
                                          folder_.filePath(QStringLiteral("sshd_config"))});
    while (!log_.contains("Server listening")) {
        if (!process_->waitForReadyRead(patience)) {
            return hostError("sshd does not start here", log_.toStdString());
        }
        log_ += process_->readAll();
    }
    return {};
}

int Sshd::logins()
{
    // the server writes it before it lets anybody in
    log_ += process_->readAll();
    return static_cast<int>(log_.count("Accepted publickey"));
}

void Sshd::end()
{
    if (!process_) {
        return;
    }
    // its sessions are processes of their own, each the leader of its session
    QProcess list;
    list.start(QStringLiteral("pgrep"), {QStringLiteral("-P"), QString::number(process_->processId())});
    list.waitForFinished(patience);
    for (const QByteArray& child : list.readAll().split('\n')) {
        if (const int pid = child.toInt(); pid > 1) {
            ::kill(pid, SIGTERM);
        }
    }
    process_->terminate();
    process_->waitForFinished(patience);
    log_.clear();
}

Result<void> Sshd::restart()
{
    end();
    return listen();
}

} // namespace rumpus
