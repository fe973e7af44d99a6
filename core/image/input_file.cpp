// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/image/input_file.h"

#include "core/base/format.h"
#include "core/base/text.h"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>
#include <utility>

namespace rumpus {

namespace {

std::string_view whatItIs(mode_t mode)
{
    if (S_ISDIR(mode)) {
        return "it is a directory";
    }
    if (S_ISFIFO(mode)) {
        return "it is a pipe";
    }
    return S_ISSOCK(mode) ? "it is a socket" : "it is a device";
}

std::string_view cureFor(int error)
{
    switch (error) {
    case ENOENT: return "build it first, or correct its path";
    case EACCES: return "ask its owner for permission to read it";
    case ELOOP: return "a link leads back to itself: link to the image itself";
    default: return {};
    }
}

} // namespace

std::unexpected<Error> cannotRead(const std::filesystem::path& path, std::string_view reason,
                                  std::string_view cure)
{
    return inputError(formatted("cannot read {}: {}", printable(path.native()), reason), std::string(cure));
}

Result<InputFile> InputFile::open(const std::filesystem::path& path)
{
    // without O_NONBLOCK a FIFO in place of the file would hang us
    const int descriptor = ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
    if (descriptor < 0) {
        return cannotRead(path, std::strerror(errno), cureFor(errno));
    }
    InputFile file(path, descriptor, 0);
    struct stat status{};
    if (::fstat(descriptor, &status) != 0) {
        return cannotRead(path, std::strerror(errno));
    }
    if (!S_ISREG(status.st_mode)) {
        return cannotRead(path, whatItIs(status.st_mode), "name the image file itself");
    }
    if (status.st_size == 0) {
        return cannotRead(path, "it is empty", "build it again");
    }
    file.size_ = static_cast<std::uint64_t>(status.st_size);
    return file;
}

InputFile::InputFile(std::filesystem::path path, int descriptor, std::uint64_t size)
    : path_(std::move(path)), descriptor_(descriptor), size_(size)
{
}

InputFile::InputFile(InputFile&& other) noexcept
    : path_(std::move(other.path_)), descriptor_(std::exchange(other.descriptor_, -1)), size_(other.size_)
{
}

InputFile& InputFile::operator=(InputFile&& other) noexcept
{
    std::swap(path_, other.path_);
    std::swap(descriptor_, other.descriptor_);
    std::swap(size_, other.size_);
    return *this;
}

InputFile::~InputFile()
{
    if (descriptor_ >= 0) {
        ::close(descriptor_);
    }
}

std::string InputFile::read(std::uint64_t offset, std::size_t length) const
{
    if (offset >= size_) {
        return {};
    }
    std::string bytes(static_cast<std::size_t>(std::min<std::uint64_t>(length, size_ - offset)), '\0');
    std::size_t done = 0;
    while (done < bytes.size()) {
        const ssize_t got =
            ::pread(descriptor_, bytes.data() + done, bytes.size() - done, static_cast<off_t>(offset + done));
        if (got < 0 && errno == EINTR) {
            continue;
        }
        if (got <= 0) {
            break;
        }
        done += static_cast<std::size_t>(got);
    }
    bytes.resize(done);
    return bytes;
}

bool InputFile::contains(std::uint64_t offset, std::uint64_t length, std::string_view text) const
{
    static constexpr std::uint64_t most = 16U << 20U;
    static constexpr std::size_t step = 1U << 20U;
    length = std::min(length, most);
    for (std::uint64_t done = 0; done < length; done += step) {
        // each piece overlaps the next by what a hit across the border needs
        const auto piece = std::min<std::uint64_t>(step + text.size() - 1, length - done);
        if (read(offset + done, static_cast<std::size_t>(piece)).contains(text)) {
            return true;
        }
    }
    return false;
}

} // namespace rumpus
