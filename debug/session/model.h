// What a debug session tells: stops, frames, variables, registers, breakpoints, as plain values.
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/image/image.h"

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace rumpus {

struct Argument {
    std::string name;
    std::string value; ///< empty: not asked for
    bool operator==(const Argument&) const = default;
};

struct Frame {
    int level = 0; ///< 0 is the innermost
    std::uint64_t address = 0;
    std::string function;         ///< empty: unknown
    std::string file;             ///< as the compiler wrote it; empty: no line information
    std::filesystem::path source; ///< where it is here, by the source map; empty: nowhere
    int line = 0;
    Component component = Component::Other;
    std::vector<Argument> arguments;
    bool operator==(const Frame&) const = default;
};

/// Why the guest stands still.
struct Stop {
    enum class Why : std::uint8_t {
        Connected,  ///< it stood so when we came
        Entry,      ///< the image's first instruction
        Breakpoint, ///< and logpoints whose condition could not be evaluated
        Watchpoint,
        Step, ///< step, finish, until and run-to have arrived
        Interrupted,
        Signal, ///< the stub reports a fault
        Ended,  ///< there is no machine any more
        Other,
    };
    Why why = Why::Other;
    std::uint64_t generation = 0;
    std::string words;      ///< for people: "breakpoint 2", "x: 3 → 4"
    std::string breakpoint; ///< its number in GDB, where one was hit
    int cpu = 1;            ///< the CPU that it is of, by GDB's number
    std::string returned;   ///< what the finished function returned; empty: nothing known
    Frame frame;
};
std::string_view key(Stop::Why why);

struct Variable {
    std::string name;
    std::string value;
    std::string type;
    bool argument = false;
    bool operator==(const Variable&) const = default;
};

/// A node of an expression's tree. Children are asked for in pages.
struct Expression {
    std::string id; ///< GDB's variable object
    std::string name;
    std::string value;
    std::string type;
    std::size_t children = 0; ///< known so far; `more` says that there are others
    bool more = false;
    bool editable = false;
    bool inScope = true;
    bool changed = false; ///< since the stop before
};

struct Register {
    std::string name;
    std::string value;
    bool changed = false;
    bool operator==(const Register&) const = default;
};

struct RegisterGroup {
    std::string name; ///< "general", "flags and segments", "control", "vector", …
    std::vector<Register> registers;
};

/// The mode that the CPU decodes instructions in.
enum class CpuMode : std::uint8_t { Real16, Protected32, Long64 };

struct Instruction {
    std::uint64_t address = 0;
    std::string bytes; ///< in hex
    std::string text;
    std::string function;
    std::int64_t offset = 0; ///< from the function's start
    std::string file;        ///< of the source line that it comes from; empty: none
    int line = 0;
    bool operator==(const Instruction&) const = default;
};

/// A thread of the guest's own kernel.
struct GuestThread {
    std::string id;
    std::string name;
    std::string state;  ///< "running", "ready", "sleeping", "blocked", …
    std::string waits;  ///< what for; empty: unknown or nothing
    std::string wakeup; ///< nanoseconds of the guest's clock; empty: none
    bool current = false;
    std::vector<Frame> frames; ///< as many as were asked for
};

struct GuestThreads {
    std::string family; ///< "rumprun", "unikraft", "mini-os", "sprig"; empty: none known
    std::string error;  ///< why the list may not be whole; empty: it is
    std::vector<GuestThread> threads;
};

/// The trap that a guest stands in.
struct Trap {
    std::string name; ///< "page fault"
    std::uint64_t instruction = 0;
    std::optional<std::uint64_t> address; ///< that could not be accessed
    std::string words;                    ///< "page fault: write to 0x8, not present"
    int level = 0;                        ///< of the frame that was interrupted
};

struct FoundSymbol {
    std::string name;
    std::string type;
    std::string file;
    int line = 0;
    bool function = false;
};

/// A breakpoint, watchpoint or logpoint as the user wants it; it outlives GDB, rebuilds and the program.
struct Breakpoint {
    enum class Kind : std::uint8_t { Line, Function, Address, Expression, Write, Read, Access };
    Kind kind = Kind::Line;
    /// A function, an address in hex, an expression for GDB, or what is watched; for Kind::Line the file.
    std::string where;
    int line = 0;
    std::string lineText; ///< the source line's own words, by which it is found again after an edit
    std::string condition;
    unsigned ignore = 0; ///< hits to let pass
    std::string thread;  ///< a guest thread's name that alone stops here; empty: all
    std::string message; ///< printed at a hit instead of stopping; {expression} is replaced
    std::vector<std::string> commands;
    bool temporary = false;
    bool hardware = false;
    bool enabled = true;
    bool operator==(const Breakpoint&) const = default;
};
std::string_view key(Breakpoint::Kind kind);
std::optional<Breakpoint::Kind> breakpointKind(std::string_view key);

/// A breakpoint and what became of it in this session.
struct PlacedBreakpoint {
    int id = 0; ///< ours, as long as the list lives
    Breakpoint wish;
    std::string number;           ///< GDB's; empty: not placed
    std::vector<Frame> locations; ///< where it is; several for inlined or doubled functions
    unsigned hits = 0;
    unsigned ignored = 0; ///< of the hits to come so many do not count
    bool justHit = false; ///< it is one of those that the stop to be told is for
    std::string problem;  ///< why it is not placed; empty: nothing wrong
};

} // namespace rumpus
