// RemoteLogs: what guests print, from the logs that another machine's virtlogd writes, added here to files as
// they grow.
//
// A console's stream can lose bytes, and the log with it: QEMU takes a pty that is read at the wrong moment
// for hung up, and drops what the guest says within the next second. Where nobody reads the pty, the log has
// all. So the log is asked for: again and again while it grows, and twice a second when it does not. One
// question at a time serves all guests of a host: an ssh server takes ten sessions of a connection
// (sshd_config(5), MaxSessions). SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "platforms/libvirt/log_fetch.h"
#include "platforms/ssh/ssh_remote.h"

#include <QElapsedTimer>
#include <QObject>
#include <QTimer>

#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <string>
#include <vector>

namespace rumpus {

class RemoteLogs : public QObject {
    Q_OBJECT
public:
    RemoteLogs(std::shared_ptr<SshRemote> remote, Audience audience);
    ~RemoteLogs() override;

    /// Makes an empty log there for a guest. It belongs to the user whom we log in as, so that he can read
    /// what a daemon writes into it; the oldest of earlier guests go. Errors: as SshRemote::connect; no room.
    QCoro::Task<Result<std::filesystem::path>> create(std::string uuid);

    /// A log there and its copy here, of which at most `limit` bytes are kept (0: all).
    struct Copy {
        HostLog log;
        std::filesystem::path file;
        std::uint64_t limit = 0;
    };
    class Mirror;
    /// Adds to the file what the log gets, as long as somebody holds the mirror, unless another process does
    /// so. Begins where the last one has ended.
    std::shared_ptr<Mirror> follow(const Copy& copy);
    /// Ends when the copy has what is in the log now: true; or the host does not answer: false.
    QCoro::Task<bool> fetched(std::shared_ptr<Mirror> mirror);
    /// The same for what a guest that has ended has said last, which its host may write a little later.
    QCoro::Task<> lastWordsFetched(std::shared_ptr<Mirror> mirror);
    /// It is for this process to add to the copy; no other one does so.
    static bool isKept(Mirror& mirror);
    /// There is something to fetch now, or will be soon.
    void look(Mirror& mirror);
    /// Nothing comes any more: the file is closed, as its followers see.
    static void close(Mirror& mirror);

Q_SIGNALS:
    /// A question was answered, or was not.
    void questionOver(bool answered);
    /// The rest of the log is for others only: it was begun anew by another user's daemon.
    void unreadable(const RemoteLogs::Mirror* mirror);
    /// Bytes of it are missing here; the words say why.
    void lost(const RemoteLogs::Mirror* mirror, const QString& why);

private:
    using Mirrors = std::vector<std::shared_ptr<Mirror>>;
    Mirrors mirrors();
    QCoro::Task<> run();
    QCoro::Task<bool> fetchOnce();
    QCoro::Task<> lookAtAll();
    void take(Mirror& mirror, const LogPiece& piece);

    std::shared_ptr<SshRemote> remote_;
    Audience audience_;
    std::map<std::filesystem::path, std::weak_ptr<Mirror>> mirrors_; ///< by the copy
    QTimer soon_;                                                    ///< until the next question
    QTimer every_;                                                   ///< for what no stream tells
    QElapsedTimer sinceQuestion_;
    bool asking_ = false;
    std::uint64_t questions_ = 0;
};

} // namespace rumpus
