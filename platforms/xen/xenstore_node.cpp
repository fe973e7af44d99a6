// SPDX-License-Identifier: GPL-3.0-or-later
#include "platforms/xen/xenstore_node.h"

#include "platforms/xen/xenstore_path.h"

#include <algorithm>
#include <utility>

namespace rumpus {

namespace {

const std::string& nameOf(const std::unique_ptr<XenstoreNode>& node)
{
    return node->name();
}

} // namespace

const XenstoreNode* XenstoreNode::child(std::string_view name) const
{
    const auto found = std::ranges::lower_bound(children_, name, namesInOrder, nameOf);
    return found != children_.end() && (*found)->name() == name ? found->get() : nullptr;
}

std::size_t XenstoreNode::row() const
{
    if (parent_ == nullptr) {
        return 0;
    }
    const auto found = std::ranges::lower_bound(parent_->children_, name_, namesInOrder, nameOf);
    return static_cast<std::size_t>(found - parent_->children_.begin());
}

std::string XenstoreNode::path() const
{
    return parent_ == nullptr ? name_ : childPath(parent_->path(), name_);
}

std::string_view key(XenstoreChange::Kind kind)
{
    using Kind = XenstoreChange::Kind;
    switch (kind) {
    case Kind::Created: return "created";
    case Kind::Written: return "written";
    case Kind::Permitted: return "permitted";
    case Kind::Removed: return "removed";
    }
    std::unreachable();
}

} // namespace rumpus
