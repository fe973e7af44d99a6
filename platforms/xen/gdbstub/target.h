// Target: what the protocol needs of a guest: its virtual processors, which GDB calls threads, its memory,
// and ways to let it run.
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <cstdint>
#include <expected>
#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace rumpus::gdbstub {

/// Errors are words for people.
template <typename T>
using Outcome = std::expected<T, std::string>;
/// For what fails only where the guest is gone, which whoever looks at it next is told.
inline void attempt(const Outcome<void>& /*outcome*/) {}

using Address = std::uint64_t;

/// Reads eight bytes of the guest's memory.
using ReadWord = std::function<Outcome<std::uint64_t>(Address)>;

/// A register's bytes, least first, as they stand in a `g` packet.
using Bytes = std::string;

/// What is to be noticed of a piece of memory.
enum class Watching : std::uint8_t {
    Write,
    Access,  ///< reading, too
    Execute, ///< the instruction there is about to be done: a breakpoint that changes no memory
};

/// A piece of memory that is watched.
struct Watchpoint {
    Address address = 0;
    std::uint64_t size = 0; ///< bytes
    Watching what = Watching::Write;

    bool operator==(const Watchpoint&) const = default;
};

/// Why a guest that ran runs no more.
struct Stop {
    enum class Why : std::uint8_t {
        Breakpoint,
        Step,
        Watchpoint,
        Interrupt,
        Crashed,  ///< Xen has ended it for what it did; it is there to be looked at
        ShutDown, ///< it has ended by itself
        Gone,     ///< there is no such domain any more
    };
    Why why = Why::Interrupt;
    unsigned vcpu = 0;
    Watchpoint met{}; ///< where one was

    bool operator==(const Stop&) const = default;
};

class Target {
public:
    Target() = default;
    virtual ~Target() = default;
    Target(const Target&) = delete;
    Target& operator=(const Target&) = delete;

    /// Numbers of the virtual processors that are on.
    virtual std::vector<unsigned> vcpus() = 0;

    /// All registers of the target description, one behind the other. Errors: there is no such processor.
    virtual Outcome<Bytes> registers(unsigned vcpu) = 0;
    virtual Outcome<void> setRegisters(unsigned vcpu, const Bytes& values) = 0;

    /// As much as there is from the address on, at most `count` bytes. Errors: nothing is mapped there.
    virtual Outcome<Bytes> read(Address address, std::size_t count) = 0;
    virtual Outcome<void> write(Address address, const Bytes& bytes) = 0;

    virtual Outcome<void> addBreakpoint(Address address) = 0;
    virtual Outcome<void> removeBreakpoint(Address address) = 0;
    virtual bool hasBreakpoint(Address address) const = 0;
    /// Where a processor cannot be had to look for an instruction, a breakpoint is as good. Errors: the
    /// processor has no room for it.
    virtual Outcome<void> addWatchpoint(const Watchpoint& watchpoint) = 0;
    virtual void removeWatchpoint(const Watchpoint& watchpoint) = 0;

    /// Lets it run: one instruction of `step`, or until something happens. Errors: it cannot run any more.
    virtual Outcome<void> run(std::optional<unsigned> step) = 0;
    /// Looks whether it stands again; nothing: it runs. It is asked again and again.
    virtual std::optional<Stop> poll() = 0;
    /// Readable when to look is worth while, before that is due again; -1: nothing tells so.
    virtual int descriptor() const { return -1; }
    /// Makes it stand still.
    virtual Stop interrupt() = 0;

    /// What it ended with, where it is only to be looked at.
    virtual std::optional<Stop> end() = 0;
    /// An answer to a "monitor" command, for people.
    virtual Outcome<std::string> monitor(const std::string& command) = 0;
};

} // namespace rumpus::gdbstub
