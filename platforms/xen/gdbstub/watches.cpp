// SPDX-License-Identifier: GPL-3.0-or-later
#include "platforms/xen/gdbstub/watches.h"

#include "platforms/xen/gdbstub/debug_registers.h"
#include "platforms/xen/gdbstub/pv_registers.h"

#include <algorithm>

namespace rumpus::gdbstub {

Outcome<void> Watches::add(const Watchpoint& watchpoint)
{
    watchpoints_.push_back(watchpoint);
    if (places().size() > debugRegisters) {
        watchpoints_.pop_back();
        return std::unexpected(std::string("a processor watches no more than four places, of 8 bytes each"));
    }
    return {};
}

void Watches::remove(const Watchpoint& watchpoint)
{
    if (const auto found = std::ranges::find(watchpoints_, watchpoint); found != watchpoints_.end()) {
        watchpoints_.erase(found);
    }
}

std::vector<Watchpoint> Watches::places() const
{
    std::vector<Watchpoint> places;
    for (const Watchpoint& watchpoint : watchpoints_) {
        const std::vector<Watchpoint> more = placesOf(watchpoint);
        places.insert(places.end(), more.begin(), more.end());
    }
    return places;
}

Outcome<void> Watches::begin(unsigned vcpu, const vcpu_guest_context_any_t& context, Watchers watchers,
                             const std::vector<Watchpoint>& watched)
{
    vcpu_guest_context_any_t watching = context;
    const Outcome<void> begun = watchers == Watchers::Monitored ? beginMonitored(watching.x64, watched)
                                                                : beginWatching(watching.x64, watched);
    if (!begun) {
        return begun;
    }
    journal_->setWatching(debugEntryFlags(context.x64));
    return domain_->setContext(vcpu, watching);
}

std::optional<Watches::Met> Watches::end(Watchers watchers)
{
    const std::optional<std::uint32_t> entryFlags = journal_->watching();
    std::optional<Met> first;
    for (unsigned vcpu = 0; entryFlags && domain_->isOnline(vcpu); ++vcpu) {
        Outcome<vcpu_guest_context_any_t> context = domain_->context(vcpu);
        if (!context) {
            continue;
        }
        std::optional<std::size_t> place;
        if (watchers == Watchers::Monitored) {
            place = endMonitored(context->x64);
        } else {
            memory_->setRoot(tableRoot(context->x64));
            place = endWatching(context->x64, *entryFlags,
                                [this](Address address) { return memory_->readWord(address); });
        }
        attempt(domain_->setContext(vcpu, *context));
        if (place && !first) {
            first = Met{.vcpu = vcpu, .place = *place};
        }
    }
    journal_->setWatching(std::nullopt);
    return first;
}

} // namespace rumpus::gdbstub
