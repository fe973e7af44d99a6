// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/image/image.h"
#include "core/image/kernel.h"
#include "core/image/source_map.h"

#include <algorithm>
#include <span>

namespace rumpus {

namespace {

using enum Component;

/// A piece of a path, or the start of a symbol; the first that fits decides.
struct Rule {
    std::string_view text;
    Component component;
};

constexpr Rule sprigPaths[] = {
    {"/sprig/kernel/", KernelCore}, {"/sprig/platform/", Platform}, {"/sprig/net/", KernelNet},
    {"/sprig/block/", KernelVfs},   {"/sprig/libc/", Libc},
};

// NetBSD's rump kernels are compiled in folders named by faction, from sources found by `..`: so the way to a
// file says more than where it leads (…/sys/rump/librump/rumpnet/../../../kern/uipc_socket.c).
constexpr Rule rumprunPaths[] = {
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
constexpr Rule netbsdPaths[] = {
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

constexpr Rule unikraftPaths[] = {
    {"/libuklibid/", KernelCore}, // generated into the build folder
    {"/lib/nolibc/", Libc},
    {"/lib/musl/", Libc},
    {"/libs/musl/", Libc},
    {"/libs/newlib/", Libc},
    {"/lib-musl/", Libc},
    {"/lib-newlib/", Libc},
    {"/lib/isrlib/", Libc},
    {"/lib/posix-libdl/", Libc},
    {"/lib/compiler-rt/", Compiler},
    {"/libs/compiler-rt/", Compiler},
    {"/lib/lwip/", KernelNet},
    {"/libs/lwip/", KernelNet},
    {"/lib-lwip/", KernelNet},
    {"/lib/uknetdev/", KernelNet},
    {"/lib/posix-socket/", KernelNet},
    {"/lib/vfscore/", KernelVfs},
    {"/lib/posix-vfs", KernelVfs},
    {"/lib/ramfs/", KernelVfs},
    {"/lib/devfs/", KernelVfs},
    {"/lib/9pfs/", KernelVfs},
    {"/lib/ukcpio/", KernelVfs},
    {"/lib/uk9p/", KernelVfs},
    {"/lib/ukblkdev/", KernelVfs},
    {"/lib/posix-fd", KernelVfs},
    {"/lib/ukconsole/", Platform},
    {"/drivers/ukconsole/", Platform},
    {"/drivers/ukintctlr/", Platform},
    {"/drivers/", KernelDev},
    {"/lib/ukbus/", KernelDev},
    {"/unikraft/plat/", Platform},
    {"/plat/common/", Platform},
    {"/plat/kvm/", Platform},
    {"/plat/xen/", Platform},
    {"/unikraft/arch/", Platform},
    {"/unikraft/lib/", KernelCore},
    {"/lib/uk", KernelCore},
    {"/lib/posix-", KernelCore},
};

constexpr Rule solo5Paths[] = {
    {"/bindings/", Platform},      {"/nolibc/", Libc}, {"/openlibm/", Libc}, {"/ocaml/runtime/", Libc},
    {"/mirage-tcpip/", KernelNet},
};

constexpr Rule miniOsPaths[] = {
    {"/lwip", KernelNet},          {"netfront.c", KernelNet},       {"/newlib", Libc},
    {"blkfront.c", KernelDev},     {"fbfront.c", KernelDev},        {"pcifront.c", KernelDev},
    {"/mini-os/arch/", Platform},  {"/mini-os/console", Platform},  {"/mini-os/hypervisor.c", Platform},
    {"/mini-os/xenbus", Platform}, {"/mini-os/events.c", Platform}, {"/mini-os/gnttab.c", Platform},
    {"/mini-os/lib/", Libc},       {"/mini-os/", KernelCore},
};

constexpr Rule osvPaths[] = {
    {"/bsd/sys/net", KernelNet},
    {"/bsd/sys/dev/", KernelDev},
    {"/bsd/sys/", KernelVfs},
    {"/drivers/", KernelDev},
    {"/fs/", KernelVfs},
    {"/musl", Libc},
    {"/libc/", Libc},
    {"/arch/", Platform},
    {"/core/", KernelCore},
};

constexpr Rule nanosPaths[] = {
    {"/lwip/", KernelNet},        {"/src/net/", KernelNet}, {"/src/virtio/", KernelDev},
    {"/src/drivers/", KernelDev}, {"/src/fs/", KernelVfs},  {"/src/tfs/", KernelVfs},
    {"/src/xen/", Platform},      {"/platform/", Platform}, {"/src/x86_64/", Platform},
    {"/src/aarch64/", Platform},  {"/src/", KernelCore},
};

constexpr Rule hermitPaths[] = {
    {"smoltcp", KernelNet},
    {"/src/fs/", KernelVfs},
    {"/src/drivers/", KernelDev},
    {"/src/arch/", Platform},
    {"/rustc/", Libc},
    {"/library/std/", Libc},
    {"hermit-kernel", KernelCore},
    {"/kernel/src/", KernelCore},
};

constexpr Rule linuxPaths[] = {
    {"/net/", KernelNet}, {"/fs/", KernelVfs}, {"/drivers/", KernelDev},
    {"/arch/", Platform}, {"/", KernelCore},
};

// whatever the kind
constexpr Rule commonPaths[] = {
    {"/libgcc/", Compiler},      {"/libgcc2.c", Compiler},    {"/lib/gcc/", Compiler},
    {"/compiler-rt/", Compiler}, {"/compiler_rt/", Compiler}, {"/crtstuff.c", Compiler},
};

constexpr Rule rumprunSymbols[] = {
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

// for assembly, which has no DWARF
constexpr Rule sprigSymbols[] = {{"hw_", Platform}, {"xen_", Platform}};

constexpr Rule solo5Symbols[] = {
    {"solo5_app_main", Application}, {"solo5_", Platform}, {"virtio_", Platform},
    {"platform_", Platform},         {"cpu_", Platform},   {"_nolibc", Libc},
};

constexpr Rule unikraftSymbols[] = {
    {"ukplat_", Platform},   {"_ukplat_", Platform},   {"_multiboot_entry", Platform},
    {"ukarch_", Platform},   {"uk_netdev", KernelNet}, {"lwip_", KernelNet},
    {"vfscore_", KernelVfs}, {"uk_", KernelCore},      {"_uk_", KernelCore},
};

// libgcc's names (gcc internals manual, "The GCC low-level runtime library")
constexpr Rule compilerSymbols[] = {
    {"__divti3", Compiler},
    {"__udivti3", Compiler},
    {"__modti3", Compiler},
    {"__umodti3", Compiler},
    {"__divmodti4", Compiler},
    {"__udivmodti4", Compiler},
    {"__multi3", Compiler},
    {"__mulxc3", Compiler},
    {"__muldc3", Compiler},
    {"__mulsc3", Compiler},
    {"__divxc3", Compiler},
    {"__popcount", Compiler},
    {"__clz", Compiler},
    {"__ctz", Compiler},
    {"__udivdi3", Compiler},
    {"__umoddi3", Compiler},
    {"_Unwind_", Compiler},
    {"__register_frame", Compiler},
    {"__deregister_frame", Compiler},
    {"__gcc_", Compiler},
    {"__emutls", Compiler},
};

struct RuleSet {
    std::span<const Rule> ways;  ///< matched with a path as the compiler wrote it
    std::span<const Rule> paths; ///< matched with the normalised path
    std::span<const Rule> morePaths;
    std::span<const Rule> symbols;
};

RuleSet rulesOf(ImageKind kind)
{
    switch (kernelOf(kind)) {
    case Kernel::Sprig: return {{}, sprigPaths, {}, sprigSymbols};
    case Kernel::Rumprun: return {rumprunPaths, rumprunPaths, netbsdPaths, rumprunSymbols};
    case Kernel::Unikraft: return {{}, unikraftPaths, {}, unikraftSymbols};
    case Kernel::Solo5: return {{}, solo5Paths, {}, solo5Symbols};
    case Kernel::MiniOs: return {{}, miniOsPaths, {}, {}};
    case Kernel::Osv: return {{}, osvPaths, {}, {}};
    case Kernel::Nanos: return {{}, nanosPaths, {}, {}};
    case Kernel::Hermit: return {{}, hermitPaths, {}, {}};
    case Kernel::Linux: return {{}, linuxPaths, {}, {}};
    case Kernel::Unknown: break;
    }
    return {};
}

std::optional<Component> byPath(std::span<const Rule> rules, std::string_view path)
{
    const auto found =
        std::ranges::find_if(rules, [&](const Rule& rule) { return path.contains(rule.text); });
    return found == rules.end() ? std::nullopt : std::optional(found->component);
}

std::optional<Component> bySymbol(std::span<const Rule> rules, std::string_view symbol)
{
    const auto found =
        std::ranges::find_if(rules, [&](const Rule& rule) { return symbol.starts_with(rule.text); });
    return found == rules.end() ? std::nullopt : std::optional(found->component);
}

} // namespace

Component componentOf(ImageKind kind, std::string_view sourceFile, std::string_view symbol)
{
    const RuleSet kernel = rulesOf(kind);
    if (!sourceFile.empty()) {
        // a relative path is matched as if a slash stood before it
        const std::string path = "/" + std::string(sourceFile);
        const std::string normal = "/" + normalisedPath(sourceFile);
        for (const auto& [rules, where] :
             {std::pair{std::span<const Rule>(commonPaths), &normal}, std::pair{kernel.ways, &path},
              std::pair{kernel.paths, &normal}, std::pair{kernel.morePaths, &normal}}) {
            if (const auto component = byPath(rules, *where)) {
                // NetBSD's common/ is compiled into the C library and, with other names, into the kernel
                const bool inKernel = *component == Libc && symbol.starts_with("rumpns_");
                return inKernel ? KernelCore : *component;
            }
        }
        return Application;
    }
    if (const auto component = bySymbol(compilerSymbols, symbol)) {
        return *component;
    }
    return bySymbol(kernel.symbols, symbol).value_or(Other);
}

} // namespace rumpus
