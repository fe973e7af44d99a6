// SPDX-License-Identifier: GPL-3.0-or-later
#include "platforms/xen/gdbstub/debug_registers.h"

#include <algorithm>
#include <array>
#include <bit>
#include <string>
#include <string_view>

namespace rumpus::gdbstub {

namespace {

using Context = vcpu_guest_context_x86_64_t;

constexpr std::size_t statusRegister = 6;
constexpr std::size_t controlRegister = 7;
constexpr std::uint64_t metMask = 0xf;
constexpr std::uint64_t enabledMask = 0xff;
/// A monitored guest's processor that has watched for us goes on watching this, where nothing can be: Xen
/// takes the control register to the processor only while it enables something (xen/arch/x86/hvm/svm/svm.c,
/// svm_restore_dr), and would leave the last that we had there, with addresses of whoever ran before.
constexpr std::uint64_t nowhere = std::uint64_t{1} << 47U;
constexpr std::uint64_t onlyFirst = 1;
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

constexpr std::string_view used = "the guest uses the debug registers itself";

/// How a control register wants what is watched for (R/Wn).
std::uint64_t accessCode(Watching what)
{
    switch (what) {
    case Watching::Execute: return 0;
    case Watching::Write: return 1;
    case Watching::Access: break;
    }
    return 3;
}

void setPlaces(Context& context, const std::vector<Watchpoint>& places)
{
    static constexpr unsigned accessBits = 16;
    std::uint64_t control = 0;
    for (std::size_t i = 0; i < std::min(places.size(), debugRegisters); ++i) {
        context.debugreg[i] = places[i].address;
        control |= std::uint64_t{1} << (2 * i);
        control |= (accessCode(places[i].what) | lengthCode(places[i].size) << 2U) << (accessBits + 4 * i);
    }
    context.debugreg[statusRegister] = 0;
    context.debugreg[controlRegister] = control;
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

bool guestWatches(const Context& context)
{
    const std::uint64_t enabled = context.debugreg[controlRegister] & enabledMask;
    return enabled != 0 && (enabled != onlyFirst || context.debugreg[0] != nowhere);
}

bool hasMet(const Context& context)
{
    return (context.debugreg[statusRegister] & metMask) != 0;
}

std::uint32_t debugEntryFlags(const Context& context)
{
    return context.trap_ctxt[debugVector].flags;
}

Outcome<void> beginWatching(Context& context, const std::vector<Watchpoint>& places)
{
    if (guestWatches(context)) {
        return std::unexpected(std::string(used));
    }
    if (context.trap_ctxt[debugVector].address == 0 || context.ctrlreg[1] != 0) {
        return std::unexpected(
            std::string("the guest has no code of its own for debug exceptions: set can-use-hw-watchpoints 0 "
                        "watches by stepping"));
    }
    setPlaces(context, places);
    context.trap_ctxt[debugVector].flags &= static_cast<std::uint8_t>(~masksEvents);
    return {};
}

std::optional<std::size_t> endWatching(Context& context, std::uint32_t entryFlags, const ReadWord& read)
{
    static constexpr std::uint64_t guestsOwn = 0xe000; // BD, BS, BT: no places
    auto met = static_cast<unsigned>(context.debugreg[statusRegister] & metMask);
    const bool entered = (context.debugreg[statusRegister] & guestsOwn) == 0 &&
                         context.user_regs.rip == context.trap_ctxt[debugVector].address;
    if (entered && met == 0) {
        met = 1; // which, some hypervisors lose (Xen 4.20.0: x86_merge_dr6)
    }
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

Outcome<void> beginMonitored(Context& context, const std::vector<Watchpoint>& places)
{
    if (guestWatches(context)) {
        return std::unexpected(std::string(used));
    }
    setPlaces(context, places);
    return {};
}

std::optional<std::size_t> endMonitored(Context& context)
{
    const auto met = static_cast<unsigned>(context.debugreg[statusRegister] & metMask);
    for (std::size_t i = 0; i < debugRegisters; ++i) {
        context.debugreg[i] = nowhere;
    }
    context.debugreg[statusRegister] = 0;
    context.debugreg[controlRegister] = onlyFirst;
    return met != 0 ? std::optional<std::size_t>(std::countr_zero(met)) : std::nullopt;
}

} // namespace rumpus::gdbstub
