// A rumprun command line, as people have it in their notes and scripts: what it says, and as a config.
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/error.h"
#include "core/config/config.h"

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace rumpus {

enum class RumprunPlatform : std::uint8_t { Qemu, Kvm, Xen, Hvf, Iso, Ec2 };

/// Which of the two scripts is meant: app-tools/rumprun of rumpkernel/rumprun as it was last (2020), or
/// rumprun-xen of November 2014, which knows Xen alone and tells its guests by one Xenstore node a value.
enum class RumprunEdition : std::uint8_t { Last, November2014 };

struct RumprunCommand {
    RumprunEdition edition = RumprunEdition::Last;
    bool help = false; ///< -h: nothing else is read
    RumprunPlatform platform = RumprunPlatform::Qemu;
    bool dump = false;        ///< -D before the platform: print what would be done
    bool sudo = false;        ///< -S
    std::string folder;       ///< -t, -T: for files on the way; empty: one of our own
    bool keepsFolder = false; ///< -T
    bool paused = false;
    bool interactive = false;
    std::optional<std::uint16_t> gdbPort; ///< -D after the platform
    std::string givenName;                ///< -N
    UnikernelConfig config;               ///< without a name where -N gives none
    std::vector<std::string> notes;       ///< what is left out: a sentence each, with what to do instead
};

/// Reads the words after the command's own: `[script options] PLATFORM [options] IMAGE [--] [args]`, or of
/// 2014's the same without script options and platform. Paths stay as they are: relative to where the
/// command is run. Errors: an option or a form of one that the script does not know, or not for this
/// platform; no image.
Result<RumprunCommand> readRumprun(std::span<const std::string> words, RumprunEdition edition);

struct RumprunConfig {
    UnikernelConfig config;
    /// What the command says and a config does not: one sentence each, with what to do instead.
    std::vector<std::string> notes;
};

/// The command's words, as a config to keep; the first is rumprun or rumprun-xen.
Result<RumprunConfig> configFromRumprun(std::vector<std::string> words);
/// The same of a line that was copied from a terminal or a script, with prompt, sudo and pipes.
Result<RumprunConfig> configFromRumprun(std::string_view line);

} // namespace rumpus
