// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/format.h"
#include "core/base/text.h"
#include "core/config/checks.h"
#include "core/config/json_text.h"

#include <set>
#include <system_error>

namespace rumpus {

namespace fs = std::filesystem;

namespace {

/// What the build makes, as far as the config says.
class BuildOutputs {
public:
    BuildOutputs(const UnikernelConfig& config, const fs::path& folder)
        : builds_(config.build && !config.build->command.empty())
    {
        if (builds_) {
            const auto add = [&](const std::vector<std::string>& outputs) {
                for (const std::string& output : outputs) {
                    files_.insert((folder / config.build->directory / output).lexically_normal());
                }
            };
            add(config.build->outputs);
            // what steps make says nothing of what the command makes that names no outputs
            for (const BuildStep& step : files_.empty() ? std::vector<BuildStep>() : config.build->steps) {
                add(step.outputs);
            }
        }
    }

    bool names(const fs::path& file) const { return files_.contains(file.lexically_normal()); }
    /// A build that names no outputs may make anything.
    bool mayMake(const fs::path& file) const { return builds_ && (files_.empty() || names(file)); }
    bool builds() const { return builds_; }

private:
    bool builds_;
    std::set<fs::path> files_;
};

enum class Found : std::uint8_t { File, Nothing, Wrong };

/// Looks for a file; anything else in its place than nothing is a problem already.
Found look(const fs::path& file, const std::string& pointer, ProblemList& problems)
{
    std::error_code failed;
    const fs::file_status status = fs::status(file, failed);
    if (status.type() == fs::file_type::not_found) {
        return Found::Nothing;
    }
    if (failed) {
        problems.error(pointer,
                       formatted("cannot look at {}: {}", printable(file.native()), failed.message()));
        return Found::Wrong;
    }
    if (status.type() == fs::file_type::directory) {
        problems.error(pointer, formatted("{} is a folder: name a file", printable(file.native())));
        return Found::Wrong;
    }
    return Found::File;
}

/// The image and its symbols: the build may make them, even where it does not say so.
void checkMadeFile(const fs::path& folder, const std::string& name, const std::string& pointer,
                   const BuildOutputs& outputs, ProblemList& problems)
{
    const fs::path file = (folder / name).lexically_normal();
    if (look(file, pointer, problems) != Found::Nothing) {
        return;
    }
    if (outputs.mayMake(file)) {
        problems.warning(pointer, formatted("{} is not there yet: build it", printable(file.native())));
    } else {
        problems.error(pointer, formatted("{} is not there: {}", printable(file.native()),
                                          outputs.builds() ? "name it in build.outputs if the build makes it"
                                                           : "correct the path, or make the file"));
    }
}

/// The same for all ways to write one file.
std::string identity(const fs::path& file)
{
    std::error_code failed;
    const fs::path canonical = fs::weakly_canonical(file, failed);
    return (failed ? file.lexically_normal() : canonical).native();
}

std::string withoutEndingSlash(const std::string& mountpoint)
{
    std::string normal = fs::path(mountpoint).lexically_normal().native();
    if (normal.size() > 1 && normal.ends_with('/')) {
        normal.pop_back();
    }
    return normal;
}

void checkDiskFile(const DiskConfig& disk, const fs::path& folder, const std::string& pointer,
                   const BuildOutputs& outputs, ProblemList& problems)
{
    if (disk.file.empty()) {
        problems.error(pointer, "the disk has no file: name one, relative to the config's folder");
        return;
    }
    const fs::path file = folder / disk.file;
    if (look(file, pointer, problems) == Found::Nothing && !outputs.names(file)) {
        problems.error(pointer,
                       formatted("{} is not there: make it, correct the path, or name it in build.outputs "
                                 "if the build makes it",
                                 printable(file.lexically_normal().native())));
    }
}

void checkDisks(const UnikernelConfig& config, const fs::path& folder, const BuildOutputs& outputs,
                ProblemList& problems)
{
    if (config.disks.size() > mostDevices) {
        problems.error("/disks", formatted("{} disks are more than a guest can have: at most {}",
                                           config.disks.size(), mostDevices));
        return;
    }
    struct Use {
        std::string pointer;
        bool readOnly;
    };
    std::map<std::string, Use> files;
    UsedValues mountpoints;
    for (std::size_t i = 0; i < config.disks.size(); ++i) {
        const DiskConfig& disk = config.disks[i];
        const std::string place = formatted("/disks/{}", i);
        checkDiskFile(disk, folder, place + "/file", outputs, problems);
        if (!disk.file.empty()) {
            const auto [use, isNew] =
                files.try_emplace(identity(folder / disk.file), Use{place + "/file", disk.readOnly});
            if (!isNew && !(use->second.readOnly && disk.readOnly)) {
                problems.error(
                    place + "/file",
                    formatted("{} is the disk at {} too, and two writers destroy it: copy the file, or "
                              "make both readOnly",
                              inQuotes(disk.file), use->second.pointer));
            }
        }
        if (disk.mountpoint.empty()) {
            if (!disk.fileSystem.empty()) {
                problems.warning(place + "/fileSystem",
                                 "a file system without a mountpoint has no effect: add \"mountpoint\"");
            }
        } else if (!disk.mountpoint.starts_with('/')) {
            problems.error(place + "/mountpoint",
                           formatted("{} is not absolute: write {}", inQuotes(disk.mountpoint),
                                     inQuotes('/' + disk.mountpoint)));
        } else if (const auto earlier =
                       mountpoints.note(withoutEndingSlash(disk.mountpoint), place + "/mountpoint")) {
            problems.error(place + "/mountpoint",
                           formatted("{} is where the disk at {} is mounted: choose another",
                                     inQuotes(disk.mountpoint), *earlier));
        }
    }
}

} // namespace

void checkFiles(const UnikernelConfig& config, const fs::path& folder, ProblemList& problems)
{
    const BuildOutputs outputs(config, folder);
    if (config.image.empty()) {
        problems.error("/image",
                       "there is no image: name the ELF file to boot, such as \"image\": \"hello.elf\"");
    } else {
        checkMadeFile(folder, config.image, "/image", outputs, problems);
    }
    if (config.build) {
        const fs::path directory = (folder / config.build->directory).lexically_normal();
        std::error_code failed;
        if (!config.build->directory.empty() && !fs::is_directory(directory, failed)) {
            problems.error("/build/directory", formatted("{} is no folder: make it, or correct the path",
                                                         printable(directory.native())));
        }
    }
    checkDisks(config, folder, outputs, problems);
    if (!config.debug.symbolFile.empty()) {
        checkMadeFile(folder, config.debug.symbolFile, "/debug/symbolFile", outputs, problems);
    }
}

} // namespace rumpus
