// A corpus of GDB/MI lines in the shapes and sizes that a debugger of unikernels sees.
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <string>

namespace rumpus::bench {

/// At least that many bytes of whole lines, always the same ones.
std::string miCorpus(std::size_t bytes);

} // namespace rumpus::bench
