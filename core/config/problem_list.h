// Problems as they are found, bounded so that a hostile file cannot make more of them than a person reads.
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/config/document.h"

#include <array>
#include <cstddef>
#include <string>
#include <utility>
#include <vector>

namespace rumpus {

class ProblemList {
public:
    /// Of each severity; errors never have to give way to warnings.
    static constexpr std::size_t most = 100;

    void error(std::string pointer, std::string text)
    {
        add({std::move(pointer), Severity::Error, std::move(text)});
    }
    void warning(std::string pointer, std::string text)
    {
        add({std::move(pointer), Severity::Warning, std::move(text)});
    }
    void add(Problem problem);

    /// False where a further problem of this severity would not be told anyway.
    bool hasRoom(Severity severity) const { return counts_.at(static_cast<std::size_t>(severity)) < most; }
    std::vector<Problem> take() { return std::move(problems_); }

private:
    std::vector<Problem> problems_;
    std::array<std::size_t, 2> counts_{};
};

} // namespace rumpus
