// MI values to the session's own: plain functions, none of which trusts GDB.
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "debug/mi/record.h"
#include "debug/session/model.h"

namespace rumpus {

/// A `frame={…}` tuple; without component and source, which the session knows.
Frame frameOf(const mi::Value& tuple);
/// What a `*stopped` record says; without generation.
Stop stopOf(const mi::Record& record);
/// A `bkpt={…}` tuple and the locations that follow it: number, hits, locations.
void placeBreakpoint(PlacedBreakpoint& breakpoint, const mi::Value& results);
/// `variables=[{name,arg,type,value}]` of -stack-list-variables.
std::vector<Variable> variablesOf(const mi::Value& list);
/// A variable object's answer (-var-create) or child.
Expression expressionOf(const mi::Value& tuple);
/// `asm_insns` of -data-disassemble in any of its modes.
std::vector<Instruction> instructionsOf(const mi::Value& list);
/// The answer of -rumpus-threads.
GuestThreads guestThreadsOf(const mi::Record& record);

/// What to do about GDB's words on a breakpoint or watchpoint that it could not set; empty: nothing is known.
std::string cureFor(std::string_view words);

/// The group that a register of x86 belongs to, for people. A 64-bit CPU has eax and its like only as parts.
std::string_view registerGroup(std::string_view name, bool is64Bit);

} // namespace rumpus
