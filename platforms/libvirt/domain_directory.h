// DomainDirectory: what we keep on this machine of a guest that runs on a libvirt host: its plan, what its
// console printed, what it reported, and marks of what we did to it.
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/error.h"
#include "core/plan/plan.h"
#include "platforms/libvirt/log_position.h"

#include <QByteArray>

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace rumpus {

/// An empty file that only we can open, before a daemon writes into it: it stays ours then. Errors: another
/// user's file, no permission.
Result<void> makePrivateFile(const std::filesystem::path& file);

class DomainDirectory {
public:
    /// Makes RUNTIME/domains/UUID.
    static Result<DomainDirectory> create(const std::string& uuid);
    /// The one of a domain, where there is one.
    static std::optional<DomainDirectory> find(const std::string& uuid);
    /// All there are, oldest first.
    static std::vector<DomainDirectory> all();
    /// What is left of a host's guests but for those with these UUIDs, with their plans; oldest first.
    static std::vector<std::pair<DomainDirectory, LaunchPlan>> left(std::string_view uri,
                                                                    const std::set<std::string>& existing);
    /// Keeps the newest ten of a unikernel's guests on a host that are gone, as `isGone` says of a UUID.
    static void removeOld(std::string_view unikernel, std::string_view uri,
                          const std::function<bool(const std::string& uuid)>& isGone);

    explicit DomainDirectory(std::filesystem::path path) : path_(std::move(path)) {}

    std::string uuid() const { return path_.filename(); }
    const std::filesystem::path& path() const { return path_; }

    std::filesystem::path consoleLog() const { return path_ / "console.log"; }
    std::filesystem::path module() const { return path_ / "module"; }
    std::filesystem::path gdbSocket() const { return path_ / "gdb.sock"; }
    /// QEMU's log of CPU resets, where a triple fault is told from a wanted reset.
    std::filesystem::path cpuLog() const { return path_ / "cpu.log"; }

    /// The plan and the URI of the host that runs it.
    Result<void> save(const LaunchPlan& plan, const std::string& uri) const;
    Result<LaunchPlan> loadPlan() const;
    std::string uri() const;
    std::chrono::system_clock::time_point createdAt() const;

    /// Left by the one who destroys the guest, so that all tell "stopped" from "killed".
    void markStopped() const;
    bool isStopped() const;
    /// The host's log can no longer be read: the console's stream is what there is.
    void markStreamed() const;
    bool isStreamed() const;
    /// What of the console's log is of earlier boots; nothing: none of it.
    void saveBootOrigin(const LogPosition& origin) const;
    std::optional<LogPosition> bootOrigin() const;

    /// Forgets how the domain ended: it was started again.
    void beginAgain(const LogPosition& origin) const;

    /// Adds a QMP message to the journal, unless another process of ours has done so already.
    void addEvent(const QByteArray& message) const;
    QByteArray events() const;

    void remove() const;

private:
    std::filesystem::path path_;
};

} // namespace rumpus
