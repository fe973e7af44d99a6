// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/image/image.h"

#include <algorithm>
#include <array>

namespace rumpus {

namespace {

template <typename T>
struct Names {
    T value;
    std::string_view key;
    std::string_view title;
};

constexpr std::array bootNames = {
    Names{BootProtocol::Multiboot1, "multiboot", "Multiboot"},
    Names{BootProtocol::Multiboot2, "multiboot2", "Multiboot 2"},
    Names{BootProtocol::Pvh, "pvh", "PVH"},
    Names{BootProtocol::XenPv, "xen-pv", "Xen PV"},
    Names{BootProtocol::LinuxBoot, "linux", "Linux boot protocol"},
    Names{BootProtocol::PlainElf, "elf", "plain ELF entry"},
    Names{BootProtocol::Tender, "tender", "Solo5 tender"},
    Names{BootProtocol::Efi, "efi", "EFI application"},
};

constexpr std::array componentNames = {
    Names{Component::Application, "application", "Application"},
    Names{Component::Libc, "libc", "C library"},
    Names{Component::KernelCore, "kernel-core", "Kernel core"},
    Names{Component::KernelNet, "kernel-net", "Kernel network"},
    Names{Component::KernelVfs, "kernel-vfs", "Kernel files"},
    Names{Component::KernelDev, "kernel-dev", "Kernel drivers"},
    Names{Component::Platform, "platform", "Platform layer"},
    Names{Component::Compiler, "compiler", "Compiler support"},
    Names{Component::Debug, "debug", "Debug information"},
    Names{Component::Other, "other", "Other"},
};

constexpr std::array debugNames = {
    Names{DebugInformation::None, "none", "none (stripped)"},
    Names{DebugInformation::SymbolsOnly, "symbols", "symbols only"},
    Names{DebugInformation::LinesOnly, "lines", "symbols and lines"},
    Names{DebugInformation::Full, "full", "full"},
};

template <typename Table, typename T>
auto entry(const Table& table, T value)
{
    const auto found = std::ranges::find_if(table, [&](const auto& names) { return names.value == value; });
    return found == table.end() ? table.back() : *found;
}

} // namespace

std::string_view key(BootProtocol protocol)
{
    return entry(bootNames, protocol).key;
}
std::string_view title(BootProtocol protocol)
{
    return entry(bootNames, protocol).title;
}
std::string_view key(Component component)
{
    return entry(componentNames, component).key;
}
std::string_view title(Component component)
{
    return entry(componentNames, component).title;
}
std::string_view title(DebugInformation debug)
{
    return entry(debugNames, debug).title;
}

} // namespace rumpus
