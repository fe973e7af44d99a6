// HeldGuest: a guest of an unmodified Xen, as a debugger's target: a paravirtualised one, or one by PVH.
//
// What of Xen stops a guest at an instruction for a debugger is not compiled into the hypervisors of
// distributions (CONFIG_GDBSX). Of a PVH guest they tell by another way (GuestMonitor) when its debug
// registers have met something, on AMD's processors; for whatever these have no room, and for all other
// guests, a breakpoint is a jump to itself. Such jumps are in the guest's memory only while it runs. A step
// has the next instruction's address watched so, and the beginnings of what handles exceptions; interrupts of
// the guest are taken meanwhile, and so are the other processors' instructions: Xen stops a domain only as a
// whole.
//
// A jump has two bytes. Where an instruction of one byte has a breakpoint and the next one is jumped to from
// elsewhere, that jump finds half of ours; compilers align what is jumped to, but not always.
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "platforms/xen/gdbstub/guest_memory.h"
#include "platforms/xen/gdbstub/guest_monitor.h"
#include "platforms/xen/gdbstub/journal.h"
#include "platforms/xen/gdbstub/target.h"
#include "platforms/xen/gdbstub/traps.h"
#include "platforms/xen/gdbstub/watches.h"
#include "platforms/xen/gdbstub/xen_library.h"

#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace rumpus::gdbstub {

/// Exceptions of the processor (Intel SDM, volume 3, 6.3.1); the rest of the table is the guest's interrupts.
inline constexpr std::size_t exceptions = 20;

class HeldGuest : public Target {
public:
    /// Takes a pause of its own, and puts right what an earlier stub has left. Errors: it is no PV guest of
    /// 64 bits, it is gone.
    static Outcome<std::unique_ptr<HeldGuest>> open(std::unique_ptr<XenDomain> domain,
                                                    std::unique_ptr<Journal> journal);
    /// As if no debugger had ever been there.
    ~HeldGuest() override;

    /// Puts right what a stub that was killed has left, its pause too, where the guest is not held otherwise.
    static void repair(XenDomain& domain, Journal& journal);

    /// Stands still for a debugger that comes; runs again when it goes. Nothing where that is so already.
    void hold();
    void letGo();
    /// Somebody else had paused it, too, when it was opened: it runs when that is taken back as well.
    bool wasPaused() const { return wasPaused_; }
    bool isGone() const { return !domain_->flags() || domain_->flags()->dying; }

    std::vector<unsigned> vcpus() override;
    Outcome<Bytes> registers(unsigned vcpu) override;
    Outcome<void> setRegisters(unsigned vcpu, const Bytes& values) override;
    Outcome<Bytes> read(Address address, std::size_t count) override;
    Outcome<void> write(Address address, const Bytes& bytes) override;
    Outcome<void> addBreakpoint(Address address) override;
    Outcome<void> removeBreakpoint(Address address) override;
    bool hasBreakpoint(Address address) const override { return breakpoints_.contains(address); }
    Outcome<void> addWatchpoint(const Watchpoint& watchpoint) override;
    void removeWatchpoint(const Watchpoint& watchpoint) override;
    Outcome<void> run(std::optional<unsigned> step) override;
    std::optional<Stop> poll() override;
    int descriptor() const override { return monitor_ ? monitor_->descriptor() : -1; }
    Stop interrupt() override;
    std::optional<Stop> end() override;
    Outcome<std::string> monitor(const std::string& command) override;

private:
    HeldGuest(std::unique_ptr<XenDomain> domain, std::unique_ptr<Journal> journal,
              std::unique_ptr<GuestMemory> memory, bool hvm);
    vcpu_guest_context_any_t* context(unsigned vcpu);
    ProcessorMode mode(unsigned vcpu) const;
    void followTables(unsigned vcpu);
    Outcome<Address> nextOf(unsigned vcpu);
    std::vector<Address> trapsOf(unsigned vcpu);
    void beginMonitoring();
    void endMonitoring();
    void hearMonitor();
    Watchers watchers() const;
    Outcome<void> watch();
    Outcome<std::vector<Address>> stopsOf(std::optional<unsigned> step);
    bool watchesInstructions();
    bool monitorsInstructions() const;
    void placeStops(const std::vector<Address>& stops);
    bool isOurs(const GuestMonitor::Event& event) const;
    bool passesInterrupt();
    Outcome<void> release();
    Stop stopAt(const Watches::Met& met) const;
    bool standsInTrap(unsigned vcpu) const;
    Stop stopped(Stop stop);

    bool hvm_; ///< or PVH
    bool wasPaused_ = false;
    std::unique_ptr<XenDomain> domain_;
    std::unique_ptr<Journal> journal_;
    std::unique_ptr<GuestMemory> memory_;
    std::map<unsigned, vcpu_guest_context_any_t> contexts_; ///< known since it stands
    std::map<unsigned, ProcessorMode> modes_;               ///< of the same processors
    std::set<Address> breakpoints_;
    Watches watches_;
    Traps traps_;
    std::unique_ptr<GuestMonitor> monitor_; ///< of a PVH guest's, where the hypervisor offers it
    std::string unmonitored_;               ///< why not, once it was tried for a debugger
    std::vector<GuestMonitor::Event> met_;  ///< of ours, whose processors wait
    std::vector<Watchpoint> watched_;       ///< by the debug registers now
    std::vector<Address> afterInterrupt_;   ///< where a single step is to end after all
    std::optional<unsigned> stepping_;
    std::optional<Address> stepped_; ///< where the step leads, if only to itself
    unsigned last_ = 0;              ///< the processor of the last stop
    bool held_ = false;
    bool destroyAsked_ = false;
};

} // namespace rumpus::gdbstub
