// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/gui/console/line_stage.h"

#include "core/base/format.h"

#include <iterator>

namespace rumpus::gui {

void LineStage::pass(std::string_view in, std::chrono::milliseconds time, std::string& out)
{
    std::size_t at = 0;
    while (at < in.size()) {
        const char byte = in[at];
        if (byte == '\n') {
            out += afterReturn_ ? "\n" : "\r\n";
            lineStart_ = true;
            afterReturn_ = false;
            ++at;
        } else if (byte == '\r') {
            out += byte;
            afterReturn_ = true;
            ++at;
        } else {
            if (lineStart_ && stamps_) {
                out += formatted("[{:7.3f}] ", std::chrono::duration<double>(time).count());
            }
            lineStart_ = false;
            afterReturn_ = false;
            const std::size_t end = std::min(in.find_first_of("\r\n", at), in.size());
            out.append(in, at, end - at);
            at = end;
        }
    }
}

} // namespace rumpus::gui
