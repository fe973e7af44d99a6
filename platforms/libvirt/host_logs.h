// HostLogs: what guests print, from the logs that virtlogd or xenconsoled writes on another machine, or as
// another user here, added to files of ours as they grow.
//
// A console's stream can lose bytes, and the log with it: QEMU takes a pty that is read at the wrong moment
// for hung up, and drops what the guest says within the next second. Where nobody reads the pty, the log has
// all. So the log is asked for: again and again while it grows, and now and then when it does not. One
// question at a time serves all guests of a host: an ssh server takes ten sessions of a connection
// (sshd_config(5), MaxSessions).
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "platforms/libvirt/log_fetch.h"
#include "platforms/program_run.h"
#include "platforms/ssh/audience.h"

#include <QElapsedTimer>
#include <QObject>
#include <QTimer>

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

namespace rumpus {

class HostLogs : public QObject {
    Q_OBJECT
public:
    /// Runs a command where the logs are.
    using Runner = std::function<QCoro::Task<Result<ProgramOutput>>(ProgramRun)>;
    struct Pace {
        std::chrono::milliseconds questions; ///< between the starts of two: each costs some processes
        std::chrono::milliseconds looks;     ///< at logs that do not grow
    };
    HostLogs(Runner runner, Audience audience, Pace pace);
    ~HostLogs() override;

    /// Reads of a file of the host's what only its daemon may read.
    using DaemonReader = std::function<QCoro::Task<Result<QByteArray>>(
        std::filesystem::path file, std::uint64_t offset, std::uint64_t count)>;
    void setDaemonReader(DaemonReader reader) { reader_ = std::move(reader); }

    /// Makes an empty log there for a guest. It belongs to the user whom we log in as, so that he can read
    /// what a daemon writes into it; the oldest of earlier guests go. Errors: as SshRemote::connect; no room.
    QCoro::Task<Result<std::filesystem::path>> create(std::string uuid);

    /// A log there and its copy here, of which at most `limit` bytes are kept (0: all).
    struct Copy {
        HostLog log;
        std::filesystem::path file;
        std::uint64_t limit = 0;
        bool ours = false; ///< made by `create`: its folder is known, and may be a storage pool
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
    /// The rest of the log is for others only: it was begun anew by another user's daemon, which does not
    /// read it for us either.
    void unreadable(const HostLogs::Mirror* mirror);
    /// Bytes of it are missing here; the words say why.
    void lost(const HostLogs::Mirror* mirror, const QString& why);

private:
    using Mirrors = std::vector<std::shared_ptr<Mirror>>;
    Mirrors mirrors();
    QCoro::Task<> run();
    QCoro::Task<bool> fetchOnce();
    QCoro::Task<> lookAtAll();
    void take(Mirror& mirror, const LogPiece& piece);
    /// Bytes that only the daemon may read.
    struct Withheld {
        std::shared_ptr<Mirror> mirror;
        LogProgress from;
        std::uint64_t count = 0;
        std::filesystem::path file;
    };
    QCoro::Task<> takeByDaemon(Withheld withheld);
    void add(Mirror& mirror, std::string_view bytes, const LogProgress& known);

    Runner runner_;
    DaemonReader reader_;
    Audience audience_;
    Pace pace_;
    std::map<std::filesystem::path, std::weak_ptr<Mirror>> mirrors_; ///< by the copy
    QTimer soon_;                                                    ///< until the next question
    QTimer every_;                                                   ///< for what no stream tells
    QElapsedTimer sinceQuestion_;
    bool asking_ = false;
    std::uint64_t questions_ = 0;
};

} // namespace rumpus
