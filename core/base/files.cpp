// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/files.h"

#include "core/base/format.h"
#include "core/base/text.h"
#include "core/base/units.h"

#include <QFile>
#include <QSaveFile>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <fstream>
#include <sys/stat.h>
#include <unistd.h>
namespace rumpus {

Result<std::string> readFile(const std::filesystem::path& file, std::uint64_t limit)
{
    const std::string name = printable(file.native());
    // without O_NONBLOCK a FIFO in place of the file would hang us
    const int fd = ::open(file.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (fd < 0) {
        return inputError(formatted("cannot read {}", name), std::strerror(errno));
    }
    QFile reader;
    reader.open(fd, QIODevice::ReadOnly, QFileDevice::AutoCloseHandle);
    struct stat status{};
    if (::fstat(fd, &status) != 0 || !S_ISREG(status.st_mode)) {
        return inputError(formatted("cannot read {}", name),
                          S_ISDIR(status.st_mode) ? "it is a directory" : "it is not a regular file");
    }
    const bool large = static_cast<std::uint64_t>(status.st_size) > limit;
    // files of /proc say that they are empty, some of them refuse to be asked for much at once, and any file
    // can grow meanwhile
    static constexpr std::uint64_t mostAtOnce = 1U << 20U;
    QByteArray bytes;
    for (QByteArray piece(1, '\0');
         !large && !piece.isEmpty() && bytes.size() <= static_cast<qint64>(limit);) {
        piece = reader.read(
            static_cast<qint64>(std::min(mostAtOnce, limit + 1 - static_cast<std::uint64_t>(bytes.size()))));
        bytes += piece;
    }
    if (large || static_cast<std::uint64_t>(bytes.size()) > limit) {
        return inputError(formatted("{} is too large", name),
                          formatted("at most {} are read", roughSize(limit)));
    }
    if (reader.error() != QFileDevice::NoError) {
        return inputError(formatted("cannot read {}", name), reader.errorString().toStdString());
    }
    return bytes.toStdString();
}

Result<void> saveFile(const std::filesystem::path& file, std::string_view content)
{
    QSaveFile writer(QString::fromStdString(file.native()));
    if (!writer.open(QIODevice::WriteOnly) ||
        writer.write(content.data(), static_cast<qint64>(content.size())) < 0 || !writer.commit()) {
        return hostError(formatted("cannot save {}", printable(file.native())),
                         writer.errorString().toStdString());
    }
    return {};
}

Result<void> publishFile(const std::filesystem::path& file, std::string_view content)
{
    std::filesystem::path draft = file;
    draft += ".new";
    std::ofstream stream(draft, std::ios::binary | std::ios::trunc);
    stream << content;
    stream.close();
    std::error_code failed;
    if (stream) {
        std::filesystem::rename(draft, file, failed);
    } else {
        failed.assign(errno, std::generic_category());
    }
    if (failed) {
        return hostError(formatted("cannot write {}", printable(file.native())), failed.message());
    }
    return {};
}

bool writeAll(int file, std::string_view bytes)
{
    while (!bytes.empty()) {
        const ssize_t written = ::write(file, bytes.data(), bytes.size());
        if (written < 0 && errno != EINTR) {
            return false;
        }
        bytes.remove_prefix(static_cast<std::size_t>(std::max<ssize_t>(written, 0)));
    }
    return true;
}

} // namespace rumpus
