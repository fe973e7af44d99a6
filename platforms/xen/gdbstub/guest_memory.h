// GuestMemory: a guest's memory by its virtual addresses, through its own page tables (Intel SDM, volume 3,
// 4-level paging; a PV guest's entries name machine frames, and a PVH guest's its own).
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "platforms/xen/gdbstub/target.h"
#include "platforms/xen/gdbstub/xen_library.h"

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>

namespace rumpus::gdbstub {

/// A byte of the guest's by the machine frame that it is in: a place that its page tables do not move.
struct Place {
    std::uint64_t frame = 0;
    std::uint32_t offset = 0;

    bool operator==(const Place&) const = default;
};

class GuestMemory {
public:
    explicit GuestMemory(XenDomain& domain) : domain_(&domain) {}
    ~GuestMemory() { forget(); }
    GuestMemory(const GuestMemory&) = delete;
    GuestMemory& operator=(const GuestMemory&) = delete;

    /// The frame of the root of the page tables that count; nothing: there are none, and addresses are those
    /// of the memory.
    void setRoot(std::optional<std::uint64_t> frame) { root_ = frame; }
    /// What was mapped here is let go. A frame stays the guest's while it is mapped, whatever the guest does,
    /// and the guest's domain stays in memory.
    void forget();

    /// Nothing: the address is not mapped by the guest.
    std::optional<Place> placeOf(Address address);
    Outcome<Bytes> read(Address address, std::size_t count);
    Outcome<void> write(Address address, const Bytes& bytes);
    /// Eight bytes, as a number.
    Outcome<std::uint64_t> readWord(Address address);

    /// One byte at a place; false where the frame is no longer the guest's.
    bool readAt(Place place, char& byte);
    bool writeAt(Place place, char byte);

private:
    struct Page {
        char* bytes = nullptr;
        bool writable = false;
    };
    char* page(std::uint64_t frame, bool writable);

    XenDomain* domain_;
    std::optional<std::uint64_t> root_;
    std::map<std::uint64_t, Page> pages_;
};

} // namespace rumpus::gdbstub
