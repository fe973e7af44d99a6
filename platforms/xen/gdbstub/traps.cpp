// SPDX-License-Identifier: GPL-3.0-or-later
#include "platforms/xen/gdbstub/traps.h"

#include <array>

namespace rumpus::gdbstub {

namespace {

/// jmp to itself.
constexpr std::array<char, 2> selfJump{'\xeb', '\xfe'};

} // namespace

void Traps::undo(GuestMemory& memory, Journal& journal)
{
    for (std::size_t i = journal.size(); i > 0; --i) {
        memory.writeAt(journal.place(i - 1), journal.before(i - 1));
    }
    journal.clear();
}

void Traps::placeOne(Address address)
{
    std::array<Place, selfJump.size()> places;
    for (std::size_t i = 0; i < selfJump.size(); ++i) {
        const std::optional<Place> place = memory_->placeOf(address + i);
        char before = 0;
        // writable or not shows before anything is changed
        if (!place || !memory_->readAt(*place, before) || !memory_->writeAt(*place, before) ||
            !journal_->add(*place, before)) {
            return;
        }
        places[i] = *place;
    }
    for (std::size_t i = 0; i < selfJump.size(); ++i) {
        memory_->writeAt(places[i], selfJump[i]);
    }
    placed_.insert(address);
}

void Traps::place(const std::vector<Address>& addresses)
{
    for (const Address address : addresses) {
        const auto near = placed_.lower_bound(address - 1);
        if (near == placed_.end() || *near > address + 1) {
            placeOne(address);
        }
    }
}

void Traps::lift()
{
    undo(*memory_, *journal_);
    placed_.clear();
}

} // namespace rumpus::gdbstub
