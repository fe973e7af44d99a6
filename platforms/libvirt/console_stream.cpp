// SPDX-License-Identifier: GPL-3.0-or-later
#include "platforms/libvirt/console_stream.h"

#include "core/base/text.h"
#include "platforms/libvirt/domain_call.h"

#include <QPointer>

#include <algorithm>
#include <array>
#include <cstring>
#include <fcntl.h>
#include <format>
#include <mutex>
#include <unistd.h>

namespace rumpus {

/// What the event thread works on; it and the stream's owner share it.
struct ConsoleStream::Pipe {
    QPointer<ConsoleStream> owner; ///< looked at on the application's thread only
    std::filesystem::path path;
    std::uint64_t room = 0; ///< bytes that the file still takes

    std::mutex mutex; ///< of what follows
    virStreamPtr stream = nullptr;
    int file = -1;
    QByteArray waiting;
    bool ended = false;

    ~Pipe()
    {
        if (file >= 0) {
            ::close(file);
        }
        if (stream != nullptr) {
            ::virStreamFree(stream);
        }
    }

    void keep(const char* bytes, std::size_t count)
    {
        const std::scoped_lock guard(mutex);
        count = static_cast<std::size_t>(std::min<std::uint64_t>(count, room));
        room -= count;
        while (file >= 0 && count > 0) {
            const ssize_t written = ::write(file, bytes, count);
            if (written <= 0) {
                return;
            }
            bytes += written;
            count -= static_cast<std::size_t>(written);
        }
    }

    /// Reads all that is there. False at the end of the stream.
    bool receive()
    {
        std::array<char, 65536> buffer{};
        static constexpr int nothingYet = -2;
        while (true) {
            const int count = ::virStreamRecv(stream, buffer.data(), buffer.size());
            if (count == nothingYet) {
                return true;
            }
            if (count <= 0) {
                return false;
            }
            keep(buffer.data(), static_cast<std::size_t>(count));
        }
    }

    /// Sends what waits, as much as is taken. False where the stream is broken.
    bool send()
    {
        const std::scoped_lock guard(mutex);
        static constexpr int notYet = -2;
        while (!waiting.isEmpty()) {
            const int sent =
                ::virStreamSend(stream, waiting.constData(), static_cast<std::size_t>(waiting.size()));
            if (sent == notYet) {
                return true;
            }
            if (sent < 0) {
                return false;
            }
            waiting.remove(0, sent);
        }
        ::virStreamEventUpdateCallback(stream, VIR_STREAM_EVENT_READABLE);
        return true;
    }

    void finish()
    {
        {
            const std::scoped_lock guard(mutex);
            if (ended) {
                return;
            }
            ended = true;
            if (file >= 0) {
                ::close(file); // its followers see that it is complete
                file = -1;
            }
        }
        // these ask the host, and a writer must not wait for it
        ::virStreamEventRemoveCallback(stream);
        ::virStreamAbort(stream);
    }
};

ConsoleStream::ConsoleStream(std::filesystem::path file, std::uint64_t limit)
    : pipe_(new Pipe, [](Pipe* last) { libvirtCalls().start([last] { delete last; }); })
{
    pipe_->path = std::move(file);
    pipe_->room = limit == 0 ? UINT64_MAX : limit;
}

ConsoleStream::~ConsoleStream()
{
    // aborting asks the host
    libvirtCalls().start([pipe = pipe_] {
        if (pipe->stream != nullptr) {
            pipe->finish();
        }
    });
}

QCoro::Task<Result<void>> ConsoleStream::open(std::shared_ptr<Connection> connection, std::string uuid)
{
    const QPointer<ConsoleStream> self(this);
    const std::shared_ptr<Pipe> pipe = pipe_;
    pipe->owner = this;
    const Result<void> opened = co_await connection->call(
        [pipe, uuid = std::move(uuid)](virConnectPtr handle) { return openPipe(handle, uuid, pipe); });
    if (self) {
        const std::scoped_lock guard(pipe->mutex);
        open_ = opened.has_value() && !pipe->ended;
    }
    co_return opened;
}

Result<void> ConsoleStream::openPipe(virConnectPtr handle, const std::string& uuid,
                                     const std::shared_ptr<Pipe>& pipe)
{
    const Result<DomainPointer> domain = findDomain(handle, uuid);
    if (!domain) {
        return std::unexpected(domain.error());
    }
    if (!pipe->path.empty()) {
        pipe->file = ::open(pipe->path.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
        if (pipe->file < 0) {
            return hostError(std::format("cannot write {}", printable(pipe->path.native())),
                             std::strerror(errno));
        }
    }
    pipe->stream = ::virStreamNew(handle, VIR_STREAM_NONBLOCK);
    if (pipe->stream == nullptr ||
        ::virDomainOpenConsole(domain->get(), nullptr, pipe->stream, VIR_DOMAIN_CONSOLE_FORCE) < 0) {
        return libvirtFailed("cannot open the guest's console");
    }
    auto* carried = new std::shared_ptr<Pipe>(pipe);
    if (::virStreamEventAddCallback(
            pipe->stream, VIR_STREAM_EVENT_READABLE, &ConsoleStream::onEvent, carried,
            [](void* opaque) { delete static_cast<std::shared_ptr<Pipe>*>(opaque); }) < 0) {
        delete carried;
        return libvirtFailed("cannot read the guest's console");
    }
    return {};
}

void ConsoleStream::onEvent(virStreamPtr, int events, void* opaque)
{
    const std::shared_ptr<Pipe> pipe = *static_cast<std::shared_ptr<Pipe>*>(opaque);
    bool alive = true;
    if ((events & VIR_STREAM_EVENT_READABLE) != 0) {
        alive = pipe->receive();
    }
    if (alive && (events & VIR_STREAM_EVENT_WRITABLE) != 0) {
        alive = pipe->send();
    }
    if (alive && (events & (VIR_STREAM_EVENT_ERROR | VIR_STREAM_EVENT_HANGUP)) == 0) {
        return;
    }
    pipe->finish();
    toFront([pipe] {
        if (pipe->owner) {
            pipe->owner->open_ = false;
            Q_EMIT pipe->owner->ended();
        }
    });
}

Result<void> ConsoleStream::write(const QByteArray& bytes)
{
    static constexpr qsizetype mostWaiting = qsizetype{1024} * 1024;
    const std::scoped_lock guard(pipe_->mutex);
    if (!open_ || pipe_->ended) {
        return hostError("the guest takes no input any more", "it is gone, or its connection");
    }
    if (pipe_->waiting.size() + bytes.size() > mostWaiting) {
        return hostError("the guest does not read its input", "wait, or send less at once");
    }
    pipe_->waiting += bytes;
    ::virStreamEventUpdateCallback(pipe_->stream, VIR_STREAM_EVENT_READABLE | VIR_STREAM_EVENT_WRITABLE);
    return {};
}

} // namespace rumpus
