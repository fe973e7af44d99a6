// XenstoreMarks: which nodes have changed and were not looked at since, and which did so just now.
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <chrono>
#include <cstddef>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>

namespace rumpus::gui {

class XenstoreMarks {
public:
    using Clock = std::chrono::steady_clock;
    /// A node that has changed is coloured for so long.
    static constexpr std::chrono::milliseconds flashTime{900};

    void mark(const std::string& path, Clock::time_point now);
    /// Somebody has looked at it, or it is no more. True where it had a mark.
    bool see(const std::string& path);
    void clear();

    bool isMarked(const std::string& path) const { return marked_.contains(path); }
    /// A node below it is marked.
    bool hasBelow(const std::string& path) const;
    std::size_t size() const { return marked_.size(); }

    /// How much of its colour is left: 1 at the change, then less and less; 0 after the flash.
    double flash(const std::string& path, Clock::time_point now) const;
    /// Something is still coloured; what is not is forgotten.
    bool isFlashing(Clock::time_point now);

private:
    void count(std::string_view path, int difference);

    std::unordered_set<std::string> marked_;
    std::unordered_map<std::string, int> below_; ///< how many marked nodes are at or below it
    std::unordered_map<std::string, Clock::time_point> flashes_;
};

} // namespace rumpus::gui
