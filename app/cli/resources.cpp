// rumpus resources: where the sprig kernel and the templates are, for makefiles.
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/session/resources.h"

#include "app/cli/command.h"

namespace rumpus::cli {

namespace {

struct ResourcesOptions {};

QCoro::Task<int> runResources(ResourcesOptions /*options*/)
{
    const Result<std::filesystem::path> resources = resourcesFolder();
    if (!resources) {
        co_return report(resources.error());
    }
    print(resources->native() + "\n");
    co_return EndedWell;
}

} // namespace

void defineResources(CLI::App& app, Action& chosen)
{
    defineCommand<ResourcesOptions>(
        app, chosen, "resources", "Print the folder of Rumpus's own files (the sprig kernel, templates)",
        [](CLI::App&, ResourcesOptions&) {}, runResources);
}

} // namespace rumpus::cli
