// SPDX-License-Identifier: GPL-3.0-or-later
#include "platforms/xen/xenstore_channel.h"

#include "core/base/format.h"
#include "core/base/text.h"

#include <QPointer>
#include <QSocketNotifier>

#include <cerrno>
#include <chrono>
#include <cstring>
#include <fcntl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <system_error>
#include <unistd.h>
#include <utility>

namespace rumpus {

namespace {

/// xenstored lets one connection wait until it is taken (listen(2) with a backlog of 1).
constexpr std::chrono::milliseconds connectPause{1};
constexpr int mostConnectTries = 10000;

Error cannotReach(const std::filesystem::path& place, int number)
{
    const std::string what = formatted("cannot reach xenstored at {}: {}", printable(place.native()),
                                       std::generic_category().message(number));
    switch (number) {
    case ENOENT:
    case ECONNREFUSED:
        return {.fault = Fault::Host,
                .what = what,
                .cure = "xenstored runs in a Xen host's dom0: name one (--host xen+ssh://root@MACHINE/), or "
                        "start it"};
    case EACCES:
    case EPERM: return {.fault = Fault::Host, .what = what, .cure = "only root may use it: come as root"};
    default: return {.fault = Fault::Host, .what = what};
    }
}

/// 0, or an errno.
int tryConnect(int descriptor, const std::filesystem::path& place)
{
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    std::memcpy(address.sun_path, place.c_str(), place.native().size());
    const int status = ::connect(descriptor, reinterpret_cast<const sockaddr*>(&address), sizeof address);
    return status == 0 ? 0 : errno;
}

} // namespace

Result<std::unique_ptr<XenstoreChannel>> XenstoreChannel::open(const std::filesystem::path& place)
{
    struct stat status{};
    if (::stat(place.c_str(), &status) != 0) {
        return std::unexpected(cannotReach(place, errno));
    }
    const bool socket = S_ISSOCK(status.st_mode);
    if (socket && place.native().size() >= sizeof(sockaddr_un::sun_path)) {
        return inputError(formatted("the path of the socket {} is too long", printable(place.native())),
                          "a socket's path can have 107 bytes");
    }
    if (!socket && !S_ISCHR(status.st_mode)) {
        return inputError(formatted("{} is no socket", printable(place.native())),
                          "xenstored's is /run/xenstored/socket");
    }
    const int descriptor = socket ? ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0)
                                  : ::open(place.c_str(), O_RDWR | O_CLOEXEC | O_NONBLOCK);
    if (descriptor < 0) {
        return std::unexpected(cannotReach(place, errno));
    }
    std::unique_ptr<XenstoreChannel> channel(new XenstoreChannel(place, descriptor, socket));
    const int failure = socket ? tryConnect(descriptor, place) : 0;
    if (failure == EAGAIN) {
        channel->retry_.start(connectPause);
        return channel;
    }
    if (failure != 0) {
        return std::unexpected(cannotReach(place, failure));
    }
    channel->listen();
    return channel;
}

XenstoreChannel::XenstoreChannel(std::filesystem::path place, int descriptor, bool socket)
    : place_(std::move(place)), descriptor_(descriptor), socket_(socket)
{
    connect(&retry_, &QTimer::timeout, this, &XenstoreChannel::connectSocket);
}

XenstoreChannel::~XenstoreChannel()
{
    readable_.reset();
    writable_.reset();
    if (descriptor_ >= 0) {
        ::close(std::exchange(descriptor_, -1));
    }
    refuseAll();
}

void XenstoreChannel::connectSocket()
{
    const int failure = tryConnect(descriptor_, place_);
    if (failure == EAGAIN && ++tries_ < mostConnectTries) {
        return;
    }
    retry_.stop();
    if (failure != 0) {
        end(toString(cannotReach(place_, failure)));
        return;
    }
    listen();
    send();
}

void XenstoreChannel::listen()
{
    connected_ = true;
    readable_ = std::make_unique<QSocketNotifier>(descriptor_, QSocketNotifier::Read);
    writable_ = std::make_unique<QSocketNotifier>(descriptor_, QSocketNotifier::Write);
    writable_->setEnabled(false);
    connect(readable_.get(), &QSocketNotifier::activated, this, &XenstoreChannel::receive);
    connect(writable_.get(), &QSocketNotifier::activated, this, &XenstoreChannel::send);
}

void XenstoreChannel::ask(XenstoreVerb verb, std::uint32_t transaction, std::string body, Callback callback)
{
    if (!isOpen()) {
        callback(std::unexpected(XenstoreRefusal{}));
        return;
    }
    const XenstoreMessage message{
        .verb = verb, .request = ++lastRequest_, .transaction = transaction, .body = std::move(body)};
    waiting_.push_back({message.request, verb, std::move(callback)});
    if (socket_ && !outgoing_.empty()) {
        outgoing_.back() += encoded(message);
    } else {
        outgoing_.push_back(encoded(message));
    }
    if (!receiving_) {
        send();
    }
}

void XenstoreChannel::send()
{
    while (connected_ && !outgoing_.empty()) {
        const std::string_view piece = std::string_view(outgoing_.front()).substr(sent_);
        const ssize_t count = socket_ ? ::send(descriptor_, piece.data(), piece.size(), MSG_NOSIGNAL)
                                      : ::write(descriptor_, piece.data(), piece.size());
        if (count < 0 && errno == EINTR) {
            continue;
        }
        if (count < 0 && errno == EAGAIN) {
            writable_->setEnabled(true);
            return;
        }
        if (count < 0) {
            // why the other side ended, or that it did, is told by reading
            outgoing_.clear();
            break;
        }
        sent_ += static_cast<std::size_t>(count);
        if (sent_ == outgoing_.front().size()) {
            outgoing_.pop_front();
            sent_ = 0;
        }
    }
    if (writable_) {
        writable_->setEnabled(false);
    }
}

void XenstoreChannel::receive()
{
    static constexpr std::size_t room = 65536;
    thread_local std::string buffer(room, '\0');
    const ssize_t count = ::read(descriptor_, buffer.data(), buffer.size());
    if (count < 0 && (errno == EINTR || errno == EAGAIN)) {
        return;
    }
    if (count <= 0) {
        end(count == 0 ? "xenstored ended the connection" : std::generic_category().message(errno));
        return;
    }
    decoder_.feed(std::string_view(buffer).substr(0, static_cast<std::size_t>(count)));
    receiving_ = true;
    if (deliver()) {
        receiving_ = false;
        send();
    }
}

/// False where the channel has ended, or is gone.
bool XenstoreChannel::deliver()
{
    const QPointer<XenstoreChannel> self = this;
    while (isOpen()) {
        Result<std::optional<XenstoreMessage>> message = decoder_.next();
        if (!message) {
            end(toString(message.error()));
            return false;
        }
        if (!*message) {
            return true;
        }
        answer(std::move(**message));
        if (!self) {
            return false;
        }
    }
    return false;
}

void XenstoreChannel::answer(XenstoreMessage message)
{
    if (message.verb == XenstoreVerb::WatchEvent) {
        std::vector<std::string> strings = stringsOf(message.body);
        if (strings.size() >= 2) {
            Q_EMIT fired({.path = std::move(strings[0]), .token = std::move(strings[1])});
        }
        return;
    }
    const bool refused = message.verb == XenstoreVerb::Error;
    if (waiting_.empty() || waiting_.front().request != message.request ||
        (!refused && waiting_.front().verb != message.verb)) {
        end("an answer came that nobody had asked for");
        return;
    }
    const Callback callback = std::move(waiting_.front().callback);
    waiting_.pop_front();
    if (refused) {
        std::vector<std::string> strings = stringsOf(message.body);
        callback(std::unexpected(XenstoreRefusal{strings.empty() || strings[0].empty() ? "?" : strings[0]}));
    } else {
        callback(std::move(message.body));
    }
}

void XenstoreChannel::end(const std::string& why)
{
    // the notifier may be what called us
    for (auto* notifier : {&readable_, &writable_}) {
        if (*notifier) {
            (*notifier)->setEnabled(false);
            notifier->release()->deleteLater();
        }
    }
    connected_ = false;
    outgoing_.clear();
    ::close(std::exchange(descriptor_, -1));
    const QPointer<XenstoreChannel> self = this;
    refuseAll();
    if (self) {
        Q_EMIT lost(QString::fromStdString(why));
    }
}

void XenstoreChannel::refuseAll()
{
    const std::deque<Waiting> refused = std::exchange(waiting_, {});
    for (const Waiting& waiting : refused) {
        waiting.callback(std::unexpected(XenstoreRefusal{}));
    }
}

} // namespace rumpus
