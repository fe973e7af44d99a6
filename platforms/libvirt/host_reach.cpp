// SPDX-License-Identifier: GPL-3.0-or-later
#include "platforms/libvirt/host_reach.h"

#include "core/base/background.h"
#include "core/base/format.h"
#include "core/base/text.h"
#include "platforms/runtime_directory.h"

#include <QCoroFuture>

#include <array>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <fcntl.h>
#include <poll.h>
#include <sys/stat.h>
#include <unistd.h>
#include <vector>

namespace rumpus {

namespace {

/// A pipe with a name, in a folder of its own that only this user and root can enter; gone with the object.
class NamedPipe {
public:
    static Result<std::shared_ptr<NamedPipe>> create()
    {
        const Result<std::filesystem::path> base = runtimeDirectory("pipes");
        if (!base) {
            return std::unexpected(base.error());
        }
        auto pipe = std::make_shared<NamedPipe>();
        std::string folder = (*base / "XXXXXX").native();
        if (::mkdtemp(folder.data()) != nullptr) {
            pipe->folder_ = folder;
            const std::filesystem::path path = pipe->path();
            pipe->end_ = ::mkfifo(path.c_str(), 0600) == 0
                             ? ::open(path.c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC)
                             : -1;
        }
        if (pipe->end_ < 0) {
            return hostError(formatted("cannot make a pipe in {}", printable(base->native())),
                             std::strerror(errno));
        }
        return pipe;
    }
    NamedPipe() = default;
    ~NamedPipe()
    {
        if (end_ >= 0) {
            ::close(end_);
        }
        remove();
    }
    NamedPipe(const NamedPipe&) = delete;
    NamedPipe& operator=(const NamedPipe&) = delete;

    std::filesystem::path path() const { return folder_ / "pipe"; }

    void remove() const
    {
        std::error_code ignored;
        if (!folder_.empty()) {
            std::filesystem::remove_all(folder_, ignored);
        }
    }

    /// Nobody writes (any more): who reads learns it also where nobody ever did.
    void finish() const { ::close(::open(path().c_str(), O_WRONLY | O_NONBLOCK | O_CLOEXEC)); }

    /// Waits for what is written, up to the last writer's end. Errors: the file takes no more.
    Result<void> copyTo(int file, const std::filesystem::path& name) const
    {
        static constexpr std::size_t bufferSize = std::size_t{1} << 20U;
        std::vector<char> buffer(bufferSize);
        bool full = false;
        int reason = 0;
        while (true) {
            // a pipe that no writer has opened yet is not at its end (poll(2): it has no POLLHUP)
            pollfd waits{.fd = end_, .events = POLLIN, .revents = 0};
            ::poll(&waits, 1, -1);
            const ssize_t count = ::read(end_, buffer.data(), buffer.size());
            if (count < 0 && (errno == EAGAIN || errno == EINTR)) {
                continue;
            }
            if (count <= 0) {
                break;
            }
            // who writes must not wait for ever: the rest is read and thrown away
            for (ssize_t done = 0; !full && done < count;) {
                const ssize_t written =
                    ::write(file, buffer.data() + done, static_cast<std::size_t>(count - done));
                full = written < 0;
                reason = full ? errno : 0;
                done += full ? 0 : written;
            }
        }
        return full ? Result<void>(hostError(formatted("cannot write {}", printable(name.native())),
                                             std::strerror(reason)))
                    : Result<void>();
    }

private:
    std::filesystem::path folder_;
    int end_ = -1;
};

} // namespace

Result<void> HostReach::keepOrDrop(const std::filesystem::path& part, const std::filesystem::path& file,
                                   Result<void> done)
{
    std::error_code failed;
    if (done) {
        std::filesystem::rename(part, file, failed);
        done = failed ? hostError(formatted("cannot write {}", printable(file.native())), failed.message())
                      : done;
    }
    if (!done) {
        std::filesystem::remove(part, failed);
    }
    return done;
}

QCoro::Task<Result<void>> HostReach::receive(Write write, std::filesystem::path file)
{
    const Result<std::shared_ptr<NamedPipe>> made = NamedPipe::create();
    if (!made) {
        co_return std::unexpected(made.error());
    }
    const std::shared_ptr<NamedPipe>& pipe = *made;
    const std::filesystem::path part = file.native() + ".part";
    const int target = ::open(part.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, 0600);
    if (target < 0) {
        co_return hostError(formatted("cannot write {}", printable(part.native())), std::strerror(errno));
    }
    const QFuture<Result<void>> copying = inBackground([pipe, target, file] {
        const Result<void> copied = pipe->copyTo(target, file);
        ::close(target);
        return copied;
    });
    Result<void> done = co_await write(pipe->path());
    pipe->finish();
    const Result<void> copied = co_await copying;
    pipe->remove(); // not when the last one lets go of it: that may be a thread, later
    co_return keepOrDrop(part, file, done ? copied : done);
}

} // namespace rumpus
