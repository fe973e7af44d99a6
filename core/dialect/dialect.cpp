// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/dialect/dialect.h"

#include "core/base/format.h"
#include "core/dialect/guest_speech.h"
#include "core/image/kind.h"

#include <algorithm>
#include <charconv>
#include <utility>

namespace rumpus {

const GuestDialect& dialectOf(ImageKind kind)
{
    return kind->dialects.empty() ? commandLineDialect : *kind->dialects.front();
}

const GuestSpeech& speechOf(ImageKind kind)
{
    static constexpr GuestSpeech silence;
    return kind->kernel == nullptr || kind->kernel->speech == nullptr ? silence : *kind->kernel->speech;
}

std::string mediumDiskPath(const UnikernelConfig& config, std::size_t index)
{
    const auto nameOf = [](const DiskConfig& disk) {
        return std::filesystem::path(disk.file).filename().native();
    };
    const std::string name = nameOf(config.disks[index]);
    const auto before = config.disks.begin() + static_cast<std::ptrdiff_t>(index);
    const bool taken = std::any_of(config.disks.begin(), before,
                                   [&](const DiskConfig& disk) { return nameOf(disk) == name; });
    return taken ? formatted("images/{}-{}", index, name) : "images/" + name;
}

std::string dottedNetmask(std::string_view cidr)
{
    const std::size_t slash = cidr.find('/');
    unsigned bits = 32;
    if (slash != std::string_view::npos) {
        std::from_chars(cidr.data() + slash + 1, cidr.data() + cidr.size(), bits);
    }
    const std::uint32_t mask = bits == 0 ? 0 : bits >= 32 ? ~0U : ~0U << (32 - bits);
    return formatted("{}.{}.{}.{}", mask >> 24U, mask >> 16U & 0xffU, mask >> 8U & 0xffU, mask & 0xffU);
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

void refuseHostname(const UnikernelConfig& config, std::string_view dialect, std::vector<Problem>& problems)
{
    if (!config.hostname.empty()) {
        problems.push_back(cannotTell("/hostname", dialect, "a hostname", "remove \"hostname\""));
    }
}

void refuseMountpoints(const UnikernelConfig& config, std::string_view dialect,
                       std::vector<Problem>& problems, std::string_view cure)
{
    for (std::size_t i = 0; i < config.disks.size(); ++i) {
        if (!config.disks[i].mountpoint.empty()) {
            problems.push_back(
                cannotTell(formatted("/disks/{}/mountpoint", i), dialect, "a mountpoint", cure));
        }
    }
}

} // namespace rumpus
