// rumpus xenstore ls, read, snapshot, diff: what there is.
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/xenstore_command.h"
#include "core/base/files.h"
#include "core/base/format.h"
#include "core/base/text.h"
#include "platforms/xen/xenstore_journal.h"
#include "platforms/xen/xenstore_load.h"
#include "platforms/xen/xenstore_path.h"
#include "platforms/xen/xenstore_snapshot.h"
#include "platforms/xen/xenstore_words.h"

#include <utility>

namespace rumpus::cli {

namespace {

/// Prints in large pieces: there may be ten thousands of lines.
class Pages {
public:
    ~Pages() { print(text_); }
    Pages() = default;
    Pages(const Pages&) = delete;
    Pages& operator=(const Pages&) = delete;

    void add(std::string_view line)
    {
        static constexpr std::size_t most = 65536;
        text_ += line;
        text_ += '\n';
        if (text_.size() > most) {
            print(std::exchange(text_, {}));
        }
    }

private:
    std::string text_;
};

Json nodeJson(const std::string& path, const XenstoreBranch& node)
{
    Json object{{"path", path}};
    if (node.readable) {
        putValue(object, "value", node.value);
    }
    if (node.permissions) {
        object["permissions"] = toString(*node.permissions);
    }
    return object;
}

/// Like xenstore-ls: what lies below the node, not the node itself.
void listBelow(const XenstoreBranch& node, const std::string& path, std::size_t depth,
               const XenstoreOptions& options, Pages& pages)
{
    for (const XenstoreBranch& child : node.children) {
        const std::string childsPath = childPath(path, child.name);
        if (options.json) {
            pages.add(nodeJson(childsPath, child).dump(-1, ' ', false, Json::error_handler_t::replace));
        } else {
            std::string line =
                options.flat ? printable(childsPath) : std::string(depth, ' ') + printable(child.name);
            line += child.readable ? formatted(" = {}", quotedValue(child.value)) : std::string(":");
            if (options.prefix && child.permissions) {
                line += formatted("  ({})", toString(*child.permissions));
            }
            pages.add(line);
        }
        listBelow(child, childsPath, depth + 1, options, pages);
    }
}

Error noSuchNode(const std::string& path)
{
    return xenstoreError({.name = "ENOENT"}, formatted("read {}", printable(path)));
}

constexpr std::uint64_t largestSnapshot = std::uint64_t{1} << 30U;

} // namespace

QCoro::Task<int> xenstoreList(XenstoreOptions options)
{
    const Result<std::unique_ptr<XenstoreClient>> client = xenstoreClient(options);
    if (!client) {
        co_return report(client.error());
    }
    if (options.paths.empty()) {
        options.paths = {"/"};
    }
    for (const std::string& path : options.paths) {
        const Result<std::optional<XenstoreBranch>> node =
            co_await loadXenstore(**client, path, {.permissions = options.prefix});
        if (!node || !*node) {
            co_return report(node ? noSuchNode(path) : node.error());
        }
        Pages pages;
        listBelow(**node, path, 0, options, pages);
    }
    co_return EndedWell;
}

QCoro::Task<int> xenstoreRead(XenstoreOptions options)
{
    const Result<std::unique_ptr<XenstoreClient>> opened = xenstoreClient(options);
    if (!opened) {
        co_return report(opened.error());
    }
    XenstoreClient& client = **opened;
    std::vector<std::string> values;
    const auto readAll = [](XenstoreClient& store, const std::vector<std::string>& paths,
                            std::vector<std::string>& read,
                            XenstoreTransaction in) -> QCoro::Task<Result<void>> {
        read.clear();
        for (const std::string& path : paths) {
            const Result<std::optional<std::string>> value = co_await store.read(path, in);
            if (!value || !*value) {
                co_return std::unexpected(value ? noSuchNode(path) : value.error());
            }
            read.push_back(**value);
        }
        co_return {};
    };
    const Result<void> read = options.paths.size() > 1
                                  ? co_await client.transact([&](XenstoreTransaction in) {
                                        return readAll(client, options.paths, values, in);
                                    })
                                  : co_await readAll(client, options.paths, values, {});
    if (!read) {
        co_return report(read.error());
    }
    for (std::size_t i = 0; i < values.size(); ++i) {
        if (options.json) {
            printJson(nodeJson(options.paths[i], {.value = values[i]}));
        } else {
            const std::string before = options.prefix ? options.paths[i] + ": " : std::string();
            print(before + (options.raw ? values[i] : escapedValue(values[i]) + "\n"));
        }
    }
    co_return EndedWell;
}

QCoro::Task<int> xenstoreSnapshot(XenstoreOptions options)
{
    const Result<std::unique_ptr<XenstoreClient>> client = xenstoreClient(options);
    if (!client) {
        co_return report(client.error());
    }
    const std::string path = options.path.empty() ? "/" : options.path;
    const Result<XenstoreSnapshot> snapshot = co_await takeSnapshot(**client, path);
    if (!snapshot) {
        co_return report(snapshot.error());
    }
    if (options.file.empty()) {
        print(toText(*snapshot));
    } else if (const Result<void> saved = saveFile(options.file, toText(*snapshot)); !saved) {
        co_return report(saved.error());
    }
    co_return EndedWell;
}

QCoro::Task<int> xenstoreDiff(XenstoreOptions options)
{
    const Result<XenstoreSnapshot> before = readSnapshot(options.file, largestSnapshot);
    if (!before) {
        co_return report(before.error());
    }
    Result<XenstoreSnapshot> after = XenstoreSnapshot();
    if (!options.otherFile.empty()) {
        after = readSnapshot(options.otherFile, largestSnapshot);
    } else {
        const Result<std::unique_ptr<XenstoreClient>> client = xenstoreClient(options);
        if (!client) {
            co_return report(client.error());
        }
        after = co_await takeSnapshot(**client, before->path);
    }
    if (!after) {
        co_return report(after.error());
    }
    if (after->path != before->path) {
        co_return report({.fault = Fault::Input,
                          .what = formatted("{} is of {}, and {} of {}", printable(options.file),
                                            before->path, printable(options.otherFile), after->path),
                          .cure = "compare snapshots of the same node"});
    }
    const std::vector<XenstoreDifference> found = differences(*before, *after);
    for (const XenstoreDifference& difference : found) {
        if (options.json) {
            printJson(toJson(difference));
        } else {
            print(toText(difference) + "\n");
        }
    }
    co_return found.empty() ? EndedWell : EndedBadly;
}

} // namespace rumpus::cli
