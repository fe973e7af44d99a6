// LogFollower: a log that another program writes and rotates, from its oldest byte that is kept and then as
// it grows.
//
// virtlogd renames NAME to NAME.0, NAME.0 to NAME.1 … when a log is full (virtlogd.conf, max_size), and
// drops the oldest. All followers of a process share one inotify instance: there are 128 for a user.
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/error.h"
#include "platforms/libvirt/log_position.h"

#include <QByteArray>
#include <QObject>

#include <cstdint>
#include <filesystem>
#include <optional>
#include <sys/types.h>
#include <utility>

namespace rumpus {

class LogFollower : public QObject {
    Q_OBJECT
public:
    explicit LogFollower(QObject* parent = nullptr);
    ~LogFollower() override;

    /// Opens the log and passes over what is before `origin`; where that was in a file that is no longer
    /// kept, over all there is. Of the rest at most the last `most` bytes are delivered. Errors: no such
    /// file.
    Result<void> open(const std::filesystem::path& file, const std::optional<LogPosition>& origin = {},
                      std::uint64_t most = UINT64_MAX);
    bool isOpen() const { return current_ >= 0; }

    /// Delivers all that is there now.
    void read();
    /// Delivers one slice, and the next after the event loop had its turn.
    void readSlice();
    /// While held nothing is delivered; letting go delivers what has come meanwhile.
    void setHeld(bool held);
    /// Who writes it has closed it, since it was opened here: there will be no more.
    bool isComplete() const { return closed_; }
    /// All that is there was delivered, up to the end of the newest file.
    bool atEnd() const;

Q_SIGNALS:
    void grown(const QByteArray& bytes);
    /// The log was rotated faster than it was read: bytes are missing here.
    void skipped();
    void completed();

private:
    friend class LogWatch;
    using FileNumber = std::pair<dev_t, ino_t>;

    QByteArray nextSlice();
    QByteArray readSome() const;
    bool isLeft() const;
    void passOver(std::uint64_t count);
    bool openNext();
    bool openFile(const std::filesystem::path& file);
    void noticed(std::string_view name, std::uint32_t mask);

    std::filesystem::path file_;
    int watch_ = -1;
    int current_ = -1;
    FileNumber number_{};
    bool held_ = false;
    bool queued_ = false;
    bool closed_ = false;
};

} // namespace rumpus
