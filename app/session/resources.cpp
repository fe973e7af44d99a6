// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/session/resources.h"

#include <array>
#include <cstdlib>

namespace rumpus {

Result<std::filesystem::path> resourcesFolder()
{
    if (const char* wished = std::getenv("RUMPUS_RESOURCES")) {
        if (std::filesystem::exists(std::filesystem::path(wished) / "sprig")) {
            return std::filesystem::absolute(wished);
        }
        return inputError("RUMPUS_RESOURCES names no folder with Rumpus's resources", "unset it");
    }
    std::error_code failed;
    const std::filesystem::path program =
        std::filesystem::read_symlink("/proc/self/exe", failed).parent_path();
    // installed in PREFIX/bin, or built in SOURCE/build/PRESET/bin
    const std::array candidates{program / "../share/rumpus", program / "../../../resources"};
    for (const std::filesystem::path& candidate : candidates) {
        if (std::filesystem::exists(candidate / "sprig", failed)) {
            return std::filesystem::weakly_canonical(candidate);
        }
    }
    return inputError("Rumpus's resources are not beside the program",
                      "install them, or set RUMPUS_RESOURCES to their folder");
}

} // namespace rumpus
