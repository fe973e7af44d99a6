// rumpus plan: what run would do, as commands that a person could type.
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/command.h"
#include "app/session/domains.h"
#include "app/session/hosts.h"
#include "core/base/format.h"
#include "core/base/text.h"

namespace rumpus::cli {

namespace {

struct PlanOptions {
    std::optional<std::string> file;
    std::string host;
    bool json = false;
    std::string format = "commands";
};

/// The plan as a domain of libvirt's, and what must be done before it can be defined.
int printDomain(const LaunchPlan& plan)
{
    const Result<std::string> xml = planAsDomain(plan);
    if (!xml) {
        return report(xml.error());
    }
    if (!plan.module.empty()) {
        const std::vector<std::string> words{"printf", "%s", plan.module};
        say(formatted("first write the guest's configuration: {} >{}", shellCommand(words),
                      exportedModule(plan).native()));
    }
    print(*xml);
    return EndedWell;
}

QCoro::Task<int> runPlan(PlanOptions options)
{
    const Result<std::filesystem::path> path = findConfig(options.file);
    if (!path) {
        co_return report(path.error());
    }
    const Result<std::unique_ptr<Host>> host = openHostFor(options.host, *path);
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
    if (options.format == "xml") {
        co_return printDomain(prepared->plan);
    }
    if (options.json || options.format == "json") {
        printJson(toJson(prepared->plan));
    } else {
        for (const std::vector<std::string>& command : (*host)->commands(prepared->plan)) {
            print(shellCommand(command) + "\n");
        }
        for (const GuestKey& guestKey : prepared->plan.keys) {
            print(formatted("# {}: {}\n", printable(guestKey.pointer), printable(guestKey.intent)));
        }
    }
    co_return EndedWell;
}

} // namespace

void definePlan(CLI::App& app, Action& chosen)
{
    defineCommand<PlanOptions>(
        app, chosen, "plan", "Print what `run` would do, as commands that a person could type",
        [](CLI::App& command, PlanOptions& options) {
            addFileOption(command, options.file);
            addHostOption(command, options.host);
            command
                .add_option("--format", options.format,
                            "commands, json, or xml: a domain for libvirt's tools (default: commands)")
                ->check(CLI::IsMember({"commands", "json", "xml"}));
            addJsonOption(command, options.json);
        },
        runPlan);
}

} // namespace rumpus::cli
