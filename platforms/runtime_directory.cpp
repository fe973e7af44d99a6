// SPDX-License-Identifier: GPL-3.0-or-later
#include "platforms/runtime_directory.h"

#include "core/base/format.h"
#include "core/base/text.h"

#include <cstdlib>
#include <sys/stat.h>
#include <unistd.h>

namespace rumpus {

namespace {

bool isOursAlone(const std::filesystem::path& folder)
{
    struct stat status{};
    return ::lstat(folder.c_str(), &status) == 0 && S_ISDIR(status.st_mode) && status.st_uid == ::getuid() &&
           (status.st_mode & 0077U) == 0;
}

} // namespace

Result<std::filesystem::path> runtimeDirectory(std::string_view folder)
{
    const char* runtime = std::getenv("XDG_RUNTIME_DIR");
    const bool usable = runtime != nullptr && runtime[0] == '/' && ::access(runtime, W_OK) == 0;
    const std::filesystem::path top = usable ? std::filesystem::path(runtime) / "rumpus"
                                             : std::filesystem::path(formatted("/tmp/rumpus-{}", ::getuid()));
    ::mkdir(top.c_str(), 0700);
    if (!isOursAlone(top)) {
        return hostError(formatted("{} is not a directory of ours alone", printable(top.native())),
                         "remove it, or set XDG_RUNTIME_DIR to a directory that only you can enter");
    }
    std::filesystem::path place = top / folder;
    ::mkdir(place.c_str(), 0700);
    // QEMU ends a module's path at a blank (hw/i386/multiboot.c) and takes % in -D for its number
    // (util/log.c)
    if (place.native().find_first_of(" \t\n%") != std::string::npos) {
        return hostError(
            formatted("{} has a blank or a % in it, which QEMU misreads", printable(place.native())),
            "set XDG_RUNTIME_DIR to a path without");
    }
    return place;
}

std::chrono::system_clock::time_point guestMadeAt(const std::filesystem::path& folder)
{
    struct stat status{};
    if (::stat((folder / "plan.json").c_str(), &status) != 0) {
        return {};
    }
    return std::chrono::system_clock::from_time_t(status.st_mtim.tv_sec) +
           std::chrono::duration_cast<std::chrono::system_clock::duration>(
               std::chrono::nanoseconds(status.st_mtim.tv_nsec));
}

} // namespace rumpus
