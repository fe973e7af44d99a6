// SPDX-License-Identifier: GPL-3.0-or-later
#include "debug/mi/line_splitter.h"

#include <utility>

namespace rumpus::mi {

namespace {

LineSplitter::Line limited(std::string_view line, std::size_t limit)
{
    return {.text = line.substr(0, limit), .cut = line.size() > limit};
}

} // namespace

void LineSplitter::add(std::string_view bytes)
{
    // moving only when at least half is used up keeps the whole linear, however little is asked for between
    if (start_ > 0 && start_ >= bytes_.size() - start_) {
        bytes_.erase(0, start_);
        scanned_ -= start_;
        start_ = 0;
    }
    bytes_ += bytes;
}

std::optional<LineSplitter::Line> LineSplitter::next()
{
    for (;;) {
        const std::size_t newline = bytes_.find('\n', scanned_);
        if (newline == std::string::npos) {
            scanned_ = bytes_.size();
            return cutUnfinished();
        }
        std::string_view line = std::string_view(bytes_).substr(start_, newline - start_);
        start_ = scanned_ = newline + 1;
        if (std::exchange(skipping_, false)) {
            continue;
        }
        if (line.ends_with('\r')) {
            line.remove_suffix(1);
        }
        return limited(line, limit_);
    }
}

/// All bytes belong to one unfinished line: gives its start once it is certain to be too long.
std::optional<LineSplitter::Line> LineSplitter::cutUnfinished()
{
    if (skipping_) {
        start_ = bytes_.size();
        return std::nullopt;
    }
    const std::string_view line = std::string_view(bytes_).substr(start_);
    const bool mayBeLineEnd = line.size() == limit_ + 1 && line.back() == '\r';
    if (line.size() <= limit_ || mayBeLineEnd) {
        return std::nullopt;
    }
    skipping_ = true;
    start_ = bytes_.size();
    return limited(line, limit_);
}

std::optional<LineSplitter::Line> LineSplitter::last()
{
    const std::string_view line = std::string_view(bytes_).substr(start_);
    start_ = scanned_ = bytes_.size();
    if (std::exchange(skipping_, false) || line.empty()) {
        return std::nullopt;
    }
    return limited(line, limit_);
}

} // namespace rumpus::mi
