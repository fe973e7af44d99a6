// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/session/building.h"

#include "app/session/resources.h"

namespace rumpus {

std::map<std::string, std::string> buildEnvironment()
{
    std::map<std::string, std::string> environment;
    if (const Result<std::filesystem::path> resources = resourcesFolder()) {
        environment["SPRIG"] = *resources / "sprig";
    }
    return environment;
}

} // namespace rumpus
