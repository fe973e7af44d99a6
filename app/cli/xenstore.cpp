// rumpus xenstore: Xen's store of what hosts and guests tell each other: looked at, watched, changed.
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/xenstore_command.h"
#include "app/session/hosts.h"

namespace rumpus::cli {

namespace {

using Options = XenstoreOptions;

void addPlace(CLI::App& command, Options& options)
{
    command.add_option("--host", options.host,
                       "A Xen host: local, one of `rumpus hosts`, or a URI such as xen+ssh://root@HOST/ "
                       "(default: local)");
    command.add_option("--socket", options.socket,
                       "Where xenstored listens there (default: /run/xenstored/socket; on this machine as "
                       "XENSTORED_PATH says)");
}

void addYes(CLI::App& command, Options& options)
{
    command.add_flag("-y,--yes", options.yes,
                     "Do not ask before changing what is below /local/domain/0 or /vm");
}

void defineLooking(CLI::App& xenstore, Action& chosen)
{
    defineCommand<Options>(
        xenstore, chosen, "ls", "Print all that is below a node, with values",
        [](CLI::App& command, Options& options) {
            command.add_option("PATH", options.paths, "Nodes (default: /)");
            command.add_flag("-f,--flat", options.flat, "Whole paths, one node a line");
            command.add_flag("-p,--prefix", options.prefix,
                             "Permissions, too: the owner with what all others may, then others by name");
            addPlace(command, options);
            addJsonOption(command, options.json);
        },
        xenstoreList);
    defineCommand<Options>(
        xenstore, chosen, "read", "Print values, in one transaction",
        [](CLI::App& command, Options& options) {
            command.add_option("PATH", options.paths, "Nodes")->required();
            command.add_flag("-p,--prefix", options.prefix, "The path before each value");
            command.add_flag("-R,--raw", options.raw, "The bytes as they are, without escapes and newlines");
            addPlace(command, options);
            addJsonOption(command, options.json);
        },
        xenstoreRead);
    defineCommand<Options>(
        xenstore, chosen, "snapshot", "Write all that is below a node, with permissions, as JSON",
        [](CLI::App& command, Options& options) {
            command.add_option("PATH", options.path, "A node (default: /)");
            command.add_option("-o,--output", options.file, "A file to write (default: stdout)");
            addPlace(command, options);
        },
        xenstoreSnapshot);
    defineCommand<Options>(
        xenstore, chosen, "diff",
        "Tell what is different between two snapshots, or between one and now; exits with 1 where anything "
        "is",
        [](CLI::App& command, Options& options) {
            command.add_option("BEFORE", options.file, "A snapshot")->required();
            command.add_option("AFTER", options.otherFile, "Another one (default: what is there now)");
            addPlace(command, options);
            addJsonOption(command, options.json);
        },
        xenstoreDiff);
    defineCommand<Options>(
        xenstore, chosen, "watch",
        "Tell every change of nodes and what is below them, with old and new values",
        [](CLI::App& command, Options& options) {
            command.add_option("PATH", options.paths, "Nodes (default: /)");
            command.add_option("-n,--number", options.number, "End after so many changes");
            addPlace(command, options);
            addJsonOption(command, options.json);
        },
        xenstoreWatch);
}

void defineChanging(CLI::App& xenstore, Action& chosen)
{
    defineCommand<Options>(
        xenstore, chosen, "write", "Write values, all or none; nodes that are not there are made",
        [](CLI::App& command, Options& options) {
            command
                .add_option("PATH-VALUE", options.words,
                            R"(Nodes and their values, by turns; \n, \t, \\, \xNN and \NNN are bytes)")
                ->required();
            command.add_flag("-R,--raw", options.raw, "Values as they are, without escapes");
            addYes(command, options);
            addPlace(command, options);
            addJsonOption(command, options.json);
        },
        xenstoreWrite);
    defineCommand<Options>(
        xenstore, chosen, "rm", "Remove nodes with all below them, all or none",
        [](CLI::App& command, Options& options) {
            command.add_option("PATH", options.paths, "Nodes")->required();
            command.add_flag("-t,--tidy", options.tidy,
                             "Also those above them that then have neither value nor children");
            addYes(command, options);
            addPlace(command, options);
            addJsonOption(command, options.json);
        },
        xenstoreRemove);
    defineCommand<Options>(
        xenstore, chosen, "chmod", "Set permissions",
        [](CLI::App& command, Options& options) {
            command.add_option("PATH", options.path, "A node")->required();
            command
                .add_option(
                    "MODE", options.words,
                    "A letter and a domain's number for each who may: n0 r5; r reads, w writes, b does "
                    "both, n neither. The first is the owner, with what all others may")
                ->required();
            command.add_flag("-r,--recurse", options.recurse, "Also all below it");
            command.add_flag("-u,--upto", options.upto, "Also all above it");
            addYes(command, options);
            addPlace(command, options);
            addJsonOption(command, options.json);
        },
        xenstorePermit);
}

} // namespace

Result<std::unique_ptr<XenstoreClient>> xenstoreClient(const XenstoreOptions& options)
{
    const Result<XenstorePlace> place = xenstoreOf(options.host, options.socket);
    if (!place) {
        return std::unexpected(place.error());
    }
    return std::make_unique<XenstoreClient>(*place);
}

void defineXenstore(CLI::App& app, Action& chosen)
{
    CLI::App* xenstore = app.add_subcommand("xenstore", "Look at a Xen host's Xenstore, watch it, change it");
    xenstore->require_subcommand(1);
    defineLooking(*xenstore, chosen);
    defineChanging(*xenstore, chosen);
}

} // namespace rumpus::cli
