// SPDX-License-Identifier: GPL-3.0-or-later
#include "platforms/microvm.h"

#include "core/base/format.h"
#include "core/image/kind.h"

namespace rumpus {

std::string microvmOptions(const LaunchPlan& plan)
{
    // the command line is the guest's alone: no virtio_mmio.device= added to it; and guests that know no
    // other clock than a PC's stand still without it
    std::string options = "auto-kernel-cmdline=off,pit=on,pic=on,rtc=on";
    if (plan.firmware == "qboot.rom") {
        // qboot enters the image by itself; SeaBIOS needs an option ROM for that
        options += ",x-option-roms=off";
    }
    if (!plan.kind->microvmOptions.empty()) {
        options += formatted(",{}", plan.kind->microvmOptions);
    }
    return options;
}

} // namespace rumpus
