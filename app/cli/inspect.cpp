// rumpus inspect: what an image is.
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/command.h"
#include "app/cli/describe_image.h"

namespace rumpus::cli {

namespace {

struct InspectOptions {
    std::string image;
    bool json = false;
};

QCoro::Task<int> runInspect(InspectOptions options)
{
    const Result<Image> image = readImage(options.image);
    if (!image) {
        co_return report(image.error());
    }
    const std::vector<ComponentSize> sizes = measureComponents(*image).value_or(std::vector<ComponentSize>{});
    if (options.json) {
        printJson(imageJson(*image, sizes));
    } else {
        print(imageText(*image, sizes));
    }
    co_return EndedWell;
}

} // namespace

void defineInspect(CLI::App& app, Action& chosen)
{
    defineCommand<InspectOptions>(
        app, chosen, "inspect", "Say what an image is: kind, boot protocols, notes, size by component",
        [](CLI::App& command, InspectOptions& options) {
            command.add_option("IMAGE", options.image, "An ELF file")->required();
            addJsonOption(command, options.json);
        },
        runInspect);
}

} // namespace rumpus::cli
