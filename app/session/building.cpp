// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/session/building.h"

#include "app/session/resources.h"
#include "core/build/toolchains.h"

#include <cstdlib>

namespace rumpus {

std::map<std::string, std::string> buildEnvironment()
{
    std::map<std::string, std::string> environment;
    if (const Result<std::filesystem::path> resources = resourcesFolder()) {
        environment["SPRIG"] = *resources / "sprig";
    }
    // a toolchain that was built and never put into PATH is found all the same
    const char* path = std::getenv("PATH");
    std::string folders = path == nullptr ? std::string("/usr/bin:/bin") : std::string(path);
    for (const std::filesystem::path& folder : usualToolFolders()) {
        folders += ":" + folder.native();
    }
    environment["PATH"] = std::move(folders);
    return environment;
}

} // namespace rumpus
