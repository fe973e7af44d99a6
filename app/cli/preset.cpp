// rumpus preset: a new config whose "build" makes the unikernel in one of the usual ways.
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/command.h"
#include "app/session/building.h"
#include "core/base/files.h"
#include "core/base/format.h"
#include "core/base/text.h"
#include "core/build/presets.h"
#include "core/config/document.h"

#include <filesystem>
#include <optional>

namespace rumpus::cli {

namespace {

struct PresetOptions {
    std::string preset;
    std::vector<std::string> sources;
    std::string name;
    std::optional<std::string> bake;
    std::string output;
};

std::vector<std::string> presetKeys()
{
    std::vector<std::string> keys;
    for (const BuildPreset& preset : buildPresets()) {
        keys.emplace_back(preset.key);
    }
    return keys;
}

UnikernelConfig configOf(const PresetOptions& options, const PresetBuild& made)
{
    UnikernelConfig config;
    config.name = options.name;
    config.image = made.image;
    config.build = made.build;
    for (const std::string& program : made.programs) {
        config.programs.push_back({.arguments = {program}, .mode = RunMode::Foreground});
    }
    return config;
}

/// What was said that the preset has no use for.
std::optional<Error> untaken(const BuildPreset& preset, const PresetOptions& options)
{
    if (!options.sources.empty() && !preset.takesSources) {
        return Error{.what = formatted("the preset {} takes no source files", preset.key),
                     .cure = "leave them out: what is built with says what it builds; --name names the "
                             "unikernel"};
    }
    if (options.bake && !preset.takesBakeConfig) {
        return Error{.what = formatted("the preset {} bakes nothing", preset.key),
                     .cure = "leave --bake out"};
    }
    return std::nullopt;
}

QCoro::Task<int> writePreset(PresetOptions options)
{
    const BuildPreset* preset = buildPreset(options.preset);
    if (preset == nullptr) {
        co_return report(Error{.what = formatted("there is no preset \"{}\"", printable(options.preset)),
                               .cure = "use one of " + join(presetKeys(), ", ")});
    }
    if (const std::optional<Error> wrong = untaken(*preset, options)) {
        co_return report(*wrong);
    }
    if (options.name.empty()) {
        options.name = options.sources.empty()
                           ? std::filesystem::current_path().filename().native()
                           : std::filesystem::path(options.sources.front()).stem().native();
    }
    PresetWishes wishes{
        .name = options.name, .sources = options.sources, .toolchainFile = rumprunToolchainFile()};
    wishes.bakeConfig = options.bake.value_or(wishes.bakeConfig);
    const PresetBuild made = preset->fill(wishes);
    const std::string text = toText(configOf(options, made));
    if (options.output.empty()) {
        print(text);
        co_return EndedWell;
    }
    if (std::filesystem::exists(options.output)) {
        co_return report(
            Error{.what = printable(options.output) + " is there already",
                  .cure = "name another file, or take \"build\" from what is printed without -o"});
    }
    const Result<void> saved = saveFile(options.output, text);
    co_return saved ? EndedWell : report(saved.error());
}

} // namespace

void definePreset(CLI::App& app, Action& chosen)
{
    defineCommand<PresetOptions>(
        app, chosen, "preset", "Print or write a config that builds a unikernel in one of the usual ways",
        [](CLI::App& command, PresetOptions& options) {
            command.add_option("PRESET", options.preset, "One of " + join(presetKeys(), ", "))->required();
            command.add_option("SOURCE", options.sources,
                               "Source files, for rumprun and solo5; for rumprun each is a program, all "
                               "baked into one image (default: NAME.c)");
            command.add_option("--name", options.name, "The unikernel's name (default: the first source's)");
            command.add_option("--bake", options.bake,
                               "rumprun-bake's config, as `rumprun-bake list` has them (default: hw_virtio)");
            command.add_option("-o,--output", options.output, "Write the config to this file");
        },
        writePreset);
}

} // namespace rumpus::cli
