// XenstoreNode: a node as it is known, with its place among the others; XenstoreChange: what became of one.
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "platforms/xen/xenstore_permissions.h"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace rumpus {

class XenstoreNode {
public:
    using Time = std::chrono::system_clock::time_point;

    explicit XenstoreNode(std::string name, XenstoreNode* parent = nullptr)
        : name_(std::move(name)), parent_(parent)
    {
    }

    /// Of the topmost: its whole path.
    const std::string& name() const { return name_; }
    const std::string& value() const { return value_; }
    /// False where we may not know its value.
    bool isReadable() const { return readable_; }
    /// Nothing: not known yet, or not told.
    const std::optional<XenstorePermissions>& permissions() const { return permissions_; }
    /// When a change was last seen; nothing: it is as it was first read.
    const std::optional<Time>& changedAt() const { return changedAt_; }
    const XenstoreNode* parent() const { return parent_; }
    /// In the order of their names.
    const std::vector<std::unique_ptr<XenstoreNode>>& children() const { return children_; }
    /// The child of that name; null: there is none.
    const XenstoreNode* child(std::string_view name) const;
    /// Where it stands among its parent's children.
    std::size_t row() const;
    std::string path() const;

private:
    friend class XenstoreTree;

    std::string name_;
    std::string value_;
    bool readable_ = true;
    std::optional<XenstorePermissions> permissions_;
    std::optional<Time> changedAt_;
    XenstoreNode* parent_ = nullptr;
    std::vector<std::unique_ptr<XenstoreNode>> children_;
};

/// One change of one node, as it was seen.
struct XenstoreChange {
    enum class Kind : std::uint8_t {
        Created,
        Written,   ///< it has another value
        Permitted, ///< it has other permissions
        Removed,   ///< one change for each node of a subtree, the topmost first
    };
    Kind kind = Kind::Created;
    std::chrono::system_clock::time_point time;
    std::string path;
    std::string before; ///< the value; of Permitted: the permissions in xenstore's notation
    std::string after;
    /// So many more times, at least, something was done to it since the last change of it that was seen:
    /// those values were overwritten before they could be read.
    std::uint32_t unseen = 0;
    /// It happened while there was no connection, at a time that nobody knows.
    bool inGap = false;
    bool operator==(const XenstoreChange&) const = default;
};
std::string_view key(XenstoreChange::Kind kind);

/// A time in which nobody watched.
struct XenstoreGap {
    std::chrono::system_clock::time_point from;
    std::chrono::system_clock::time_point to;
    std::string why;
};

} // namespace rumpus
