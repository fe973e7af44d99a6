// ConsoleStream: the one stream that libvirt gives of a guest's console: what comes is kept in a file, what
// is typed is sent.
//
// libvirt has one console of a guest at a time, and its pty keeps nothing; so one stream feeds a file, and
// every reader follows the file. Where libvirt keeps such a file itself, the stream is for typing alone.
//
// A stream is ended before its connection, or the way to the host, goes: libvirt's daemon (11.3, of any
// driver) locks itself up where a client leaves with a stream open in the moment in which the guest prints:
// its daemonStreamEvent closes the client while it holds a lock that closing takes. Then it answers nobody
// any more.
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "platforms/libvirt/connection.h"
#include "platforms/libvirt/console_way.h"

#include <QCoroTask>

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>

namespace rumpus {

class HostReach;

class ConsoleStream : public ConsoleWay {
    Q_OBJECT
public:
    /// `file` is added to; empty: what comes is thrown away. After `limit` bytes (0: none) no more is kept.
    /// `way` leads to the host, and is held until the stream is ended there.
    ConsoleStream(std::filesystem::path file, std::uint64_t limit, std::shared_ptr<HostReach> way);
    ~ConsoleStream() override;

    /// Errors: the guest is gone, or its host cannot open consoles.
    QCoro::Task<Result<Outcome>> open(std::shared_ptr<Connection> connection, std::string uuid, Claim claim);
    bool isOpen() const override { return open_; }
    Result<void> write(const QByteArray& bytes) override;

private:
    struct Pipe;
    static Result<Outcome> openPipe(virConnectPtr handle, const std::string& uuid, Claim claim,
                                    const std::shared_ptr<Pipe>& pipe);
    static Result<Outcome> openConsole(virDomainPtr domain, Claim claim, Pipe& pipe);
    static Result<void> listen(const std::shared_ptr<Pipe>& pipe);
    static void onEvent(virStreamPtr stream, int events, void* opaque);

    std::shared_ptr<Pipe> pipe_;
    bool open_ = false;
};

} // namespace rumpus
