// rumpus new: a unikernel from a template.
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/command.h"
#include "app/session/templates.h"
#include "core/base/format.h"
#include "core/base/text.h"

namespace rumpus::cli {

namespace {

struct NewOptions {
    std::string name;
    std::string folder;
    bool list = false;
};

QCoro::Task<int> runNew(NewOptions options)
{
    if (options.list) {
        for (const std::string& name : templateNames()) {
            print(name + "\n");
        }
        co_return EndedWell;
    }
    if (options.name.empty() || options.folder.empty()) {
        co_return report(Error{Fault::Input, "a template and a folder are needed",
                               "such as `rumpus new hello h`; there are " + join(templateNames(), ", ")});
    }
    const Result<std::filesystem::path> config = newFromTemplate(options.name, options.folder);
    if (!config) {
        co_return report(config.error());
    }
    print(formatted("{}\n", config->native()));
    co_return EndedWell;
}

} // namespace

void defineNew(CLI::App& app, Action& chosen)
{
    defineCommand<NewOptions>(
        app, chosen, "new", "Make a new unikernel from a template",
        [](CLI::App& command, NewOptions& options) {
            command.add_option("TEMPLATE", options.name, "The template's name");
            command.add_option("DIR", options.folder, "The folder to make it in");
            command.add_flag("--list", options.list, "List the templates");
        },
        runNew);
}

} // namespace rumpus::cli
