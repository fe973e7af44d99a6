// SPDX-License-Identifier: GPL-3.0-or-later
#include "platforms/xen/gdbstub/held_guest.h"

#include "platforms/xen/gdbstub/debug_registers.h"
#include "platforms/xen/gdbstub/pv_registers.h"
#include "platforms/xen/gdbstub/successors.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <format>
#include <utility>

namespace rumpus::gdbstub {

namespace {

/// jmp to itself.
constexpr std::array<char, 2> selfJump{'\xeb', '\xfe'};
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

/// The last first: a byte that was changed twice is what it was at first.
void undo(GuestMemory& memory, Journal& journal)
{
    for (std::size_t i = journal.size(); i > 0; --i) {
        memory.writeAt(journal.place(i - 1), journal.before(i - 1));
    }
    journal.clear();
}

/// A processor that has met something watched, and which of the places.
struct Met {
    unsigned vcpu = 0;
    std::size_t place = 0;
};

/// No processor watches anything any more. The first that had met something; with several, the others' is
/// lost.
std::optional<Met> stopWatching(XenDomain& domain, GuestMemory& memory, Journal& journal)
{
    const std::optional<std::uint32_t> entryFlags = journal.watching();
    std::optional<Met> first;
    for (unsigned vcpu = 0; entryFlags && domain.isOnline(vcpu); ++vcpu) {
        Outcome<vcpu_guest_context_any_t> context = domain.context(vcpu);
        if (!context) {
            continue;
        }
        memory.setRoot(tableRoot(context->x64));
        const std::optional<std::size_t> place = endWatching(
            context->x64, *entryFlags, [&memory](Address address) { return memory.readWord(address); });
        attempt(domain.setContext(vcpu, *context));
        if (place && !first) {
            first = Met{.vcpu = vcpu, .place = *place};
        }
    }
    journal.setWatching(std::nullopt);
    return first;
}

} // namespace

HeldGuest::HeldGuest(std::unique_ptr<XenDomain> domain, std::unique_ptr<Journal> journal, bool hvm)
    : hvm_(hvm), domain_(std::move(domain)), journal_(std::move(journal)), memory_(*domain_)
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
    std::unique_ptr<HeldGuest> guest(new HeldGuest(std::move(domain), std::move(journal), flags->hvm));
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
    if ((journal.size() > 0 || journal.watching()) && domain.pause()) {
        GuestMemory memory(domain);
        undo(memory, journal);
        stopWatching(domain, memory, journal);
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
    }
}

void HeldGuest::letGo()
{
    if (held_) {
        breakpoints_.clear();
        watchpoints_.clear();
        memory_.forget();
        held_ = false;
        journal_->setPaused(false);
        attempt(domain_->unpause());
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
        memory_.setRoot(paged ? std::optional(tableRoot(known->x64)) : std::nullopt);
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
    return memory_.read(address, count);
}

Outcome<void> HeldGuest::write(Address address, const Bytes& bytes)
{
    followTables(last_);
    return memory_.write(address, bytes);
}

Outcome<void> HeldGuest::addBreakpoint(Address address)
{
    static constexpr std::size_t most = Journal::mostBytes / 2 - exceptions - 1;
    followTables(last_);
    if (!memory_.placeOf(address) || !memory_.placeOf(address + 1)) {
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

std::vector<Watchpoint> HeldGuest::watchedPlaces() const
{
    std::vector<Watchpoint> places;
    for (const Watchpoint& watchpoint : watchpoints_) {
        const std::vector<Watchpoint> more = placesOf(watchpoint);
        places.insert(places.end(), more.begin(), more.end());
    }
    return places;
}

Outcome<void> HeldGuest::addWatchpoint(const Watchpoint& watchpoint)
{
    if (hvm_) {
        return std::unexpected(std::string("memory of PVH guests is not watched by the processor: set "
                                           "can-use-hw-watchpoints 0 watches it by stepping"));
    }
    watchpoints_.push_back(watchpoint);
    if (watchedPlaces().size() > debugRegisters) {
        watchpoints_.pop_back();
        return std::unexpected(std::string("a processor watches no more than four places, of 8 bytes each"));
    }
    return {};
}

void HeldGuest::removeWatchpoint(const Watchpoint& watchpoint)
{
    if (const auto found = std::ranges::find(watchpoints_, watchpoint); found != watchpoints_.end()) {
        watchpoints_.erase(found);
    }
}

/// All processors watch from their next instruction on.
Outcome<void> HeldGuest::watch()
{
    const std::vector<Watchpoint> places = watchedPlaces();
    for (const unsigned vcpu : places.empty() ? std::vector<unsigned>() : vcpus()) {
        vcpu_guest_context_any_t* const known = context(vcpu);
        if (known == nullptr) {
            continue;
        }
        vcpu_guest_context_any_t watching = *known;
        if (const Outcome<void> begun = beginWatching(watching.x64, places); !begun) {
            return begun;
        }
        journal_->setWatching(debugEntryFlags(known->x64));
        if (const Outcome<void> set = domain_->setContext(vcpu, watching); !set) {
            return set;
        }
        place({known->x64.trap_ctxt[debugVector].address});
    }
    return {};
}

bool HeldGuest::placeOne(Address address)
{
    std::array<Place, selfJump.size()> places;
    for (std::size_t i = 0; i < selfJump.size(); ++i) {
        const std::optional<Place> place = memory_.placeOf(address + i);
        char before = 0;
        // writable or not shows before anything is changed
        if (!place || !memory_.readAt(*place, before) || !memory_.writeAt(*place, before) ||
            !journal_->add(*place, before)) {
            return false;
        }
        places[i] = *place;
    }
    for (std::size_t i = 0; i < selfJump.size(); ++i) {
        memory_.writeAt(places[i], selfJump[i]);
    }
    placed_.insert(address);
    return true;
}

/// One that would be half in another is left out: it is behind an instruction of one byte, and reached
/// through it.
void HeldGuest::place(const std::vector<Address>& addresses)
{
    for (const Address address : addresses) {
        const auto after = placed_.lower_bound(address - 1);
        if (after == placed_.end() || *after > address + 1) {
            placeOne(address);
        }
    }
}

void HeldGuest::lift()
{
    undo(memory_, *journal_);
    placed_.clear();
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
    const Outcome<Bytes> code = memory_.read(processor.rip, longestInstruction);
    if (!code) {
        return std::unexpected(code.error());
    }
    return successorOf(processor, *code, [this](Address address) { return memory_.readWord(address); });
}

std::vector<Address> HeldGuest::trapsOf(unsigned vcpu)
{
    std::vector<Address> handlers;
    if (hvm_) {
        for (std::size_t i = 0; i < exceptions; ++i) {
            if (const std::optional<Address> handler = handlerIn(memory_, mode(vcpu).idt, i)) {
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

Outcome<void> HeldGuest::run(std::optional<unsigned> step)
{
    if (end()) {
        return std::unexpected(std::string("the guest has ended: it can be looked at, and runs no more"));
    }
    followTables(step.value_or(last_));
    stepping_ = step;
    stepped_.reset();
    if (step) {
        const Outcome<Address> next = nextOf(*step);
        if (!next) {
            return std::unexpected(next.error());
        }
        // a jump to itself, of the guest's own, leads to where it is already
        const vcpu_guest_context_any_t* const known = context(*step);
        stepped_ = *next;
        if (*next != known->x64.user_regs.rip) {
            place({*next});
        }
        place(trapsOf(*step));
    } else {
        place({breakpoints_.begin(), breakpoints_.end()});
    }
    if (const Outcome<void> watched = watch(); !watched) {
        lift();
        stopWatching(*domain_, memory_, *journal_);
        return watched;
    }
    contexts_.clear();
    modes_.clear();
    held_ = false;
    journal_->setPaused(false);
    return domain_->unpause();
}

bool HeldGuest::standsOnJump(unsigned vcpu) const
{
    const Outcome<vcpu_guest_context_any_t> now = domain_->context(vcpu);
    return now && (placed_.contains(now->x64.user_regs.rip) ||
                   (stepping_ == vcpu && stepped_ == now->x64.user_regs.rip));
}

std::optional<Stop> HeldGuest::poll()
{
    if (const std::optional<Stop> ended = end()) {
        return stopped(*ended);
    }
    for (const unsigned vcpu : vcpus()) {
        if ((stepping_ && vcpu != *stepping_) || !standsOnJump(vcpu)) {
            continue;
        }
        return stopped({.why = stepping_ ? Stop::Why::Step : Stop::Why::Breakpoint, .vcpu = vcpu});
    }
    return std::nullopt;
}

/// It is paused, and has its own bytes again.
Stop HeldGuest::stopped(Stop stop)
{
    hold();
    lift();
    const std::vector<Watchpoint> places = watchedPlaces();
    if (const std::optional<Met> met = stopWatching(*domain_, memory_, *journal_);
        met && met->place < places.size()) {
        stop = {.why = Stop::Why::Watchpoint, .vcpu = met->vcpu, .met = places[met->place]};
    }
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
        return std::format("{} breakpoints, {} bytes of the guest changed now", breakpoints_.size(),
                           journal_->size());
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
