// GuestMonitor: Xen's monitor of a PVH or HVM guest (xen/include/public/vm_event.h), which tells of debug
// exceptions, of int3 and of single steps before the guest knows of them, and holds the processor until it is
// answered.
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "platforms/xen/gdbstub/target.h"
#include "platforms/xen/gdbstub/xen_library.h"

#include <cstdint>
#include <memory>
#include <optional>
#include <xen/vm_event.h>

namespace rumpus::gdbstub {

class GuestMonitor {
public:
    struct Event {
        enum class What : std::uint8_t {
            DebugException, ///< of the debug registers, of the guest's own steps, of icebp
            Trap,           ///< int3, at the address
            Step,           ///< one of ours has led to the address
        };
        What what = What::DebugException;
        unsigned vcpu = 0;
        Address address = 0; ///< the processor's rip
        /// As Xen wants them again to give an exception to the guest after all.
        std::uint8_t type = 0;
        std::uint32_t length = 0;
    };

    /// What a host can be used for.
    enum class Kind : std::uint8_t {
        DebugRegisters, ///< AMD's: Xen takes a guest's debug registers from us, and has no single steps
        Instructions,   ///< Intel's: it has single steps, and keeps the debug registers' control elsewhere
                        ///< (xen/arch/x86/hvm/vmx/vmx.c, vmx_restore_dr); int3 is left
    };
    Kind kind() const { return kind_; }

    /// Errors: the hypervisor does not offer it for this guest, or somebody else has it.
    static Outcome<std::unique_ptr<GuestMonitor>> open(XenDomain& domain);
    /// Nothing is told any more. Who waits for an answer goes on.
    ~GuestMonitor();
    GuestMonitor(const GuestMonitor&) = delete;
    GuestMonitor& operator=(const GuestMonitor&) = delete;

    /// Ends that of a process that was killed, whose processors wait for an answer.
    static void reset(XenDomain& domain);

    /// Has a processor do one instruction, and no more, each time that it goes on. Of Kind::Instructions.
    void setStepping(unsigned vcpu, bool steps);

    /// Readable when there is something to hear.
    int descriptor() const { return library_.channelDescriptor(channel_); }
    /// What was told first; nothing: nothing is told now.
    std::optional<Event> next();
    /// The processor of the event goes on from where it is.
    void answer(const Event& event);
    /// The exception is the guest's own: it has it as if nobody had looked.
    void giveBack(const Event& event);

private:
    GuestMonitor(MonitorLibrary library, XenDomain& domain, Kind kind)
        : library_(library), domain_(&domain), kind_(kind)
    {
    }
    Outcome<void> begin();
    bool listen();
    void hearChannel();
    void respond(unsigned vcpu);

    MonitorLibrary library_;
    XenDomain* domain_;
    Kind kind_;
    vm_event_sring_t* ring_ =
        nullptr; ///< a page that Xen writes what it tells to, and reads the answers from
    xenevtchn_handle* channel_ = nullptr;
    xendevicemodel_handle* model_ = nullptr; ///< what gives the guest its exceptions
    std::uint32_t port_ = 0;
    std::uint32_t taken_ = 0;
};

} // namespace rumpus::gdbstub
