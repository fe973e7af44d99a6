// rumpus xenstore write, rm, chmod: changes, all or none.
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/ask.h"
#include "app/cli/xenstore_command.h"
#include "core/base/format.h"
#include "core/base/text.h"
#include "platforms/xen/xenstore_edit.h"
#include "platforms/xen/xenstore_path.h"
#include "platforms/xen/xenstore_words.h"

#include <utility>

namespace rumpus::cli {

namespace {

using Kind = XenstoreEdit::Kind;

/// Asks where it must be asked. Errors: nobody said yes.
Result<void> agreed(const std::vector<XenstoreEdit>& edits, bool yes)
{
    std::vector<std::string> reasons;
    for (const XenstoreEdit& edit : edits) {
        if (const std::optional<std::string> reason = reasonToAsk(edit); reason && !yes) {
            reasons.push_back(*reason);
        }
    }
    if (reasons.empty()) {
        return {};
    }
    bool agrees = false;
    const std::string prompt = join(reasons, "\n") + "\nDo it anyway?";
    terminalAsker()({{.prompt = prompt, .suggestion = "no"}},
                    [&agrees](const std::optional<std::vector<std::string>>& answers) {
                        agrees = answers && !answers->empty() && answers->front().starts_with('y');
                    });
    return agrees ? Result<void>() : inputError(reasons.front(), "--yes does it without a question");
}

/// Asks, connects, and does all in one transaction.
QCoro::Task<int> doInOne(XenstoreOptions options, std::vector<XenstoreEdit> edits,
                         QCoro::Task<Result<void>> (*work)(XenstoreClient&, XenstoreOptions,
                                                           std::vector<XenstoreEdit>, XenstoreTransaction))
{
    for (const XenstoreEdit& edit : edits) {
        if (const Result<void> checked = checkXenstorePath(edit.path); !checked) {
            co_return report(checked.error());
        }
    }
    if (const Result<void> may = agreed(edits, options.yes); !may) {
        co_return report(may.error());
    }
    const Result<std::unique_ptr<XenstoreClient>> opened = xenstoreClient(options);
    if (!opened) {
        co_return report(opened.error());
    }
    XenstoreClient& client = **opened;
    const Result<void> done =
        co_await client.transact([&](XenstoreTransaction in) { return work(client, options, edits, in); });
    if (!done) {
        co_return report(done.error());
    }
    for (const XenstoreEdit& edit : options.json ? edits : std::vector<XenstoreEdit>()) {
        printJson({{"edit", key(edit.kind)}, {"path", edit.path}});
    }
    co_return EndedWell;
}

QCoro::Task<Result<void>> writeAll(XenstoreClient& client, XenstoreOptions /*options*/,
                                   std::vector<XenstoreEdit> edits, XenstoreTransaction in)
{
    for (const XenstoreEdit& edit : edits) {
        if (const Result<void> done = co_await client.write(edit.path, edit.value, in); !done) {
            co_return done;
        }
    }
    co_return {};
}

/// True where a node has neither a value nor children.
QCoro::Task<Result<bool>> isBare(XenstoreClient& client, std::string path, XenstoreTransaction in)
{
    const Result<std::optional<std::string>> value = co_await client.read(path, in);
    const Result<std::optional<std::vector<std::string>>> names = co_await client.list(path, in);
    if (!value || !names) {
        co_return std::unexpected(value ? names.error() : value.error());
    }
    co_return *value && (*value)->empty() && *names && (*names)->empty();
}

QCoro::Task<Result<void>> removeAll(XenstoreClient& client, XenstoreOptions options,
                                    std::vector<XenstoreEdit> edits, XenstoreTransaction in)
{
    for (const XenstoreEdit& edit : edits) {
        std::string path = edit.path;
        bool goesOn = true;
        while (goesOn) {
            if (const Result<void> done = co_await client.remove(path, in); !done) {
                co_return done;
            }
            path = parentPath(path);
            const Result<bool> bare = options.tidy && path != "/" ? co_await isBare(client, path, in) : false;
            if (!bare) {
                co_return std::unexpected(bare.error());
            }
            goesOn = *bare;
        }
    }
    co_return {};
}

/// A node's path and those of all below it.
QCoro::Task<Result<std::vector<std::string>>> allBelow(XenstoreClient& client, std::string root,
                                                       XenstoreTransaction in)
{
    std::vector<std::string> paths{root};
    for (std::size_t i = 0; i < paths.size(); ++i) {
        const Result<std::optional<std::vector<std::string>>> names = co_await client.list(paths[i], in);
        if (!names) {
            co_return std::unexpected(names.error());
        }
        for (const std::string& name : names->value_or(std::vector<std::string>())) {
            paths.push_back(childPath(paths[i], name));
        }
    }
    co_return std::move(paths);
}

QCoro::Task<Result<void>> permitAll(XenstoreClient& client, XenstoreOptions options,
                                    std::vector<XenstoreEdit> edits, XenstoreTransaction in)
{
    for (const XenstoreEdit& edit : edits) {
        std::vector<std::string> paths{edit.path};
        if (options.recurse) {
            Result<std::vector<std::string>> all = co_await allBelow(client, edit.path, in);
            if (!all) {
                co_return std::unexpected(all.error());
            }
            paths = std::move(*all);
        }
        for (std::string above = parentPath(edit.path); options.upto && above != "/";
             above = parentPath(above)) {
            paths.push_back(above);
        }
        for (const std::string& path : paths) {
            const Result<void> done = co_await client.setPermissions(path, edit.permissions, in);
            if (!done) {
                co_return done;
            }
        }
    }
    co_return {};
}

} // namespace

QCoro::Task<int> xenstoreWrite(XenstoreOptions options)
{
    if (options.words.size() % 2 != 0) {
        co_return report({.fault = Fault::Input,
                          .what = formatted("{} has no value", printable(options.words.back())),
                          .cure = "write a value after each path; an empty one is ''"});
    }
    std::vector<XenstoreEdit> edits;
    for (std::size_t i = 0; i < options.words.size(); i += 2) {
        const std::string& value = options.words[i + 1];
        edits.push_back({.kind = Kind::Write,
                         .path = options.words[i],
                         .value = options.raw ? value : unescapedValue(value)});
    }
    co_return co_await doInOne(std::move(options), std::move(edits), writeAll);
}

QCoro::Task<int> xenstoreRemove(XenstoreOptions options)
{
    std::vector<XenstoreEdit> edits;
    for (const std::string& path : options.paths) {
        edits.push_back({.kind = Kind::Remove, .path = path});
    }
    co_return co_await doInOne(std::move(options), std::move(edits), removeAll);
}

QCoro::Task<int> xenstorePermit(XenstoreOptions options)
{
    const Result<XenstorePermissions> permissions =
        parsePermissions(std::span<const std::string>(options.words));
    if (!permissions) {
        co_return report(permissions.error());
    }
    std::vector<XenstoreEdit> edits{
        {.kind = Kind::Permit, .path = options.path, .permissions = *permissions}};
    co_return co_await doInOne(std::move(options), std::move(edits), permitAll);
}

} // namespace rumpus::cli
