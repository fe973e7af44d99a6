// Code that the CPU does not run in 64-bit mode: GDB would decode it wrongly, so Capstone does it.
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "debug/session/model.h"

#include <string_view>

namespace rumpus {

/// The instructions in these bytes, which stand at a linear address. Ends at the first that cannot be
/// decoded.
std::vector<Instruction> decode(CpuMode mode, std::uint64_t address, std::string_view bytes);

/// The linear address of CS:IP. In real mode a segment starts at 16 times its number (Intel SDM volume
/// 3, 21.1.1); later its base is taken for 0, which every boot protocol of ours says.
std::uint64_t linearAddress(CpuMode mode, std::uint64_t codeSegment, std::uint64_t instruction);

} // namespace rumpus
