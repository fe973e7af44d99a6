// SPDX-License-Identifier: GPL-3.0-or-later
#include "platforms/ssh/ssh_remote.h"

#include "core/base/files.h"
#include "core/base/format.h"
#include "core/base/text.h"
#include "platforms/ssh/ssh_connection.h"

#include <QCoroFuture>
#include <QCryptographicHash>
#include <QFile>
#include <QPointer>
#include <QSaveFile>
#include <QThreadPool>

#include <algorithm>
#include <optional>
#include <sys/stat.h>
#include <unistd.h>

namespace rumpus {

namespace {

using ConnectionPointer = std::shared_ptr<SshConnection>;

/// ssh's own status where it failed, and not the command there (ssh(1), EXIT STATUS).
constexpr int sshFailed = 255;

/// After makeFolderFor; $2: hash, $3: size, $4: mode. Prints the folder, then "have" where the file is there;
/// else "want", and takes it by standard input.
constexpr std::string_view takeFile = R"sh(
printf '%s\n' "$d"
if [ -f "$d/$2" ] && [ "$(wc -c <"$d/$2")" -eq "$3" ]; then echo have; exit; fi
t=$(mktemp "$d/.new.XXXXXXXX") || exit 1
trap 'rm -f "$t"' EXIT
echo want
cat >"$t" || exit 1
h=$(sha256sum <"$t") || exit 1
if [ "${h%% *}" != "$2" ]; then echo "what came is not what was sent" >&2; exit 1; fi
chmod "$4" "$t" && mv -f "$t" "$d/$2"
)sh";

/// $1: the copied file, $2: the disk's name. Prints the disk's path.
constexpr std::string_view makeDisk = R"sh(
umask 066
i=${1%/*}
d=${i%/*}/disks
mkdir -p "$d" || exit 1
if ! [ -f "$d/$2" ]; then
    t=$(mktemp "$d/.new.XXXXXXXX") || exit 1
    trap 'rm -f "$t"' EXIT
    cp -- "$1" "$t" && chmod 600 "$t" && mv -f "$t" "$d/$2" || exit 1
fi
printf '%s\n' "$d/$2"
)sh";

/// A file of this machine as it was when it was looked at.
struct LocalFile {
    std::string hash; ///< SHA-256, hex
    qint64 size = 0;
};

Result<LocalFile> lookAt(const std::filesystem::path& path)
{
    QFile file(QString::fromStdString(path.native()));
    QCryptographicHash hash(QCryptographicHash::Sha256);
    struct stat status{};
    const bool regular = ::stat(path.c_str(), &status) == 0 && S_ISREG(status.st_mode);
    if (!regular || !file.open(QIODevice::ReadOnly) || !hash.addData(&file)) {
        return inputError(formatted("cannot read {}", printable(path.native())),
                          regular ? file.errorString().toStdString() : "it is no file, or not there");
    }
    return LocalFile{.hash = hash.result().toHex().toStdString(), .size = file.size()};
}

/// On another thread: a disk of gigabytes takes seconds.
QFuture<Result<LocalFile>> lookInBackground(const std::filesystem::path& path)
{
    auto promise = std::make_shared<QPromise<Result<LocalFile>>>();
    promise->start();
    QThreadPool::globalInstance()->start([promise, path] {
        promise->addResult(lookAt(path));
        promise->finish();
    });
    return promise->future();
}

QCoro::Task<Result<void>> connected(ConnectionPointer connection)
{
    const QFuture<Result<void>> master = connection->master();
    co_return co_await master;
}

QCoro::Task<Result<ProgramOutput>> runThere(ConnectionPointer connection, std::vector<std::string> command,
                                            ProgramRun run)
{
    if (const Result<void> ready = co_await connected(connection); !ready) {
        co_return std::unexpected(ready.error());
    }
    run.words = connection->command({}, std::move(command));
    const Result<ProgramOutput> output = co_await runProgram(std::move(run));
    if (output && output->status == sshFailed) {
        co_return std::unexpected(sshError(connection->destination(), output->errors));
    }
    co_return output;
}

Error failedThere(const SshConnection& connection, std::string_view what, const ProgramOutput& output)
{
    return {.fault = Fault::Host,
            .what = formatted("{} on {}: {}", what, printable(toString(connection.destination())),
                              printable(trimmed(std::string_view(output.errors).substr(0, 500)))),
            .cure = "make room or permission for it there"};
}

/// Writes a file into takeFile's process, where that wants it, as fast as it takes it.
class Feeder {
public:
    Feeder(const std::filesystem::path& path, std::function<void(qint64, qint64)> tell)
        : file_(QString::fromStdString(path.native())), tell_(std::move(tell))
    {
    }

    /// The process lives for as long as it is heard.
    void feedOnWish(QProcess& process) { process_ = &process; }

    void hear(const QByteArray& bytes)
    {
        static constexpr std::size_t longest = 8192;
        if (wish() || said_.size() > longest) {
            return;
        }
        said_ += bytes.toStdString();
        if (wish() == "want" && file_.open(QIODevice::ReadOnly)) {
            QObject::connect(process_, &QProcess::bytesWritten, process_, [this] { pump(*process_); });
            pump(*process_);
        } else if (wish()) {
            process_->closeWriteChannel();
        }
    }

    /// The script's second line, once it is known; its first is the folder.
    std::optional<std::string> wish() const
    {
        const std::vector<std::string> lines = split(said_, '\n');
        const bool both = lines.size() == 3 && lines[0].starts_with('/');
        return both && (lines[1] == "have" || lines[1] == "want") ? std::optional(lines[1]) : std::nullopt;
    }
    std::string folder() const { return split(said_, '\n').front(); }

private:
    void pump(QProcess& process)
    {
        static constexpr qint64 piece = qint64{256} << 10U;
        while (file_.isOpen() && process.bytesToWrite() < piece) {
            const QByteArray bytes = file_.read(piece);
            if (bytes.isEmpty()) {
                process.closeWriteChannel();
                file_.close();
                break;
            }
            process.write(bytes);
            read_ += bytes.size();
            size_ = file_.size();
        }
        tell_(read_ - process.bytesToWrite(), size_);
    }

    QFile file_;
    QProcess* process_ = nullptr;
    std::string said_;
    std::function<void(qint64, qint64)> tell_;
    qint64 read_ = 0;
    qint64 size_ = 0;
};

QCoro::Task<Result<std::filesystem::path>> copyThere(QPointer<SshRemote> front, ConnectionPointer connection,
                                                     std::filesystem::path path, Audience audience)
{
    const QFuture<Result<LocalFile>> looking = lookInBackground(path);
    const Result<LocalFile> file = co_await looking;
    if (!file) {
        co_return std::unexpected(file.error());
    }
    const std::vector<std::string> take{"sh",
                                        "-c",
                                        makeFolderFor("images") + std::string(takeFile),
                                        "sh",
                                        std::string(key(audience)),
                                        file->hash,
                                        std::to_string(file->size),
                                        audience == Audience::User ? "600" : "644"};
    Feeder feeder(path, [front, path](qint64 done, qint64 total) {
        if (front) {
            Q_EMIT front->progressed(QString::fromStdString(path.native()), done, total);
        }
    });
    ProgramRun sending;
    sending.feed = [&feeder](QProcess& process) { feeder.feedOnWish(process); };
    sending.take = [&feeder](const QByteArray& bytes) { feeder.hear(bytes); };
    const Result<ProgramOutput> taken = co_await runThere(connection, take, std::move(sending));
    if (!taken) {
        co_return std::unexpected(taken.error());
    }
    if (taken->status != 0 || !feeder.wish()) {
        co_return std::unexpected(
            failedThere(*connection, formatted("{} cannot be copied", printable(path.native())), *taken));
    }
    co_return std::filesystem::path(feeder.folder()) / file->hash;
}

QCoro::Task<Result<std::filesystem::path>> copyDiskThere(QPointer<SshRemote> front,
                                                         ConnectionPointer connection,
                                                         std::filesystem::path path, Audience audience)
{
    const Result<std::filesystem::path> image = co_await copyThere(front, connection, path, audience);
    if (!image) {
        co_return image;
    }
    // two disks that begin alike are two disks
    QCryptographicHash name(QCryptographicHash::Sha256);
    name.addData(QByteArray::fromStdString(path.native() + '\n' + image->filename().native()));
    const std::vector<std::string> make{
        "sh", "-c", std::string(makeDisk), "sh", image->native(), name.result().toHex().toStdString()};
    const Result<ProgramOutput> made = co_await runThere(connection, make, {});
    if (!made) {
        co_return std::unexpected(made.error());
    }
    const std::string disk(trimmed(made->output));
    if (made->status != 0 || !disk.starts_with('/')) {
        co_return std::unexpected(failedThere(
            *connection, formatted("no disk can be made of {}", printable(path.native())), *made));
    }
    co_return std::filesystem::path(disk);
}

QCoro::Task<Result<void>> fetchFrom(ConnectionPointer connection, std::filesystem::path remoteFile,
                                    std::filesystem::path file)
{
    QSaveFile writer(QString::fromStdString(file.native()));
    if (!writer.open(QIODevice::WriteOnly)) {
        co_return hostError(formatted("cannot write {}", printable(file.native())),
                            writer.errorString().toStdString());
    }
    const std::vector<std::string> cat{"cat", "--", remoteFile.native()};
    ProgramRun receiving;
    receiving.take = [&writer](const QByteArray& bytes) { writer.write(bytes); };
    const Result<ProgramOutput> sent = co_await runThere(connection, cat, std::move(receiving));
    if (!sent) {
        co_return std::unexpected(sent.error());
    }
    if (sent->status != 0) {
        co_return std::unexpected(
            failedThere(*connection, formatted("{} cannot be read", printable(remoteFile.native())), *sent));
    }
    if (!writer.commit()) {
        co_return hostError(formatted("cannot write {}", printable(file.native())),
                            writer.errorString().toStdString());
    }
    co_return {};
}

QCoro::Task<Result<std::unique_ptr<SshForward>>> forwardTo(ConnectionPointer connection,
                                                           std::string remoteEnd)
{
    if (const Result<void> ready = co_await connected(connection); !ready) {
        co_return std::unexpected(ready.error());
    }
    const std::filesystem::path socket = connection->newSocket();
    const std::string ends = socket.native() + ":" + remoteEnd;
    ProgramRun run;
    const std::vector<std::string> options{"-O", "forward", "-o", "ExitOnForwardFailure=yes", "-L", ends};
    run.words = connection->command(options, {});
    const Result<ProgramOutput> answer = co_await runProgram(std::move(run));
    if (!answer) {
        co_return std::unexpected(answer.error());
    }
    if (answer->status != 0) {
        co_return std::unexpected(
            failedThere(*connection, formatted("{} cannot be forwarded", printable(remoteEnd)), *answer));
    }
    const std::vector<std::string> cancel{"-O", "cancel", "-L", ends};
    co_return std::make_unique<SshForward>(socket, connection->command(cancel, {}));
}

} // namespace

SshForward::~SshForward()
{
    QProcess cancel;
    cancel.setProgram(QString::fromStdString(cancelCommand_.front()));
    QStringList arguments;
    for (std::size_t i = 1; i < cancelCommand_.size(); ++i) {
        arguments << QString::fromStdString(cancelCommand_[i]);
    }
    cancel.setArguments(arguments);
    for (const auto set : {&QProcess::setStandardOutputFile, &QProcess::setStandardErrorFile}) {
        (cancel.*set)(QProcess::nullDevice(), QIODevice::Truncate);
    }
    cancel.setStandardInputFile(QProcess::nullDevice());
    cancel.startDetached();
    std::error_code ignored;
    std::filesystem::remove(socket_, ignored);
}

SshRemote::SshRemote(SshDestination destination, std::string program)
    : connection_(std::make_shared<SshConnection>(std::move(destination), std::move(program)))
{
}

SshRemote::~SshRemote()
{
    connection_->close();
}

const SshDestination& SshRemote::destination() const
{
    return connection_->destination();
}

QCoro::Task<Result<void>> SshRemote::connect()
{
    return connected(connection_);
}

QCoro::Task<Result<ProgramOutput>> SshRemote::run(std::vector<std::string> command, QByteArray input)
{
    return runThere(connection_, std::move(command), {.input = std::move(input)});
}

QCoro::Task<Result<ProgramOutput>> SshRemote::run(ProgramRun run)
{
    std::vector<std::string> command = std::move(run.words);
    return runThere(connection_, std::move(command), std::move(run));
}

QCoro::Task<Result<std::filesystem::path>> SshRemote::copy(std::filesystem::path file, Audience audience)
{
    return copyThere(this, connection_, std::move(file), audience);
}

QCoro::Task<Result<std::filesystem::path>> SshRemote::copyDisk(std::filesystem::path file, Audience audience)
{
    return copyDiskThere(this, connection_, std::move(file), audience);
}

QCoro::Task<Result<void>> SshRemote::fetch(std::filesystem::path remoteFile, std::filesystem::path file)
{
    return fetchFrom(connection_, std::move(remoteFile), std::move(file));
}

QCoro::Task<Result<std::unique_ptr<SshForward>>> SshRemote::forward(std::filesystem::path remoteSocket)
{
    // what ssh_config(5) gives a meaning of its own in a forwarded path
    const std::string& path = remoteSocket.native();
    if (!path.starts_with('/') || path.find_first_of(":%$\\\n") != std::string::npos) {
        co_return inputError(formatted("{} cannot be forwarded by ssh", printable(path)),
                             "use an absolute path without ':', '%', '$' and backslashes");
    }
    co_return co_await forwardTo(connection_, path);
}

QCoro::Task<Result<std::unique_ptr<SshForward>>> SshRemote::forward(std::uint16_t remotePort)
{
    return forwardTo(connection_, formatted("127.0.0.1:{}", remotePort));
}

Result<std::filesystem::path> SshRemote::program()
{
    const Result<std::filesystem::path> folder = connection_->directory();
    if (!folder) {
        return folder;
    }
    std::filesystem::path file = *folder / "ssh";
    const std::string script =
        formatted("#!/bin/sh\nexec {} \"$@\"\n", shellCommand(connection_->commandPrefix()));
    if (const Result<void> saved = publishFile(file, script); !saved) {
        return std::unexpected(saved.error());
    }
    ::chmod(file.c_str(), 0700);
    return file;
}

} // namespace rumpus
