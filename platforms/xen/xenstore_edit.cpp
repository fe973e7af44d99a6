// SPDX-License-Identifier: GPL-3.0-or-later
#include "platforms/xen/xenstore_edit.h"

#include "core/base/format.h"
#include "core/base/text.h"
#include "platforms/xen/xenstore_path.h"
#include "platforms/xen/xenstore_words.h"

#include <algorithm>
#include <ranges>
#include <utility>

namespace rumpus {

namespace {

constexpr std::size_t mostDeeds = 100;

QCoro::Task<Result<void>> doEdit(XenstoreClient& client, const XenstoreEdit& edit, XenstoreTransaction in)
{
    switch (edit.kind) {
    case XenstoreEdit::Kind::Write: return client.write(edit.path, edit.value, in);
    case XenstoreEdit::Kind::MakeDirectory: return client.makeDirectory(edit.path, in);
    case XenstoreEdit::Kind::Remove: return client.remove(edit.path, in);
    case XenstoreEdit::Kind::Permit: return client.setPermissions(edit.path, edit.permissions, in);
    }
    std::unreachable();
}

QCoro::Task<Result<std::optional<XenstoreBranch>>> look(XenstoreClient& client, std::string path,
                                                        XenstoreTransaction in)
{
    return loadXenstore(client, std::move(path), {.permissions = true, .in = in});
}

/// The topmost node that will come into being with this one: itself, or one above it.
QCoro::Task<Result<std::string>> topmostNew(XenstoreClient& client, std::string path, XenstoreTransaction in)
{
    if (const Result<void> checked = checkXenstorePath(path); !checked) {
        co_return std::unexpected(checked.error());
    }
    std::string top = path;
    for (std::string at = path; at != "/";) {
        const Result<std::optional<std::string>> value = co_await client.read(at, in);
        if (!value) {
            co_return std::unexpected(value.error());
        }
        if (*value) {
            break;
        }
        top = at;
        at = parentPath(at);
    }
    co_return std::string(top);
}

/// One edit, with what was before and is after it.
QCoro::Task<Result<XenstoreStep>> doStep(XenstoreClient& client, XenstoreEdit edit, XenstoreTransaction in)
{
    const Result<std::string> top = co_await topmostNew(client, edit.path, in);
    if (!top) {
        co_return std::unexpected(top.error());
    }
    XenstoreStep step{.path = *top};
    Result<std::optional<XenstoreBranch>> branch = co_await look(client, step.path, in);
    if (!branch) {
        co_return std::unexpected(branch.error());
    }
    step.before = std::move(*branch);
    if (const Result<void> done = co_await doEdit(client, edit, in); !done) {
        co_return std::unexpected(done.error());
    }
    branch = co_await look(client, step.path, in);
    if (!branch) {
        co_return std::unexpected(branch.error());
    }
    step.after = std::move(*branch);
    co_return std::move(step);
}

QCoro::Task<Result<void>> doAll(XenstoreClient& client, std::vector<XenstoreEdit> edits,
                                std::vector<XenstoreStep>& steps, XenstoreTransaction in)
{
    steps.clear(); // of an attempt that was disturbed
    for (const XenstoreEdit& edit : edits) {
        Result<XenstoreStep> step = co_await doStep(client, edit, in);
        if (!step) {
            co_return std::unexpected(step.error());
        }
        steps.push_back(std::move(*step));
    }
    co_return {};
}

QCoro::Task<Result<void>> undoAll(XenstoreClient& client, const XenstoreDeed& deed, bool anyway,
                                  XenstoreTransaction in)
{
    for (const XenstoreStep& step : deed.steps | std::views::reverse) {
        const Result<std::optional<XenstoreBranch>> now = co_await look(client, step.path, in);
        if (!now) {
            co_return std::unexpected(now.error());
        }
        if (*now != step.after && !anyway) {
            co_return inputError(formatted("{} has been changed since", printable(step.path)),
                                 "undo it anyway, or change it by hand");
        }
        const Result<void> restored = co_await restoreXenstore(client, step.path, step.before, in);
        if (!restored) {
            co_return restored;
        }
    }
    co_return {};
}

/// A change at a path reaches what is kept at a place; one that takes all below it does so from above, too.
bool touches(std::string_view path, std::string_view place, bool withAllBelow)
{
    return isAtOrBelow(path, place) || (withAllBelow && isAtOrBelow(place, path));
}

} // namespace

std::string_view key(XenstoreEdit::Kind kind)
{
    switch (kind) {
    case XenstoreEdit::Kind::Write: return "write";
    case XenstoreEdit::Kind::MakeDirectory: return "mkdir";
    case XenstoreEdit::Kind::Remove: return "rm";
    case XenstoreEdit::Kind::Permit: return "chmod";
    }
    std::unreachable();
}

std::string toCommand(const XenstoreEdit& edit)
{
    std::vector<std::string> words;
    switch (edit.kind) {
    case XenstoreEdit::Kind::Write: words = {"xenstore-write", edit.path, escapedValue(edit.value)}; break;
    case XenstoreEdit::Kind::MakeDirectory: words = {"xenstore-write", edit.path, ""}; break;
    case XenstoreEdit::Kind::Remove: words = {"xenstore-rm", edit.path}; break;
    case XenstoreEdit::Kind::Permit:
        words = {"xenstore-chmod", edit.path};
        for (const std::string& word : split(toString(edit.permissions), ',')) {
            words.push_back(word);
        }
        break;
    }
    return shellCommand(words);
}

std::optional<std::string> reasonToAsk(const XenstoreEdit& edit)
{
    const bool removes = edit.kind == XenstoreEdit::Kind::Remove;
    if (touches(edit.path, "/local/domain/0", removes)) {
        return formatted("{}: dom0 and its tools live on what is below /local/domain/0",
                         printable(edit.path));
    }
    if (touches(edit.path, "/vm", removes)) {
        return formatted("{}: the tools know guests by what is below /vm", printable(edit.path));
    }
    return std::nullopt;
}

QCoro::Task<Result<void>> restoreXenstore(XenstoreClient& client, std::string path,
                                          std::optional<XenstoreBranch> branch, XenstoreTransaction in)
{
    const Result<std::optional<std::string>> there = co_await client.read(path, in);
    if (!there) {
        co_return std::unexpected(there.error());
    }
    if (!branch) {
        co_return *there ? co_await client.remove(path, in) : Result<void>();
    }
    Result<std::optional<std::vector<std::string>>> names = co_await client.list(path, in);
    if (!names) {
        co_return std::unexpected(names.error());
    }
    for (const std::string& name : names->value_or(std::vector<std::string>())) {
        if (!std::ranges::binary_search(branch->children, name, namesInOrder, &XenstoreBranch::name)) {
            const Result<void> removed = co_await client.remove(childPath(path, name), in);
            if (!removed) {
                co_return removed;
            }
        }
    }
    if (*there != branch->value) {
        if (const Result<void> written = co_await client.write(path, branch->value, in); !written) {
            co_return written;
        }
    }
    for (const XenstoreBranch& child : branch->children) {
        const Result<void> restored =
            co_await restoreXenstore(client, childPath(path, child.name), child, in);
        if (!restored) {
            co_return restored;
        }
    }
    if (branch->permissions) {
        co_return co_await client.setPermissions(path, *branch->permissions, in);
    }
    co_return {};
}

QCoro::Task<Result<void>> XenstoreEditor::apply(std::vector<XenstoreEdit> edits)
{
    const QPointer<XenstoreEditor> self = this;
    XenstoreClient& client = *client_;
    XenstoreDeed deed{.edits = std::move(edits), .steps = {}};
    const Result<void> result = co_await client.transact(
        [&](XenstoreTransaction in) { return doAll(client, deed.edits, deed.steps, in); });
    if (result && self) {
        done_.push_back(std::move(deed));
        if (done_.size() > mostDeeds) {
            done_.pop_front();
        }
        Q_EMIT doneChanged();
    }
    co_return result;
}

QCoro::Task<Result<void>> XenstoreEditor::undo(bool anyway)
{
    const QPointer<XenstoreEditor> self = this;
    if (done_.empty()) {
        co_return inputError("there is nothing to undo");
    }
    XenstoreClient& client = *client_;
    const XenstoreDeed deed = done_.back();
    const Result<void> result =
        co_await client.transact([&](XenstoreTransaction in) { return undoAll(client, deed, anyway, in); });
    if (result && self && !done_.empty()) {
        done_.pop_back();
        Q_EMIT doneChanged();
    }
    co_return result;
}

} // namespace rumpus
