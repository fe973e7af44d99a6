// rumprun: NetBSD's kernel as rump components, on a PC's hardware ("hw") and on Xen. What it prints is in
// lib/librumprun_base, lib/libbmk_core, platform/ of rumprun, and in NetBSD's drivers.
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/format.h"
#include "core/dialect/guest_speech.h"
#include "core/dialect/rumprun_json.h"
#include "core/image/kind_clues.h"
#include "core/image/notes.h"

#include <algorithm>
#include <array>

namespace rumpus {

namespace {

using enum Component;
using enum BootPhase;
using How = SpokenEnd::How;
using State = KeyVerdict::State;

constexpr std::string_view bakeSection = ".note.rumprun.bakerecipe";

Evidence hasRumpComponents(const KindClues& clues)
{
    Evidence evidence;
    for (const std::string_view name : {std::string_view("link_set_rump_components"), bakeSection}) {
        if (hasSection(clues, name)) {
            evidence.push_back(formatted("a section {}", name));
        }
    }
    if (clues.elf.header().e_type == ET_REL && hasSection(clues, bakeSection)) {
        evidence.emplace_back("not baked yet: rumprun-bake makes the image");
    }
    if (!evidence.empty()) {
        return evidence;
    }
    if (const ElfSection* names = clues.elf.section(".strtab"); names != nullptr && names->occupiesFile()) {
        static constexpr std::string_view program("rumprun_main1\0", 14);
        if (clues.elf.file().contains(names->header.sh_offset, names->header.sh_size, program)) {
            evidence.emplace_back("a symbol rumprun_main1");
        }
    } else if (clues.elf.sections().empty() && !clues.elf.segments().empty() &&
               clues.elf.file().contains(0, clues.elf.file().size(), "rumprun_tuple:")) {
        evidence.emplace_back("the text \"rumprun_tuple:\" in a file without sections");
    }
    return evidence;
}

Evidence isRumprunXen(const KindClues& clues)
{
    Evidence evidence = ifGuestOs(clues, "rumprun");
    if (evidence.empty() && !hasSection(clues, xenGuestSection)) {
        return {};
    }
    Evidence components = hasRumpComponents(clues);
    if (evidence.empty() && !components.empty()) {
        evidence.emplace_back("a section __xen_guest");
    }
    std::ranges::move(components, std::back_inserter(evidence));
    return evidence;
}

Evidence isRumprunHw(const KindClues& clues)
{
    Evidence evidence = hasRumpComponents(clues);
    if (!evidence.empty() && hasSection(clues, ".bootstrap")) {
        evidence.emplace_back("a section .bootstrap");
    }
    return evidence;
}

extern const GuestDialect rumprunDialect;
extern const GuestDialect rumprunXenDialect;

// BMK_MULTIBOOT_CMDLINE_SIZE (platform/hw): the buffer for the command line and for a module, which the
// guest halts over, the module a byte earlier
constexpr std::size_t rumprunBuffer = 4096;
constexpr RumprunReader rumprunHardware{
    .dialect = "rumprun", .commandLineSize = rumprunBuffer, .moduleSize = rumprunBuffer - 1};
constexpr RumprunReader rumprunMedium{.dialect = "rumprun", .diskSource = "vnd"};
constexpr RumprunReader rumprunEc2{.dialect = "rumprun", .diskSource = "vnd", .clonesInterfaces = true};
constexpr RumprunReader rumprunOnXen{
    .dialect = "rumprun-xen", .diskSource = "etfs", .clonesInterfaces = true, .mountsKernfs = true};

constexpr std::string_view triedInTurn = "tried as ffs, ext2 and cd9660 in turn";

GuestWords tellRumprunOnMedium(const UnikernelConfig& config, const Image& /*image*/, bool onXen)
{
    GuestWords words;
    words.module = rumprunJson(config, onXen ? rumprunEc2 : rumprunMedium,
                               onXen ? rumprunXenDialect : rumprunDialect, words);
    return words;
}

const GuestDialect rumprunDialect{
    .name = "rumprun",
    .tell =
        [](const UnikernelConfig& config, const Image& image) {
            return tellRumprunJson(config, image, rumprunHardware, rumprunDialect);
        },
    .interfaceName = vioifName,
    .diskName = ldName,
    .findsItsWords = true, // behind the first '{'
    .mountsAs = triedInTurn,
    .tellOnMedium = tellRumprunOnMedium,
    .findsDisksOnMedium = true,
};

const GuestDialect rumprunXenDialect{
    .name = "rumprun-xen",
    .tell =
        [](const UnikernelConfig& config, const Image& /*image*/) {
            GuestWords words;
            words.xenstore.emplace_back("rumprun/cfg",
                                        rumprunJson(config, rumprunOnXen, rumprunXenDialect, words));
            return words;
        },
    .interfaceName = [](std::size_t index) { return formatted("xenif{}", index); },
    .diskName = [](std::size_t index) { return formatted("xvd{}", static_cast<char>('a' + index % 26)); },
    .mountsAs = triedInTurn,
    .makesInterfaces = true,
    .tellOnMedium = tellRumprunOnMedium,
    .findsDisksOnMedium = true,
};

constexpr EndWord rumprunEnds[] = {
    {"=== main() of \"", How::Ended, "\" returned ", false},
    {"=== _exit(", How::Ended, "=== _exit(", false},
    {"=== exit(", How::Ended, "=== exit(", false},
    {"=== ERROR: _exit(", How::Ended, "=== ERROR: _exit(", false},
    {"=== bootstrap failed", How::Ended, "", false, 1}, // what it was told could not be done
    {"FATAL TRAP: ", How::Crashed, "", true},
    {"panic: ", How::Crashed, "", true},
    {"PANIC: ", How::Crashed, "", false},
    {"assert \"", How::Crashed, "", false},
    {"halted", How::Ended, "", true, {}, true},
    {"minios: halting, reason=", How::Ended, "", true},
};

constexpr BootWord rumprunBoot[] = {
    {"rump kernel bare metal bootstrap", {}, Banner}, {"Copyright (c) 1996", {}, Banner},
    {"Timecounter \"bmktc\"", {}, Devices},           {"mounted tmpfs on", {}, Devices},
    {"dhcp: ", "adding IP address", Network},         {"=== calling \"", "\" main() ===", Main},
};

constexpr KeySign rumprunSigns[] = {
    {GuestTopic::Device, State::Done, "{s} at "},
    {GuestTopic::Device, State::Done, "{s}: Ethernet address "},
    {GuestTopic::Device, State::Failed, "rumprun_config: ifcreate {s} failed"},
    {GuestTopic::Device, State::Failed, "cannot init {s} "},
    {GuestTopic::Address, State::Done, "dhcp: {s}: adding IP address "},
    {GuestTopic::Address, State::Failed, "configuring dhcp for {s} failed"},
    {GuestTopic::Address, State::Failed, "ifconfig \"{s}\" for "},
    {GuestTopic::Address, State::Failed, "ipv6 autoconfig failed"},
    {GuestTopic::Gateway, State::Failed, "gw \"{s}\" addition failed"},
    {GuestTopic::Mount, State::Failed, "from \"{d}\" to \"{s}\""},
    {GuestTopic::Mount, State::Failed, "from \"/dev/{d}\" to \"{s}\""},
    {GuestTopic::Mount, State::Failed, "rumprun: failed to create mp dir "},
    {GuestTopic::Mount, State::Failed, "etfs register for \"{d}\" failed"},
    {GuestTopic::Mount, State::Done, " on {s} type "},
    {GuestTopic::Environment, State::Failed, "rumprun: putenv"},
    {GuestTopic::Hostname, State::Failed, "rumprun: sethostname"},
};

// NetBSD's rump kernels are compiled in folders named by faction, from sources found by `..`: so the way to a
// file says more than where it leads (…/sys/rump/librump/rumpnet/../../../kern/uipc_socket.c).
constexpr ComponentRule rumprunWays[] = {
    {"/librump/rumpnet", KernelNet},
    {"/librump/rumpvfs", KernelVfs},
    {"/librump/rumpdev", KernelDev},
    {"/librump/rumpkern/", KernelCore},
    {"/rump/net/", KernelNet},
    {"/rump/fs/", KernelVfs},
    {"/rump/dev/", KernelDev},
    {"/rump/../dev/", KernelDev},
    {"/platform/hw/", Platform},
    {"/platform/xen/", Platform},
    {"/lib/libbmk_", Platform},
    {"/lib/librumpkern_", KernelCore},
    {"/lib/librumprun", Libc},
    {"/brlib/", Libc},
    {"/lib/libcompiler_rt/", Compiler},
    {"/lib/libc/", Libc},
    {"/lib/libm/", Libc},
    {"/lib/libpthread/", Libc},
    {"/common/lib/", Libc},
};

// the same files without the way, as a normalised path has them
constexpr ComponentRule rumprunPaths[] = {
    {"/sys/kern/uipc_", KernelNet},
    {"/sys/kern/sys_socket", KernelNet},
    {"/sys/kern/vfs_", KernelVfs},
    {"/sys/kern/vnode_", KernelVfs},
    {"/sys/kern/subr_disk", KernelDev},
    {"/sys/kern/subr_autoconf", KernelDev},
    {"/sys/net", KernelNet}, // net, netinet, netinet6, netipsec, …
    {"/sys/altq/", KernelNet},
    {"/sys/fs/", KernelVfs},
    {"/sys/ufs/", KernelVfs},
    {"/sys/nfs/", KernelVfs},
    {"/sys/miscfs/", KernelVfs},
    {"/sys/dev/", KernelDev},
    {"/sys/kern/", KernelCore},
    {"/sys/rump/", KernelCore},
    {"/sys/uvm/", KernelCore},
    {"/sys/arch/", KernelCore},
    {"/sys/lib/libkern/", KernelCore},
    {"/src-netbsd/sys/", KernelCore},
};

constexpr ComponentRule rumprunSymbols[] = {
    {"rumpns_tcp", KernelNet},
    {"rumpns_udp", KernelNet},
    {"rumpns_ip", KernelNet},
    {"rumpns_in_", KernelNet},
    {"rumpns_in6", KernelNet},
    {"rumpns_icmp", KernelNet},
    {"rumpns_arp", KernelNet},
    {"rumpns_if_", KernelNet},
    {"rumpns_ether", KernelNet},
    {"rumpns_rt_", KernelNet},
    {"rumpns_nd6", KernelNet},
    {"rumpns_mld", KernelNet},
    {"rumpns_m_", KernelNet},
    {"rumpns_mb", KernelNet},
    {"rumpns_so", KernelNet},
    {"rumpns_sb", KernelNet},
    {"rumpns_unp_", KernelNet},
    {"rumpns_bpf", KernelNet},
    {"rumpns_vfs", KernelVfs},
    {"rumpns_vn", KernelVfs},
    {"rumpns_ffs", KernelVfs},
    {"rumpns_ufs", KernelVfs},
    {"rumpns_ext2", KernelVfs},
    {"rumpns_cd9660", KernelVfs},
    {"rumpns_tmpfs", KernelVfs},
    {"rumpns_kernfs", KernelVfs},
    {"rumpns_genfs", KernelVfs},
    {"rumpns_spec_", KernelVfs},
    {"rumpns_namei", KernelVfs},
    {"rumpns_VOP_", KernelVfs},
    {"rumpns_cache_", KernelVfs},
    {"rumpns_wapbl", KernelVfs},
    {"rumpns_genfs", KernelVfs},
    {"rumpns_virtio", KernelDev},
    {"rumpns_vio", KernelDev},
    {"rumpns_pci", KernelDev},
    {"rumpns_ld_", KernelDev},
    {"rumpns_wm_", KernelDev},
    {"rumpns_usb", KernelDev},
    {"rumpns_scsi", KernelDev},
    {"rumpns_audio", KernelDev},
    {"rumpns_config_", KernelDev},
    {"rumpns_", KernelCore},
    {"rump_", KernelCore},
    {"rumpuser_", Platform},
    {"bmk_", Platform},
    {"x86_", Platform},
    {"cpu_", Platform},
    {"minios_", Platform},
    {"_minios_", Platform},
    {"HYPERVISOR_", Platform},
    {"hypercall_page", Platform},
    {"xenbus_", Platform},
    {"xencons_", Platform},
    {"mainbus_", Platform},
    {"rumprun_main", Application},
    {"rumprun_", Libc},
    {"_lwp_", Libc},
    {"pthread_", Libc},
    {"_libc_", Libc},
    {"__libc_", Libc},
    // NetBSD's C library in assembly
    {"atomic_", Libc},
    {"_atomic_", Libc},
    {"strcmp", Libc},
    {"strcpy", Libc},
    {"strcat", Libc},
    {"strlen", Libc},
    {"strchr", Libc},
    {"strrchr", Libc},
    {"strn", Libc},
    {"memchr", Libc},
    {"memcmp", Libc},
    {"memcpy", Libc},
    {"memmove", Libc},
    {"memset", Libc},
    {"bcmp", Libc},
    {"bcopy", Libc},
    {"bzero", Libc},
    {"index", Libc},
    {"rindex", Libc},
    {"__sigsetjmp", Libc},
    {"_setjmp", Libc},
    {"_longjmp", Libc},
};

constexpr GuestSpeech rumprunSpeech{.ends = rumprunEnds,
                                    .boot = rumprunBoot,
                                    .signs = rumprunSigns,
                                    .call = "=== calling \"",
                                    .saysDriverNames = true};
// NetBSD's common/ is compiled into the C library and, with other names, into the kernel
constexpr Kernel rumprunKernel{.components = {.ways = rumprunWays,
                                              .paths = rumprunPaths,
                                              .symbols = rumprunSymbols,
                                              .kernelPrefix = "rumpns_"},
                               .speech = &rumprunSpeech};
constexpr std::array rumprunHwDialects{&rumprunDialect};
constexpr std::array rumprunXenDialects{&rumprunXenDialect, &rumprunXen2014Dialect};

/// NetBSD's names: wm(4) is Intel's gigabit card, vioif(4) is virtio.
std::string_view rumprunCard(std::string_view interfaceName)
{
    return interfaceName.starts_with("wm") ? "e1000" : "virtio-net";
}

constexpr UnfitMachine rumprunUnfit[] = {{"microvm", "qboot.rom"}};
constexpr KindTraits rumprun[] = {
    {.key = "rumprun-xen",
     .title = "rumprun (Xen)",
     .kernel = &rumprunKernel,
     .dialects = rumprunXenDialects,
     .test = isRumprunXen,
     .usesOneCpu = true},
    {.key = "rumprun-hw",
     .title = "rumprun (hw)",
     .kernel = &rumprunKernel,
     .dialects = rumprunHwDialects,
     .test = isRumprunHw,
     .unfitMachines = rumprunUnfit,
     .usesOneCpu = true,
     .networkCard = rumprunCard},
};

} // namespace

extern const KindList rumprunKinds{rumprun};

} // namespace rumpus
