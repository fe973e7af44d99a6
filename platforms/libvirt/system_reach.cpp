// SPDX-License-Identifier: GPL-3.0-or-later
#include "platforms/libvirt/system_reach.h"

#include "core/base/background.h"
#include "core/base/format.h"
#include "core/base/text.h"

#include <QCoroFuture>
#include <QCryptographicHash>
#include <QFile>
#include <QSaveFile>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <sys/stat.h>
#include <unistd.h>
#include <vector>

namespace rumpus {

namespace fs = std::filesystem;

namespace {

constexpr std::size_t mostKept = 20;

/// By the modes alone (inode(7)): access lists can only be known by who has the other user's rights.
bool allCanRead(const fs::path& file)
{
    struct stat status{};
    if (::stat(file.c_str(), &status) != 0 || (status.st_mode & S_IROTH) == 0) {
        return false;
    }
    for (fs::path folder = file.parent_path(); folder.has_relative_path(); folder = folder.parent_path()) {
        if (::stat(folder.c_str(), &status) != 0 || (status.st_mode & S_IXOTH) == 0) {
            return false;
        }
    }
    return true;
}

/// A folder that only this user can write to, made where there is none.
Result<void> ownFolder(const fs::path& folder)
{
    static constexpr mode_t enteredByAll = 0711; // a name is known by who was told it
    if (::mkdir(folder.c_str(), enteredByAll) == 0) {
        ::chmod(folder.c_str(), enteredByAll); // whatever the umask is
        return {};
    }
    struct stat status{};
    const bool isOurs = errno == EEXIST && ::lstat(folder.c_str(), &status) == 0 && S_ISDIR(status.st_mode) &&
                        status.st_uid == ::geteuid() && (status.st_mode & (S_IWGRP | S_IWOTH)) == 0;
    return isOurs ? Result<void>()
                  : hostError(
                        formatted("{} cannot be used for images", folder.native()),
                        "it must be a folder of yours that only you can write to: move away what is there");
}

void removeOld(const fs::path& folder)
{
    std::error_code failed;
    std::vector<fs::directory_entry> files;
    for (const fs::directory_entry& entry : fs::directory_iterator(folder, failed)) {
        files.push_back(entry);
    }
    std::ranges::sort(files, std::greater(), [](const fs::directory_entry& entry) {
        std::error_code unknown;
        return entry.last_write_time(unknown);
    });
    for (std::size_t i = mostKept; i < files.size(); ++i) {
        fs::remove(files[i], failed);
    }
}

Result<void> copyFile(QFile& from, const fs::path& to)
{
    static constexpr qint64 piece = qint64{1} << 20U;
    QSaveFile copy(QString::fromStdString(to.native()));
    bool good = from.seek(0) && copy.open(QIODevice::WriteOnly);
    while (good && !from.atEnd()) {
        const QByteArray bytes = from.read(piece);
        good = !bytes.isEmpty() && copy.write(bytes) == bytes.size();
    }
    good = good &&
           copy.setPermissions(QFile::ReadOwner | QFile::WriteOwner | QFile::ReadGroup | QFile::ReadOther) &&
           copy.commit();
    return good ? Result<void>()
                : hostError(formatted("cannot copy {} to {}", printable(from.fileName().toStdString()),
                                      to.native()),
                            copy.errorString().toStdString());
}

} // namespace

Result<fs::path> readableByAll(const fs::path& file)
{
    if (allCanRead(file)) {
        return file;
    }
    QFile content(QString::fromStdString(file.native()));
    QCryptographicHash hash(QCryptographicHash::Sha256);
    if (!content.open(QIODevice::ReadOnly) || !hash.addData(&content)) {
        return inputError(formatted("cannot read {}", printable(file.native())),
                          content.errorString().toStdString());
    }
    const fs::path base = formatted("/var/tmp/rumpus-{}", ::geteuid());
    const fs::path images = base / "images";
    Result<void> ready = ownFolder(base);
    ready = ready ? ownFolder(images) : ready;
    if (!ready) {
        return std::unexpected(ready.error());
    }
    fs::path copy = images / hash.result().toHex().toStdString();
    std::error_code failed;
    if (fs::file_size(copy, failed) == static_cast<std::uintmax_t>(content.size()) && !failed) {
        return copy;
    }
    if (const Result<void> copied = copyFile(content, copy); !copied) {
        return std::unexpected(copied.error());
    }
    removeOld(images);
    return copy;
}

SystemReach::SystemReach()
    : logs_(runProgram, Audience::Everyone,
            {.questions = std::chrono::milliseconds(30), .looks = std::chrono::milliseconds(250)})
{
}

QCoro::Task<Result<fs::path>> SystemReach::place(fs::path file)
{
    const QFuture<Result<fs::path>> placing =
        inBackground([file = std::move(file)] { return readableByAll(file); });
    const Result<fs::path> there = co_await placing;
    co_return there;
}

} // namespace rumpus
