// XenstoreSieve: which nodes a filter lets through, and so which are shown: those, and all above them.
//
// To look at ten thousand nodes takes longer than a window may stand still, so it is done in slices; until
// a new filter has looked at all, what the one before said is what counts.
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "platforms/xen/xenstore_journal.h"
#include "platforms/xen/xenstore_tree.h"
#include "platforms/xen/xenstore_words.h"

#include <QObject>
#include <QPointer>
#include <QTimer>

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <vector>

namespace rumpus::gui {

/// Which nodes somebody wants to see.
struct XenstoreWish {
    XenstoreFilter::Pattern pattern = XenstoreFilter::Pattern::Plain;
    std::string text;                   ///< in the path or the value; empty: any
    std::optional<XenstoreOwner> guest; ///< by number and UUID, what is known of them; nothing: any
    bool isEverything() const { return text.empty() && !guest; }
    bool operator==(const XenstoreWish&) const = default;
};

class XenstoreSieve : public QObject {
    Q_OBJECT
public:
    explicit XenstoreSieve(QObject* parent = nullptr);

    /// Looks at another tree; null: at none.
    void setTree(const XenstoreTree* tree);
    /// Errors: no regular expression; then the one before stays.
    Result<void> set(XenstoreWish wish);
    const XenstoreWish& wish() const { return wish_; }

    /// Everything is shown.
    bool isOpen() const { return !current_.matcher; }
    /// It is shown: it passes, or something below it does.
    bool shows(const std::string& path) const;
    bool hasShownBelow(const std::string& path) const;
    /// How many pass.
    std::size_t hits() const { return current_.hits.size(); }
    bool passes(const std::string& path) const { return isOpen() || current_.hits.contains(path); }

    /// Looks at a node that has changed, come or gone. Gives the topmost node that is shown now and was not,
    /// or was and is not any more; empty: none.
    std::string look(const std::string& path);

Q_SIGNALS:
    /// Another filter has looked at all nodes.
    void sifted();

private:
    struct Table {
        std::optional<XenstoreMatcher> matcher; ///< nothing: all pass
        std::optional<XenstoreOwner> guest;
        std::unordered_set<std::string> hits;
        std::unordered_map<std::string, int> shown; ///< how many hits are at or below it
    };
    static bool fits(const Table& table, const std::string& path, const XenstoreNode& node);
    std::string record(Table& table, const std::string& path) const;
    void begin();
    void goOn();

    QPointer<const XenstoreTree> tree_;
    XenstoreWish wish_;
    Table current_;
    std::optional<Table> next_;
    std::vector<std::string> toDo_; ///< with all below them
    QTimer slice_;
};

} // namespace rumpus::gui
