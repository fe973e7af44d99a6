// SPDX-License-Identifier: GPL-3.0-or-later
#include "platforms/xen/gdbstub/guest_monitor.h"

#include "platforms/xen/gdbstub/debug_registers.h"

#include <atomic>
#include <bit>
#include <cerrno>
#include <cstring>
#include <format>
#include <poll.h>
#include <sys/mman.h>

namespace rumpus::gdbstub {

namespace {

/// As Xen computes it from the size of its page (xen/include/public/io/ring.h, __CONST_RING_SIZE).
constexpr std::uint32_t slots =
    std::bit_floor((XC_PAGE_SIZE - offsetof(vm_event_sring_t, ring)) / sizeof(vm_event_sring_entry));
/// What is understood here, which is that of Xen 4.15 to 4.20.
constexpr int understood = 7;
static_assert(VM_EVENT_INTERFACE_VERSION == understood);

std::unexpected<std::string> refused(std::string_view what)
{
    return std::unexpected(std::format("{}: {}", what, std::strerror(errno)));
}

/// Vector of the exception that int3 is (Intel SDM, volume 3, 6.3.1).
constexpr unsigned trapVector = 3;

/// Nothing: it tells of something that was not asked for.
std::optional<GuestMonitor::Event> eventOf(const vm_event_request_t& request)
{
    using What = GuestMonitor::Event::What;
    GuestMonitor::Event event{.vcpu = request.vcpu_id, .address = request.data.regs.x86.rip};
    switch (request.reason) {
    case VM_EVENT_REASON_DEBUG_EXCEPTION:
        event.type = request.u.debug_exception.type;
        event.length = request.u.debug_exception.insn_length;
        return event;
    case VM_EVENT_REASON_SOFTWARE_BREAKPOINT:
        event.what = What::Trap;
        event.type = request.u.software_breakpoint.type;
        event.length = request.u.software_breakpoint.insn_length;
        return event;
    case VM_EVENT_REASON_SINGLESTEP: event.what = What::Step; return event;
    default: return std::nullopt;
    }
}

} // namespace

Outcome<std::unique_ptr<GuestMonitor>> GuestMonitor::open(XenDomain& domain)
{
    const Outcome<MonitorLibrary> library = MonitorLibrary::load();
    if (!library) {
        return std::unexpected(library.error());
    }
    if (library->version(domain.control()) != understood) {
        return std::unexpected(std::string("the hypervisor's monitor speaks another version"));
    }
    std::uint32_t offered = 0;
    library->capabilities(domain.control(), domain.number(), &offered);
    const auto offers = [offered](unsigned event) { return (offered >> event & 1U) != 0; };
    const bool steps = offers(XEN_DOMCTL_MONITOR_EVENT_SINGLESTEP);
    if (!offers(XEN_DOMCTL_MONITOR_EVENT_DEBUG_EXCEPTION) ||
        !offers(XEN_DOMCTL_MONITOR_EVENT_SOFTWARE_BREAKPOINT)) {
        return std::unexpected(std::string("the hypervisor monitors no such guests"));
    }
    std::unique_ptr<GuestMonitor> monitor(
        new GuestMonitor(*library, domain, steps ? Kind::Instructions : Kind::DebugRegisters));
    const Outcome<void> begun = monitor->begin();
    return begun ? Outcome<std::unique_ptr<GuestMonitor>>(std::move(monitor))
                 : std::unexpected(begun.error());
}

Outcome<void> GuestMonitor::begin()
{
    std::uint32_t remote = 0;
    ring_ = static_cast<vm_event_sring_t*>(library_.enable(domain_->control(), domain_->number(), &remote));
    if (ring_ == nullptr) {
        return refused("the guest is not to be monitored");
    }
    model_ = library_.modelOpen(nullptr, 0);
    channel_ = library_.channelOpen(nullptr, 0);
    const int port = channel_ != nullptr ? library_.channelBind(channel_, domain_->number(), remote) : -1;
    if (port < 0 || model_ == nullptr) {
        return refused("the monitor is not heard");
    }
    port_ = static_cast<std::uint32_t>(port);
    if (!listen()) {
        return refused("the monitor does not tell of the guest's exceptions");
    }
    return {};
}

/// False: it is refused.
bool GuestMonitor::listen()
{
    xc_interface* const control = domain_->control();
    if (kind_ == Kind::DebugRegisters) {
        return library_.tellDebugExceptions(control, domain_->number(), true, true) == 0;
    }
    return library_.tellTraps(control, domain_->number(), true) == 0 &&
           library_.tellSteps(control, domain_->number(), true) == 0;
}

void GuestMonitor::setStepping(unsigned vcpu, bool steps)
{
    library_.debugControl(domain_->control(), domain_->number(),
                          steps ? XEN_DOMCTL_DEBUG_OP_SINGLE_STEP_ON : XEN_DOMCTL_DEBUG_OP_SINGLE_STEP_OFF,
                          vcpu);
}

GuestMonitor::~GuestMonitor()
{
    if (ring_ != nullptr) {
        while (const std::optional<Event> event = next()) {
            answer(*event);
        }
        library_.disable(domain_->control(), domain_->number());
        ::munmap(ring_, XC_PAGE_SIZE);
    }
    if (channel_ != nullptr) {
        library_.channelClose(channel_);
    }
    if (model_ != nullptr) {
        library_.modelClose(model_);
    }
}

void GuestMonitor::reset(XenDomain& domain)
{
    const Outcome<MonitorLibrary> library = MonitorLibrary::load();
    if (!library || library->disable(domain.control(), domain.number()) != 0) {
        return;
    }
    // a processor's wait outlives the monitor, and ends by an answer alone
    GuestMonitor again(*library, domain, Kind::DebugRegisters);
    if (again.begin()) {
        for (unsigned vcpu = 0; domain.isOnline(vcpu); ++vcpu) {
            again.setStepping(vcpu, false);
            again.respond(vcpu);
        }
    }
}

void GuestMonitor::hearChannel()
{
    pollfd waits{.fd = channel_ != nullptr ? descriptor() : -1, .events = POLLIN, .revents = 0};
    if (::poll(&waits, 1, 0) <= 0) {
        return;
    }
    const int port = library_.channelPending(channel_);
    if (port >= 0) {
        library_.channelUnmask(channel_, static_cast<std::uint32_t>(port));
    }
}

std::optional<GuestMonitor::Event> GuestMonitor::next()
{
    hearChannel();
    while (taken_ != std::atomic_ref(ring_->req_prod).load(std::memory_order_acquire)) {
        const vm_event_request_t request = ring_->ring[taken_ % slots].req;
        ++taken_;
        if (const std::optional<Event> event = eventOf(request)) {
            return event;
        }
        respond(request.vcpu_id); // of what was not asked for
    }
    return std::nullopt;
}

void GuestMonitor::respond(unsigned vcpu)
{
    vm_event_response_t response{};
    response.version = understood;
    response.flags = VM_EVENT_FLAG_VCPU_PAUSED;
    response.vcpu_id = vcpu;
    const std::atomic_ref produced(ring_->rsp_prod);
    const std::uint32_t place = produced.load(std::memory_order_relaxed);
    ring_->ring[place % slots].rsp = response;
    produced.store(place + 1, std::memory_order_release);
    library_.channelNotify(channel_, port_);
}

void GuestMonitor::answer(const Event& event)
{
    respond(event.vcpu);
}

void GuestMonitor::giveBack(const Event& event)
{
    const unsigned vector = event.what == Event::What::Trap ? trapVector : debugVector;
    static constexpr std::uint32_t noErrorCode = ~std::uint32_t{0};
    library_.inject(model_, static_cast<domid_t>(domain_->number()), static_cast<int>(event.vcpu),
                    static_cast<std::uint8_t>(vector), event.type, noErrorCode,
                    static_cast<std::uint8_t>(event.length), 0);
    respond(event.vcpu);
}

} // namespace rumpus::gdbstub
