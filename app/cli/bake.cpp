// rumpus bake: what rumprun-bake can make of a program, and what is in each.
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/command.h"
#include "core/base/format.h"
#include "core/base/text.h"
#include "core/build/toolchains.h"

namespace rumpus::cli {

namespace {

struct BakeOptions {
    std::string config;
    bool json = false;
};

QCoro::Task<int> describeOne(BakeOptions options)
{
    const Result<std::string> described = co_await describeBakeConfig(options.config);
    if (!described) {
        co_return report(described.error());
    }
    if (options.json) {
        printJson({{"config", options.config}, {"description", *described}});
    } else {
        for (const std::string& line : split(trimmed(*described), '\n')) {
            print(printable(line) + "\n");
        }
    }
    co_return EndedWell;
}

QCoro::Task<int> listAll(bool json)
{
    const auto configs = co_await bakeConfigs();
    if (!configs) {
        co_return report(configs.error());
    }
    for (const auto& [name, description] : *configs) {
        if (json) {
            printJson({{"config", name}, {"description", description}});
        } else {
            print(formatted("{:<16} {}\n", name, description));
        }
    }
    co_return EndedWell;
}

QCoro::Task<int> bake(BakeOptions options)
{
    return options.config.empty() ? listAll(options.json) : describeOne(std::move(options));
}

} // namespace

void defineBake(CLI::App& app, Action& chosen)
{
    defineCommand<BakeOptions>(
        app, chosen, "bake",
        "List what rumprun-bake can bake a program for, or say what one of them is made of",
        [](CLI::App& command, BakeOptions& options) {
            command.add_option("config", options.config,
                               "The config to describe; without one all are listed");
            addJsonOption(command, options.json);
        },
        bake);
}

} // namespace rumpus::cli
