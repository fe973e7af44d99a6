// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/gui/xenstore/xenstore_marks.h"

#include "platforms/xen/xenstore_path.h"

#include <algorithm>

namespace rumpus::gui {

void XenstoreMarks::mark(const std::string& path, Clock::time_point now)
{
    flashes_[path] = now;
    if (marked_.insert(path).second) {
        count(path, 1);
    }
}

bool XenstoreMarks::see(const std::string& path)
{
    if (marked_.erase(path) == 0) {
        return false;
    }
    count(path, -1);
    return true;
}

void XenstoreMarks::clear()
{
    marked_.clear();
    below_.clear();
    flashes_.clear();
}

void XenstoreMarks::count(std::string_view path, int difference)
{
    for (std::string at(path);; at = parentPath(at)) {
        const auto entry = below_.try_emplace(at, 0).first;
        entry->second += difference;
        if (entry->second == 0) {
            below_.erase(entry);
        }
        if (at == "/") {
            break;
        }
    }
}

bool XenstoreMarks::hasBelow(const std::string& path) const
{
    const auto found = below_.find(path);
    return found != below_.end() && found->second > (isMarked(path) ? 1 : 0);
}

double XenstoreMarks::flash(const std::string& path, Clock::time_point now) const
{
    const auto found = flashes_.find(path);
    if (found == flashes_.end()) {
        return 0;
    }
    const std::chrono::duration<double> since = now - found->second;
    return std::clamp(1.0 - (since / flashTime), 0.0, 1.0);
}

bool XenstoreMarks::isFlashing(Clock::time_point now)
{
    std::erase_if(flashes_, [&](const auto& flash) { return now - flash.second >= flashTime; });
    return !flashes_.empty();
}

} // namespace rumpus::gui
