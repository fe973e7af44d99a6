// Connection: one libvirt connection, kept open: asynchronous for its users, blocking on threads of its own.
//
// The first open answers whoever asked; a connection that was there and is lost opens itself again, after 1,
// 2, 4 … 30 s, and says so. Guests survive both. One that was refused because of who we are is not tried
// again before the user wants it: each attempt can ask for a password.
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/error.h"
#include "platforms/host.h"
#include "platforms/libvirt/event_loop.h"

#include <QByteArray>
#include <QCoroFuture>
#include <QCoroTask>
#include <QObject>
#include <QPointer>
#include <QTimer>

#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>
#include <libvirt/libvirt.h>
#include <memory>
#include <optional>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

namespace rumpus {

/// An open connection with its callbacks; the last one to let go of it closes it, on a thread that may wait.
class Link {
public:
    explicit Link(virConnectPtr handle) : handle_(handle) {}
    ~Link();
    Link(const Link&) = delete;
    Link& operator=(const Link&) = delete;
    virConnectPtr get() const { return handle_; }

private:
    friend class Connection;
    virConnectPtr handle_;
    std::vector<int> domainCallbacks_;
    std::vector<int> qemuCallbacks_;
    virConnectCloseFunc closeCallback_ = nullptr;
};
using LinkPointer = std::shared_ptr<Link>;

/// A change of a domain's life: virDomainEventType and its detail.
struct LifecycleEvent {
    std::string uuid;
    int event = 0;
    int detail = 0;
};

/// What a domain's QEMU reported, as the QMP message that it was.
struct QemuEvent {
    std::string uuid;
    QByteArray message; ///< one line with its end
};

class Connection : public QObject {
    Q_OBJECT
public:
    enum class State : std::uint8_t {
        Closed, ///< nobody has needed it yet
        Connecting,
        Connected,
        Lost,    ///< it was there; it is tried again
        Failed,  ///< it never was; the next call tries again
        Refused, ///< we are not let in, or the user would not answer; `askAgain` lets the next call try again
    };
    /// The URIs that libvirt is to try, in their order, asked for before each opening. Errors: there is no
    /// way to the host.
    using Ways = std::function<QCoro::Task<Result<std::vector<std::string>>>()>;
    /// Without ways, it is opened by its own URI.
    explicit Connection(std::string uri, Ways ways = {});
    ~Connection() override;

    const std::string& uri() const { return uri_; }
    State state() const { return state_; }
    /// The state for people: "no connection to …; trying again in 4 s".
    const std::string& words() const { return words_; }

    /// Who is asked what the host wants to know (SASL); without one such hosts refuse.
    void setAsker(HostAsker asker) { asker_ = std::move(asker); }
    /// Where polkit wants a password and no agent could ask for it, one is started at this process's
    /// terminal.
    void setPolkitAtTerminal(bool wish) { polkitAtTerminal_ = wish; }
    /// After so long, opening fails (default 20 s; questions to the user do not count).
    void setPatience(std::chrono::milliseconds patience) { patience_ = patience; }

    /// Opens it where it is not open. Errors: no such host, no daemon, not let in; each with its cure.
    QCoro::Task<Result<LinkPointer>> link();
    /// The user wants to be asked once more where we were refused.
    void askAgain() { refusal_.reset(); }

    /// Runs a function that takes the virConnectPtr and returns a Result, on a thread of its own.
    template <typename Function>
    QCoro::Task<std::invoke_result_t<Function, virConnectPtr>> call(Function function)
    {
        const Result<LinkPointer> open = co_await link();
        if (!open) {
            co_return std::unexpected(open.error());
        }
        const auto answer = onLibvirtThread(
            [link = *open, function = std::move(function)]() mutable { return function(link->get()); });
        co_return co_await answer;
    }

Q_SIGNALS:
    void stateChanged(rumpus::Connection::State state);
    void lifecycle(const rumpus::LifecycleEvent& event);
    void qemuEvent(const rumpus::QemuEvent& event);

private:
    /// What libvirt's callbacks know of the connection.
    struct Owner {
        QPointer<Connection> connection;   ///< may be gone; looked at on the application's thread only
        std::atomic<int> lost = -1;        ///< virConnectCloseReason; negative: the link was never lost
        std::atomic<bool> refused = false; ///< the host knows us and does not let us in
        bool polkitAtTerminal = false;     ///< set before there is a second thread
    };
    using OwnerPointer = std::shared_ptr<Owner>;
    struct Opening;

    void beginOpening();
    QCoro::Task<> openByWays(std::shared_ptr<Opening> opening);
    static Result<virConnectPtr> openHandle(const std::string& uri, const std::string& way,
                                            const OwnerPointer& owner);
    static Result<LinkPointer> openLink(const std::string& uri, const std::vector<std::string>& ways,
                                        const OwnerPointer& owner);
    static void listen(Link& link, const OwnerPointer& owner);
    static void listenToQemu(Link& link, const OwnerPointer& owner);
    static int askFront(virConnectCredentialPtr credentials, unsigned count, void* owner);
    void settle(const std::shared_ptr<Opening>& opening, Result<LinkPointer> result);
    void adopt(const Result<LinkPointer>& result);
    void lose(const Owner* owner);
    std::string lossWords(int reason) const;
    void tryAgainLater(const std::string& why);
    void setState(State state, std::string words);

    std::string uri_;
    Ways ways_;
    State state_ = State::Closed;
    std::string words_;
    HostAsker asker_;
    bool polkitAtTerminal_ = false;
    std::optional<Error> refusal_;
    std::chrono::milliseconds patience_{20000};
    std::chrono::seconds pause_{1};
    bool wasConnected_ = false;
    LinkPointer link_;
    OwnerPointer owner_; ///< of the link, or of the attempt to open one
    std::shared_ptr<Opening> opening_;
    QTimer patienceTimer_;
    QTimer retryTimer_;
};

} // namespace rumpus
