// Xen's libraries, found when the program runs: dom0 has those of its hypervisor's version, and none other
// works.
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "platforms/xen/gdbstub/target.h"

#include <memory>
#include <string>
#include <xencall.h>
#include <xenctrl.h>
#include <xendevicemodel.h>
#include <xenevtchn.h>
#include <xenforeignmemory.h>
#include <xenstore.h>

namespace rumpus::gdbstub {

/// The functions that are used, by their own names. What they take has been the same from Xen 4.14 to 4.20;
/// of structures that have not, only the beginning is looked at.
struct XenLibrary {
    decltype(&::xc_interface_open) interfaceOpen = nullptr;
    decltype(&::xc_interface_close) interfaceClose = nullptr;
    decltype(&::xc_domain_pause) domainPause = nullptr;
    decltype(&::xc_domain_unpause) domainUnpause = nullptr;
    decltype(&::xc_domain_destroy) domainDestroy = nullptr;
    decltype(&::xc_domain_getinfolist) domainGetInfoList = nullptr;
    decltype(&::xc_vcpu_getinfo) vcpuGetInfo = nullptr;
    decltype(&::xc_vcpu_getcontext) vcpuGetContext = nullptr;
    decltype(&::xc_vcpu_setcontext) vcpuSetContext = nullptr;
    decltype(&::xc_domain_hvm_getcontext_partial) hvmGetContext = nullptr;
    decltype(&::xenforeignmemory_open) memoryOpen = nullptr;
    decltype(&::xenforeignmemory_close) memoryClose = nullptr;
    decltype(&::xenforeignmemory_map) memoryMap = nullptr;
    decltype(&::xenforeignmemory_unmap) memoryUnmap = nullptr;
    decltype(&::xs_open) storeOpen = nullptr;
    decltype(&::xs_close) storeClose = nullptr;
    decltype(&::xs_read) storeRead = nullptr;

    /// Errors: a library or a function is missing; this is no dom0.
    static Outcome<XenLibrary> load();
};

/// Those by which a guest is monitored.
struct MonitorLibrary {
    decltype(&::xc_vm_event_get_version) version = nullptr;
    decltype(&::xc_monitor_get_capabilities) capabilities = nullptr;
    decltype(&::xc_monitor_enable) enable = nullptr;
    decltype(&::xc_monitor_disable) disable = nullptr;
    decltype(&::xc_monitor_software_breakpoint) tellTraps = nullptr;
    decltype(&::xc_monitor_singlestep) tellSteps = nullptr;
    decltype(&::xc_monitor_debug_exceptions) tellDebugExceptions = nullptr;
    decltype(&::xc_domain_debug_control) debugControl = nullptr;
    decltype(&::xendevicemodel_open) modelOpen = nullptr;
    decltype(&::xendevicemodel_close) modelClose = nullptr;
    decltype(&::xendevicemodel_inject_event) inject = nullptr;
    decltype(&::xenevtchn_open) channelOpen = nullptr;
    decltype(&::xenevtchn_close) channelClose = nullptr;
    decltype(&::xenevtchn_fd) channelDescriptor = nullptr;
    decltype(&::xenevtchn_bind_interdomain) channelBind = nullptr;
    decltype(&::xenevtchn_notify) channelNotify = nullptr;
    decltype(&::xenevtchn_pending) channelPending = nullptr;
    decltype(&::xenevtchn_unmask) channelUnmask = nullptr;

    /// Errors: as above.
    static Outcome<MonitorLibrary> load();
};

/// Those by which the hypervisor is asked for what Xen's libraries do not ask for.
struct HypercallLibrary {
    decltype(&::xencall_open) open = nullptr;
    decltype(&::xencall_close) close = nullptr;
    decltype(&::xencall_alloc_buffer_pages) allocate = nullptr;
    decltype(&::xencall_free_buffer_pages) free = nullptr;
    decltype(&::xencall1) call = nullptr;

    /// Errors: as above.
    static Outcome<HypercallLibrary> load();
};

/// What Xen says of a domain (XEN_DOMINF_ of xen/include/public/domctl.h).
struct DomainFlags {
    bool dying = false;
    bool paused = false; ///< by somebody, us included
    bool hvm = false;
    bool shutDown = false;
    unsigned reason = 0; ///< SHUTDOWN_ of xen/include/public/sched.h
};

/// What a processor of a PVH or HVM guest does with addresses and exceptions.
struct ProcessorMode {
    bool paged = true;
    unsigned bits = 64;      ///< of the code that it executes
    Address idt = 0;         ///< its table of entries for exceptions
    std::size_t idtSize = 0; ///< bytes
    bool operator==(const ProcessorMode&) const = default;
};

/// One domain of this host's, through open handles.
class XenDomain {
public:
    /// Errors: this is no dom0, or we are not root there.
    static Outcome<std::unique_ptr<XenDomain>> open(unsigned number);
    ~XenDomain();
    XenDomain(const XenDomain&) = delete;
    XenDomain& operator=(const XenDomain&) = delete;

    unsigned number() const { return number_; }
    xc_interface* control() const { return control_; }
    /// Nothing: there is none of this number any more.
    std::optional<DomainFlags> flags() const;
    /// Xen counts pauses: it runs when all are taken back.
    Outcome<void> pause();
    Outcome<void> unpause();
    Outcome<void> destroy();
    bool isOnline(unsigned vcpu) const;
    Outcome<vcpu_guest_context_any_t> context(unsigned vcpu) const;
    /// Of a PVH or HVM guest: how it works, and in its context, what only such a guest's own state has.
    Outcome<ProcessorMode> completeHvm(unsigned vcpu, vcpu_guest_context_x86_64_t& context) const;
    Outcome<void> setContext(unsigned vcpu, vcpu_guest_context_any_t context);
    /// A page of its memory here, until it is unmapped; null where it is not to be had so (errno).
    void* map(std::uint64_t frame, bool writable);
    void unmap(void* page);
    /// The first page of the machine, which is nobody's (xen/arch/x86/mm.c, arch_init_memory); null: it is
    /// not to be seen.
    const char* machineFrameZero();
    /// A node of its in Xenstore, by the path below /local/domain/ID; empty: there is none.
    std::string node(const std::string& path) const;

private:
    XenDomain(XenLibrary library, unsigned number) : library_(library), number_(number) {}

    XenLibrary library_;
    unsigned number_;
    xc_interface* control_ = nullptr;
    xenforeignmemory_handle* memory_ = nullptr;
    void* frameZero_ = nullptr;
};

} // namespace rumpus::gdbstub
