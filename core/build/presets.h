// Presets: a config's "build" for the usual ways to make a unikernel.
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/config/config.h"

#include <filesystem>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace rumpus {

/// What a preset is filled in with.
struct PresetWishes {
    std::string name;                     ///< the unikernel's
    std::vector<std::string> sources;     ///< empty: NAME.c. For rumprun each one is a program of its own
    std::string bakeConfig = "hw_virtio"; ///< rumprun-bake's
    std::filesystem::path toolchainFile;  ///< CMake's, of rumprun
};

/// What it fills in.
struct PresetBuild {
    BuildConfig build;
    std::string image; ///< what the build makes
    /// A program's name each; more than one where several are baked into the image.
    std::vector<std::string> programs;
};

struct BuildPreset {
    std::string_view key;   ///< "rumprun"
    std::string_view title; ///< for people
    PresetBuild (*fill)(const PresetWishes& wishes);
    bool takesSources = false; ///< of the wishes, beside the name
    bool takesBakeConfig = false;
};

std::span<const BuildPreset> buildPresets();
const BuildPreset* buildPreset(std::string_view key);

/// The "build" object alone, as a config has it.
Json buildJson(const BuildConfig& build);

} // namespace rumpus
