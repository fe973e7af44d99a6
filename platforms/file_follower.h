// FileFollower: delivers a file's bytes from its beginning and then as it grows, told by inotify.
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/error.h"

#include <QByteArray>
#include <QFile>
#include <QObject>

#include <filesystem>
#include <memory>

class QSocketNotifier;

namespace rumpus {

class FileFollower : public QObject {
    Q_OBJECT
public:
    explicit FileFollower(QObject* parent = nullptr);
    ~FileFollower() override;

    /// Opens the file. Nothing is delivered before `read` or the event loop; bytes before `origin` never.
    /// Errors: no such file.
    Result<void> open(const std::filesystem::path& file, qint64 origin = 0);

    /// Delivers what is there now. Called by inotify too.
    void read();

    /// While held nothing is delivered; letting go delivers what has come meanwhile.
    void setHeld(bool held);

    /// True where all that is in the file has been delivered.
    bool atEnd() const { return position_ >= file_.size(); }

    /// Delivers at most one slice, and the next after the event loop had its turn.
    void readSlice();

Q_SIGNALS:
    void grown(const QByteArray& bytes);
    /// So many bytes, up to here, are in the file no more: a hole was made of them before they were
    /// delivered.
    void skipped(qint64 bytes);

private:
    void readInotify();
    QByteArray nextSlice();

    QFile file_;
    int inotify_ = -1;
    std::unique_ptr<QSocketNotifier> notifier_;
    qint64 position_ = 0;
    bool held_ = false;
    bool sliceQueued_ = false;
};

} // namespace rumpus
