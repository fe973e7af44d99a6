// The moments of a boot, from the click to the exit; and what a guest's console tells of them.
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/dialect/console_lines.h"
#include "core/image/image.h"

#include <cstdint>
#include <string_view>
#include <vector>

namespace rumpus {

/// Each is what a phase ends with; the phase begins where the moment before it was.
enum class BootMoment : std::uint8_t {
    Build,            ///< the build command has ended
    Plan,             ///< it is decided what is executed
    Process,          ///< the hypervisor's process or the domain is there
    FirstInstruction, ///< the guest's CPU runs
    FirstByte,        ///< its console's first byte
    Banner,           ///< the kernel's first own word
    Devices,          ///< the kernel has found its devices
    Network,          ///< an interface has its address
    Main,             ///< the application's main is called
    Exit,             ///< the guest has ended
};
inline constexpr int bootMoments = static_cast<int>(BootMoment::Exit) + 1;
std::string_view key(BootMoment moment);
std::string_view title(BootMoment moment);

/// Follows a console and tells each moment once. Lines may come in pieces; after the call of main, and after
/// the first 256 KiB, it no longer looks.
class BootListener {
public:
    explicit BootListener(ImageKind kind);

    /// Takes the next bytes of the console; gives what they tell, in their order.
    std::vector<BootMoment> hear(std::string_view bytes);

private:
    void hearLine(std::string_view line, std::vector<BootMoment>& news);
    bool isNew(BootMoment moment) const;

    ImageKind kind_;
    ConsoleLines lines_;
    std::size_t heard_ = 0;
    std::vector<BootMoment> told_;
};

} // namespace rumpus
