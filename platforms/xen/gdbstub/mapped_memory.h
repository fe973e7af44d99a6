// MappedMemory: a guest's memory through its own page tables, whose frames are mapped here (Intel SDM, volume
// 3, 4-level paging; a PV guest's entries name machine frames, and a PVH guest's its own).
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "platforms/xen/gdbstub/guest_memory.h"

#include <map>

namespace rumpus::gdbstub {

class MappedMemory : public GuestMemory {
public:
    explicit MappedMemory(XenDomain& domain) : domain_(&domain) {}
    ~MappedMemory() override { forget(); }

    MemoryWay way() const override { return MemoryWay::Mapped; }
    void setRoot(std::optional<std::uint64_t> frame) override { root_ = frame; }
    /// A frame stays the guest's while it is mapped, whatever the guest does, and the guest's domain stays in
    /// memory.
    void forget() final;
    /// By a frame that the guest's page tables do not move.
    std::optional<Place> placeOf(Address address) override;

protected:
    Bytes readFrom(Place place, std::size_t count) override;
    bool writeTo(Place place, std::string_view bytes) override;

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
