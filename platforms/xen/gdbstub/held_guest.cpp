// SPDX-License-Identifier: GPL-3.0-or-later
#include "platforms/xen/gdbstub/held_guest.h"

#include "platforms/xen/gdbstub/debug_registers.h"
#include "platforms/xen/gdbstub/pv_registers.h"
#include "platforms/xen/gdbstub/successors.h"

#include <algorithm>
#include <cstring>
#include <format>
#include <utility>

namespace rumpus::gdbstub {

namespace {

constexpr std::size_t longestInstruction = 15;
/// Exceptions of the processor (Intel SDM, volume 3, 6.3.1); the rest of the table is the guest's interrupts.
constexpr std::size_t exceptions = 20;

Stop endOf(const std::optional<DomainFlags>& flags)
{
    static constexpr unsigned crash = 3; // SHUTDOWN_crash
    if (!flags || flags->dying) {
        return {.why = Stop::Why::Gone};
    }
    return {.why = flags->reason == crash ? Stop::Why::Crashed : Stop::Why::ShutDown};
}

/// Of a table of 64-bit gates (Intel SDM, volume 3, 6.14.1); nothing: there is none for it.
std::optional<Address> handlerIn(GuestMemory& memory, Address table, std::size_t vector)
{
    static constexpr std::size_t gateSize = 16;
    static constexpr std::uint64_t presentBit = std::uint64_t{1} << 47U;
    const Outcome<std::uint64_t> low = memory.readWord(table + vector * gateSize);
    const Outcome<std::uint64_t> high = memory.readWord(table + vector * gateSize + sizeof(std::uint64_t));
    if (!low || !high || (*low & presentBit) == 0) {
        return std::nullopt;
    }
    return (*low & 0xffffU) | (*low >> 32U & 0xffff0000U) | (*high << 32U);
}

} // namespace

HeldGuest::HeldGuest(std::unique_ptr<XenDomain> domain, std::unique_ptr<Journal> journal,
                     std::unique_ptr<GuestMemory> memory, bool hvm)
    : hvm_(hvm), domain_(std::move(domain)), journal_(std::move(journal)), memory_(std::move(memory)),
      watches_(*domain_, *memory_, *journal_), traps_(*memory_, *journal_)
{
}

Outcome<std::unique_ptr<HeldGuest>> HeldGuest::open(std::unique_ptr<XenDomain> domain,
                                                    std::unique_ptr<Journal> journal)
{
    const std::optional<DomainFlags> flags = domain->flags();
    if (!flags || flags->dying) {
        return std::unexpected(std::format("there is no domain {}", domain->number()));
    }
    repair(*domain, *journal);
    const Outcome<MemoryWay> way = GuestMemory::chooseWay(*domain);
    Outcome<std::unique_ptr<GuestMemory>> memory =
        way ? GuestMemory::open(*domain, *way) : std::unexpected(way.error());
    if (!memory) {
        return std::unexpected(memory.error());
    }
    journal->setWay(*way);
    std::unique_ptr<HeldGuest> guest(
        new HeldGuest(std::move(domain), std::move(journal), std::move(*memory), flags->hvm));
    const std::optional<DomainFlags> repaired = guest->domain_->flags();
    guest->wasPaused_ = repaired && repaired->paused;
    guest->hold();
    return guest;
}

HeldGuest::~HeldGuest()
{
    letGo();
    journal_->remove();
}

void HeldGuest::repair(XenDomain& domain, Journal& journal)
{
    const bool wasPaused = journal.isPaused();
    const bool wasMonitored = journal.isMonitored();
    if ((journal.size() > 0 || journal.watching() || wasMonitored) && domain.pause()) {
        if (const Outcome<std::unique_ptr<GuestMemory>> memory = GuestMemory::open(domain, journal.way())) {
            Traps::undo(**memory, journal);
            Watches(domain, **memory, journal).end(wasMonitored ? Watchers::Monitored : Watchers::Guest);
        }
        if (wasMonitored) {
            GuestMonitor::reset(domain);
            journal.setMonitored(false);
        }
        attempt(domain.unpause());
    }
    if (wasPaused) {
        journal.setPaused(false);
        attempt(domain.unpause());
    }
}

void HeldGuest::hold()
{
    if (!held_ && domain_->pause()) {
        held_ = true;
        journal_->setPaused(true);
        contexts_.clear();
        modes_.clear();
        beginMonitoring();
    }
}

void HeldGuest::letGo()
{
    if (held_) {
        breakpoints_.clear();
        watches_.clear();
        endMonitoring();
        memory_->forget();
        held_ = false;
        journal_->setPaused(false);
        attempt(domain_->unpause());
    }
}

void HeldGuest::beginMonitoring()
{
    if (!hvm_ || monitor_ || end()) {
        return;
    }
    journal_->setMonitored(true);
    Outcome<std::unique_ptr<GuestMonitor>> monitor = GuestMonitor::open(*domain_);
    if (monitor) {
        monitor_ = std::move(*monitor);
        unmonitored_.clear();
    } else {
        unmonitored_ = monitor.error();
        journal_->setMonitored(false);
    }
}

void HeldGuest::endMonitoring()
{
    if (monitor_) {
        monitor_.reset();
        journal_->setMonitored(false);
    }
}

std::vector<unsigned> HeldGuest::vcpus()
{
    static constexpr unsigned most = 128;
    std::vector<unsigned> online;
    for (unsigned vcpu = 0; vcpu < most; ++vcpu) {
        if (!domain_->isOnline(vcpu)) {
            break;
        }
        online.push_back(vcpu);
    }
    return online;
}

vcpu_guest_context_any_t* HeldGuest::context(unsigned vcpu)
{
    const auto known = contexts_.find(vcpu);
    if (known != contexts_.end()) {
        return &known->second;
    }
    Outcome<vcpu_guest_context_any_t> context = domain_->context(vcpu);
    if (context && hvm_) {
        const Outcome<ProcessorMode> mode = domain_->completeHvm(vcpu, context->x64);
        if (!mode) {
            return nullptr;
        }
        modes_[vcpu] = *mode;
    }
    return context ? &contexts_.emplace(vcpu, *context).first->second : nullptr;
}

ProcessorMode HeldGuest::mode(unsigned vcpu) const
{
    const auto known = modes_.find(vcpu);
    return known != modes_.end() ? known->second : ProcessorMode();
}

/// Addresses are those of the processor that is looked at.
void HeldGuest::followTables(unsigned vcpu)
{
    if (const vcpu_guest_context_any_t* known = context(vcpu)) {
        const bool paged = mode(vcpu).paged;
        memory_->setRoot(paged ? std::optional(tableRoot(known->x64)) : std::nullopt);
    }
}

Outcome<Bytes> HeldGuest::registers(unsigned vcpu)
{
    const vcpu_guest_context_any_t* const known = context(vcpu);
    if (known == nullptr) {
        return std::unexpected(std::format("there is no processor {}", vcpu));
    }
    last_ = vcpu;
    return registerBytes(known->x64);
}

Outcome<void> HeldGuest::setRegisters(unsigned vcpu, const Bytes& values)
{
    vcpu_guest_context_any_t* const known = context(vcpu);
    if (known == nullptr) {
        return std::unexpected(std::format("there is no processor {}", vcpu));
    }
    vcpu_guest_context_any_t changed = *known;
    setRegisterBytes(changed.x64, values);
    if (const Outcome<void> set = domain_->setContext(vcpu, changed); !set) {
        return set;
    }
    *known = changed;
    return {};
}

Outcome<Bytes> HeldGuest::read(Address address, std::size_t count)
{
    followTables(last_);
    return memory_->read(address, count);
}

Outcome<void> HeldGuest::write(Address address, const Bytes& bytes)
{
    followTables(last_);
    return memory_->write(address, bytes);
}

Outcome<void> HeldGuest::addBreakpoint(Address address)
{
    static constexpr std::size_t most = Journal::mostBytes / 2 - exceptions - 1;
    followTables(last_);
    if (!memory_->placeOf(address) || !memory_->placeOf(address + 1)) {
        return std::unexpected(std::format("the guest has nothing mapped at {:#x}", address));
    }
    if (breakpoints_.size() >= most) {
        return std::unexpected(std::string("there are too many breakpoints"));
    }
    breakpoints_.insert(address);
    return {};
}

Outcome<void> HeldGuest::removeBreakpoint(Address address)
{
    breakpoints_.erase(address);
    return {};
}

Watchers HeldGuest::watchers() const
{
    if (!hvm_) {
        return Watchers::Guest;
    }
    return monitor_ && !hasInstructions() ? Watchers::Monitored : Watchers::None;
}

Outcome<void> HeldGuest::addWatchpoint(const Watchpoint& watchpoint)
{
    if (watchpoint.what == Watching::Execute && watchers() != Watchers::Monitored) {
        return addBreakpoint(watchpoint.address);
    }
    if (watchers() == Watchers::None) {
        return std::unexpected(std::string("memory of such guests is not watched by the processor here: set "
                                           "can-use-hw-watchpoints 0 watches it by stepping"));
    }
    return watches_.add(watchpoint);
}

void HeldGuest::removeWatchpoint(const Watchpoint& watchpoint)
{
    if (watchpoint.what == Watching::Execute && watchers() != Watchers::Monitored) {
        breakpoints_.erase(watchpoint.address);
    } else {
        watches_.remove(watchpoint);
    }
}

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
    if (!mode(vcpu).is64) {
        return std::unexpected(std::string(
            "the processor is not in 64-bit mode yet, where it can be stepped: set a breakpoint"));
    }
    const Processor processor = processorOf(known->x64);
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
            if (const std::optional<Address> handler = handlerIn(*memory_, mode(vcpu).idt, i)) {
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
    std::vector<Address> stops;
    // a jump to itself, of the guest's own, leads to where it is already
    if (*next != context(*step)->x64.user_regs.rip) {
        stops.push_back(*next);
    }
    const std::vector<Address> handlers = trapsOf(*step);
    stops.insert(stops.end(), handlers.begin(), handlers.end());
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
    traps_.place(others, hasInstructions() ? trapInstruction : selfJump);
}

bool HeldGuest::hasInstructions() const
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
    const bool singleSteps = step && hasInstructions();
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
    case GuestMonitor::Event::What::DebugException: return !watched_.empty();
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
    if (!domain_->pause()) {
        return false;
    }
    journal_->setPaused(true);
    monitor_->setStepping(step->vcpu, false);
    followTables(step->vcpu);
    placeStops(afterInterrupt_);
    afterInterrupt_.clear();
    monitor_->answer(*step);
    met_.erase(step);
    contexts_.clear();
    modes_.clear();
    journal_->setPaused(false);
    attempt(domain_->unpause());
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
    return met_.empty() || passesInterrupt()
               ? std::nullopt
               : std::optional(stopped({.why = Stop::Why::Step, .vcpu = met_.front().vcpu}));
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
    if (stepping_ && hasInstructions()) {
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

std::optional<Stop> HeldGuest::end()
{
    const std::optional<DomainFlags> flags = domain_->flags();
    return flags && !flags->dying && !flags->shutDown ? std::nullopt : std::optional(endOf(flags));
}

Outcome<std::string> HeldGuest::monitor(const std::string& command)
{
    const std::string name = domain_->node("name");
    if (command == "domain") {
        return std::format("domain {} \"{}\", {}, {} vCPU{}", domain_->number(), name,
                           hvm_ ? "PVH or HVM" : "PV", vcpus().size(), vcpus().size() == 1 ? "" : "s");
    }
    if (command.starts_with("xenstore ")) {
        const std::string path = command.substr(command.find(' ') + 1);
        return path + " = " + domain_->node(path);
    }
    if (command == "log") {
        return std::format("{} breakpoints, {} bytes of the guest changed now{}{}{}", breakpoints_.size(),
                           journal_->size(), monitor_ ? ", monitored by Xen" : "",
                           unmonitored_.empty() ? "" : ", not monitored by Xen: " + unmonitored_,
                           journal_->way() == MemoryWay::Gdbsx ? ", its memory by gdbsx" : "");
    }
    if (command == "destroy") {
        destroyAsked_ = true;
        return std::format("this ends \"{}\" at once: `monitor destroy {}` does it", name, domain_->number());
    }
    if (destroyAsked_ && command == std::format("destroy {}", domain_->number())) {
        const Outcome<void> gone = domain_->destroy();
        return gone ? Outcome<std::string>("it is gone") : std::unexpected(gone.error());
    }
    return std::string("domain: which it is\nxenstore PATH: a node of its own\nlog: what is changed of it\n"
                       "destroy: ends it, when asked twice");
}

} // namespace rumpus::gdbstub
