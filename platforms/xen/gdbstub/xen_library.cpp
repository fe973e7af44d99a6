// SPDX-License-Identifier: GPL-3.0-or-later
#include "platforms/xen/gdbstub/xen_library.h"

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <dlfcn.h>
#include <format>
#include <sys/mman.h>
#include <utility>
#include <xen/hvm/save.h>

namespace rumpus::gdbstub {

namespace {

constexpr int oldestMinor = 14;
constexpr int newestMinor = 40; ///< of Xen 4; one that is not there yet

void* openLibrary(const std::string& name)
{
    return ::dlopen(name.c_str(), RTLD_NOW | RTLD_LOCAL);
}

void* openControl()
{
    for (int minor = newestMinor; minor >= oldestMinor; --minor) {
        if (void* found = openLibrary(std::format("libxenctrl.so.4.{}", minor))) {
            return found;
        }
    }
    return nullptr;
}

void* openStore()
{
    void* const newer = openLibrary("libxenstore.so.4");
    return newer != nullptr ? newer : openLibrary("libxenstore.so.3.0");
}

/// Finds functions by their names, and notes the first that is missing.
class Finder {
public:
    template <typename Function>
    void find(void* library, Function& function, const char* name)
    {
        function = library != nullptr ? reinterpret_cast<Function>(::dlsym(library, name)) : nullptr;
        if (function == nullptr && missing_.empty()) {
            missing_ = name;
        }
    }
    /// Errors: one was missing.
    template <typename Library>
    Outcome<Library> whole(const Library& library) const
    {
        return missing_.empty() ? Outcome<Library>(library)
                                : std::unexpected(std::format("Xen's libraries here have no {}", missing_));
    }

private:
    std::string missing_;
};

Outcome<void> done(int result, std::string_view what)
{
    return result < 0 ? Outcome<void>(std::unexpected(std::format("{}: {}", what, std::strerror(errno))))
                      : Outcome<void>();
}

} // namespace

Outcome<XenLibrary> XenLibrary::load()
{
    void* const control = openControl();
    void* const memory = openLibrary("libxenforeignmemory.so.1");
    void* const store = openStore();
    if (control == nullptr || memory == nullptr || store == nullptr) {
        return std::unexpected(std::string("Xen's libraries (4.14 or later) are not here: this is for dom0"));
    }
    XenLibrary found;
    Finder finder;
    finder.find(control, found.interfaceOpen, "xc_interface_open");
    finder.find(control, found.interfaceClose, "xc_interface_close");
    finder.find(control, found.domainPause, "xc_domain_pause");
    finder.find(control, found.domainUnpause, "xc_domain_unpause");
    finder.find(control, found.domainDestroy, "xc_domain_destroy");
    finder.find(control, found.domainGetInfoList, "xc_domain_getinfolist");
    finder.find(control, found.vcpuGetInfo, "xc_vcpu_getinfo");
    finder.find(control, found.vcpuGetContext, "xc_vcpu_getcontext");
    finder.find(control, found.vcpuSetContext, "xc_vcpu_setcontext");
    finder.find(control, found.hvmGetContext, "xc_domain_hvm_getcontext_partial");
    finder.find(memory, found.memoryOpen, "xenforeignmemory_open");
    finder.find(memory, found.memoryClose, "xenforeignmemory_close");
    finder.find(memory, found.memoryMap, "xenforeignmemory_map");
    finder.find(memory, found.memoryUnmap, "xenforeignmemory_unmap");
    finder.find(store, found.storeOpen, "xs_open");
    finder.find(store, found.storeClose, "xs_close");
    finder.find(store, found.storeRead, "xs_read");
    return finder.whole(found);
}

Outcome<MonitorLibrary> MonitorLibrary::load()
{
    void* const control = openControl();
    void* const model = openLibrary("libxendevicemodel.so.1");
    void* const channel = openLibrary("libxenevtchn.so.1");
    MonitorLibrary found;
    Finder finder;
    finder.find(control, found.version, "xc_vm_event_get_version");
    finder.find(control, found.capabilities, "xc_monitor_get_capabilities");
    finder.find(control, found.enable, "xc_monitor_enable");
    finder.find(control, found.disable, "xc_monitor_disable");
    finder.find(control, found.tellTraps, "xc_monitor_software_breakpoint");
    finder.find(control, found.tellSteps, "xc_monitor_singlestep");
    finder.find(control, found.debugControl, "xc_domain_debug_control");
    finder.find(control, found.tellDebugExceptions, "xc_monitor_debug_exceptions");
    finder.find(model, found.modelOpen, "xendevicemodel_open");
    finder.find(model, found.modelClose, "xendevicemodel_close");
    finder.find(model, found.inject, "xendevicemodel_inject_event");
    finder.find(channel, found.channelOpen, "xenevtchn_open");
    finder.find(channel, found.channelClose, "xenevtchn_close");
    finder.find(channel, found.channelDescriptor, "xenevtchn_fd");
    finder.find(channel, found.channelBind, "xenevtchn_bind_interdomain");
    finder.find(channel, found.channelNotify, "xenevtchn_notify");
    finder.find(channel, found.channelPending, "xenevtchn_pending");
    finder.find(channel, found.channelUnmask, "xenevtchn_unmask");
    return finder.whole(found);
}

Outcome<HypercallLibrary> HypercallLibrary::load()
{
    void* const calls = openLibrary("libxencall.so.1");
    HypercallLibrary found;
    Finder finder;
    finder.find(calls, found.open, "xencall_open");
    finder.find(calls, found.close, "xencall_close");
    finder.find(calls, found.allocate, "xencall_alloc_buffer_pages");
    finder.find(calls, found.free, "xencall_free_buffer_pages");
    finder.find(calls, found.call, "xencall1");
    return finder.whole(found);
}

Outcome<std::unique_ptr<XenDomain>> XenDomain::open(unsigned number)
{
    const Outcome<XenLibrary> library = XenLibrary::load();
    if (!library) {
        return std::unexpected(library.error());
    }
    std::unique_ptr<XenDomain> domain(new XenDomain(*library, number));
    domain->control_ = library->interfaceOpen(nullptr, nullptr, 0);
    domain->memory_ = library->memoryOpen(nullptr, 0);
    if (domain->control_ == nullptr || domain->memory_ == nullptr) {
        return std::unexpected(
            std::format("the hypervisor is not reached ({}): be root, in dom0", std::strerror(errno)));
    }
    return domain;
}

XenDomain::~XenDomain()
{
    if (frameZero_ != nullptr) {
        unmap(frameZero_);
    }
    if (memory_ != nullptr) {
        library_.memoryClose(memory_);
    }
    if (control_ != nullptr) {
        library_.interfaceClose(control_);
    }
}

std::optional<DomainFlags> XenDomain::flags() const
{
    // the library writes its own version's structure, which may be longer than ours
    struct {
        xc_domaininfo_t info;
        char slack[1024];
    } room{};
    if (library_.domainGetInfoList(control_, number_, 1, &room.info) != 1 || room.info.domain != number_) {
        return std::nullopt;
    }
    const std::uint32_t flags = room.info.flags;
    return DomainFlags{.dying = (flags & XEN_DOMINF_dying) != 0,
                       .paused = (flags & XEN_DOMINF_paused) != 0,
                       .hvm = (flags & XEN_DOMINF_hvm_guest) != 0,
                       .shutDown = (flags & XEN_DOMINF_shutdown) != 0,
                       .reason = flags >> XEN_DOMINF_shutdownshift & XEN_DOMINF_shutdownmask};
}

Outcome<void> XenDomain::pause()
{
    return done(library_.domainPause(control_, number_), "the guest cannot be paused");
}

Outcome<void> XenDomain::unpause()
{
    return done(library_.domainUnpause(control_, number_), "the guest cannot be let run");
}

Outcome<void> XenDomain::destroy()
{
    return done(library_.domainDestroy(control_, number_), "the guest cannot be destroyed");
}

bool XenDomain::isOnline(unsigned vcpu) const
{
    xc_vcpuinfo_t info{};
    return library_.vcpuGetInfo(control_, number_, vcpu, &info) == 0 && info.online != 0;
}

Outcome<vcpu_guest_context_any_t> XenDomain::context(unsigned vcpu) const
{
    vcpu_guest_context_any_t context{};
    const Outcome<void> got = done(library_.vcpuGetContext(control_, number_, vcpu, &context),
                                   "the processor's registers are not to be had");
    return got ? Outcome<vcpu_guest_context_any_t>(context) : std::unexpected(got.error());
}

Outcome<ProcessorMode> XenDomain::completeHvm(unsigned vcpu, vcpu_guest_context_x86_64_t& context) const
{
    static constexpr std::uint64_t paging = 1U << 31U;     // of CR0
    static constexpr std::uint64_t longMode = 1U << 10U;   // of EFER, LMA
    static constexpr std::uint32_t longSegment = 1U << 9U; // of a segment's attributes as VMX has them, L
    static constexpr std::uint32_t wide = 1U << 10U;       // D
    static constexpr std::uint16_t code = 2;               // HVM_SAVE_CODE(CPU), xen/arch-x86/hvm/save.h
    hvm_hw_cpu state{};
    const Outcome<void> got =
        done(library_.hvmGetContext(control_, number_, code, static_cast<std::uint16_t>(vcpu), &state,
                                    sizeof state),
             "the processor's state is not to be had");
    if (!got) {
        return std::unexpected(got.error());
    }
    context.ctrlreg[0] = state.cr0;
    context.ctrlreg[2] = state.cr2;
    context.ctrlreg[3] = state.cr3;
    context.ctrlreg[4] = state.cr4;
    context.fs_base = state.fs_base;
    context.gs_base_kernel = state.gs_base;
    context.gs_base_user = state.shadow_gs;
    context.flags |= VGCF_in_kernel; // its gs is the one in use
    const bool isLong = (state.msr_efer & longMode) != 0 && (state.cs_arbytes & longSegment) != 0;
    return ProcessorMode{.paged = (state.cr0 & paging) != 0,
                         .bits = isLong                           ? 64U
                                 : (state.cs_arbytes & wide) != 0 ? 32U
                                                                  : 16U,
                         .idt = state.idtr_base,
                         .idtSize = state.idtr_limit + std::size_t{1}};
}

Outcome<void> XenDomain::setContext(unsigned vcpu, vcpu_guest_context_any_t context)
{
    return done(library_.vcpuSetContext(control_, number_, vcpu, &context),
                "the processor does not take its registers");
}

void* XenDomain::map(std::uint64_t frame, bool writable)
{
    const xen_pfn_t page = frame;
    // with a place for each page's error, a page that failed would be there, and kill who touches it
    return library_.memoryMap(memory_, number_, writable ? PROT_READ | PROT_WRITE : PROT_READ, 1, &page,
                              nullptr);
}

const char* XenDomain::machineFrameZero()
{
    const xen_pfn_t page = 0;
    if (frameZero_ == nullptr) {
        frameZero_ = library_.memoryMap(memory_, DOMID_IO, PROT_READ, 1, &page, nullptr);
    }
    return static_cast<const char*>(frameZero_);
}

void XenDomain::unmap(void* page)
{
    library_.memoryUnmap(memory_, page, 1);
}

std::string XenDomain::node(const std::string& path) const
{
    xs_handle* const store = library_.storeOpen(0);
    if (store == nullptr) {
        return {};
    }
    unsigned size = 0;
    void* const value =
        library_.storeRead(store, XBT_NULL, std::format("/local/domain/{}/{}", number_, path).c_str(), &size);
    std::string text = value != nullptr ? std::string(static_cast<const char*>(value), size) : std::string();
    std::free(value);
    library_.storeClose(store);
    return text;
}

} // namespace rumpus::gdbstub
