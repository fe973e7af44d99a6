// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/gui/xenstore/xenstore_model.h"

#include "app/gui/xenstore/xenstore_texts.h"
#include "platforms/xen/xenstore_path.h"
#include "platforms/xen/xenstore_words.h"

#include <utility>

namespace rumpus::gui {

XenstoreModel::XenstoreModel(QObject* parent)
    : QAbstractItemModel(parent), root_(std::make_unique<Item>(Item{.path = "/"}))
{
    items_[root_->path] = root_.get();
    static constexpr int frame = 16; // ms
    flush_.setSingleShot(true);
    flush_.setInterval(frame);
    connect(&flush_, &QTimer::timeout, this, &XenstoreModel::flush);
    connect(&sieve_, &XenstoreSieve::sifted, this, [this] {
        takeAll();
        flush(); // rows as the filter has it, before anybody opens some
        Q_EMIT sifted();
    });
}

XenstoreModel::~XenstoreModel() = default;

void XenstoreModel::setTree(XenstoreTree* tree)
{
    if (tree_) {
        tree_->disconnect(this);
    }
    beginResetModel();
    tree_ = tree;
    items_.clear();
    root_ = std::make_unique<Item>(Item{.path = tree != nullptr ? tree->rootPath() : "/"});
    items_[root_->path] = root_.get();
    marks_.clear();
    dirty_.clear();
    dirtyParents_.clear();
    unsifted_.clear();
    domainsDirty_ = true;
    endResetModel();
    if (tree_) {
        connect(tree_, &XenstoreTree::changed, this, &XenstoreModel::take);
        connect(tree_, &XenstoreTree::reset, this, &XenstoreModel::takeAll);
        connect(tree_, &XenstoreTree::permissionsKnown, this, [this] {
            retellAll();
            flushSoon();
        });
        connect(tree_, &XenstoreTree::nodeChanged, this, [this](const XenstoreNode* node) {
            dirty_.insert(node->path());
            flushSoon();
        });
    }
    sieve_.setTree(tree);
    Q_EMIT marksChanged();
}

// --- rows --------------------------------------------------------------------------------------

XenstoreModel::Item* XenstoreModel::itemOf(const QModelIndex& index) const
{
    return index.isValid() ? static_cast<Item*>(index.internalPointer()) : root_.get();
}

QModelIndex XenstoreModel::indexOf(const Item& item, int column) const
{
    return item.parent == nullptr ? QModelIndex() : createIndex(static_cast<int>(item.row), column, &item);
}

QModelIndex XenstoreModel::index(int row, int column, const QModelIndex& parent) const
{
    return hasIndex(row, column, parent)
               ? createIndex(row, column, itemOf(parent)->children[static_cast<std::size_t>(row)].get())
               : QModelIndex();
}

QModelIndex XenstoreModel::parent(const QModelIndex& index) const
{
    return index.isValid() ? indexOf(*itemOf(index)->parent) : QModelIndex();
}

int XenstoreModel::rowCount(const QModelIndex& parent) const
{
    return parent.column() > 0 ? 0 : static_cast<int>(itemOf(parent)->children.size());
}

int XenstoreModel::columnCount(const QModelIndex& /*parent*/) const
{
    return ColumnCount;
}

bool XenstoreModel::hasChildren(const QModelIndex& parent) const
{
    const Item& item = *itemOf(parent);
    return parent.column() <= 0 && (!item.fetched || !item.children.empty());
}

bool XenstoreModel::canFetchMore(const QModelIndex& parent) const
{
    return parent.column() <= 0 && !itemOf(parent)->fetched;
}

void XenstoreModel::fetchMore(const QModelIndex& parent)
{
    Item& item = *itemOf(parent);
    if (!item.fetched) {
        item.fetched = true;
        sync(item, nodeOf(item));
    }
}

Qt::ItemFlags XenstoreModel::flags(const QModelIndex& index) const
{
    const Qt::ItemFlags flags = QAbstractItemModel::flags(index);
    return index.column() == Value && editable_ ? flags | Qt::ItemIsEditable : flags;
}

std::unique_ptr<XenstoreModel::Item> XenstoreModel::made(const XenstoreNode& node, const std::string& path,
                                                         Item* parent)
{
    auto item = std::make_unique<Item>(Item{.path = path, .parent = parent});
    item->fetched = sieve_.isOpen() ? node.children().empty() : !sieve_.hasShownBelow(path);
    items_[item->path] = item.get();
    return item;
}

void XenstoreModel::forget(const Item& item)
{
    for (const auto& child : item.children) {
        forget(*child);
    }
    items_.erase(item.path);
}

std::string XenstoreModel::path(const QModelIndex& index) const
{
    return itemOf(index)->path;
}

const XenstoreNode* XenstoreModel::node(const QModelIndex& index) const
{
    return nodeOf(*itemOf(index));
}

QModelIndex XenstoreModel::reach(const std::string& path)
{
    flush(); // a node that was made just now has its row, too
    const Item* item = root_.get();
    if (!isAtOrBelow(path, item->path)) {
        return {};
    }
    while (item->path != path) {
        fetchMore(indexOf(*item));
        const auto below = std::ranges::find_if(
            item->children, [&](const auto& child) { return isAtOrBelow(path, child->path); });
        if (below == item->children.end()) {
            return {};
        }
        item = below->get();
    }
    return indexOf(*item);
}

// --- following the tree ------------------------------------------------------------------------

void XenstoreModel::take(const XenstoreChange& change)
{
    using Kind = XenstoreChange::Kind;
    if (change.kind == Kind::Created || change.kind == Kind::Removed) {
        dirtyParents_.insert(parentPath(change.path));
    }
    if (change.kind == Kind::Removed) {
        marks_.see(change.path);
    } else {
        marks_.mark(change.path, XenstoreMarks::Clock::now());
    }
    dirty_.insert(change.path);
    unsifted_.insert(change.path);
    // a domain, its name, its UUID
    domainsDirty_ = domainsDirty_ || parentPath(change.path) == "/local/domain" ||
                    parentPath(parentPath(change.path)) == "/local/domain";
    flushSoon();
}

void XenstoreModel::takeAll()
{
    allDirty_ = true;
    domainsDirty_ = true;
    flushSoon();
}

void XenstoreModel::flushSoon()
{
    if (!flush_.isActive()) {
        flush_.start();
    }
}

void XenstoreModel::flush()
{
    flush_.stop();
    sift();
    if (std::exchange(allDirty_, false)) {
        dirtyParents_.clear();
        syncAll(*root_, nodeOf(*root_));
        retellAll();
    }
    // a parent's path stands before those of its children
    for (const std::string& path : std::exchange(dirtyParents_, {})) {
        const auto found = items_.find(path);
        if (found != items_.end()) {
            sync(*found->second, nodeOf(*found->second));
        }
    }
    if (std::exchange(handlesStale_, false)) {
        Q_EMIT layoutChanged();
    }
    if (std::exchange(domainsDirty_, false) && learnDomains()) {
        retellAll();
        Q_EMIT domainsChanged();
    }
    const std::set<std::string> changed = std::exchange(dirty_, {});
    retell(changed);
    if (!changed.empty()) {
        Q_EMIT marksChanged();
    }
    Q_EMIT synced();
}

/// What has changed may be shown now, or not any more.
void XenstoreModel::sift()
{
    for (const std::string& path : std::exchange(unsifted_, {})) {
        const std::string topmost = sieve_.look(path);
        if (!topmost.empty()) {
            dirtyParents_.insert(parentPath(topmost));
        }
    }
}

/// Makes the rows below one those of its node's children that are shown.
std::vector<const XenstoreNode*> XenstoreModel::sync(Item& item, const XenstoreNode* node)
{
    std::vector<const XenstoreNode*> wanted;
    if (node != nullptr) {
        wanted.reserve(node->children().size());
        for (const auto& child : node->children()) {
            if (sieve_.isOpen() || sieve_.shows(childPath(item.path, child->name()))) {
                wanted.push_back(child.get());
            }
        }
    }
    if (!item.fetched && !wanted.empty() && item.parent != nullptr) {
        return {}; // they are made once somebody opens it
    }
    // a view knows by rows that go whether there is something to open; here none go
    handlesStale_ = handlesStale_ || !item.fetched;
    item.fetched = true;
    removeUnwanted(item, wanted);
    insertWanted(item, wanted);
    return wanted;
}

/// The same for all rows that there are.
void XenstoreModel::syncAll(Item& item, const XenstoreNode* node)
{
    const std::vector<const XenstoreNode*> wanted = sync(item, node);
    for (std::size_t row = 0; row < wanted.size(); ++row) {
        syncAll(*item.children[row], wanted[row]);
    }
}

void XenstoreModel::removeUnwanted(Item& item, const std::vector<const XenstoreNode*>& wanted)
{
    const auto isWanted = [&](const std::unique_ptr<Item>& child) {
        return std::ranges::binary_search(wanted, std::string(nameIn(child->path)), namesInOrder,
                                          [](const XenstoreNode* node) { return node->name(); });
    };
    std::size_t end = item.children.size();
    while (end > 0) {
        if (isWanted(item.children[end - 1])) {
            --end;
            continue;
        }
        std::size_t first = end - 1;
        while (first > 0 && !isWanted(item.children[first - 1])) {
            --first;
        }
        beginRemoveRows(indexOf(item), static_cast<int>(first), static_cast<int>(end) - 1);
        const auto from = item.children.begin() + static_cast<std::ptrdiff_t>(first);
        const auto to = item.children.begin() + static_cast<std::ptrdiff_t>(end);
        std::for_each(from, to, [this](const auto& child) { forget(*child); });
        item.children.erase(from, to);
        for (std::size_t row = first; row < item.children.size(); ++row) {
            item.children[row]->row = row;
        }
        endRemoveRows();
        end = first;
    }
}

/// All rows that are there are wanted.
void XenstoreModel::insertWanted(Item& item, const std::vector<const XenstoreNode*>& wanted)
{
    std::size_t row = 0;
    while (row < wanted.size()) {
        const auto there = [&](std::size_t place) {
            return row < item.children.size() && nameIn(item.children[row]->path) == wanted[place]->name();
        };
        if (there(row)) {
            ++row;
            continue;
        }
        std::size_t end = row + 1;
        while (end < wanted.size() && !there(end)) {
            ++end;
        }
        std::vector<std::unique_ptr<Item>> fresh;
        for (std::size_t place = row; place < end; ++place) {
            fresh.push_back(made(*wanted[place], childPath(item.path, wanted[place]->name()), &item));
        }
        beginInsertRows(indexOf(item), static_cast<int>(row), static_cast<int>(end) - 1);
        item.children.insert(item.children.begin() + static_cast<std::ptrdiff_t>(row),
                             std::make_move_iterator(fresh.begin()), std::make_move_iterator(fresh.end()));
        for (std::size_t place = row; place < item.children.size(); ++place) {
            item.children[place]->row = place;
        }
        endInsertRows();
        row = end;
    }
}

void XenstoreModel::retell(const std::set<std::string>& paths)
{
    for (const std::string& path : paths) {
        const auto found = items_.find(path);
        if (found != items_.end() && found->second != root_.get()) {
            found->second->told = false;
            Q_EMIT dataChanged(indexOf(*found->second), indexOf(*found->second, ColumnCount - 1));
        }
    }
}

void XenstoreModel::retellAll()
{
    for (const auto& [path, item] : items_) {
        item->told = false;
    }
    // for a view, several rows are as good as all
    if (root_->children.size() > 0) {
        Q_EMIT dataChanged(indexOf(*root_->children.front()),
                           indexOf(*root_->children.back(), ColumnCount - 1));
    }
}

/// True where they are others than before.
bool XenstoreModel::learnDomains()
{
    std::vector<XenstoreDomain> domains;
    const XenstoreNode* const all = tree_ ? tree_->find("/local/domain") : nullptr;
    if (all != nullptr) {
        for (const auto& node : all->children()) {
            if (const std::optional<std::uint32_t> number = domainNumber(node->name())) {
                static constexpr std::size_t longest = 80;
                const XenstoreNode* const name = node->child("name");
                const XenstoreNode* const vm = node->child("vm");
                const bool hasUuid = vm != nullptr && vm->value().starts_with("/vm/");
                domains.push_back({.number = *number,
                                   .name = name != nullptr
                                               ? plainWords(name->value().substr(0, longest)).toStdString()
                                               : std::string(),
                                   .uuid = hasUuid ? vm->value().substr(4) : std::string()});
            }
        }
    }
    if (domains == domains_) {
        return false;
    }
    domains_ = std::move(domains);
    nameOfGuest_.clear();
    for (const XenstoreDomain& domain : domains_) {
        if (!domain.name.empty()) {
            const QString name = QString::fromStdString(domain.name);
            nameOfGuest_[std::to_string(domain.number)] = name;
            if (!domain.uuid.empty()) {
                nameOfGuest_[domain.uuid] = name;
            }
        }
    }
    return true;
}

// --- marks -------------------------------------------------------------------------------------

void XenstoreModel::see(const QModelIndex& index)
{
    if (index.isValid() && marks_.see(itemOf(index)->path)) {
        Q_EMIT dataChanged(index.siblingAtColumn(Name), index.siblingAtColumn(Name), {MarkRole});
        Q_EMIT marksChanged();
    }
}

void XenstoreModel::seeAll()
{
    marks_.clear();
    if (root_->children.size() > 0) {
        Q_EMIT dataChanged(indexOf(*root_->children.front()), indexOf(*root_->children.back()), {MarkRole});
    }
    Q_EMIT marksChanged();
}

} // namespace rumpus::gui
