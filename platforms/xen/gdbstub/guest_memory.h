// GuestMemory: a guest's memory by its virtual addresses.
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "platforms/xen/gdbstub/target.h"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>

namespace rumpus::gdbstub {

class XenDomain;

inline constexpr std::size_t guestPageSize = 4096;

/// A byte of the guest's by the frame that it is in; which frames, is the memory's own.
struct Place {
    std::uint64_t frame = 0;
    std::uint32_t offset = 0;

    bool operator==(const Place&) const = default;
};

/// How a guest's memory is had.
enum class MemoryWay : std::uint8_t {
    Mapped, ///< its frames are mapped here
    Gdbsx,  ///< the hypervisor copies, where it does not let us map
};

class GuestMemory {
public:
    GuestMemory() = default;
    virtual ~GuestMemory() = default;
    GuestMemory(const GuestMemory&) = delete;
    GuestMemory& operator=(const GuestMemory&) = delete;

    /// Errors: it is not to be had in this way.
    static Outcome<std::unique_ptr<GuestMemory>> open(XenDomain& domain, MemoryWay way);
    /// In the usual way, or if that is refused in the other. Errors: the hypervisor allows neither.
    static Outcome<std::unique_ptr<GuestMemory>> openAsAllowed(XenDomain& domain);
    virtual MemoryWay way() const = 0;

    /// The frame of the root of the page tables that count; nothing: there are none, and addresses are those
    /// of the memory.
    virtual void setRoot(std::optional<std::uint64_t> frame) = 0;
    /// What is kept here of it is let go.
    virtual void forget() = 0;

    /// Nothing: the address is not mapped by the guest.
    virtual std::optional<Place> placeOf(Address address) = 0;
    /// One byte at a place; false where it is not to be had any more.
    bool readAt(Place place, char& byte);
    bool writeAt(Place place, char byte) { return writeTo(place, std::string_view(&byte, 1)); }

    Outcome<Bytes> read(Address address, std::size_t count);
    Outcome<void> write(Address address, const Bytes& bytes);
    /// Eight bytes, as a number.
    Outcome<std::uint64_t> readWord(Address address);

protected:
    /// As much of a place's page as there is from it on, at most `count` bytes; empty: nothing.
    virtual Bytes readFrom(Place place, std::size_t count) = 0;
    /// No further than to the end of the page.
    virtual bool writeTo(Place place, std::string_view bytes) = 0;
};

} // namespace rumpus::gdbstub
