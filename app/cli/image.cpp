// rumpus image: a unikernel on a medium that boots a machine elsewhere.
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/command.h"
#include "app/session/medium.h"
#include "core/base/format.h"
#include "core/base/text.h"

#include <QTemporaryDir>

#include <algorithm>

namespace rumpus::cli {

namespace {

struct ImageOptions {
    std::optional<std::string> file;
    std::string format = "iso";
    std::string output;
};

/// NAME.iso, NAME.img, or the folder NAME.pxe.
std::string outputOf(const ImageOptions& options, const std::string& name)
{
    return !options.output.empty()   ? options.output
           : options.format == "raw" ? name + ".img"
                                     : name + "." + options.format;
}

QCoro::Task<int> makeImage(ImageOptions options)
{
    const Result<std::filesystem::path> path = findConfig(options.file);
    if (!path) {
        co_return report(path.error());
    }
    const Result<ConfigFile> file = loadConfigFile(*path);
    if (!file) {
        co_return report(file.error());
    }
    if (file->hasErrors()) {
        co_return report(Refusal{.config = *path, .problems = file->problems, .error = {}});
    }
    const Result<Image> image = readImage(file->imagePath(), Detail::Launch);
    if (!image) {
        co_return report(image.error());
    }
    const auto format =
        static_cast<MediumFormat>(std::ranges::find(mediumFormats, options.format) - mediumFormats.begin());
    MediumResult result = planMedium(*file, *image, format);
    if (!result.plan) {
        co_return report(Refusal{.config = *path, .problems = std::move(result.problems), .error = {}});
    }
    reportProblems(result.problems, *path);
    const std::string output = outputOf(options, file->config.name);
    const QTemporaryDir folder;
    const Result<void> made = co_await makeMedium(*result.plan, folder.path().toStdString(), output);
    if (!made) {
        co_return report(made.error());
    }
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
