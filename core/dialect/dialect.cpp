// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/dialect/dialect.h"

#include "core/base/format.h"

#include <algorithm>
#include <utility>

namespace rumpus {

const GuestDialect& dialectOf(ImageKind kind)
{
    switch (kind) {
    case ImageKind::Sprig:
    case ImageKind::RumprunHw: return rumprunDialect;
    case ImageKind::RumprunXen: return rumprunXenDialect;
    case ImageKind::UnikraftQemu:
    case ImageKind::UnikraftXen:
    case ImageKind::UnikraftFirecracker:
    case ImageKind::UnikraftEfi: return unikraftDialect;
    case ImageKind::Solo5Hvt:
    case ImageKind::Solo5Spt:
    case ImageKind::Solo5Virtio:
    case ImageKind::Solo5Muen:
    case ImageKind::Solo5Genode:
    case ImageKind::Solo5Xen: return solo5Dialect;
    case ImageKind::MiniOs:
    case ImageKind::Osv:
    case ImageKind::Nanos:
    case ImageKind::Hermit:
    case ImageKind::Linux:
    case ImageKind::Generic: return commandLineDialect;
    }
    std::unreachable();
}

bool isAttached(const InterfaceConfig& interface)
{
    return interface.backend.type != NetworkBackend::None;
}

std::string guestInterfaceName(const UnikernelConfig& config, const GuestDialect& dialect, std::size_t index)
{
    if (!config.interfaces[index].name.empty()) {
        return config.interfaces[index].name;
    }
    // drivers number their own devices: a named wm0 does not move the first vioif
    const std::string first = dialect.interfaceName(0);
    const std::string driver = first.substr(0, first.find_first_of("0123456789"));
    const auto before = config.interfaces.begin();
    const auto sameDriver = std::count_if(
        before, before + static_cast<std::ptrdiff_t>(index), [&](const InterfaceConfig& interface) {
            return isAttached(interface) && (interface.name.empty() || interface.name.starts_with(driver));
        });
    return dialect.interfaceName(static_cast<std::size_t>(sameDriver));
}

std::vector<std::string> onlyProgram(const UnikernelConfig& config, std::vector<Problem>& problems,
                                     std::string_view dialect)
{
    if (config.programs.empty()) {
        return {};
    }
    if (config.programs.size() > 1) {
        problems.push_back(cannotTell("/programs/1", dialect, "a second program", "keep one program"));
    }
    if (config.programs.front().mode != RunMode::Foreground) {
        problems.push_back(cannotTell("/programs/0/mode", dialect, "a run mode", "leave \"mode\" out"));
    }
    return config.programs.front().arguments;
}

std::string argumentPointer(const UnikernelConfig& config, std::size_t program, std::size_t argument)
{
    const bool single = config.programs.size() == 1 && config.programs.front().mode == RunMode::Foreground;
    return single ? formatted("/arguments/{}", argument)
                  : formatted("/programs/{}/arguments/{}", program, argument);
}

Problem cannotTell(std::string pointer, std::string_view dialect, std::string_view wish,
                   std::string_view cure)
{
    return {.pointer = std::move(pointer),
            .severity = Severity::Error,
            .text = formatted("the {} dialect has no word for {}: {}", dialect, wish, cure)};
}

} // namespace rumpus
