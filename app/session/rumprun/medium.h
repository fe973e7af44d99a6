// What `rumprun iso` and `rumprun ec2` make, and the files that -T keeps.
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/session/prepare.h"
#include "app/session/rumprun/command.h"
#include "core/plan/medium.h"

#include <filesystem>
#include <memory>
#include <string>

class QTemporaryDir;

namespace rumpus {

/// The folder of -t or -T, or one of our own: there while the object lives, and longer with -T.
class RumprunFolder {
public:
    /// Errors: -t and -T want one that is not there yet.
    static Result<RumprunFolder> make(const RumprunCommand& command);

    RumprunFolder(RumprunFolder&&) noexcept;
    RumprunFolder& operator=(RumprunFolder&&) noexcept;
    RumprunFolder(const RumprunFolder&) = delete;
    RumprunFolder& operator=(const RumprunFolder&) = delete;
    ~RumprunFolder();

    const std::filesystem::path& path() const { return path_; }

private:
    RumprunFolder();

    std::unique_ptr<QTemporaryDir> own_;
    std::filesystem::path path_;
    bool removes_ = false;
};

/// What is made, and where.
struct RumprunMedium {
    MediumPlan plan;
    std::filesystem::path output; ///< the name of -N, else rumprun-APP.iso or rumprun-APP.ec2dir
};
/// Decides it. The problems name places of a config (rumprunOptionOf).
std::expected<RumprunMedium, Refusal> rumprunMedium(const RumprunCommand& command);

/// Writes what the script leaves behind with -T: json.cfg, what the guest is told; xr.conf, what xl is.
/// Nothing without -T. Errors: as RumprunFolder's; a file cannot be written.
Result<void> keepRumprunFiles(const RumprunCommand& command, const LaunchPlan& plan);

} // namespace rumpus
