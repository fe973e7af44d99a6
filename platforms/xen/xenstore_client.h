// XenstoreClient: one xenstored, on this machine or reached by ssh: its nodes, transactions and watches.
//
// Everything is asked and answered on the thread that the client lives on, and nothing waits there. A
// connection that was there and is lost comes back by itself, after 0.1, 0.2, 0.4 … 30 s, with its watches;
// what happened meanwhile is not known, so who keeps a picture of the nodes makes it anew then.
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/error.h"
#include "platforms/xen/xenstore_channel.h"
#include "platforms/xen/xenstore_permissions.h"
#include "platforms/xen/xenstore_place.h"

#include <QCoroTask>
#include <QFuture>
#include <QObject>
#include <QTimer>

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace rumpus {

class SshForward;
class SshRemote;

/// What is done in it is seen by others all at once, at its end. It does not outlive its connection.
struct XenstoreTransaction {
    std::uint32_t id = 0;         ///< 0: none
    std::uint64_t connection = 0; ///< the client's, counted
};

class XenstoreClient : public QObject {
    Q_OBJECT
public:
    enum class State : std::uint8_t {
        Closed, ///< nobody has needed it yet
        Connecting,
        Connected,
        Lost,   ///< it was there; it is tried again
        Failed, ///< it never was; the next wish tries again
    };

    explicit XenstoreClient(XenstorePlace place);
    ~XenstoreClient() override;

    const XenstorePlace& place() const { return place_; }
    State state() const { return state_; }
    /// The state for people, with the cure where there is one.
    const std::string& words() const { return words_; }
    /// After so long without an answer, opening fails (default 20 s).
    void setPatience(std::chrono::milliseconds patience) { patience_ = patience; }

    /// Connects where that is not so already; everything else does it by itself. Errors: no xenstored there,
    /// not let in, no such machine; each with its cure.
    QCoro::Task<Result<void>> open();

    // Errors of all that follows: those of open, a path or a value that breaks a limit, no permission, a
    // quota. Values are bytes, NULs among them.

    /// Nothing: there is no such node.
    QCoro::Task<Result<std::optional<std::string>>> read(std::string path, XenstoreTransaction in = {});
    /// The names of a node's children; nothing: there is no such node.
    QCoro::Task<Result<std::optional<std::vector<std::string>>>> list(std::string path,
                                                                      XenstoreTransaction in = {});
    QCoro::Task<Result<std::optional<XenstorePermissions>>> permissions(std::string path,
                                                                        XenstoreTransaction in = {});
    /// Makes the node where it is not there, and those above it.
    QCoro::Task<Result<void>> write(std::string path, std::string value, XenstoreTransaction in = {});
    /// The same without a value; leaves a node that is there as it is.
    QCoro::Task<Result<void>> makeDirectory(std::string path, XenstoreTransaction in = {});
    /// With all below it. Errors: also that it is not there.
    QCoro::Task<Result<void>> remove(std::string path, XenstoreTransaction in = {});
    QCoro::Task<Result<void>> setPermissions(std::string path, const XenstorePermissions& permissions,
                                             XenstoreTransaction in = {});

    /// Does `work` in a transaction: again from its beginning where somebody else has changed the same nodes
    /// meanwhile, and not at all where it gives an error. Errors: the work's; it was tried 30 times.
    using Work = std::function<QCoro::Task<Result<void>>(XenstoreTransaction)>;
    QCoro::Task<Result<void>> transact(Work work);

    /// From now on `fired` tells of this node and all below it, first that it is watched; "@introduceDomain"
    /// and "@releaseDomain" tell of domains that came and went. Stays over lost connections, until it is
    /// unwatched as often as it was watched.
    QCoro::Task<Result<void>> watch(std::string path);
    void unwatch(const std::string& path);

    /// The connection, for who has many questions at once; null: there is none.
    XenstoreChannel* channel() const { return channel_.get(); }
    /// Another connection to the same xenstored. Errors: there is none.
    Result<std::unique_ptr<XenstoreChannel>> openAnother() const;

Q_SIGNALS:
    void stateChanged(rumpus::XenstoreClient::State state);
    /// A watch reported this; `token` is what is watched. Several changes of one node that come quickly may
    /// be reported once.
    void fired(const rumpus::XenstoreEvent& event);

private:
    struct Opening;

    QCoro::Task<> beginOpening(std::shared_ptr<Opening> opening);
    QCoro::Task<Result<std::filesystem::path>> reach();
    Result<void> adopt(std::unique_ptr<XenstoreChannel> channel);
    void settle(const std::shared_ptr<Opening>& opening, const Result<void>& result);
    void lose(const std::string& why);
    void tryAgainLater(const std::string& why);
    void setState(State state, std::string words);
    void sendWatch(const std::string& path);
    QFuture<XenstoreReply> request(XenstoreVerb verb, std::uint32_t transaction, std::string body);
    QCoro::Task<XenstoreReply> ask(XenstoreVerb verb, XenstoreTransaction in, std::string body);
    QCoro::Task<Result<void>> change(XenstoreVerb verb, XenstoreTransaction in, std::string body,
                                     std::string deed);

    XenstorePlace place_;
    State state_ = State::Closed;
    std::string words_;
    std::chrono::milliseconds patience_{20000};
    std::chrono::milliseconds pause_{};
    bool wasConnected_ = false;
    std::uint64_t connection_ = 0; ///< counts them
    std::unique_ptr<SshRemote> remote_;
    std::unique_ptr<SshForward> forward_;
    std::filesystem::path socket_; ///< here: what leads to xenstored
    std::unique_ptr<XenstoreChannel> channel_;
    std::shared_ptr<Opening> opening_;
    std::vector<std::string> watched_; ///< as often as it was wished
    QTimer patienceTimer_;
    QTimer retryTimer_;
};

} // namespace rumpus
