// GdbsxMemory: a guest's memory as a hypervisor built with CONFIG_GDBSX copies it for a debugger, where it
// does not let us map the guest's frames. Its ways are hidden:
// - it goes by the page tables of the guest's first processor, whoever is looked at;
// - how much of a copy was done, it does not tell: nothing is copied across the end of a page;
// - of a PV guest it takes an empty entry of a page table for machine frame 0 (xen/arch/x86/gdbsx.c,
//   dbg_pv_va2mfn). What looks like that is not read, and what is written there is noticed and taken back.
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "platforms/xen/gdbstub/guest_memory.h"

#include <functional>

namespace rumpus::gdbstub {

class GdbsxMemory : public GuestMemory {
public:
    /// Copies `count` bytes of the guest's from its virtual address, none across the end of a page, or there.
    using Copy = std::function<bool(Address address, char* bytes, std::size_t count, bool toGuest)>;

    /// Machine frame 0, as it is now. Null: it is not to be seen, and nothing can be written.
    struct FrameZero {
        bool matters = false; ///< of a PV guest
        const char* bytes = nullptr;
    };

    GdbsxMemory(Copy copy, FrameZero frameZero) : copy_(std::move(copy)), frameZero_(frameZero) {}

    MemoryWay way() const override { return MemoryWay::Gdbsx; }
    void setRoot(std::optional<std::uint64_t> /*frame*/) override {}
    void forget() override {}
    /// By its virtual address, the page of which is the frame.
    std::optional<Place> placeOf(Address address) override;

protected:
    Bytes readFrom(Place place, std::size_t count) override;
    bool writeTo(Place place, std::string_view bytes) override;

private:
    bool isFrameZero(std::string_view page) const;

    Copy copy_;
    FrameZero frameZero_;
};

} // namespace rumpus::gdbstub
