// A process that lives on without us: started in its own session, watched by a pidfd.
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/error.h"
#include "platforms/process/run_directory.h"

#include <QObject>

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

class QSocketNotifier;

namespace rumpus {

struct SpawnRequest {
    std::vector<std::string> command; ///< the first is looked for in PATH
    std::filesystem::path errorFile;  ///< gets its stdout and stderr
    std::vector<int> keptDescriptors; ///< stay open in it, under other numbers
};

/// Starts a process in a session of its own, with no standard input. Errors: no such program, no process to
/// be had.
Result<ProcessIdentity> spawnDetached(const SpawnRequest& request);

/// Starts the keeper of a guest's console log: it lives as long as the process and lets the log have `limit`
/// bytes and a quarter at most, the newest ones. Errors: the keeper is not installed.
Result<void> spawnConsoleKeeper(const RunDirectory& run, const ProcessIdentity& process, std::uint64_t limit);

/// Tells when a process is gone, ours or not.
class ProcessWatch : public QObject {
    Q_OBJECT
public:
    explicit ProcessWatch(const ProcessIdentity& process, QObject* parent = nullptr);
    ~ProcessWatch() override;

    bool isGone() const { return gone_; }
    /// The signal that ended it, known only where it was our child.
    std::optional<int> endedBySignal() const { return signal_; }
    /// False where it is gone already.
    bool sendSignal(int signal);

Q_SIGNALS:
    void gone();

private:
    void becomeGone();

    int pidfd_ = -1;
    bool gone_ = false;
    std::optional<int> signal_;
    std::unique_ptr<QSocketNotifier> notifier_;
};

} // namespace rumpus
