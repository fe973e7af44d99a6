// The debug registers of a guest's processor (Intel SDM, volume 3, 17.2), by which it notices that memory is
// written or read, or an instruction reached. Xen gives a PV guest the exception that tells so, and its stack
// then has a frame of Xen's: there is a way back out, by which the guest's code for it never runs. Of a PVH
// or HVM guest, Xen tells us instead (GuestMonitor).
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "platforms/xen/gdbstub/target.h"
#include "platforms/xen/gdbstub/xen_library.h"

#include <cstdint>
#include <optional>
#include <vector>

namespace rumpus::gdbstub {

/// So many places of 1, 2, 4 or 8 bytes, each at a multiple of its size.
inline constexpr std::size_t debugRegisters = 4;

/// A piece of memory in places that a debug register takes.
std::vector<Watchpoint> placesOf(const Watchpoint& watchpoint);

/// The exception's vector, #DB.
inline constexpr unsigned debugVector = 1;

/// A processor watches something for its guest.
bool guestWatches(const vcpu_guest_context_x86_64_t& context);

/// It has met something that it watches.
bool hasMet(const vcpu_guest_context_x86_64_t& context);

/// Has a processor watch the places. Errors: it watches something for its guest already; the guest has no
/// code for the exception, or another privilege to return to.
Outcome<void> beginWatching(vcpu_guest_context_x86_64_t& context, const std::vector<Watchpoint>& places);
/// What the guest had of the exception's entry, to be given to endWatching.
std::uint32_t debugEntryFlags(const vcpu_guest_context_x86_64_t& context);

/// Has it watch nothing, and be where it was when it had done what was watched for. The number of the place
/// that was met, if one was.
std::optional<std::size_t> endWatching(vcpu_guest_context_x86_64_t& context, std::uint32_t entryFlags,
                                       const ReadWord& read);

/// The same for a guest that Xen monitors. Errors: it watches something for its guest already.
Outcome<void> beginMonitored(vcpu_guest_context_x86_64_t& context, const std::vector<Watchpoint>& places);
std::optional<std::size_t> endMonitored(vcpu_guest_context_x86_64_t& context);

} // namespace rumpus::gdbstub
