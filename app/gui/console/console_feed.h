// ConsoleFeed: what stands between a guest's console and the terminal that shows it.
//
// Bytes wait here until the terminal takes them, in slices so short that the window stays quick; when too
// many wait, the channel is held and nothing is read. All feeds share one pump, which serves one of them a
// turn of the event loop: four flooding consoles cost the window no more at once than one.
//
// A terminal is slower than a flood. What would have left its history before anyone could see it is skipped,
// as if it had been fed: colours and modes stay right, the lines that are kept are the same. `received` has
// all.
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/escape_filter.h"
#include "app/gui/console/line_stage.h"
#include "platforms/host.h"

#include <QFlags>
#include <QObject>
#include <QPointer>
#include <QTimer>

#include <chrono>
#include <deque>
#include <functional>
#include <string>

namespace rumpus::gui {

class ConsoleFeed : public QObject {
    Q_OBJECT
public:
    /// Takes bytes that are fit for a terminal; gives how many it took.
    using Sink = std::function<qsizetype(const char* bytes, qsizetype length)>;

    /// Why nothing is fed for now.
    enum class Hold : std::uint8_t {
        Paused = 1,    ///< the user looks at something
        Typing = 2,    ///< the terminal needs a moment after a key
        Searching = 4, ///< rows must not move while they are searched
    };
    Q_DECLARE_FLAGS(Holds, Hold)

    explicit ConsoleFeed(Sink sink, QObject* parent = nullptr);
    ~ConsoleFeed() override;

    /// Follows this channel from its first byte; what was left of another is dropped. Not owned.
    void follow(ConsoleChannel* channel);

    void setHold(Hold hold, bool on);
    Holds holds() const { return holds_; }
    /// Holds for a moment: a key was typed.
    void restAfterKey();

    void setStamps(bool on) { lines_.setStamps(on); }
    bool stamps() const { return lines_.stamps(); }
    /// What stamps count from.
    void setStartedAt(std::chrono::system_clock::time_point start) { start_ = start; }

    /// How many lines the terminal keeps: when more wait, the first of them are skipped.
    void setKeptLines(int lines) { keptLines_ = lines; }

    /// Bytes that wait for the terminal.
    qsizetype waiting() const { return waiting_; }
    /// Forgets an escape sequence that has begun.
    void resetFilter() { filter_.reset(); }

    /// Feeds for at most this long; used by the pump.
    void feedSlice(std::chrono::microseconds patience);
    bool isReady() const { return !holds_ && (waiting_ > 0 || !pending_.empty()); }

Q_SIGNALS:
    /// Bytes as they came from the channel.
    void received(const QByteArray& bytes);
    /// The rest after a key is over; feeding goes on after this.
    void rested();
    /// Everything that waited has been fed.
    void drained();

private:
    struct Arrival {
        QByteArray bytes;
        std::chrono::milliseconds time;
        qsizetype lines = 0;
    };

    void take(const QByteArray& bytes);
    void adjustChannel();
    bool feedPending();
    void skipSurplus();
    void feedPortion();
    void dropFirst();

    Sink sink_;
    QPointer<ConsoleChannel> channel_;
    std::deque<Arrival> queue_;
    qsizetype offset_ = 0; ///< into the first of the queue
    qsizetype waiting_ = 0;
    qsizetype waitingLines_ = 0; ///< of the whole queue
    qsizetype taken_ = 0;        ///< since the last slice
    qsizetype keptLines_ = 100'000;
    bool channelHeld_ = false;
    Holds holds_;
    QTimer typing_;
    QTimer refused_;
    EscapeFilter filter_;
    LineStage lines_;
    std::string filtered_;
    std::string skipped_; ///< what skipped bytes leave the terminal in
    std::string pending_; ///< fit for the terminal, not yet taken
    std::chrono::system_clock::time_point start_ = std::chrono::system_clock::now();
};

Q_DECLARE_OPERATORS_FOR_FLAGS(ConsoleFeed::Holds)

} // namespace rumpus::gui
