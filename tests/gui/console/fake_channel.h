// A console that a test speaks through.
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "platforms/host.h"

namespace rumpus {

class FakeChannel : public ConsoleChannel {
    Q_OBJECT
public:
    using ConsoleChannel::ConsoleChannel;

    /// The guest prints. While held, it waits as it would in the console's file.
    void print(const QByteArray& bytes)
    {
        waiting_ += bytes;
        deliver();
    }
    void start() override
    {
        started_ = true;
        deliver();
    }
    void drain() override { deliver(); }
    void setHeld(bool held) override
    {
        held_ = held;
        ++holdChanges;
        deliver();
    }
    Result<void> write(QByteArray bytes) override
    {
        if (refuses) {
            return hostError("the guest takes no input any more", "it is gone");
        }
        typed += bytes;
        return {};
    }
    bool isHeld() const { return held_; }
    qsizetype waiting() const { return waiting_.size(); }

    QByteArray typed;
    bool refuses = false;
    int holdChanges = 0;

private:
    void deliver()
    {
        static constexpr qsizetype slice = qsizetype{64} * 1024;
        while (started_ && !held_ && !waiting_.isEmpty()) {
            const QByteArray bytes = waiting_.left(slice);
            waiting_.remove(0, slice);
            Q_EMIT received(bytes);
        }
    }

    bool started_ = false;
    bool held_ = false;
    QByteArray waiting_;
};

} // namespace rumpus
