// SPDX-License-Identifier: GPL-3.0-or-later
// How a held guest runs, and is stopped.
#include "platforms/xen/gdbstub/debug_registers.h"
#include "platforms/xen/gdbstub/held_guest.h"
#include "platforms/xen/gdbstub/pv_registers.h"
#include "platforms/xen/gdbstub/successors.h"

#include <algorithm>
#include <format>

namespace rumpus::gdbstub {

namespace {

constexpr std::size_t longestInstruction = 15;

/// Of a table of 64-bit gates (Intel SDM, volume 3, 6.14.1); nothing: there is none for it.
std::optional<Address> handlerIn(GuestMemory& memory, const ProcessorMode& mode, std::size_t vector)
{
    static constexpr std::size_t gateSize = 16;
    static constexpr std::uint64_t presentBit = std::uint64_t{1} << 47U;
    const std::size_t offset = vector * gateSize;
    if (mode.bits != 64 || offset + gateSize > mode.idtSize) {
        return std::nullopt;
    }
    const Outcome<std::uint64_t> low = memory.readWord(mode.idt + offset);
    const Outcome<std::uint64_t> high = memory.readWord(mode.idt + offset + sizeof(std::uint64_t));
    if (!low || !high || (*low & presentBit) == 0) {
        return std::nullopt;
    }
    return (*low & 0xffffU) | (*low >> 32U & 0xffff0000U) | (*high << 32U);
}

} // namespace

/// All processors watch from their next instruction on; where a step leads, only who steps.
Outcome<void> HeldGuest::watch()
{
    std::vector<Watchpoint> others = watched_;
    std::erase_if(others,
                  [this](const Watchpoint& one) { return stepping_ && one.what == Watching::Execute; });
    for (const unsigned vcpu : watched_.empty() ? std::vector<unsigned>() : vcpus()) {
        const std::vector<Watchpoint>& places = stepping_ == vcpu ? watched_ : others;
        const vcpu_guest_context_any_t* const known = places.empty() ? nullptr : context(vcpu);
        if (known == nullptr) {
            continue;
        }
        if (const Outcome<void> begun = watches_.begin(vcpu, *known, watchers(), places); !begun) {
            return begun;
        }
        if (!hvm_) {
            traps_.place({known->x64.trap_ctxt[debugVector].address}, selfJump);
        }
    }
    return {};
}

Outcome<Address> HeldGuest::nextOf(unsigned vcpu)
{
    const vcpu_guest_context_any_t* const known = context(vcpu);
    if (known == nullptr) {
        return std::unexpected(std::format("there is no processor {}", vcpu));
    }
    if (mode(vcpu).bits < 32) {
        return std::unexpected(std::string("the processor executes 16-bit code: set a breakpoint behind it"));
    }
    Processor processor = processorOf(known->x64);
    processor.is64 = mode(vcpu).bits == 64;
    const Outcome<Bytes> code = memory_->read(processor.rip, longestInstruction);
    if (!code) {
        return std::unexpected(code.error());
    }
    return successorOf(processor, *code, [this](Address address) { return memory_->readWord(address); });
}

std::vector<Address> HeldGuest::trapsOf(unsigned vcpu)
{
    std::vector<Address> handlers;
    if (hvm_) {
        for (std::size_t i = 0; i < exceptions; ++i) {
            if (const std::optional<Address> handler = handlerIn(*memory_, mode(vcpu), i)) {
                handlers.push_back(*handler);
            }
        }
        return handlers;
    }
    if (const vcpu_guest_context_any_t* known = context(vcpu)) {
        for (std::size_t i = 0; i < exceptions; ++i) {
            if (const Address handler = known->x64.trap_ctxt[i].address; handler != 0) {
                handlers.push_back(handler);
            }
        }
    }
    return handlers;
}

/// Where it is to stop. Errors: where the step leads is not known.
Outcome<std::vector<Address>> HeldGuest::stopsOf(std::optional<unsigned> step)
{
    if (!step) {
        return std::vector<Address>(breakpoints_.begin(), breakpoints_.end());
    }
    const Outcome<Address> next = nextOf(*step);
    if (!next) {
        return std::unexpected(next.error());
    }
    stepped_ = *next;
    std::vector<Address> stops = trapsOf(*step);
    // a jump to itself, of the guest's own, leads to where it is already
    if (*next != context(*step)->x64.user_regs.rip) {
        stops.insert(stops.begin(), *next);
    }
    return stops;
}

/// Addresses of instructions, too, as far as there is room.
bool HeldGuest::watchesInstructions()
{
    return watchers() == Watchers::Monitored && std::ranges::all_of(vcpus(), [this](unsigned vcpu) {
               const vcpu_guest_context_any_t* const known = context(vcpu);
               return known != nullptr && !guestWatches(known->x64);
           });
}

/// By the debug registers, as far as there is room.
void HeldGuest::placeStops(const std::vector<Address>& stops)
{
    const std::size_t room = watchesInstructions() ? debugRegisters : 0;
    std::vector<Address> others;
    for (const Address address : stops) {
        if (watched_.size() < room) {
            watched_.push_back({.address = address, .size = 1, .what = Watching::Execute});
        } else {
            others.push_back(address);
        }
    }
    traps_.place(others, monitorsInstructions() ? trapInstruction : selfJump);
}

bool HeldGuest::monitorsInstructions() const
{
    return monitor_ && monitor_->kind() == GuestMonitor::Kind::Instructions;
}

Outcome<void> HeldGuest::run(std::optional<unsigned> step)
{
    if (end()) {
        return std::unexpected(std::string("the guest has ended: it can be looked at, and runs no more"));
    }
    followTables(step.value_or(last_));
    stepping_ = step;
    stepped_.reset();
    const Outcome<std::vector<Address>> stops = stopsOf(step);
    const bool singleSteps = step && monitorsInstructions();
    if (!stops && !singleSteps) {
        return std::unexpected(stops.error());
    }
    watched_ = watches_.places();
    std::erase_if(watched_, [&step](const Watchpoint& one) { return step && one.what == Watching::Execute; });
    if (singleSteps) {
        monitor_->setStepping(*step, true);
        afterInterrupt_ = stops.value_or(std::vector<Address>());
    } else {
        placeStops(*stops);
    }
    if (const Outcome<void> watched = watch(); !watched) {
        traps_.lift();
        watches_.end(watchers());
        return watched;
    }
    return release();
}

/// With all that is placed in it.
Outcome<void> HeldGuest::release()
{
    contexts_.clear();
    modes_.clear();
    held_ = false;
    journal_->setPaused(false);
    return domain_->unpause();
}

bool HeldGuest::standsInTrap(unsigned vcpu) const
{
    const Outcome<vcpu_guest_context_any_t> now = domain_->context(vcpu);
    return now && (traps_.standAt(now->x64.user_regs.rip) ||
                   (stepping_ == vcpu && stepped_ == now->x64.user_regs.rip));
}

bool HeldGuest::isOurs(const GuestMonitor::Event& event) const
{
    switch (event.what) {
    case GuestMonitor::Event::What::DebugException: {
        const Outcome<vcpu_guest_context_any_t> now = domain_->context(event.vcpu);
        return !watched_.empty() && now && hasMet(now->x64);
    }
    case GuestMonitor::Event::What::Trap: return traps_.standAt(event.address);
    case GuestMonitor::Event::What::Step: break;
    }
    return stepping_.has_value();
}

/// What is the guest's own, it is given back.
void HeldGuest::hearMonitor()
{
    while (const std::optional<GuestMonitor::Event> event = monitor_ ? monitor_->next() : std::nullopt) {
        if (isOurs(*event)) {
            met_.push_back(*event);
        } else if (event->what == GuestMonitor::Event::What::Step) {
            monitor_->answer(*event);
        } else {
            monitor_->giveBack(*event);
        }
    }
}

/// The processor's own step has led into what handles an interrupt, or through one round of an instruction
/// that repeats itself: it goes on to where the step was to lead.
bool HeldGuest::passesInterrupt()
{
    const auto step = std::ranges::find(met_, GuestMonitor::Event::What::Step, &GuestMonitor::Event::what);
    if (step == met_.end() || afterInterrupt_.empty() ||
        std::ranges::find(afterInterrupt_, step->address) != afterInterrupt_.end()) {
        return false;
    }
    hold();
    if (!held_) {
        return false;
    }
    monitor_->setStepping(step->vcpu, false);
    followTables(step->vcpu);
    placeStops(afterInterrupt_);
    afterInterrupt_.clear();
    monitor_->answer(*step);
    met_.erase(step);
    attempt(release());
    return true;
}

std::optional<Stop> HeldGuest::poll()
{
    if (const std::optional<Stop> ended = end()) {
        return stopped(*ended);
    }
    hearMonitor();
    for (const unsigned vcpu : vcpus()) {
        if ((stepping_ && vcpu != *stepping_) || !standsInTrap(vcpu)) {
            continue;
        }
        return stopped({.why = stepping_ ? Stop::Why::Step : Stop::Why::Breakpoint, .vcpu = vcpu});
    }
    // who waits in a trap is seen above, unless another one steps
    const auto told = std::ranges::find_if(
        met_, [](const auto& event) { return event.what != GuestMonitor::Event::What::Trap; });
    if (told == met_.end() || passesInterrupt()) {
        return std::nullopt;
    }
    return stopped({.why = Stop::Why::Step, .vcpu = told->vcpu});
}

/// What a processor has met by its debug registers.
Stop HeldGuest::stopAt(const Watches::Met& met) const
{
    const Watchpoint& place = watched_[met.place];
    if (place.what != Watching::Execute || (!stepping_ && !breakpoints_.contains(place.address))) {
        return {.why = Stop::Why::Watchpoint, .vcpu = met.vcpu, .met = place};
    }
    return {.why = stepping_ ? Stop::Why::Step : Stop::Why::Breakpoint, .vcpu = met.vcpu};
}

/// It is paused, and has its own bytes again.
Stop HeldGuest::stopped(Stop stop)
{
    hold();
    hearMonitor();
    traps_.lift();
    if (const std::optional<Watches::Met> met = watches_.end(watchers());
        met && met->place < watched_.size()) {
        stop = stopAt(*met);
    }
    for (const GuestMonitor::Event& event : met_) {
        monitor_->answer(event); // who waited for it waits for our pause's end now
    }
    if (stepping_ && monitorsInstructions()) {
        monitor_->setStepping(*stepping_, false);
    }
    met_.clear();
    watched_.clear();
    afterInterrupt_.clear();
    stepping_.reset();
    stepped_.reset();
    last_ = stop.vcpu;
    return stop;
}

Stop HeldGuest::interrupt()
{
    return stopped({.why = Stop::Why::Interrupt, .vcpu = last_});
}

} // namespace rumpus::gdbstub
