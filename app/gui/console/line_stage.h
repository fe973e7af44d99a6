// LineStage: makes a guest's lines fit for a terminal that is fed directly, and stamps them with the time.
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <chrono>
#include <string>
#include <string_view>

namespace rumpus::gui {

class LineStage {
public:
    /// From now on each line that begins has the time before it, "[  0.021] ". Empty lines have none.
    void setStamps(bool on) { stamps_ = on; }
    bool stamps() const { return stamps_; }

    /// Appends `in` to `out` with a CR before each lone LF. `time` is when the bytes came, since the guest's
    /// start.
    void pass(std::string_view in, std::chrono::milliseconds time, std::string& out);

private:
    bool stamps_ = false;
    bool lineStart_ = true;
    bool afterReturn_ = false;
};

} // namespace rumpus::gui
