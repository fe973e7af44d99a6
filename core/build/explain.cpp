// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/build/explain.h"

#include "core/base/format.h"

#include <algorithm>
#include <array>

namespace rumpus {

namespace {

/// Symbols that begin like this are of a rump component, and these of rumprun-bake's configs have it
/// (app-tools/rumprun-bake.conf of rumprun).
struct Component {
    std::string_view symbols;
    std::string_view library;
    std::string_view configs;
};

constexpr std::string_view anyConfig = "hw_virtio, hw_generic or xen_pv";
constexpr std::array<Component, 19> components{{
    {.symbols = "rump_pub_netconfig_", .library = "rumpnet_config", .configs = anyConfig},
    {.symbols = "rump_pub_etfs_", .library = "rumpvfs", .configs = anyConfig},
    {.symbols = "rumpns_vfs_", .library = "rumpvfs", .configs = anyConfig},
    {.symbols = "rumpns_vn_", .library = "rumpvfs", .configs = anyConfig},
    {.symbols = "rumpns_physio", .library = "rumpvfs", .configs = anyConfig},
    {.symbols = "rumpns_minphys", .library = "rumpvfs", .configs = anyConfig},
    {.symbols = "rumpns_genfs_", .library = "rumpvfs", .configs = anyConfig},
    {.symbols = "rumpns_if_", .library = "rumpnet_net", .configs = anyConfig},
    {.symbols = "rumpns_ether_", .library = "rumpnet_net", .configs = anyConfig},
    {.symbols = "rumpns_so", .library = "rumpnet", .configs = anyConfig},
    {.symbols = "rumpns_m_", .library = "rumpnet", .configs = anyConfig},
    {.symbols = "rumpns_tcp_", .library = "rumpnet_netinet", .configs = anyConfig},
    {.symbols = "rumpns_udp_", .library = "rumpnet_netinet", .configs = anyConfig},
    {.symbols = "rumpns_in_", .library = "rumpnet_netinet", .configs = anyConfig},
    {.symbols = "rumpns_in6_", .library = "rumpnet_netinet6", .configs = anyConfig},
    {.symbols = "rumpns_pci_", .library = "rumpdev_pci", .configs = "hw_virtio, hw_generic or xen_pci"},
    {.symbols = "rumpns_virtio_", .library = "rumpdev_pci_virtio", .configs = "hw_virtio or hw_generic"},
    {.symbols = "rumpns_scsipi_", .library = "rumpdev_scsipi", .configs = "hw_virtio_scsi or hw_generic"},
    {.symbols = "rumpns_audio_", .library = "rumpdev_audio", .configs = "hw_generic"},
}};

/// The symbol of ld's "undefined reference to `x'".
std::string_view undefinedSymbol(std::string_view line)
{
    static constexpr std::string_view words = "undefined reference to ";
    const std::size_t at = line.find(words);
    if (at == std::string_view::npos) {
        return {};
    }
    std::string_view symbol = line.substr(at + words.size());
    if (!symbol.empty() && (symbol.front() == '`' || symbol.front() == '\'')) {
        symbol.remove_prefix(1);
    }
    return symbol.substr(0, symbol.find_first_of("'` \r\n"));
}

} // namespace

std::optional<std::string> explainBuildLine(std::string_view line)
{
    if (const std::string_view symbol = undefinedSymbol(line); !symbol.empty()) {
        const auto found = std::ranges::find_if(
            components, [&](const Component& one) { return symbol.starts_with(one.symbols); });
        if (found != components.end()) {
            return formatted("needs {}: choose the bake config {}, or add -l{} to yours", found->library,
                             found->configs, found->library);
        }
        return std::nullopt;
    }
    if (line.contains("Could not extract \"tuple\"")) {
        return "rumprun-bake takes programs that a rumprun compiler has linked: build it with "
               "x86_64-rumprun-netbsd-gcc, and name that file";
    }
    if (line.contains("unsupported config \"")) {
        return "`rumprun-bake list` prints the configs there are: hw_virtio for QEMU, xen_pv for Xen";
    }
    return std::nullopt;
}

} // namespace rumpus
