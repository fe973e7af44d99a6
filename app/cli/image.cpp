// rumpus image: a unikernel on a medium that boots a machine elsewhere.
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/command.h"
#include "app/session/image_config.h"
#include "app/session/medium.h"

#include <algorithm>

namespace rumpus::cli {

namespace {

struct ImageOptions {
    std::optional<std::string> file;
    std::string format = "iso";
    std::string output;
};

QCoro::Task<int> makeImage(ImageOptions options)
{
    const Result<std::filesystem::path> path = findConfig(options.file);
    if (!path) {
        co_return report(path.error());
    }
    const auto format =
        static_cast<MediumFormat>(std::ranges::find(mediumFormats, options.format) - mediumFormats.begin());
    const Result<ConfigFile> file = openConfig(*path);
    if (!file) {
        co_return report(file.error());
    }
    const std::string output =
        options.output.empty() ? file->config.name + std::string(suffixOf(format)) : options.output;
    const auto made = co_await makeMediumOf(*file, format, output);
    if (!made) {
        co_return report(made.error());
    }
    reportProblems(*made, *path);
    print(output + "\n");
    co_return EndedWell;
}

} // namespace

void defineImage(CLI::App& app, Action& chosen)
{
    defineCommand<ImageOptions>(
        app, chosen, "image",
        "Put a unikernel and its configuration on a medium that boots a machine elsewhere",
        [](CLI::App& command, ImageOptions& options) {
            addFileOption(command, options.file);
            command
                .add_option("--format", options.format,
                            "iso: a CD; raw: a disk or stick; pxe: a folder to boot over the network from "
                            "(default: iso)")
                ->check(CLI::IsMember({"iso", "raw", "pxe"}));
            command.add_option("-o,--output", options.output,
                               "The file or folder to make (default: NAME.iso, NAME.img, NAME.pxe)");
        },
        makeImage);
}

} // namespace rumpus::cli
