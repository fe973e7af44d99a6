// XenstoreChannel: one connection to xenstored: many requests under way, answered in their order, and what
// watches report, in one order with the answers.
//
// It reads and writes when its thread's event loop says that this can be done at once, so nothing waits.
// libxenstore has one request under way on a handle, and hands what watches report from thread to thread:
// with eight of its handles, 10,000 nodes were loaded in 0.9 of xenstore-ls's time (xenstored 4.20), and this
// way in a tenth to four tenths of it. What it takes to know a new value, tests/bench/xenstore says.
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/error.h"
#include "platforms/xen/xenstore_wire.h"

#include <QObject>
#include <QTimer>

#include <cstddef>
#include <cstdint>
#include <deque>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>

class QSocketNotifier;

namespace rumpus {

/// What a watch reports: something about this path is not as it was.
struct XenstoreEvent {
    std::string path;
    std::string token; ///< of the watch
    bool operator==(const XenstoreEvent&) const = default;
};

class XenstoreChannel : public QObject {
    Q_OBJECT
public:
    using Callback = std::function<void(XenstoreReply)>;

    /// A connection to a unix socket, or to the kernel's device for guests (/dev/xen/xenbus). Errors: nothing
    /// is there, nobody listens, it may not be used.
    static Result<std::unique_ptr<XenstoreChannel>> open(const std::filesystem::path& place);
    ~XenstoreChannel() override;

    /// Asks something; the body must be within limits (checkPayload). `callback` is called exactly once: with
    /// the answer, or when there will be none, at the latest when the channel is deleted. It may delete it.
    void ask(XenstoreVerb verb, std::uint32_t transaction, std::string body, Callback callback);
    /// So many requests have no answer yet.
    std::size_t waiting() const { return waiting_.size(); }
    bool isOpen() const { return descriptor_ >= 0; }

Q_SIGNALS:
    void fired(const rumpus::XenstoreEvent& event);
    /// The connection has ended; all requests have been called back.
    void lost(const QString& why);

private:
    struct Waiting {
        std::uint32_t request = 0;
        XenstoreVerb verb = XenstoreVerb::Error;
        Callback callback;
    };

    XenstoreChannel(std::filesystem::path place, int descriptor, bool socket);
    void connectSocket();
    void listen();
    void receive();
    bool deliver();
    void answer(XenstoreMessage message);
    void send();
    void end(const std::string& why);
    void refuseAll();

    std::filesystem::path place_;
    int descriptor_ = -1;
    bool socket_ = true; ///< else the device, which takes one message a write
    bool connected_ = false;
    bool receiving_ = false; ///< then what is asked is sent together at the end
    std::uint32_t lastRequest_ = 0;
    std::deque<Waiting> waiting_;
    std::deque<std::string> outgoing_; ///< of the device: a message each; of a socket: pieces
    std::size_t sent_ = 0;             ///< of the first piece
    XenstoreDecoder decoder_;
    std::unique_ptr<QSocketNotifier> readable_;
    std::unique_ptr<QSocketNotifier> writable_;
    QTimer retry_;
    int tries_ = 0;
};

} // namespace rumpus
