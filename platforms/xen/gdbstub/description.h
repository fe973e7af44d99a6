// The registers that GDB is told of: x86-64 as QEMU's stub has it, as far as Xen knows it, so that what reads
// fs_base or cr3 there does so here.
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace rumpus::gdbstub {

struct Register {
    std::string name;
    std::size_t size = 8; ///< bytes
    std::string_view feature;
    std::string_view type;
    std::size_t offset = 0; ///< in a `g` packet, bytes
};

/// In the order of their numbers.
const std::vector<Register>& registers();
/// Of all of them, bytes.
std::size_t registersSize();

/// The instruction pointer in a `g` packet's bytes.
std::uint64_t instructionPointer(std::string_view values);

/// target.xml (GDB manual, "Target Description Format").
const std::string& targetXml();
/// All memory is RAM (GDB manual, "Memory Map Format").
std::string_view memoryMapXml();

} // namespace rumpus::gdbstub
