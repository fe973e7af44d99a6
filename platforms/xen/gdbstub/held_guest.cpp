// SPDX-License-Identifier: GPL-3.0-or-later
#include "platforms/xen/gdbstub/held_guest.h"

#include "platforms/xen/gdbstub/pv_registers.h"

#include <format>
#include <utility>

namespace rumpus::gdbstub {

namespace {

Stop endOf(const std::optional<DomainFlags>& flags)
{
    static constexpr unsigned crash = 3; // SHUTDOWN_crash
    if (!flags || flags->dying) {
        return {.why = Stop::Why::Gone};
    }
    return {.why = flags->reason == crash ? Stop::Why::Crashed : Stop::Why::ShutDown};
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
    Outcome<std::unique_ptr<GuestMemory>> memory = GuestMemory::openAsAllowed(*domain);
    if (!memory) {
        return std::unexpected(memory.error());
    }
    journal->setWay((*memory)->way());
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
    if (!hvm_ || monitor_ || !unmonitored_.empty() || end()) {
        return;
    }
    journal_->setMonitored(true);
    Outcome<std::unique_ptr<GuestMonitor>> monitor = GuestMonitor::open(*domain_);
    if (monitor) {
        monitor_ = std::move(*monitor);
    } else {
        unmonitored_ = monitor.error();
        journal_->setMonitored(false);
    }
}

void HeldGuest::endMonitoring()
{
    unmonitored_.clear();
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
    return monitor_ && !monitorsInstructions() ? Watchers::Monitored : Watchers::None;
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
                           memory_->way() == MemoryWay::Gdbsx ? ", its memory by gdbsx" : "");
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
