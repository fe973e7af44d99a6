// XenstoreTree: how its nodes are changed, and how that is told.
// SPDX-License-Identifier: GPL-3.0-or-later
#include "platforms/xen/xenstore_path.h"
#include "platforms/xen/xenstore_tree.h"

#include <algorithm>
#include <cstddef>
#include <utility>

namespace rumpus {

namespace {

std::size_t sizeOf(const XenstoreNode& node)
{
    std::size_t size = 1;
    for (const auto& child : node.children()) {
        size += sizeOf(*child);
    }
    return size;
}

} // namespace

const XenstoreNode* XenstoreTree::find(std::string_view path) const
{
    return lookup(path);
}

XenstoreNode* XenstoreTree::lookup(std::string_view path) const
{
    XenstoreNode* const node = deepest(path);
    return node != nullptr && node->path() == path ? node : nullptr;
}

XenstoreNode* XenstoreTree::deepest(std::string_view path) const
{
    if (!exists_ || !isAtOrBelow(path, rootPath_)) {
        return nullptr;
    }
    XenstoreNode* node = root_.get();
    std::string_view rest = path.substr(rootPath_ == "/" ? 0 : rootPath_.size());
    while (rest.size() > 1) {
        rest.remove_prefix(1);
        const std::size_t end = std::min(rest.find('/'), rest.size());
        const XenstoreNode* const child = node->child(rest.substr(0, end));
        if (child == nullptr) {
            break;
        }
        node = const_cast<XenstoreNode*>(child);
        rest.remove_prefix(end);
    }
    return node;
}

/// Nodes as they were read, which nobody has been told of.
std::unique_ptr<XenstoreNode> XenstoreTree::made(XenstoreBranch branch, XenstoreNode* parent)
{
    auto node = std::make_unique<XenstoreNode>(std::move(branch.name), parent);
    node->value_ = std::move(branch.value);
    node->readable_ = branch.readable;
    node->permissions_ = std::move(branch.permissions);
    node->children_.reserve(branch.children.size());
    for (XenstoreBranch& child : branch.children) {
        node->children_.push_back(made(std::move(child), node.get()));
    }
    ++size_;
    return node;
}

/// Makes a node as it was read, and all below it; each difference is a change.
void XenstoreTree::merge(XenstoreNode& node, XenstoreBranch branch)
{
    setValue(node, std::move(branch.value), branch.readable, 0);
    if (branch.permissions) {
        setPermissions(node, std::move(*branch.permissions), Told::Aloud);
    }
    std::vector<XenstoreNode*> gone;
    for (const auto& child : node.children_) {
        const bool there =
            std::ranges::binary_search(branch.children, child->name(), namesInOrder, &XenstoreBranch::name);
        if (!there) {
            gone.push_back(child.get());
        }
    }
    for (XenstoreNode* const child : gone) {
        remove(*child, 0);
    }
    for (XenstoreBranch& child : branch.children) {
        if (const XenstoreNode* const known = node.child(child.name)) {
            merge(const_cast<XenstoreNode&>(*known), std::move(child));
        } else {
            insert(node, made(std::move(child), &node), 0);
        }
    }
}

void XenstoreTree::insert(XenstoreNode& parent, std::unique_ptr<XenstoreNode> node, std::uint32_t unseen)
{
    XenstoreNode& made = *node;
    const auto place =
        std::ranges::lower_bound(parent.children_, node->name(), namesInOrder,
                                 [](const auto& child) -> const std::string& { return child->name(); });
    Q_EMIT aboutToInsert(&parent, static_cast<std::size_t>(place - parent.children_.begin()));
    parent.children_.insert(place, std::move(node));
    Q_EMIT inserted();
    tellCreated(made, unseen);
}

void XenstoreTree::remove(XenstoreNode& node, std::uint32_t unseen)
{
    size_ -= sizeOf(node);
    if (node.parent_ == nullptr) {
        Q_EMIT aboutToReset();
        const std::unique_ptr<XenstoreNode> last =
            std::exchange(root_, std::make_unique<XenstoreNode>(rootPath_));
        exists_ = false;
        Q_EMIT reset();
        tellRemoved(*last, unseen);
        return;
    }
    XenstoreNode& parent = *node.parent_;
    const std::size_t row = node.row();
    Q_EMIT aboutToRemove(&parent, row);
    const auto place = parent.children_.begin() + static_cast<std::ptrdiff_t>(row);
    const std::unique_ptr<XenstoreNode> last = std::move(*place);
    parent.children_.erase(place);
    Q_EMIT removed();
    tellRemoved(*last, unseen);
}

void XenstoreTree::setValue(XenstoreNode& node, std::string value, bool readable, std::uint32_t unseen)
{
    if (node.value_ == value && node.readable_ == readable) {
        return;
    }
    std::string before = std::exchange(node.value_, std::move(value));
    node.readable_ = readable;
    tell(XenstoreChange::Kind::Written, node, std::move(before), node.value_, unseen);
    Q_EMIT nodeChanged(&node);
}

void XenstoreTree::setPermissions(XenstoreNode& node, XenstorePermissions permissions, Told told)
{
    if (node.permissions_ == permissions) {
        return;
    }
    const std::optional<XenstorePermissions> before =
        std::exchange(node.permissions_, std::move(permissions));
    // that they become known is no change of theirs
    if (before) {
        tell(XenstoreChange::Kind::Permitted, node, toString(*before), toString(*node.permissions_), 0);
    }
    if (before || told == Told::Aloud) {
        Q_EMIT nodeChanged(&node);
    }
}

void XenstoreTree::tell(XenstoreChange::Kind kind, XenstoreNode& node, std::string before, std::string after,
                        std::uint32_t unseen)
{
    const XenstoreNode::Time now = std::chrono::system_clock::now();
    node.changedAt_ = now;
    Q_EMIT changed({.kind = kind,
                    .time = now,
                    .path = node.path(),
                    .before = std::move(before),
                    .after = std::move(after),
                    .unseen = unseen,
                    .inGap = inGap_});
}

void XenstoreTree::tellCreated(XenstoreNode& node, std::uint32_t unseen)
{
    tell(XenstoreChange::Kind::Created, node, {}, node.value_, unseen);
    for (const auto& child : node.children_) {
        tellCreated(*child, 0);
    }
}

void XenstoreTree::tellRemoved(XenstoreNode& node, std::uint32_t unseen)
{
    tell(XenstoreChange::Kind::Removed, node, node.value_, {}, unseen);
    for (const auto& child : node.children_) {
        tellRemoved(*child, 0);
    }
}

} // namespace rumpus
