// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/gui/console/console_feed.h"

#include <algorithm>
#include <utility>
#include <vector>

namespace rumpus::gui {

namespace {

using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;

// while so much waits, nothing is read
constexpr qsizetype highWater = qsizetype{32} * 1024 * 1024;
constexpr qsizetype lowWater = highWater / 2;
// read at once, and from then on a backlog: reading comes before feeding until all is known
constexpr qsizetype backlog = qsizetype{1024} * 1024;
// lines that are not of the history but of the largest screen
constexpr qsizetype screenLines = 1000;
// of what skipped bytes leave the terminal in, the newest
constexpr std::size_t mostSkippedState = std::size_t{16} * 1024;
// about 0.1 ms of a terminal's work: the clock is read after each
constexpr qsizetype portion = 2048;
// below 8 ms, with room for what a portion can cost at worst
constexpr std::chrono::microseconds slicePatience = 4ms;
constexpr std::chrono::microseconds backlogPatience = 1ms;

/// Serves the feeds by turns, one a turn of the event loop.
class Pump : public QObject {
public:
    static Pump& instance()
    {
        static Pump pump;
        return pump;
    }

    void add(ConsoleFeed* feed)
    {
        if (!std::ranges::contains(ready_, feed)) {
            ready_.push_back(feed);
        }
        if (!timer_.isActive()) {
            timer_.start(0, this);
        }
    }
    void remove(ConsoleFeed* feed) { std::erase(ready_, feed); }

protected:
    void timerEvent(QTimerEvent* /*event*/) override
    {
        std::erase_if(ready_, [](const ConsoleFeed* feed) { return !feed->isReady(); });
        if (ready_.empty()) {
            timer_.stop();
            return;
        }
        next_ = (next_ + 1) % ready_.size();
        ready_[next_]->feedSlice(slicePatience);
    }

private:
    std::vector<ConsoleFeed*> ready_;
    std::size_t next_ = 0;
    QBasicTimer timer_;
};

} // namespace

ConsoleFeed::ConsoleFeed(Sink sink, QObject* parent) : QObject(parent), sink_(std::move(sink))
{
    typing_.setSingleShot(true);
    // measured with QTermWidget 2.1: fed earlier, it keeps a stale end of its scroll bar
    typing_.setInterval(60ms);
    connect(&typing_, &QTimer::timeout, this, [this] {
        Q_EMIT rested();
        setHold(Hold::Typing, false);
    });
    refused_.setSingleShot(true);
    refused_.setInterval(10ms);
    connect(&refused_, &QTimer::timeout, this, [this] { Pump::instance().add(this); });
}

ConsoleFeed::~ConsoleFeed()
{
    Pump::instance().remove(this);
}

void ConsoleFeed::follow(ConsoleChannel* channel)
{
    if (channel_ != nullptr) {
        channel_->disconnect(this);
    }
    channel_ = channel;
    channelHeld_ = false;
    queue_.clear();
    offset_ = 0;
    waiting_ = 0;
    waitingLines_ = 0;
    taken_ = 0;
    pending_.clear();
    filter_.reset();
    connect(channel, &ConsoleChannel::received, this, &ConsoleFeed::take);
    channel->start();
}

void ConsoleFeed::take(const QByteArray& bytes)
{
    Q_EMIT received(bytes);
    const auto now = std::chrono::system_clock::now();
    const qsizetype lines = bytes.count('\n');
    queue_.push_back({.bytes = bytes,
                      .time = std::chrono::duration_cast<std::chrono::milliseconds>(now - start_),
                      .lines = lines});
    waiting_ += bytes.size();
    waitingLines_ += lines;
    taken_ += bytes.size();
    adjustChannel();
    if (!holds_) {
        Pump::instance().add(this);
    }
}

void ConsoleFeed::adjustChannel()
{
    const bool hold = taken_ > backlog || (channelHeld_ ? waiting_ > lowWater : waiting_ > highWater);
    if (hold != channelHeld_ && channel_ != nullptr) {
        channelHeld_ = hold;
        // letting go can deliver at once
        channel_->setHeld(hold);
    }
}

void ConsoleFeed::setHold(Hold hold, bool on)
{
    holds_.setFlag(hold, on);
    if (isReady()) {
        Pump::instance().add(this);
    }
}

void ConsoleFeed::restAfterKey()
{
    setHold(Hold::Typing, true);
    typing_.start();
}

void ConsoleFeed::feedSlice(std::chrono::microseconds patience)
{
    const bool catchingUp = taken_ > 0 && waiting_ > backlog;
    const auto end = Clock::now() + (catchingUp ? std::min(patience, backlogPatience) : patience);
    taken_ = 0;
    adjustChannel();
    if (catchingUp && channel_ != nullptr) {
        // up to the next backlog, at which it is held
        channel_->drain();
    }
    skipSurplus();
    bool taken = feedPending();
    while (taken && !queue_.empty() && !holds_) {
        feedPortion();
        taken = feedPending();
        if (Clock::now() >= end) {
            break;
        }
    }
    if (!taken) {
        Pump::instance().remove(this);
        refused_.start();
    }
    adjustChannel();
    if (waiting_ == 0 && pending_.empty()) {
        Q_EMIT drained();
    }
}

void ConsoleFeed::feedPortion()
{
    const Arrival& first = queue_.front();
    const qsizetype length = std::min(portion, first.bytes.size() - offset_);
    filtered_.clear();
    filter_.pass({first.bytes.constData() + offset_, static_cast<std::size_t>(length)}, filtered_);
    lines_.pass(filtered_, first.time, pending_);
    waiting_ -= length;
    offset_ += length;
    if (offset_ == first.bytes.size()) {
        dropFirst();
    }
}

void ConsoleFeed::dropFirst()
{
    waiting_ -= queue_.front().bytes.size() - offset_;
    waitingLines_ -= queue_.front().lines;
    queue_.pop_front();
    offset_ = 0;
}

void ConsoleFeed::skipSurplus()
{
    bool skipped = false;
    while (!queue_.empty() && waitingLines_ - queue_.front().lines > keptLines_ + screenLines) {
        const QByteArray& bytes = queue_.front().bytes;
        filter_.skip({bytes.constData() + offset_, static_cast<std::size_t>(bytes.size() - offset_)},
                     skipped_);
        dropFirst();
        skipped = true;
    }
    if (!skipped) {
        return;
    }
    if (skipped_.size() > mostSkippedState) {
        const std::size_t from = skipped_.find('\x1b', skipped_.size() - mostSkippedState);
        skipped_.erase(0, from);
    }
    pending_.append(skipped_).append("\r\n");
    skipped_.clear();
}

bool ConsoleFeed::feedPending()
{
    if (!pending_.empty()) {
        const qsizetype taken = sink_(pending_.data(), std::ssize(pending_));
        pending_.erase(0, static_cast<std::size_t>(taken));
    }
    return pending_.empty();
}

} // namespace rumpus::gui
