// SPDX-License-Identifier: GPL-3.0-or-later
#include "platforms/xen/xenstore_client.h"

#include "core/base/format.h"
#include "core/base/text.h"
#include "platforms/ssh/ssh_remote.h"
#include "platforms/xen/xenstore_directory.h"
#include "platforms/xen/xenstore_path.h"

#include <QCoroFuture>
#include <QPointer>
#include <QPromise>

#include <algorithm>
#include <cstdlib>
#include <set>
#include <utility>

namespace rumpus {

/// One attempt to connect, with all who wait for it.
struct XenstoreClient::Opening {
    QPromise<Result<void>> promise;
    QFuture<Result<void>> future;
    bool settled = false;

    Opening() : future(promise.future()) { promise.start(); }
    ~Opening() { finish(hostError("the connection to xenstored was closed while it was being opened")); }
    Opening(const Opening&) = delete;
    Opening& operator=(const Opening&) = delete;

    void finish(const Result<void>& result)
    {
        if (!std::exchange(settled, true)) {
            promise.addResult(result);
            promise.finish();
        }
    }
};

namespace {

constexpr std::chrono::milliseconds shortestPause{100};
constexpr std::chrono::milliseconds longestPause{30000};
/// As often as nobody needs who shares nodes with a few others.
constexpr int mostTries = 30;

std::string shown(const std::string& path)
{
    static constexpr std::size_t most = 200;
    return path.size() <= most ? printable(path) : printable(std::string_view(path).substr(0, most)) + "…";
}

template <typename T, typename Read>
Result<std::optional<T>> unlessMissing(const XenstoreReply& reply, std::string_view deed, Read read)
{
    if (reply) {
        Result<T> value = read(*reply);
        return value ? Result<std::optional<T>>(std::move(*value)) : std::unexpected(value.error());
    }
    if (reply.error().name == "ENOENT") {
        return std::nullopt;
    }
    return std::unexpected(xenstoreError(reply.error(), deed));
}

} // namespace

XenstoreClient::XenstoreClient(XenstorePlace place) : place_(std::move(place)), pause_(shortestPause)
{
    patienceTimer_.setSingleShot(true);
    retryTimer_.setSingleShot(true);
    connect(&patienceTimer_, &QTimer::timeout, this, [this] {
        if (opening_) {
            settle(std::shared_ptr(opening_), hostError(formatted("no answer from {}", toString(place_)),
                                                        "check that the host is up and reachable"));
        }
    });
    connect(&retryTimer_, &QTimer::timeout, this, [this] { open(); });
}

XenstoreClient::~XenstoreClient()
{
    disconnect();
    channel_.reset();
}

QCoro::Task<Result<void>> XenstoreClient::open()
{
    if (channel_) {
        co_return {};
    }
    if (!opening_) {
        opening_ = std::make_shared<Opening>();
        const QFuture<Result<void>> begun = opening_->future;
        beginOpening(opening_);
        co_return co_await begun;
    }
    const QFuture<Result<void>> underway = opening_->future;
    co_return co_await underway;
}

QCoro::Task<> XenstoreClient::beginOpening(std::shared_ptr<Opening> opening)
{
    const QPointer<XenstoreClient> self = this;
    retryTimer_.stop();
    patienceTimer_.start(patience_);
    setState(State::Connecting, formatted("connecting to {}", toString(place_)));
    const Result<std::filesystem::path> socket = co_await reach();
    if (!self || opening->settled) {
        co_return;
    }
    if (!socket) {
        settle(opening, std::unexpected(socket.error()));
        co_return;
    }
    socket_ = *socket;
    Result<std::unique_ptr<XenstoreChannel>> channel = XenstoreChannel::open(socket_);
    if (!channel) {
        settle(opening, std::unexpected(channel.error()));
        co_return;
    }
    // what ssh forwards is there whether or not somebody listens at its other end
    auto promise = std::make_shared<QPromise<XenstoreReply>>();
    promise->start();
    const QFuture<XenstoreReply> greeting = promise->future();
    (*channel)->ask(XenstoreVerb::GetDomainPath, 0, std::string("0\0", 2), [promise](XenstoreReply reply) {
        promise->addResult(std::move(reply));
        promise->finish();
    });
    const XenstoreReply greeted = co_await greeting;
    if (!self || opening->settled) {
        co_return;
    }
    if (!greeted && greeted.error().name.empty()) {
        settle(opening, hostError(formatted("{} does not answer", toString(place_)),
                                  "check that xenstored runs there, and that you come as root"));
        co_return;
    }
    settle(opening, adopt(std::move(*channel)));
}

QCoro::Task<Result<std::filesystem::path>> XenstoreClient::reach()
{
    if (!place_.machine) {
        std::filesystem::path here = place_.socket.empty() ? usualXenstoreSocket() : place_.socket;
        co_return here;
    }
    if (!remote_) {
        remote_ = std::make_unique<SshRemote>(*place_.machine);
    }
    forward_.reset();
    const QPointer<XenstoreClient> self = this;
    const std::filesystem::path there =
        place_.socket.empty() ? std::filesystem::path("/run/xenstored/socket") : place_.socket;
    Result<std::unique_ptr<SshForward>> forward = co_await remote_->forward(there);
    if (!forward) {
        co_return std::unexpected(forward.error());
    }
    if (!self) {
        co_return hostError("the client was closed");
    }
    forward_ = std::move(*forward);
    std::filesystem::path socket = forward_->socket();
    co_return socket;
}

Result<void> XenstoreClient::adopt(std::unique_ptr<XenstoreChannel> channel)
{
    if (!channel->isOpen()) {
        return hostError(formatted("{} ended the connection at once", toString(place_)), "look at its log");
    }
    channel_ = std::move(channel);
    ++connection_;
    connect(channel_.get(), &XenstoreChannel::fired, this, &XenstoreClient::fired);
    connect(channel_.get(), &XenstoreChannel::lost, this,
            [this](const QString& why) { lose(why.toStdString()); });
    for (const std::string& path : std::set(watched_.begin(), watched_.end())) {
        sendWatch(path);
    }
    return {};
}

void XenstoreClient::settle(const std::shared_ptr<Opening>& opening, const Result<void>& result)
{
    if (opening->settled || opening != opening_) {
        return;
    }
    const QPointer<XenstoreClient> self = this;
    opening_.reset();
    patienceTimer_.stop();
    if (result) {
        wasConnected_ = true;
        pause_ = shortestPause;
        setState(State::Connected, formatted("connected to {}", toString(place_)));
    } else if (wasConnected_) {
        tryAgainLater(toString(result.error()));
    } else {
        setState(State::Failed, toString(result.error()));
    }
    opening->finish(result);
}

void XenstoreClient::lose(const std::string& why)
{
    // it is what tells us so
    channel_.release()->deleteLater();
    tryAgainLater(formatted("the connection to {} is lost: {}", toString(place_), why));
}

void XenstoreClient::tryAgainLater(const std::string& why)
{
    retryTimer_.start(pause_);
    setState(State::Lost,
             formatted("{}; trying again in {:.1f} s", why, std::chrono::duration<double>(pause_).count()));
    pause_ = std::min(pause_ * 2, longestPause);
}

void XenstoreClient::setState(State state, std::string words)
{
    state_ = state;
    words_ = std::move(words);
    Q_EMIT stateChanged(state);
}

QFuture<XenstoreReply> XenstoreClient::request(XenstoreVerb verb, std::uint32_t transaction, std::string body)
{
    auto promise = std::make_shared<QPromise<XenstoreReply>>();
    promise->start();
    const auto give = [promise](XenstoreReply reply) {
        promise->addResult(std::move(reply));
        promise->finish();
    };
    if (verb == XenstoreVerb::Directory) {
        const std::string path = body.substr(0, body.size() - 1);
        askDirectory(*channel_, transaction, path, [give](const XenstoreNames& names) {
            // as it would stand in one answer, were there room for it
            std::string joined;
            for (const std::string& name : names.value_or(std::vector<std::string>())) {
                joined += name + '\0';
            }
            give(names ? XenstoreReply(std::move(joined)) : std::unexpected(names.error()));
        });
    } else {
        channel_->ask(verb, transaction, std::move(body), give);
    }
    return promise->future();
}

QCoro::Task<XenstoreReply> XenstoreClient::ask(XenstoreVerb verb, XenstoreTransaction in, std::string body)
{
    const QPointer<XenstoreClient> self = this;
    if (const Result<void> opened = co_await open(); !opened) {
        co_return std::unexpected(XenstoreRefusal{.error = opened.error()});
    }
    if (!self || !channel_ || (in.id != 0 && in.connection != connection_)) {
        co_return std::unexpected(XenstoreRefusal{});
    }
    const QFuture<XenstoreReply> reply = request(verb, in.id, std::move(body));
    co_return co_await reply;
}

QCoro::Task<Result<std::optional<std::string>>> XenstoreClient::read(std::string path, XenstoreTransaction in)
{
    if (const Result<void> checked = checkXenstorePath(path); !checked) {
        co_return std::unexpected(checked.error());
    }
    const XenstoreReply reply = co_await ask(XenstoreVerb::Read, in, path + '\0');
    co_return unlessMissing<std::string>(reply, formatted("read {}", shown(path)),
                                         [](const std::string& body) { return Result<std::string>(body); });
}

QCoro::Task<Result<std::optional<std::vector<std::string>>>> XenstoreClient::list(std::string path,
                                                                                  XenstoreTransaction in)
{
    if (const Result<void> checked = checkXenstorePath(path); !checked) {
        co_return std::unexpected(checked.error());
    }
    const XenstoreReply reply = co_await ask(XenstoreVerb::Directory, in, path + '\0');
    co_return unlessMissing<std::vector<std::string>>(
        reply, formatted("list {}", shown(path)),
        [](const std::string& body) { return Result<std::vector<std::string>>(stringsOf(body)); });
}

QCoro::Task<Result<std::optional<XenstorePermissions>>> XenstoreClient::permissions(std::string path,
                                                                                    XenstoreTransaction in)
{
    if (const Result<void> checked = checkXenstorePath(path); !checked) {
        co_return std::unexpected(checked.error());
    }
    const XenstoreReply reply = co_await ask(XenstoreVerb::GetPermissions, in, path + '\0');
    co_return unlessMissing<XenstorePermissions>(reply, formatted("read the permissions of {}", shown(path)),
                                                 permissionsOf);
}

QCoro::Task<Result<void>> XenstoreClient::change(XenstoreVerb verb, XenstoreTransaction in, std::string body,
                                                 std::string deed)
{
    const std::string path = body.substr(0, body.find('\0'));
    if (const Result<void> checked = checkXenstorePath(path); !checked) {
        co_return checked;
    }
    if (const Result<void> checked = checkPayload(body, formatted("what shall {}", deed)); !checked) {
        co_return checked;
    }
    const XenstoreReply reply = co_await ask(verb, in, std::move(body));
    if (!reply) {
        co_return std::unexpected(xenstoreError(reply.error(), deed));
    }
    co_return {};
}

QCoro::Task<Result<void>> XenstoreClient::write(std::string path, std::string value, XenstoreTransaction in)
{
    std::string deed = formatted("write {}", shown(path));
    return change(XenstoreVerb::Write, in, std::move(path) + '\0' + std::move(value), std::move(deed));
}

QCoro::Task<Result<void>> XenstoreClient::makeDirectory(std::string path, XenstoreTransaction in)
{
    std::string deed = formatted("make {}", shown(path));
    return change(XenstoreVerb::MakeDirectory, in, std::move(path) + '\0', std::move(deed));
}

QCoro::Task<Result<void>> XenstoreClient::remove(std::string path, XenstoreTransaction in)
{
    // xenstored says that all is well where only the node's parent is there
    const Result<std::optional<std::string>> there = co_await read(path, in);
    if (!there) {
        co_return std::unexpected(there.error());
    }
    std::string deed = formatted("remove {}", shown(path));
    if (!*there) {
        co_return std::unexpected(xenstoreError({"ENOENT"}, deed));
    }
    co_return co_await change(XenstoreVerb::Remove, in, std::move(path) + '\0', std::move(deed));
}

QCoro::Task<Result<void>> XenstoreClient::setPermissions(std::string path,
                                                         const XenstorePermissions& permissions,
                                                         XenstoreTransaction in)
{
    std::string deed = formatted("set the permissions of {}", shown(path));
    std::string body = std::move(path) + '\0';
    for (const std::string& word : split(toString(permissions), ',')) {
        body += word + '\0';
    }
    return change(XenstoreVerb::SetPermissions, in, std::move(body), std::move(deed));
}

QCoro::Task<Result<void>> XenstoreClient::transact(Work work)
{
    const QPointer<XenstoreClient> self = this;
    XenstoreRefusal last;
    for (int i = 0; i < mostTries; ++i) {
        const XenstoreReply begun = co_await ask(XenstoreVerb::TransactionStart, {}, std::string(1, '\0'));
        if (!self || !begun) {
            co_return std::unexpected(
                xenstoreError(begun ? XenstoreRefusal{} : begun.error(), "begin a transaction"));
        }
        const XenstoreTransaction in{
            .id = static_cast<std::uint32_t>(std::strtoul(begun->c_str(), nullptr, 10)),
            .connection = connection_};
        const Result<void> done = co_await work(in);
        if (!self) {
            co_return hostError("the client was closed");
        }
        const XenstoreReply ended =
            co_await ask(XenstoreVerb::TransactionEnd, in, std::string(done ? "T\0" : "F\0", 2));
        if (!done || ended) {
            co_return done;
        }
        last = ended.error();
        if (last.name != "EAGAIN" || !self) {
            break;
        }
    }
    co_return std::unexpected(xenstoreError(last, "finish the transaction"));
}

QCoro::Task<Result<void>> XenstoreClient::watch(std::string path)
{
    const QPointer<XenstoreClient> self = this;
    if (const Result<void> checked = checkXenstoreWatch(path); !checked) {
        co_return checked;
    }
    if (std::ranges::contains(watched_, path)) {
        watched_.push_back(path);
        co_return {};
    }
    const XenstoreReply reply = co_await ask(XenstoreVerb::Watch, {}, path + '\0' + path + '\0');
    if (!reply) {
        co_return std::unexpected(xenstoreError(reply.error(), formatted("watch {}", shown(path))));
    }
    if (self) {
        watched_.push_back(path);
    }
    co_return {};
}

void XenstoreClient::unwatch(const std::string& path)
{
    const auto one = std::ranges::find(watched_, path);
    if (one == watched_.end()) {
        return;
    }
    watched_.erase(one);
    if (!std::ranges::contains(watched_, path) && channel_) {
        channel_->ask(XenstoreVerb::Unwatch, 0, path + '\0' + path + '\0', [](const XenstoreReply&) {});
    }
}

void XenstoreClient::sendWatch(const std::string& path)
{
    // one that is refused now was not before: whoever needs it hears nothing, as of a node that is gone
    channel_->ask(XenstoreVerb::Watch, 0, path + '\0' + path + '\0', [](const XenstoreReply&) {});
}

Result<std::unique_ptr<XenstoreChannel>> XenstoreClient::openAnother() const
{
    if (!channel_) {
        return hostError(words_);
    }
    return XenstoreChannel::open(socket_);
}

} // namespace rumpus
