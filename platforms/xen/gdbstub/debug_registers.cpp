// SPDX-License-Identifier: GPL-3.0-or-later
#include "platforms/xen/gdbstub/debug_registers.h"

#include <algorithm>
#include <array>
#include <bit>
#include <string>

namespace rumpus::gdbstub {

namespace {

using Context = vcpu_guest_context_x86_64_t;

constexpr std::size_t statusRegister = 6;
constexpr std::size_t controlRegister = 7;
constexpr std::uint64_t metMask = 0xf;
constexpr std::uint64_t enabledMask = 0xff;
/// Of a trap's flags (TI_GET_IF, xen/include/public/arch-x86/xen.h): its entry masks the guest's events.
/// While it is ours it must not, for where the mask is, is known to the guest alone.
constexpr unsigned masksEvents = 4;

/// What Xen has pushed when it enters a guest's exception without an error code, words
/// (create_bounce_frame, xen/arch/x86/x86_64/entry.S).
enum Pushed : std::uint8_t { Rcx, R11, Rip, Cs, Flags, Rsp, Ss, PushedWords };

/// How a control register wants a size (LENn).
std::uint64_t lengthCode(std::uint64_t size)
{
    switch (size) {
    case 1: return 0;
    case 2: return 1;
    case 4: return 3;
    default: return 2;
    }
}

void leaveEntry(Context& context, const ReadWord& read)
{
    std::array<std::uint64_t, PushedWords> pushed{};
    for (std::size_t i = 0; i < pushed.size(); ++i) {
        const Outcome<std::uint64_t> word = read(context.user_regs.rsp + i * sizeof(std::uint64_t));
        if (!word) {
            return; // Xen has just written there
        }
        pushed[i] = *word;
    }
    auto& registers = context.user_regs;
    registers.rcx = pushed[Rcx];
    registers.r11 = pushed[R11];
    registers.rip = pushed[Rip];
    registers.cs = static_cast<std::uint16_t>(pushed[Cs]); // above it is the mask of events
    registers.rflags = pushed[Flags];
    registers.rsp = pushed[Rsp];
    registers.ss = static_cast<std::uint16_t>(pushed[Ss]);
}

} // namespace

std::vector<Watchpoint> placesOf(const Watchpoint& watchpoint)
{
    std::vector<Watchpoint> places;
    Address address = watchpoint.address;
    std::uint64_t left = watchpoint.size;
    while (left > 0 && places.size() <= debugRegisters) {
        std::uint64_t size = sizeof(std::uint64_t);
        while (size > left || address % size != 0) {
            size /= 2;
        }
        places.push_back({.address = address, .size = size, .what = watchpoint.what});
        address += size;
        left -= size;
    }
    return places;
}

std::uint32_t debugEntryFlags(const Context& context)
{
    return context.trap_ctxt[debugVector].flags;
}

Outcome<void> beginWatching(Context& context, const std::vector<Watchpoint>& places)
{
    static constexpr unsigned accessBits = 16;
    static constexpr std::uint64_t onWrite = 1;
    static constexpr std::uint64_t onAccess = 3;
    if ((context.debugreg[controlRegister] & enabledMask) != 0) {
        return std::unexpected(std::string("the guest uses the debug registers itself"));
    }
    if (context.trap_ctxt[debugVector].address == 0 || context.ctrlreg[1] != 0) {
        return std::unexpected(
            std::string("the guest has no code of its own for debug exceptions: set can-use-hw-watchpoints 0 "
                        "watches by stepping"));
    }
    std::uint64_t control = 0;
    for (std::size_t i = 0; i < std::min(places.size(), debugRegisters); ++i) {
        context.debugreg[i] = places[i].address;
        const std::uint64_t access = places[i].what == Watching::Write ? onWrite : onAccess;
        control |= std::uint64_t{1} << (2 * i);
        control |= (access | lengthCode(places[i].size) << 2U) << (accessBits + 4 * i);
    }
    context.debugreg[statusRegister] = 0;
    context.debugreg[controlRegister] = control;
    context.trap_ctxt[debugVector].flags &= static_cast<std::uint8_t>(~masksEvents);
    return {};
}

std::optional<std::size_t> endWatching(Context& context, std::uint32_t entryFlags, const ReadWord& read)
{
    const auto met = static_cast<unsigned>(context.debugreg[statusRegister] & metMask);
    const bool entered = met != 0 && context.user_regs.rip == context.trap_ctxt[debugVector].address;
    if (entered) {
        leaveEntry(context, read);
    }
    for (std::size_t i = 0; i < debugRegisters; ++i) {
        context.debugreg[i] = 0;
    }
    context.debugreg[statusRegister] = 0;
    context.debugreg[controlRegister] = 0;
    context.trap_ctxt[debugVector].flags = static_cast<std::uint8_t>(entryFlags);
    return entered ? std::optional<std::size_t>(std::countr_zero(met)) : std::nullopt;
}

} // namespace rumpus::gdbstub
