// SPDX-License-Identifier: GPL-3.0-or-later
#include "platforms/libvirt/connection.h"

#include "core/base/format.h"
#include "core/base/text.h"
#include "core/config/config.h"
#include "platforms/libvirt/domain_call.h"
#include "platforms/libvirt/polkit_agent.h"

#include <QPointer>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <cstring>
#include <future>
#include <libvirt/libvirt-qemu.h>
#include <libvirt/virterror.h>

namespace rumpus {

/// One attempt to open, with all who wait for it.
struct Connection::Opening {
    QPromise<Result<LinkPointer>> promise;
    QFuture<Result<LinkPointer>> future;
    bool settled = false;

    Opening() : future(promise.future()) { promise.start(); }
    ~Opening()
    {
        if (!settled) {
            promise.addResult(hostError("the connection was closed while it was being opened"));
            promise.finish();
        }
    }
    Opening(const Opening&) = delete;
    Opening& operator=(const Opening&) = delete;
};

namespace {

/// What every callback carries is a shared pointer of its own.
template <typename Owner>
void freeOwner(void* opaque)
{
    delete static_cast<std::shared_ptr<Owner>*>(opaque);
}

/// The event as QMP wrote it (QMP specification, "Asynchronous events").
QByteArray qmpMessage(const char* event, long long seconds, unsigned micros, const char* details)
{
    Json message{{"event", event}, {"timestamp", {{"seconds", seconds}, {"microseconds", micros}}}};
    if (Json data = Json::parse(details != nullptr ? details : "", nullptr, false); data.is_object()) {
        message["data"] = std::move(data);
    }
    return QByteArray::fromStdString(message.dump(-1, ' ', false, Json::error_handler_t::replace) + "\n");
}

/// The host is there and does not let us in, or the user would not say who we are.
bool isRefusal(const LibvirtFailure& failure)
{
    return failure.code == VIR_ERR_AUTH_FAILED || failure.code == VIR_ERR_AUTH_CANCELLED ||
           failure.code == VIR_ERR_AUTH_UNAVAILABLE || isPolkits(failure);
}

std::string_view closeWords(int reason)
{
    switch (reason) {
    case VIR_CONNECT_CLOSE_REASON_EOF: return "the daemon closed it";
    case VIR_CONNECT_CLOSE_REASON_KEEPALIVE: return "the host does not answer any more";
    default: return "it broke off";
    }
}

} // namespace

Link::~Link()
{
    // libvirt keeps a connection open as long as a callback is registered
    for (const int id : domainCallbacks_) {
        ::virConnectDomainEventDeregisterAny(handle_, id);
    }
    for (const int id : qemuCallbacks_) {
        ::virConnectDomainQemuMonitorEventDeregister(handle_, id);
    }
    if (closeCallback_ != nullptr) {
        ::virConnectUnregisterCloseCallback(handle_, closeCallback_);
    }
    ::virConnectClose(handle_);
}

Connection::Connection(std::string uri, Ways ways) : uri_(std::move(uri)), ways_(std::move(ways))
{
    patienceTimer_.setSingleShot(true);
    retryTimer_.setSingleShot(true);
    connect(&patienceTimer_, &QTimer::timeout, this, [this] {
        if (opening_) {
            const std::shared_ptr<Opening> late = opening_;
            settle(late, hostError(formatted("no answer from {}", printable(uri_)),
                                   "check that the host is up and reachable"));
        }
    });
    connect(&retryTimer_, &QTimer::timeout, this, &Connection::beginOpening);
}

Connection::~Connection() = default;

QCoro::Task<Result<LinkPointer>> Connection::link()
{
    if (link_) {
        co_return LinkPointer(link_); // QCoro moves from what is returned
    }
    if (refusal_) {
        co_return std::unexpected(*refusal_);
    }
    beginOpening();
    const QFuture<Result<LinkPointer>> opened = opening_->future;
    co_return co_await opened;
}

void Connection::beginOpening()
{
    if (opening_ || link_) {
        return;
    }
    startLibvirtEvents();
    retryTimer_.stop();
    opening_ = std::make_shared<Opening>();
    owner_ = std::make_shared<Owner>();
    owner_->connection = this;
    // a terminal that is in use already is not asked at
    owner_->polkitAtTerminal = polkitAtTerminal_ && !wasConnected_;
    // the time in which the user answers does not count
    patienceTimer_.start(mayAskPolkit(uri_) ? patience_ + polkitPatience : patience_);
    setState(State::Connecting, formatted("connecting to {}", printable(uri_)));
    openByWays(opening_);
}

QCoro::Task<> Connection::openByWays(std::shared_ptr<Opening> opening)
{
    const QPointer<Connection> self(this);
    const Ways ask = ways_; // it holds what it needs, which may be the last to do so
    Result<std::vector<std::string>> ways = std::vector{uri_};
    if (ask) {
        ways = co_await ask();
    }
    if (!self) {
        co_return;
    }
    if (!ways) {
        settle(opening, std::unexpected(ways.error()));
        co_return;
    }
    libvirtCalls().start([opening, owner = owner_, uri = uri_, ways = std::move(*ways)] {
        Result<LinkPointer> result = openLink(uri, ways, owner);
        toFront([opening, owner, result = std::move(result)] {
            if (owner->connection) {
                owner->connection->settle(opening, result);
            }
        });
    });
}

Result<virConnectPtr> Connection::openHandle(const std::string& uri, const std::string& way,
                                             const OwnerPointer& owner)
{
    std::array<int, 5> kinds{VIR_CRED_AUTHNAME, VIR_CRED_PASSPHRASE, VIR_CRED_ECHOPROMPT,
                             VIR_CRED_NOECHOPROMPT, VIR_CRED_REALM};
    OwnerPointer asked = owner;
    virConnectAuth auth{kinds.data(), static_cast<unsigned>(kinds.size()), &Connection::askFront, &asked};
    const auto open = [&] { return ::virConnectOpenAuth(way.c_str(), &auth, 0); };
    if (virConnectPtr handle = open(); handle != nullptr) {
        return handle;
    }
    LibvirtFailure failure = lastLibvirtFailure();
    std::string agentCure;
    if (owner->polkitAtTerminal && mayAskPolkit(uri) && lacksPolkitAgent(failure)) {
        const Result<std::unique_ptr<PolkitAgent>> agent = PolkitAgent::start();
        if (agent) {
            if (virConnectPtr handle = open(); handle != nullptr) {
                return handle;
            }
            failure = lastLibvirtFailure();
        } else {
            agentCure = toString(agent.error()) + "; ";
        }
    }
    owner->refused = isRefusal(failure);
    Error error = isPolkits(failure)
                      ? polkitError(uri, failure)
                      : libvirtError(formatted("cannot connect to {}", printable(uri)), failure);
    error.cure.insert(0, agentCure);
    return std::unexpected(std::move(error));
}

Result<LinkPointer> Connection::openLink(const std::string& uri, const std::vector<std::string>& ways,
                                         const OwnerPointer& owner)
{
    Result<virConnectPtr> opening = nullptr;
    for (const std::string& way : ways) {
        opening = openHandle(uri, way, owner);
        if (opening || owner->refused) {
            break;
        }
    }
    if (!opening) {
        return std::unexpected(opening.error());
    }
    virConnectPtr handle = *opening;
    // closing waits for the host, so it is never done by the application's thread
    LinkPointer link(new Link(handle), [](Link* last) { libvirtCalls().start([last] { delete last; }); });
    // a host that died without a word is noticed after 15 s
    static constexpr int interval = 5;
    static constexpr unsigned misses = 3;
    ::virConnectSetKeepAlive(handle, interval, misses);
    listen(*link, owner);
    listenToQemu(*link, owner);
    // one that broke off before we listened is never told as lost
    if (::virConnectIsAlive(handle) != 1) {
        return libvirtFailed(formatted("the connection to {} broke off at once", printable(uri)));
    }
    return link;
}

void Connection::listen(Link& link, const OwnerPointer& owner)
{
    const virConnectCloseFunc onClose = [](virConnectPtr, int reason, void* opaque) {
        const OwnerPointer told = *static_cast<OwnerPointer*>(opaque);
        told->lost = reason;
        toFront([told] {
            if (told->connection) {
                told->connection->lose(told.get());
            }
        });
    };
    auto* closeOwner = new OwnerPointer(owner);
    if (::virConnectRegisterCloseCallback(link.get(), onClose, closeOwner, freeOwner<Owner>) == 0) {
        link.closeCallback_ = onClose;
    } else {
        delete closeOwner;
    }

    const virConnectDomainEventCallback onLife = [](virConnectPtr, virDomainPtr domain, int event, int detail,
                                                    void* opaque) {
        const OwnerPointer told = *static_cast<OwnerPointer*>(opaque);
        toFront([told, event = LifecycleEvent{uuidOf(domain), event, detail}] {
            if (told->connection) {
                Q_EMIT told->connection->lifecycle(event);
            }
        });
        return 0;
    };
    auto* lifeOwner = new OwnerPointer(owner);
    const int id =
        ::virConnectDomainEventRegisterAny(link.get(), nullptr, VIR_DOMAIN_EVENT_ID_LIFECYCLE,
                                           VIR_DOMAIN_EVENT_CALLBACK(onLife), lifeOwner, freeOwner<Owner>);
    if (id >= 0) {
        link.domainCallbacks_.push_back(id);
    } else {
        delete lifeOwner;
    }
}

void Connection::listenToQemu(Link& link, const OwnerPointer& owner)
{
    const virConnectDomainQemuMonitorEventCallback onEvent =
        [](virConnectPtr, virDomainPtr domain, const char* event, long long seconds, unsigned micros,
           const char* details, void* opaque) {
            const OwnerPointer told = *static_cast<OwnerPointer*>(opaque);
            toFront([told, event = QemuEvent{uuidOf(domain), qmpMessage(event, seconds, micros, details)}] {
                if (told->connection) {
                    Q_EMIT told->connection->qemuEvent(event);
                }
            });
        };
    auto* eventOwner = new OwnerPointer(owner);
    const int id = ::virConnectDomainQemuMonitorEventRegister(
        link.get(), nullptr, "^(SHUTDOWN|RESET|RESUME|STOP|GUEST_PANICKED)$", onEvent, eventOwner,
        freeOwner<Owner>, VIR_CONNECT_DOMAIN_QEMU_MONITOR_EVENT_REGISTER_REGEX);
    // only QEMU hosts have these; guests of others are read by lifecycle events alone
    if (id >= 0) {
        link.qemuCallbacks_.push_back(id);
    } else {
        delete eventOwner;
    }
}

int Connection::askFront(virConnectCredentialPtr credentials, unsigned count, void* opaque)
{
    const OwnerPointer owner = *static_cast<OwnerPointer*>(opaque);
    std::vector<HostQuestion> questions;
    for (unsigned i = 0; i < count; ++i) {
        const virConnectCredential& asked = credentials[i];
        questions.push_back(
            {.prompt = asked.prompt != nullptr ? printable(asked.prompt) : std::string(),
             .suggestion = asked.defresult != nullptr ? asked.defresult : std::string(),
             .secret = asked.type == VIR_CRED_PASSPHRASE || asked.type == VIR_CRED_NOECHOPROMPT});
    }
    using Answers = std::optional<std::vector<std::string>>;
    auto promise = std::make_shared<std::promise<Answers>>();
    std::future<Answers> future = promise->get_future();
    toFront([owner, questions = std::move(questions), promise = std::move(promise)] {
        if (!owner->connection || !owner->connection->asker_) {
            promise->set_value(std::nullopt);
            return;
        }
        owner->connection->patienceTimer_.stop();
        owner->connection->asker_(questions,
                                  [promise](Answers answers) { promise->set_value(std::move(answers)); });
    });
    Answers answers;
    try {
        answers = future.get();
    } catch (const std::future_error&) {
        return -1; // who was asked went away
    }
    if (!answers || answers->size() != count) {
        return -1;
    }
    for (unsigned i = 0; i < count; ++i) {
        // libvirt frees it
        credentials[i].result = ::strdup((*answers)[i].c_str());
        credentials[i].resultlen = static_cast<unsigned>((*answers)[i].size());
    }
    return 0;
}

void Connection::settle(const std::shared_ptr<Opening>& opening, Result<LinkPointer> result)
{
    if (opening->settled) {
        return;
    }
    opening->settled = true;
    if (opening == opening_) {
        if (const int reason = owner_->lost; result && reason >= 0) {
            result = hostError(lossWords(reason), "try again, or look at the log of the host's libvirt");
        }
        opening_.reset();
        patienceTimer_.stop();
        adopt(result);
    }
    opening->promise.addResult(result);
    opening->promise.finish();
}

void Connection::adopt(const Result<LinkPointer>& result)
{
    if (result) {
        link_ = *result;
        wasConnected_ = true;
        pause_ = std::chrono::seconds(1);
        setState(State::Connected, formatted("connected to {}", printable(uri_)));
    } else if (owner_->refused) {
        refusal_ = result.error();
        setState(State::Refused, toString(result.error()));
    } else if (wasConnected_) {
        tryAgainLater(toString(result.error()));
    } else {
        setState(State::Failed, toString(result.error()));
    }
}

void Connection::lose(const Owner* owner)
{
    if (!link_ || owner != owner_.get()) {
        return;
    }
    link_.reset();
    tryAgainLater(lossWords(owner->lost));
}

std::string Connection::lossWords(int reason) const
{
    return formatted("the connection to {} is lost: {}", printable(uri_), closeWords(reason));
}

void Connection::tryAgainLater(const std::string& why)
{
    static constexpr std::chrono::seconds longest{30};
    retryTimer_.start(pause_);
    setState(State::Lost, formatted("{}; trying again in {} s", why, pause_.count()));
    pause_ = std::min(pause_ * 2, longest);
}

void Connection::setState(State state, std::string words)
{
    state_ = state;
    words_ = std::move(words);
    Q_EMIT stateChanged(state);
}

} // namespace rumpus
