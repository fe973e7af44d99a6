// rumpus plan: what run would do, as commands that a person could type.
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/command.h"
#include "core/base/text.h"

namespace rumpus::cli {

namespace {

struct Options {
    std::optional<std::string> file;
    std::string host;
    bool json = false;
};

QCoro::Task<int> run(Options options)
{
    const Result<std::filesystem::path> path = findConfig(options.file);
    if (!path) {
        co_return report(path.error());
    }
    const Result<std::unique_ptr<Host>> host = openHost(options.host);
    if (!host) {
        co_return report(host.error());
    }
    const auto prepared = co_await prepare(*path, **host, {});
    if (!prepared) {
        co_return report(prepared.error());
    }
    reportProblems(prepared->warnings, *path);
    if (!prepared->capabilities.acceleratorNote.empty()) {
        say(prepared->capabilities.acceleratorNote);
    }
    if (options.json) {
        printJson(toJson(prepared->plan));
    } else {
        for (const std::vector<std::string>& command : (*host)->commands(prepared->plan)) {
            print(shellCommand(command) + "\n");
        }
    }
    co_return EndedWell;
}

} // namespace

void definePlan(CLI::App& app, Action& chosen)
{
    defineCommand<Options>(
        app, chosen, "plan", "Print what `run` would do, as commands that a person could type",
        [](CLI::App& command, Options& options) {
            addFileOption(command, options.file);
            addHostOption(command, options.host);
            addJsonOption(command, options.json);
        },
        run);
}

} // namespace rumpus::cli
