// ProcessConsole: a guest's console as a file that its process writes and a FIFO that it reads.
//
// A file takes every byte at once, so none is lost and the guest never waits (other back ends of QEMU
// lose bytes of guests that do not ask their UART whether it is ready).
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "platforms/file_follower.h"
#include "platforms/host.h"
#include "platforms/process/run_directory.h"

#include <memory>

class QSocketNotifier;

namespace rumpus {

class ProcessConsole : public ConsoleChannel {
    Q_OBJECT
public:
    ProcessConsole(RunDirectory run, std::uint64_t limit);
    ~ProcessConsole() override;

    void start() override;
    void drain() override;
    void setHeld(bool held) override;
    Result<void> write(QByteArray bytes) override;

    /// The guest prints no more: what is left is delivered, then `finished`.
    void guestIsGone();

private:
    void take(const QByteArray& bytes);
    void tellSkipped(qint64 bytes);
    void finishWhenDone();
    void flush();

    RunDirectory run_;
    std::uint64_t limit_;
    FileFollower follower_;
    bool delivered_ = false;
    bool guestGone_ = false;
    bool finished_ = false;
    int input_ = -1;
    QByteArray waiting_;
    std::unique_ptr<QSocketNotifier> writable_;
};

} // namespace rumpus
