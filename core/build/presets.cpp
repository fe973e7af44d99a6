// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/build/presets.h"

#include "core/config/document.h"

#include <algorithm>
#include <array>
#include <set>

namespace rumpus {

namespace {

std::vector<std::string> sourcesOf(const PresetWishes& wishes)
{
    return wishes.sources.empty() ? std::vector{wishes.name + ".c"} : wishes.sources;
}

std::string stemOf(const std::string& source)
{
    return std::filesystem::path(source).stem().native();
}

bool isCpp(const std::string& source)
{
    static const std::set<std::string> endings{".cc", ".cpp", ".cxx", ".C"};
    return endings.contains(std::filesystem::path(source).extension().native());
}

/// rumprun-bake's names begin with the platform: "hw_virtio", "xen_pv".
std::string bakedName(const PresetWishes& wishes)
{
    return wishes.name + (wishes.bakeConfig.starts_with("xen") ? ".xen" : ".bin");
}

PresetBuild fillMake(const PresetWishes& wishes)
{
    return {.build = {.command = {"make"}}, .image = wishes.name + ".elf", .programs = {wishes.name}};
}

PresetBuild fillRumprun(const PresetWishes& wishes)
{
    PresetBuild made{.build = {}, .image = bakedName(wishes), .programs = {}};
    made.build.command = {"rumprun-bake", wishes.bakeConfig, made.image};
    for (const std::string& source : sourcesOf(wishes)) {
        const std::string program = stemOf(source);
        const std::string compiler =
            isCpp(source) ? "x86_64-rumprun-netbsd-g++" : "x86_64-rumprun-netbsd-gcc";
        made.build.steps.push_back({.command = {compiler, "-g", "-O1", "-o", program, source},
                                    .inputs = {source},
                                    .outputs = {program}});
        made.build.command.push_back(program);
        made.build.inputs.push_back(program);
        made.programs.push_back(program);
    }
    made.build.outputs = {made.image};
    return made;
}

PresetBuild fillCMake(const PresetWishes& wishes)
{
    const std::string toolchain = wishes.toolchainFile.empty() ? "x86_64-rumprun-netbsd-toolchain.cmake"
                                                               : wishes.toolchainFile.native();
    const std::string program = "build/" + wishes.name;
    PresetBuild made{.build = {}, .image = bakedName(wishes), .programs = {wishes.name}};
    made.build.steps = {{.command = {"cmake", "-B", "build", "-DCMAKE_BUILD_TYPE=RelWithDebInfo",
                                     "-DCMAKE_TOOLCHAIN_FILE=" + toolchain},
                         .inputs = {"CMakeLists.txt"},
                         .outputs = {"build/CMakeCache.txt"}},
                        {.command = {"cmake", "--build", "build"}, .inputs = {}, .outputs = {program}}};
    made.build.command = {"rumprun-bake", wishes.bakeConfig, made.image, program};
    made.build.inputs = {program};
    made.build.outputs = {made.image};
    return made;
}

PresetBuild fillUnikraft(const PresetWishes& wishes)
{
    PresetBuild made{
        .build = {}, .image = "build/" + wishes.name + "_qemu-x86_64", .programs = {wishes.name}};
    made.build.command = {"make"}; // the application's own, which calls Unikraft's
    made.build.outputs = {made.image};
    return made;
}

/// kraft names its images after the Kraftfile's "name" (docs of KraftKit, `kraft build`).
PresetBuild fillKraft(const PresetWishes& wishes)
{
    PresetBuild made{
        .build = {}, .image = ".unikraft/build/" + wishes.name + "_qemu-x86_64", .programs = {wishes.name}};
    made.build.command = {"kraft",  "build", "--no-prompt", "--log-type", "basic",
                          "--plat", "qemu",  "--arch",      "x86_64"};
    made.build.outputs = {made.image};
    return made;
}

PresetBuild fillSolo5(const PresetWishes& wishes)
{
    static constexpr std::string_view compiler = "x86_64-solo5-none-static-cc";
    PresetBuild made{.build = {}, .image = wishes.name + ".virtio", .programs = {wishes.name}};
    made.build.steps.push_back({.command = {"solo5-elftool", "gen-manifest", "manifest.json", "manifest.c"},
                                .inputs = {"manifest.json"},
                                .outputs = {"manifest.c"}});
    made.build.command = {std::string(compiler), "-z", "solo5-abi=virtio", "-o", made.image};
    std::vector<std::string> sources = sourcesOf(wishes);
    sources.emplace_back("manifest.c");
    for (const std::string& source : sources) {
        const std::string object = stemOf(source) + ".o";
        made.build.steps.push_back({.command = {std::string(compiler), "-g", "-c", "-o", object, source},
                                    .inputs = {source},
                                    .outputs = {object}});
        made.build.command.push_back(object);
        made.build.inputs.push_back(object);
    }
    made.build.outputs = {made.image};
    return made;
}

constexpr std::array<BuildPreset, 6> presets{{
    {.key = "make", .title = "make", .fill = fillMake},
    {.key = "rumprun",
     .title = "C or C++ with rumprun: compile and bake",
     .fill = fillRumprun,
     .takesSources = true,
     .takesBakeConfig = true},
    {.key = "cmake",
     .title = "CMake with rumprun's toolchain file",
     .fill = fillCMake,
     .takesBakeConfig = true},
    {.key = "unikraft", .title = "Unikraft application with make", .fill = fillUnikraft},
    {.key = "kraft", .title = "Unikraft application with kraft", .fill = fillKraft},
    {.key = "solo5", .title = "C on Solo5 (virtio)", .fill = fillSolo5, .takesSources = true},
}};

} // namespace

std::span<const BuildPreset> buildPresets()
{
    return presets;
}

const BuildPreset* buildPreset(std::string_view key)
{
    const auto found = std::ranges::find(presets, key, &BuildPreset::key);
    return found == presets.end() ? nullptr : &*found;
}

Json buildJson(const BuildConfig& build)
{
    UnikernelConfig config;
    config.build = build;
    return toJson(config).at("build");
}

} // namespace rumpus
