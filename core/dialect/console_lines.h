// ConsoleLines: the whole lines of a console whose bytes come in pieces, without colours and the like.
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/escape_filter.h"

#include <algorithm>
#include <cstddef>
#include <string>
#include <string_view>

namespace rumpus {

class ConsoleLines {
public:
    static constexpr std::size_t longest = 4096; ///< bytes of a line; what follows them is left out

    /// Takes the next bytes; calls `whole` with each line that they end, without its newline.
    template <typename Whole>
    void add(std::string_view bytes, Whole whole)
    {
        for (std::size_t end = bytes.find('\n'); end != std::string_view::npos; end = bytes.find('\n')) {
            keep(bytes.substr(0, end));
            if (line_.contains('\x1b')) {
                line_ = withoutSequences(line_);
            }
            whole(std::string_view(line_));
            line_.clear();
            bytes.remove_prefix(end + 1);
        }
        keep(bytes);
    }

private:
    void keep(std::string_view piece) { line_ += piece.substr(0, longest - std::min(longest, line_.size())); }

    std::string line_;
};

} // namespace rumpus
