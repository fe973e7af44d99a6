// ConsoleIo: a guest's console on stdout, and the user's input into it.
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/cli/terminal.h"
#include "platforms/host.h"

#include <QCoroTask>
#include <QObject>
#include <QPointer>

#include <memory>

namespace rumpus::cli {

class ConsoleIo : public QObject {
    Q_OBJECT
public:
    enum class Format : std::uint8_t { Bytes, Json };
    enum class Input : std::uint8_t { None, Interactive };

    /// Starts at the console's first byte that is kept.
    ConsoleIo(Guest& guest, Format format, Input input);

    /// Ends when what the guest has printed up to now can be drained, as far as its host answers.
    QCoro::Task<> fetched() { return channel_->fetched(); }
    /// Prints all that the guest has printed up to now.
    void drain() { channel_->drain(); }
    /// The same, and waits for what is still on its way from the host.
    static QCoro::Task<> catchUp(QPointer<ConsoleIo> console);
    bool isFinished() const { return finished_; }

Q_SIGNALS:
    /// The user pressed Ctrl+].
    void left();
    /// The guest is gone and all it printed has been printed.
    void finished();

private:
    void show(const QByteArray& bytes);

    std::unique_ptr<ConsoleChannel> channel_;
    std::unique_ptr<RawTerminal> terminal_;
    Format format_;
    bool finished_ = false;
    bool heard_ = false; ///< since it was looked at last
};

} // namespace rumpus::cli
