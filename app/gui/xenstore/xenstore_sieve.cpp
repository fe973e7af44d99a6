// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/gui/xenstore/xenstore_sieve.h"

#include "platforms/xen/xenstore_path.h"

#include <QElapsedTimer>

#include <utility>

namespace rumpus::gui {

namespace {
constexpr int sliceTime = 3; // ms
} // namespace

XenstoreSieve::XenstoreSieve(QObject* parent) : QObject(parent)
{
    slice_.setInterval(0);
    connect(&slice_, &QTimer::timeout, this, &XenstoreSieve::goOn);
}

void XenstoreSieve::setTree(const XenstoreTree* tree)
{
    if (tree_) {
        tree_->disconnect(this);
    }
    tree_ = tree;
    current_.hits.clear();
    current_.shown.clear();
    if (tree_) {
        connect(tree_, &XenstoreTree::reset, this, &XenstoreSieve::begin);
        begin();
    }
}

Result<void> XenstoreSieve::set(XenstoreWish wish)
{
    const Result<XenstoreMatcher> matcher =
        XenstoreMatcher::make({.pattern = wish.pattern, .text = wish.text});
    if (!matcher) {
        return std::unexpected(matcher.error());
    }
    wish_ = std::move(wish);
    begin();
    return {};
}

void XenstoreSieve::begin()
{
    toDo_.clear();
    if (wish_.isEverything()) {
        slice_.stop();
        next_.reset();
        current_ = {};
        Q_EMIT sifted();
        return;
    }
    next_.emplace();
    next_->matcher = *XenstoreMatcher::make({.pattern = wish_.pattern, .text = wish_.text});
    next_->guest = wish_.guest;
    if (tree_ && tree_->root() != nullptr) {
        toDo_.push_back(tree_->rootPath());
    }
    slice_.start();
}

void XenstoreSieve::goOn()
{
    QElapsedTimer clock;
    clock.start();
    while (!toDo_.empty() && clock.elapsed() < sliceTime) {
        const std::string path = std::move(toDo_.back());
        toDo_.pop_back();
        const XenstoreNode* const node = tree_ ? tree_->find(path) : nullptr;
        if (node == nullptr) {
            continue;
        }
        record(*next_, path);
        for (const auto& child : node->children()) {
            toDo_.push_back(childPath(path, child->name()));
        }
    }
    if (toDo_.empty()) {
        slice_.stop();
        current_ = std::move(*next_);
        next_.reset();
        Q_EMIT sifted();
    }
}

bool XenstoreSieve::fits(const Table& table, const std::string& path, const XenstoreNode& node)
{
    if (table.guest) {
        const std::optional<XenstoreOwner> owner = ownerOf(path);
        const bool theirs = owner && (owner->domain ? owner->domain == table.guest->domain
                                                    : owner->uuid == table.guest->uuid);
        if (!theirs) {
            return false;
        }
    }
    return table.matcher->matches(path, node.value());
}

/// Gives the topmost node that is shown now and was not, or the other way round.
std::string XenstoreSieve::record(Table& table, const std::string& path) const
{
    const XenstoreNode* const node = tree_ ? tree_->find(path) : nullptr;
    const bool hit = node != nullptr && fits(table, path, *node);
    if (hit ? !table.hits.insert(path).second : table.hits.erase(path) == 0) {
        return {};
    }
    std::string topmost;
    for (std::string at = path;; at = parentPath(at)) {
        const auto entry = table.shown.try_emplace(at, 0).first;
        entry->second += hit ? 1 : -1;
        if (entry->second == (hit ? 1 : 0)) {
            topmost = at;
        }
        if (entry->second == 0) {
            table.shown.erase(entry);
        }
        if (at == "/") {
            break;
        }
    }
    return topmost;
}

bool XenstoreSieve::shows(const std::string& path) const
{
    return isOpen() || current_.shown.contains(path);
}

bool XenstoreSieve::hasShownBelow(const std::string& path) const
{
    const auto found = current_.shown.find(path);
    return found != current_.shown.end() && found->second > (current_.hits.contains(path) ? 1 : 0);
}

std::string XenstoreSieve::look(const std::string& path)
{
    if (next_) {
        record(*next_, path);
    }
    return isOpen() ? std::string() : record(current_, path);
}

} // namespace rumpus::gui
