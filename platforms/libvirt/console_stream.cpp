// SPDX-License-Identifier: GPL-3.0-or-later
#include "platforms/libvirt/console_stream.h"

#include "core/base/format.h"
#include "core/base/text.h"
#include "platforms/libvirt/domain_call.h"
#include "platforms/libvirt/host_reach.h"

#include <QCoreApplication>
#include <QPointer>

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <condition_variable>
#include <cstring>
#include <fcntl.h>
#include <libvirt/virterror.h>
#include <mutex>
#include <sys/file.h>
#include <unistd.h>
#include <utility>

namespace rumpus {

namespace {

/// The streams that the host knows of.
class OpenStreams {
public:
    static OpenStreams& instance()
    {
        // never destroyed: a thread of libvirt's may outlive what is
        static auto* const all = new OpenStreams;
        return *all;
    }

    void add()
    {
        const std::scoped_lock guard(mutex_);
        ++count_;
    }

    void remove()
    {
        const std::scoped_lock guard(mutex_);
        --count_;
        changed_.notify_all();
    }

private:
    OpenStreams()
    {
        qAddPostRoutine([] { instance().await(); });
    }

    /// The program ends: what is being ended gets its time, and what was held for it goes.
    void await()
    {
        static constexpr std::chrono::seconds patience{2};
        {
            std::unique_lock guard(mutex_);
            changed_.wait_for(guard, patience, [this] { return count_ == 0; });
        }
        QCoreApplication::sendPostedEvents();
    }

    std::mutex mutex_;
    std::condition_variable changed_;
    int count_ = 0;
};

void closeFile(int& file)
{
    if (file >= 0) {
        ::close(file);
    }
    file = -1;
}

} // namespace

/// What the event thread works on; it and the stream's owner share it.
struct ConsoleStream::Pipe {
    QPointer<ConsoleStream> owner; ///< looked at on the application's thread only
    std::filesystem::path path;
    std::uint64_t room = 0; ///< bytes that the file still takes
    std::shared_ptr<HostReach> way;

    std::mutex mutex; ///< of what follows
    virStreamPtr stream = nullptr;
    /// Locked by who feeds the file, and alone by who wants to where nobody does: so a stream that was taken
    /// by another of this user's finds the file kept. Closing it tells the file's followers nothing.
    int keeper = -1;
    bool locked = false;
    int file = -1;
    QByteArray waiting;
    bool listening = false;
    bool abandoned = false; ///< the owner went
    bool ended = false;
    bool heard = false;  ///< since it was told last, where no file takes what comes
    bool told = false;   ///< that bytes are lost
    std::string trouble; ///< why they are, until it is told

    ~Pipe()
    {
        closeFiles();
        if (stream != nullptr) {
            ::virStreamFree(stream);
        }
        // it is the application's thread that made it
        auto* held = new std::shared_ptr<HostReach>(std::move(way));
        toFront([held] { delete held; });
    }

    void closeFiles()
    {
        closeFile(file); // its followers see that it is complete
        closeFile(keeper);
    }

    void lock() { locked = locked || ::flock(keeper, LOCK_SH | LOCK_NB) == 0; }

    void keep(const char* bytes, std::size_t count)
    {
        const std::scoped_lock guard(mutex);
        if (file < 0) {
            heard = true;
            return;
        }
        lock();
        if (const Result<void> kept = keepBytes(file, room, path, {bytes, count}); !kept) {
            lose(kept.error().what);
        }
    }

    void lose(std::string why)
    {
        if (!told) {
            trouble = std::move(why);
        }
        told = true;
    }

    bool takeHeard()
    {
        const std::scoped_lock guard(mutex);
        return std::exchange(heard, false);
    }

    std::string takeTrouble()
    {
        const std::scoped_lock guard(mutex);
        return std::exchange(trouble, {});
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
        static constexpr int notYet = -2;
        static constexpr qsizetype most = qsizetype{64} * 1024;
        while (true) {
            QByteArray piece;
            {
                const std::scoped_lock guard(mutex);
                if (waiting.isEmpty()) {
                    ::virStreamEventUpdateCallback(stream, VIR_STREAM_EVENT_READABLE);
                    return true;
                }
                piece = waiting.first(std::min(waiting.size(), most));
            }
            // this can wait for the host, and who types must not
            const int sent =
                ::virStreamSend(stream, piece.constData(), static_cast<std::size_t>(piece.size()));
            if (sent == notYet) {
                return true;
            }
            if (sent < 0) {
                return false;
            }
            const std::scoped_lock guard(mutex);
            waiting.remove(0, sent);
        }
    }

    void finish()
    {
        {
            const std::scoped_lock guard(mutex);
            if (ended) {
                return;
            }
            ended = true;
            closeFiles();
        }
        // these ask the host, and a writer must not wait for it
        ::virStreamEventRemoveCallback(stream);
        ::virStreamAbort(stream);
        OpenStreams::instance().remove();
    }
};

ConsoleStream::ConsoleStream(std::filesystem::path file, std::uint64_t limit, std::shared_ptr<HostReach> way)
    : pipe_(new Pipe, [](Pipe* last) { libvirtCalls().start([last] { delete last; }); })
{
    pipe_->path = std::move(file);
    pipe_->way = std::move(way);
    pipe_->room = limit == 0 ? UINT64_MAX : limit;
}

ConsoleStream::~ConsoleStream()
{
    const std::scoped_lock guard(pipe_->mutex);
    pipe_->abandoned = true;
    // the next stream's turn, at once
    pipe_->closeFiles();
    // aborting asks the host; one that is still being opened is ended by who opens it
    if (pipe_->listening) {
        libvirtCalls().start([pipe = pipe_] { pipe->finish(); });
    }
}

QCoro::Task<Result<ConsoleStream::Outcome>> ConsoleStream::open(std::shared_ptr<Connection> connection,
                                                                std::string uuid, Claim claim)
{
    const QPointer<ConsoleStream> self(this);
    const std::shared_ptr<Pipe> pipe = pipe_;
    pipe->owner = this;
    const Result<Outcome> opened =
        co_await connection->call([pipe, claim, uuid = std::move(uuid)](virConnectPtr handle) {
            return openPipe(handle, uuid, claim, pipe);
        });
    if (self) {
        const std::scoped_lock guard(pipe->mutex);
        open_ = opened == Outcome::Open && !pipe->ended;
    }
    co_return opened;
}

Result<ConsoleStream::Outcome> ConsoleStream::openPipe(virConnectPtr handle, const std::string& uuid,
                                                       Claim claim, const std::shared_ptr<Pipe>& pipe)
{
    const Result<DomainPointer> domain = findDomain(handle, uuid);
    if (!domain) {
        return std::unexpected(domain.error());
    }
    {
        const std::scoped_lock guard(pipe->mutex);
        if (pipe->abandoned) {
            return hostError("the console was closed while it was being opened");
        }
        if (!pipe->path.empty()) {
            pipe->keeper = ::open(pipe->path.c_str(), O_RDONLY | O_CREAT | O_CLOEXEC, 0600);
            if (claim == Claim::Take) {
                pipe->lock();
            } else if (::flock(pipe->keeper, LOCK_EX | LOCK_NB) != 0) {
                closeFile(pipe->keeper);
                return Outcome::KeptHere;
            }
        }
    }
    pipe->stream = ::virStreamNew(handle, VIR_STREAM_NONBLOCK);
    if (pipe->stream == nullptr) {
        return libvirtFailed("cannot open the guest's console");
    }
    OpenStreams::instance().add();
    Result<Outcome> opened = openConsole(domain->get(), claim, *pipe);
    if (opened == Outcome::Open) {
        if (const Result<void> listening = listen(pipe); !listening) {
            ::virStreamAbort(pipe->stream);
            opened = std::unexpected(listening.error());
        }
    }
    if (opened != Outcome::Open) {
        OpenStreams::instance().remove();
        const std::scoped_lock guard(pipe->mutex);
        pipe->closeFiles();
    }
    return opened;
}

Result<ConsoleStream::Outcome> ConsoleStream::openConsole(virDomainPtr domain, Claim claim, Pipe& pipe)
{
    const unsigned flags = claim == Claim::Take ? static_cast<unsigned>(VIR_DOMAIN_CONSOLE_FORCE) : 0U;
    if (::virDomainOpenConsole(domain, nullptr, pipe.stream, flags) == 0) {
        return Outcome::Open;
    }
    // its words ("Active console session exists") are in the daemon's language
    if (claim == Claim::IfFree && lastLibvirtFailure().code == VIR_ERR_OPERATION_FAILED) {
        return Outcome::Taken;
    }
    return libvirtFailed("cannot open the guest's console");
}

Result<void> ConsoleStream::listen(const std::shared_ptr<Pipe>& pipe)
{
    const std::scoped_lock guard(pipe->mutex);
    if (pipe->abandoned) {
        return hostError("the console was closed while it was being opened");
    }
    if (!pipe->path.empty()) {
        pipe->file = ::open(pipe->path.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
        if (pipe->file < 0) {
            return hostError(formatted("cannot write {}", printable(pipe->path.native())),
                             std::strerror(errno));
        }
        pipe->lock();
    }
    auto* carried = new std::shared_ptr<Pipe>(pipe);
    if (::virStreamEventAddCallback(
            pipe->stream, VIR_STREAM_EVENT_READABLE, &ConsoleStream::onEvent, carried,
            [](void* opaque) { delete static_cast<std::shared_ptr<Pipe>*>(opaque); }) < 0) {
        delete carried;
        return libvirtFailed("cannot read the guest's console");
    }
    pipe->listening = true;
    return {};
}

void ConsoleStream::onEvent(virStreamPtr, int events, void* opaque)
{
    const std::shared_ptr<Pipe> pipe = *static_cast<std::shared_ptr<Pipe>*>(opaque);
    bool alive = true;
    if ((events & VIR_STREAM_EVENT_READABLE) != 0) {
        alive = pipe->receive();
    }
    if (pipe->takeHeard()) {
        toFront([pipe] {
            if (pipe->owner) {
                Q_EMIT pipe->owner->heard();
            }
        });
    }
    if (const std::string trouble = pipe->takeTrouble(); !trouble.empty()) {
        toFront([pipe, words = QString::fromStdString(trouble)] {
            if (pipe->owner) {
                Q_EMIT pipe->owner->lost(words);
            }
        });
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
