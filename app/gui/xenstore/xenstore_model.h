// XenstoreModel: the nodes of a Xenstore as rows, with what is to be known of each.
//
// Rows are made when somebody opens the node above them. Changes are gathered and shown together, at most
// once a frame, as rows that come, go or are other ones: nothing that is open or selected is lost by it.
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/gui/xenstore/xenstore_marks.h"
#include "app/gui/xenstore/xenstore_sieve.h"
#include "platforms/xen/xenstore_tree.h"

#include <QAbstractItemModel>
#include <QPointer>
#include <QTimer>

#include <cstdint>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace rumpus::gui {

/// A domain that has nodes.
struct XenstoreDomain {
    std::uint32_t number = 0;
    std::string name; ///< printable; empty: not told
    std::string uuid;
    bool operator==(const XenstoreDomain&) const = default;
};

class XenstoreModel : public QAbstractItemModel {
    Q_OBJECT
public:
    enum Column : std::uint8_t { Name, Value, Permissions, Changed, ColumnCount };
    enum Role : std::uint16_t {
        PathRole = Qt::UserRole + 1,
        MarkRole,  ///< Mark
        FlashRole, ///< XenstoreMarks::flash
    };
    enum class Mark : std::uint8_t { None, Below, Here };

    explicit XenstoreModel(QObject* parent = nullptr);
    ~XenstoreModel() override;

    /// Shows another tree; null: none. This one is a reset.
    void setTree(XenstoreTree* tree);
    XenstoreSieve& sieve() { return sieve_; }
    /// Values can be typed over.
    void setEditable(bool editable) { editable_ = editable; }

    /// Of the topmost node for an invalid index.
    std::string path(const QModelIndex& index) const;
    const XenstoreNode* node(const QModelIndex& index) const;
    /// The row of a node, made with all above it where it is not there yet. Invalid: no such node, or hidden.
    QModelIndex reach(const std::string& path);

    const XenstoreMarks& marks() const { return marks_; }
    /// Something is still coloured.
    bool isFlashing() { return marks_.isFlashing(XenstoreMarks::Clock::now()); }
    void see(const QModelIndex& index);
    void seeAll();

    const std::vector<XenstoreDomain>& domains() const { return domains_; }
    /// "web (5)", "domain 5".
    QString domainText(std::uint32_t number) const;

    QModelIndex index(int row, int column, const QModelIndex& parent = {}) const override;
    QModelIndex parent(const QModelIndex& index) const override;
    int rowCount(const QModelIndex& parent = {}) const override;
    int columnCount(const QModelIndex& parent = {}) const override;
    bool hasChildren(const QModelIndex& parent = {}) const override;
    bool canFetchMore(const QModelIndex& parent) const override;
    void fetchMore(const QModelIndex& parent) override;
    Qt::ItemFlags flags(const QModelIndex& index) const override;
    QVariant data(const QModelIndex& index, int role) const override;
    bool setData(const QModelIndex& index, const QVariant& value, int role) override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

Q_SIGNALS:
    /// Somebody has typed another value; it is here once Xenstore tells it.
    void valueWanted(const std::string& path, const std::string& value);
    /// What has changed is shown now.
    void synced();
    void marksChanged();
    void domainsChanged();
    /// Another filter decides what is shown.
    void sifted();

private:
    struct Item {
        std::string path;
        Item* parent = nullptr;
        std::size_t row = 0;
        std::vector<std::unique_ptr<Item>> children;
        bool fetched = false; ///< else it has children that nobody has asked for
        bool told = false;    ///< the texts are those of now
        QString name;
        QString value;
        QString permissions;
        QString changed;
    };

    Item* itemOf(const QModelIndex& index) const;
    QModelIndex indexOf(const Item& item, int column = 0) const;
    const XenstoreNode* nodeOf(const Item& item) const { return tree_ ? tree_->find(item.path) : nullptr; }
    std::unique_ptr<Item> made(const XenstoreNode& node, const std::string& path, Item* parent);
    void forget(const Item& item);

    void take(const XenstoreChange& change);
    void takeAll();
    void flushSoon();
    void flush();
    void sift();
    std::vector<const XenstoreNode*> sync(Item& item, const XenstoreNode* node);
    void syncAll(Item& item, const XenstoreNode* node);
    void removeUnwanted(Item& item, const std::vector<const XenstoreNode*>& wanted);
    void insertWanted(Item& item, const std::vector<const XenstoreNode*>& wanted);
    void retell(const std::set<std::string>& paths);
    void retellAll();
    bool learnDomains();

    void tell(Item& item) const;
    QString nameText(const std::string& path) const;
    QString toolTip(const Item& item, int column) const;

    QPointer<XenstoreTree> tree_;
    XenstoreSieve sieve_;
    XenstoreMarks marks_;
    std::unique_ptr<Item> root_;
    std::unordered_map<std::string_view, Item*> items_; ///< by their own paths
    std::vector<XenstoreDomain> domains_;
    std::map<std::string, QString, std::less<>> nameOfGuest_; ///< by number as text, and by UUID
    bool editable_ = false;

    std::set<std::string> dirty_;        ///< nodes that are other ones
    std::set<std::string> dirtyParents_; ///< nodes whose children may be others
    std::set<std::string> unsifted_;     ///< nodes that the sieve has to look at
    bool allDirty_ = false;
    bool domainsDirty_ = false;
    bool handlesStale_ = false; ///< a node that could be opened has nothing below it any more
    QTimer flush_;
};

} // namespace rumpus::gui
