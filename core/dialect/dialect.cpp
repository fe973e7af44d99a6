// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/dialect/dialect.h"

#include <format>
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
    return single ? std::format("/arguments/{}", argument)
                  : std::format("/programs/{}/arguments/{}", program, argument);
}

Problem cannotTell(std::string pointer, std::string_view dialect, std::string_view wish,
                   std::string_view cure)
{
    return {.pointer = std::move(pointer),
            .severity = Severity::Error,
            .text = std::format("the {} dialect has no word for {}: {}", dialect, wish, cure)};
}

} // namespace rumpus
