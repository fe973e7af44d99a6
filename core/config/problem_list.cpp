// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/config/problem_list.h"

namespace rumpus {

void ProblemList::add(Problem problem)
{
    std::size_t& count = counts_.at(static_cast<std::size_t>(problem.severity));
    ++count;
    if (count == most + 1) {
        problem = {.pointer = {},
                   .severity = problem.severity,
                   .text = problem.severity == Severity::Error ? "there are more errors: mend these first"
                                                               : "there are more warnings: mend these first"};
    }
    if (count <= most + 1) {
        problems_.push_back(std::move(problem));
    }
}

} // namespace rumpus
