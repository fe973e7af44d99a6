// SPDX-License-Identifier: GPL-3.0-or-later
#include "platforms/xen/xenstore_snapshot.h"

#include "core/base/files.h"
#include "core/base/format.h"
#include "core/base/text.h"
#include "platforms/xen/xenstore_journal.h"
#include "platforms/xen/xenstore_path.h"
#include "platforms/xen/xenstore_words.h"

#include <algorithm>
#include <chrono>
#include <utility>

namespace rumpus {

namespace {

using Side = XenstoreDifference::Side;

constexpr std::string_view cure = "`rumpus xenstore snapshot` writes such files";

void putNodes(Json& nodes, const XenstoreBranch& branch, const std::string& path)
{
    Json node{{"path", path}};
    putValue(node, "value", branch.value);
    if (!branch.readable) {
        node["readable"] = false;
    }
    if (branch.permissions) {
        node["permissions"] = toString(*branch.permissions);
    }
    nodes.push_back(std::move(node));
    for (const XenstoreBranch& child : branch.children) {
        putNodes(nodes, child, childPath(path, child.name));
    }
}

Result<XenstoreBranch> readNode(const Json& node, const std::string& path)
{
    XenstoreBranch branch{.name = std::string(nameIn(path))};
    std::optional<std::string> value = takeValue(node, "value");
    const auto permissions = node.find("permissions");
    if (!value || (permissions != node.end() && !permissions->is_string())) {
        return inputError(formatted("the snapshot's node {} has no value", printable(path)),
                          std::string(cure));
    }
    branch.value = std::move(*value);
    branch.readable = node.value("readable", Json(true)) != Json(false);
    if (permissions != node.end()) {
        Result<XenstorePermissions> read = parsePermissions(permissions->get<std::string>());
        if (!read) {
            return std::unexpected(read.error());
        }
        branch.permissions = std::move(*read);
    }
    return branch;
}

/// Puts a node below the topmost. Errors: the one above it does not stand before it.
Result<void> place(XenstoreBranch& root, const std::string& rootPath, const std::string& path,
                   XenstoreBranch branch)
{
    XenstoreBranch* parent = &root;
    const std::string above = parentPath(path);
    for (const std::string& name : split(above.substr(rootPath == "/" ? 0 : rootPath.size()), '/')) {
        if (name.empty()) {
            continue;
        }
        const auto found =
            std::ranges::lower_bound(parent->children, name, namesInOrder, &XenstoreBranch::name);
        if (found == parent->children.end() || found->name != name) {
            return inputError(
                formatted("the snapshot's node {} stands before the one above it", printable(path)),
                std::string(cure));
        }
        parent = &*found;
    }
    const auto at =
        std::ranges::lower_bound(parent->children, branch.name, namesInOrder, &XenstoreBranch::name);
    if (at != parent->children.end() && at->name == branch.name) {
        return inputError(formatted("the snapshot has the node {} twice", printable(path)),
                          std::string(cure));
    }
    parent->children.insert(at, std::move(branch));
    return {};
}

Result<void> readNodes(const Json& nodes, XenstoreSnapshot& snapshot)
{
    for (const Json& node : nodes) {
        const auto named = node.is_object() ? node.find("path") : node.end();
        if (!node.is_object() || named == node.end() || !named->is_string()) {
            return inputError("a node of the snapshot has no path", std::string(cure));
        }
        const auto path = named->get<std::string>();
        if (const Result<void> checked = checkXenstorePath(path); !checked) {
            return checked;
        }
        Result<XenstoreBranch> branch = readNode(node, path);
        if (!branch) {
            return std::unexpected(branch.error());
        }
        if (path == snapshot.path && !snapshot.root) {
            branch->name = path;
            snapshot.root = std::move(*branch);
        } else if (!snapshot.root || path == snapshot.path || !isAtOrBelow(path, snapshot.path)) {
            return inputError(formatted("the snapshot of {} has the node {} in the wrong place",
                                        printable(snapshot.path), printable(path)),
                              std::string(cure));
        } else if (const Result<void> placed = place(*snapshot.root, snapshot.path, path, std::move(*branch));
                   !placed) {
            return placed;
        }
    }
    return {};
}

Side sideOf(const XenstoreBranch& branch)
{
    return {.value = branch.value, .permissions = branch.permissions};
}

void tellAll(std::vector<XenstoreDifference>& found, XenstoreDifference::Kind kind, const std::string& path,
             const XenstoreBranch& branch)
{
    const bool added = kind == XenstoreDifference::Kind::Added;
    found.push_back({.kind = kind,
                     .path = path,
                     .before = added ? std::nullopt : std::optional(sideOf(branch)),
                     .after = added ? std::optional(sideOf(branch)) : std::nullopt});
    for (const XenstoreBranch& child : branch.children) {
        tellAll(found, kind, childPath(path, child.name), child);
    }
}

void compare(std::vector<XenstoreDifference>& found, const std::string& path, const XenstoreBranch& before,
             const XenstoreBranch& after)
{
    const bool permitted = before.permissions && after.permissions && before.permissions != after.permissions;
    if (before.value != after.value || permitted) {
        found.push_back({.kind = XenstoreDifference::Kind::Changed,
                         .path = path,
                         .before = sideOf(before),
                         .after = sideOf(after)});
    }
    auto left = before.children.begin();
    auto right = after.children.begin();
    while (left != before.children.end() || right != after.children.end()) {
        const bool onlyLeft = right == after.children.end() ||
                              (left != before.children.end() && namesInOrder(left->name, right->name));
        const bool onlyRight = !onlyLeft && (left == before.children.end() || left->name != right->name);
        if (onlyLeft) {
            tellAll(found, XenstoreDifference::Kind::Removed, childPath(path, left->name), *left);
            ++left;
        } else if (onlyRight) {
            tellAll(found, XenstoreDifference::Kind::Added, childPath(path, right->name), *right);
            ++right;
        } else {
            compare(found, childPath(path, left->name), *left, *right);
            ++left;
            ++right;
        }
    }
}

Json sideJson(const Side& side)
{
    Json object = Json::object();
    putValue(object, "value", side.value);
    if (side.permissions) {
        object["permissions"] = toString(*side.permissions);
    }
    return object;
}

} // namespace

QCoro::Task<Result<XenstoreSnapshot>> takeSnapshot(XenstoreClient& client, std::string path)
{
    XenstoreSnapshot snapshot{.place = toString(client.place()),
                              .taken = timestamp(std::chrono::system_clock::now()),
                              .path = path};
    Result<std::optional<XenstoreBranch>> branch =
        co_await loadXenstore(client, std::move(path), {.permissions = true});
    if (!branch) {
        co_return std::unexpected(branch.error());
    }
    snapshot.root = std::move(*branch);
    co_return std::move(snapshot);
}

std::string toText(const XenstoreSnapshot& snapshot)
{
    Json nodes = Json::array();
    if (snapshot.root) {
        putNodes(nodes, *snapshot.root, snapshot.path);
    }
    const Json whole{{"xenstore", snapshot.path},
                     {"place", snapshot.place},
                     {"taken", snapshot.taken},
                     {"nodes", std::move(nodes)}};
    return whole.dump(1, ' ', false, Json::error_handler_t::replace) + "\n";
}

Result<XenstoreSnapshot> parseSnapshot(std::string_view text)
{
    const Json whole = Json::parse(text, nullptr, false);
    const auto string = [&](const char* key) {
        const auto found = whole.find(key);
        return found != whole.end() && found->is_string() ? found->get<std::string>() : std::string();
    };
    if (!whole.is_object() || !whole.contains("nodes") || !whole["nodes"].is_array()) {
        return inputError("it is no snapshot of Xenstore", std::string(cure));
    }
    XenstoreSnapshot snapshot{.place = string("place"), .taken = string("taken"), .path = string("xenstore")};
    if (const Result<void> checked = checkXenstorePath(snapshot.path); !checked) {
        return std::unexpected(checked.error());
    }
    if (const Result<void> read = readNodes(whole["nodes"], snapshot); !read) {
        return std::unexpected(read.error());
    }
    return snapshot;
}

std::string_view key(XenstoreDifference::Kind kind)
{
    switch (kind) {
    case XenstoreDifference::Kind::Added: return "added";
    case XenstoreDifference::Kind::Removed: return "removed";
    case XenstoreDifference::Kind::Changed: return "changed";
    }
    std::unreachable();
}

std::vector<XenstoreDifference> differences(const XenstoreSnapshot& before, const XenstoreSnapshot& after)
{
    std::vector<XenstoreDifference> found;
    if (before.root && after.root) {
        compare(found, after.path, *before.root, *after.root);
    } else if (before.root) {
        tellAll(found, XenstoreDifference::Kind::Removed, before.path, *before.root);
    } else if (after.root) {
        tellAll(found, XenstoreDifference::Kind::Added, after.path, *after.root);
    }
    return found;
}

std::string toText(const XenstoreDifference& difference)
{
    const std::string path = printable(difference.path);
    const auto& [kind, ignored, before, after] = difference;
    switch (kind) {
    case XenstoreDifference::Kind::Added: return formatted("+ {} {}", path, quotedValue(after->value));
    case XenstoreDifference::Kind::Removed: return formatted("- {} {}", path, quotedValue(before->value));
    case XenstoreDifference::Kind::Changed: break;
    }
    std::string line = formatted("~ {}", path);
    if (before->value != after->value) {
        line += formatted(" {} → {}", quotedValue(before->value), quotedValue(after->value));
    }
    if (before->permissions && after->permissions && before->permissions != after->permissions) {
        line += formatted(" ({}) → ({})", toString(*before->permissions), toString(*after->permissions));
    }
    return line;
}

Json toJson(const XenstoreDifference& difference)
{
    Json object{{"difference", key(difference.kind)}, {"path", difference.path}};
    if (difference.before) {
        object["before"] = sideJson(*difference.before);
    }
    if (difference.after) {
        object["after"] = sideJson(*difference.after);
    }
    return object;
}

Result<XenstoreSnapshot> readSnapshot(const std::filesystem::path& file, std::uint64_t most)
{
    const Result<std::string> text = readFile(file, most);
    if (!text) {
        return std::unexpected(text.error());
    }
    Result<XenstoreSnapshot> snapshot = parseSnapshot(*text);
    if (!snapshot) {
        return inputError(formatted("{}: {}", printable(file.native()), snapshot.error().what),
                          snapshot.error().cure);
    }
    return snapshot;
}

} // namespace rumpus
