// SPDX-License-Identifier: GPL-3.0-or-later
#include "platforms/xen/gdbstub/traps.h"

namespace rumpus::gdbstub {

void Traps::undo(GuestMemory& memory, Journal& journal)
{
    for (std::size_t i = journal.size(); i > 0; --i) {
        memory.writeAt(journal.place(i - 1), journal.before(i - 1));
    }
    journal.clear();
}

void Traps::placeOne(Address address, std::string_view instruction)
{
    std::vector<Place> places;
    for (std::size_t i = 0; i < instruction.size(); ++i) {
        const std::optional<Place> place = memory_->placeOf(address + i);
        char before = 0;
        // writable or not shows before anything is changed
        if (!place || !memory_->readAt(*place, before) || !memory_->writeAt(*place, before) ||
            !journal_->add(*place, before)) {
            return;
        }
        places.push_back(*place);
    }
    for (std::size_t i = 0; i < instruction.size(); ++i) {
        memory_->writeAt(places[i], instruction[i]);
    }
    placed_.insert(address);
}

void Traps::place(const std::vector<Address>& addresses, std::string_view instruction)
{
    const Address others = instruction.size() - 1;
    for (const Address address : addresses) {
        const auto near = placed_.lower_bound(address - others);
        if (near == placed_.end() || *near > address + others) {
            placeOne(address, instruction);
        }
    }
}

void Traps::lift()
{
    undo(*memory_, *journal_);
    placed_.clear();
}

} // namespace rumpus::gdbstub
