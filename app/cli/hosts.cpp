// rumpus hosts: the hosts that a user has named, and what they lack.
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/session/hosts.h"

#include "app/cli/checks.h"
#include "app/cli/command.h"
#include "core/base/format.h"
#include "core/base/text.h"

#include <algorithm>

namespace rumpus::cli {

namespace {

struct HostsOptions {
    std::string word;
    std::string name;
    bool json = false;
};

QCoro::Task<int> list(HostsOptions options)
{
    const Result<HostBook> book = loadHostBook();
    if (!book) {
        co_return report(book.error());
    }
    std::vector<HostEntry> hosts{{.name = "local", .uri = ""}};
    if (hasTender()) {
        hosts.push_back({.name = "solo5", .uri = ""});
    }
    hosts.insert(hosts.end(), book->hosts.begin(), book->hosts.end());
    std::size_t width = 0;
    for (const HostEntry& host : hosts) {
        width = std::max(width, host.name.size());
    }
    for (const HostEntry& host : hosts) {
        if (options.json) {
            printJson({{"name", host.name}, {"uri", host.uri}});
        } else {
            const std::string what = host.name == "local" ? "this machine's QEMU"
                                     : host.uri.empty()   ? "this machine's Solo5 tenders"
                                                          : printable(host.uri);
            print(formatted("{:<{}}  {}\n", host.name, width, what));
        }
    }
    co_return EndedWell;
}

/// Changes the book by `change` and saves it; prints the entry that was changed.
int changeBook(const HostsOptions& options, const std::function<Result<HostEntry>(HostBook&)>& change)
{
    Result<HostBook> book = loadHostBook();
    if (!book) {
        return report(book.error());
    }
    const Result<HostEntry> entry = change(*book);
    if (!entry) {
        return report(entry.error());
    }
    if (const Result<void> saved = saveHostBook(*book); !saved) {
        return report(saved.error());
    }
    if (options.json) {
        printJson({{"name", entry->name}, {"uri", entry->uri}});
    } else {
        print(formatted("{}  {}\n", entry->name, printable(entry->uri)));
    }
    return EndedWell;
}

QCoro::Task<int> add(HostsOptions options)
{
    co_return changeBook(options, [&](HostBook& book) { return addHost(book, options.word, options.name); });
}

QCoro::Task<int> remove(HostsOptions options)
{
    co_return changeBook(options, [&](HostBook& book) { return removeHost(book, options.word); });
}

QCoro::Task<int> messages(HostsOptions options)
{
    const Result<std::string> log = co_await hypervisorLog(options.word);
    if (!log) {
        co_return report(log.error());
    }
    for (const std::string& line : split(trimmed(*log), '\n')) {
        if (options.json) {
            printJson({{"message", line}});
        } else {
            print(printable(line) + "\n");
        }
    }
    co_return EndedWell;
}

QCoro::Task<int> tidy(HostsOptions options)
{
    const Result<void> done = co_await tidyHost(options.word);
    co_return done ? EndedWell : report(done.error());
}

QCoro::Task<int> test(HostsOptions options)
{
    const std::vector<HostCheck> checks = co_await testHost(options.word);
    co_return printChecks(checks, options.json);
}

} // namespace

void defineHosts(CLI::App& app, Action& chosen)
{
    CLI::App* hosts = app.add_subcommand("hosts", "List, add, remove and test the hosts that run guests");
    auto listing = std::make_shared<HostsOptions>();
    addJsonOption(*hosts, listing->json);
    hosts->callback([hosts, listing, &chosen] {
        if (hosts->get_subcommands().empty()) {
            chosen = [listing] { return list(*listing); };
        }
    });
    const auto withJson = [](CLI::App& command, HostsOptions& options) {
        addJsonOption(command, options.json);
    };
    defineCommand<HostsOptions>(*hosts, chosen, "list", "List them; so does `rumpus hosts` alone", withJson,
                                list);
    defineCommand<HostsOptions>(
        *hosts, chosen, "add", "Give a host a name",
        [&](CLI::App& command, HostsOptions& options) {
            command
                .add_option(
                    "URI", options.word,
                    "qemu:///session, qemu:///system, xen:///system, qemu+ssh://USER@HOST/system, "
                    "xen+ssh://USER@HOST/system, xl+ssh://USER@HOST/ (Xen without libvirt), or USER@HOST")
                ->required();
            command.add_option("NAME", options.name, "What it is called here (default: the machine's name)");
            withJson(command, options);
        },
        add);
    defineCommand<HostsOptions>(
        *hosts, chosen, "remove", "Forget a host; its guests go on",
        [&](CLI::App& command, HostsOptions& options) {
            command.add_option("HOST", options.word, "Its name or URI")->required();
            withJson(command, options);
        },
        remove);
    defineCommand<HostsOptions>(
        *hosts, chosen, "test", "Tell what a host lacks, and how to mend it",
        [&](CLI::App& command, HostsOptions& options) {
            command.add_option("HOST", options.word, "Its name or URI (default: local)");
            withJson(command, options);
        },
        test);
    defineCommand<HostsOptions>(
        *hosts, chosen, "messages", "Print what a Xen host's hypervisor has logged",
        [&](CLI::App& command, HostsOptions& options) {
            command.add_option("HOST", options.word, "Its name or URI")->required();
            withJson(command, options);
        },
        messages);
    defineCommand<HostsOptions>(
        *hosts, chosen, "tidy", "Take the debugger's program, which Rumpus has brought there, off a Xen host",
        [](CLI::App& command, HostsOptions& options) {
            command.add_option("HOST", options.word, "Its name or URI")->required();
        },
        tidy);
}

} // namespace rumpus::cli
