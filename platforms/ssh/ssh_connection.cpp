// SPDX-License-Identifier: GPL-3.0-or-later
#include "platforms/ssh/ssh_connection.h"

#include "core/base/format.h"
#include "core/base/text.h"
#include "platforms/runtime_directory.h"

#include <QCoroFuture>

#include <chrono>
#include <csignal>
#include <sys/prctl.h>

namespace rumpus {

namespace {

Error notStarted(const std::string& program)
{
    return {.fault = Fault::Host,
            .what = formatted("cannot start {}", printable(program)),
            .cure = "install it (Debian: apt install openssh-client)"};
}

/// All that is left of a stream that nobody reads to its end.
constexpr qint64 mostErrors = 65536;

} // namespace

SshConnection::~SshConnection()
{
    close();
    std::error_code ignored;
    if (!path_.empty()) {
        std::filesystem::remove_all(path_, ignored);
    }
}

void SshConnection::close()
{
    closed_ = true;
    if (master_) {
        master_->disconnect();
        // it has nothing to save, and is not worth a wait
        QProcess* last = master_.release();
        QObject::connect(last, &QProcess::finished, last, &QObject::deleteLater);
        last->terminate();
    }
    fail({.fault = Fault::Host, .what = "the connection was closed"});
}

Result<std::filesystem::path> SshConnection::directory()
{
    if (folder_ && folder_->isValid()) {
        return path_;
    }
    // sockaddr_un has room for 107 bytes, of which ssh takes 17 for a name while it makes its socket
    static constexpr std::size_t longest = 70;
    const Result<std::filesystem::path> base = runtimeDirectory("ssh");
    const bool fits = base && base->native().size() < longest;
    const std::filesystem::path place = fits ? *base : std::filesystem::path("/tmp");
    folder_ = std::make_unique<QTemporaryDir>(
        QString::fromStdString((place / (fits ? "XXXXXX" : "rumpus-ssh-XXXXXX")).native()));
    // what ssh removes in it at the same time would be a failure, told on stderr
    folder_->setAutoRemove(false);
    if (!folder_->isValid()) {
        return hostError(formatted("cannot make a directory in {}", printable(place.native())),
                         folder_->errorString().toStdString());
    }
    path_ = folder_->path().toStdString();
    return path_;
}

std::vector<std::string> SshConnection::commandPrefix() const
{
    std::vector<std::string> words{ssh_, "-S", control().native(), "-o", "ControlMaster=no"};
    const std::vector<std::string> options = sshOptions(destination_);
    words.insert(words.end(), options.begin(), options.end());
    return words;
}

std::vector<std::string> SshConnection::command(std::vector<std::string> options,
                                                std::vector<std::string> remoteCommand) const
{
    std::vector<std::string> words = commandPrefix();
    words.insert(words.end(), options.begin(), options.end());
    words.insert(words.end(), {"--", destination_.host});
    if (!remoteCommand.empty()) {
        // ssh gives one line to the other machine's shell
        words.push_back(shellCommand(remoteCommand));
    }
    return words;
}

QFuture<Result<void>> SshConnection::master()
{
    if (attempt_) {
        return attempt_->future();
    }
    // what begins may fail at once, and then is no longer attempt_
    const auto attempt = std::make_shared<QPromise<Result<void>>>();
    attempt->start();
    attempt_ = attempt;
    settled_ = false;
    begin();
    return attempt->future();
}

void SshConnection::settle(const Result<void>& result)
{
    patience_.stop();
    if (attempt_ && !settled_) {
        settled_ = true;
        attempt_->addResult(result);
        attempt_->finish();
    }
}

void SshConnection::fail(const Error& error)
{
    settle(std::unexpected(error));
    attempt_.reset();
    if (master_) {
        master_->disconnect();
        master_->kill();
        master_.release()->deleteLater();
    }
}

/// ssh runs LocalCommand when it is connected and its socket listens (ssh.c, ssh_session2).
std::vector<std::string> SshConnection::masterCommand() const
{
    std::vector<std::string> words{ssh_, "-M", "-N", "-S", control().native()};
    for (const char* option : {"ControlPersist=no", "ClearAllForwardings=yes", "PermitLocalCommand=yes",
                               "LocalCommand=echo connected"}) {
        words.insert(words.end(), {"-o", option});
    }
    const std::vector<std::string> options = sshOptions(destination_);
    words.insert(words.end(), options.begin(), options.end());
    words.insert(words.end(), {"--", destination_.host});
    return words;
}

void SshConnection::begin()
{
    const Result<std::filesystem::path> place = directory();
    if (closed_ || !place) {
        fail(closed_ ? Error{.fault = Fault::Host, .what = "the connection was closed"} : place.error());
        return;
    }
    // a socket of a master that died would keep the next one from listening
    std::error_code ignored;
    std::filesystem::remove(control(), ignored);
    master_ = std::make_unique<QProcess>();
    master_->setStandardInputFile(QProcess::nullDevice());
    // where this process is killed, nobody else would end it
    master_->setChildProcessModifier([] { ::prctl(PR_SET_PDEATHSIG, SIGTERM); });
    QProcess* process = master_.get();
    QObject::connect(process, &QProcess::readyReadStandardOutput, process, [this, process] {
        process->readAllStandardOutput();
        settle({});
    });
    QObject::connect(process, &QProcess::errorOccurred, process, [this](QProcess::ProcessError error) {
        if (error == QProcess::FailedToStart) {
            fail(notStarted(ssh_));
        }
    });
    QObject::connect(process, &QProcess::finished, process, [this, process] {
        fail(sshError(destination_, process->readAllStandardError().left(mostErrors).toStdString()));
    });
    // ConnectTimeout ends at the other side's greeting; what comes after it can hang as well
    static constexpr std::chrono::seconds login{11};
    patience_.setSingleShot(true);
    QObject::connect(&patience_, &QTimer::timeout, process,
                     [this] { fail(sshError(destination_, "the login timed out")); });
    patience_.start(patienceWithSsh() + login);
    const std::vector<std::string> words = masterCommand();
    process->start(QString::fromStdString(words.front()), argumentsOf(words));
}

} // namespace rumpus
