// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/gui/console/history_search.h"

#include <QTimerEvent>

#include <algorithm>
#include <chrono>

namespace rumpus::gui {

using namespace std::chrono_literals;

HistorySearch::HistorySearch(Rows rows, QObject* parent) : QObject(parent), rows_(std::move(rows)) {}

void HistorySearch::start(const QString& text, Qt::CaseSensitivity sensitivity)
{
    cancel();
    text_ = text;
    sensitivity_ = sensitivity;
    timer_.start(0, this);
}

void HistorySearch::cancel()
{
    timer_.stop();
    next_ = 0;
    matches_.clear();
    current_.reset();
}

void HistorySearch::timerEvent(QTimerEvent* /*event*/)
{
    using Clock = std::chrono::steady_clock;
    constexpr auto patience = 4ms;
    constexpr int rowsAtOnce = 16; // between two looks at the clock
    const auto end = Clock::now() + patience;
    const int count = text_.isEmpty() ? 0 : rows_.count();
    while (next_ < count && matches_.size() < mostMatches && Clock::now() < end) {
        for (int i = 0; i < rowsAtOnce && next_ < count; ++i) {
            searchRow(next_++);
        }
    }
    if (next_ < count && matches_.size() < mostMatches) {
        Q_EMIT progressed();
    } else {
        timer_.stop();
        Q_EMIT finished();
    }
}

void HistorySearch::searchRow(int row)
{
    const QString text = rows_.text(row);
    qsizetype at = 0;
    while ((at = text.indexOf(text_, at, sensitivity_)) >= 0) {
        matches_.push_back(
            {.row = row, .column = static_cast<int>(at), .length = static_cast<int>(text_.size())});
        at += text_.size();
    }
}

std::optional<HistorySearch::Match> HistorySearch::move(bool forwards)
{
    if (matches_.empty()) {
        return std::nullopt;
    }
    const std::size_t count = matches_.size();
    if (!current_) {
        current_ = forwards ? 0 : count - 1;
    } else {
        current_ = (*current_ + (forwards ? 1 : count - 1)) % count;
    }
    return matches_[*current_];
}

std::optional<HistorySearch::Match> HistorySearch::moveNear(int row)
{
    if (matches_.empty()) {
        return std::nullopt;
    }
    const auto found = std::ranges::lower_bound(matches_, row, {}, &Match::row);
    current_ = static_cast<std::size_t>(std::min(found, matches_.end() - 1) - matches_.begin());
    return matches_[*current_];
}

} // namespace rumpus::gui
