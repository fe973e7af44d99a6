// XenstoreTreePane: a Xenstore's nodes as a tree that can be narrowed, with what can be done with a node.
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/gui/xenstore/xenstore_link.h"
#include "app/gui/xenstore/xenstore_model.h"

#include <QHash>
#include <QWidget>

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

class QAction;
class QComboBox;
class QHBoxLayout;
class QLineEdit;
class QSpacerItem;
class QStackedLayout;
class QToolButton;
class QTreeView;

namespace rumpus::gui {

class EmptyState;
class ErrorBar;

class XenstoreTreePane : public QWidget {
    Q_OBJECT
public:
    /// What somebody wants to do with the node that is chosen.
    enum class Deed : std::uint8_t { Edit, Add, Remove, Permit, Undo, Snapshot, Compare };

    explicit XenstoreTreePane(QWidget* parent = nullptr);

    /// Shows another one's nodes; null: none.
    void setLink(const std::shared_ptr<XenstoreLink>& link);
    /// Shows something else in the tree's place; null: the tree. It stays the caller's to choose.
    void showInstead(QWidget* other);
    /// Nodes can be changed; else what is shown is of an earlier moment.
    void setLive(bool live);
    /// What the undo button would undo; empty: nothing.
    void setUndo(const QString& what);

    /// Opens all above a node and selects it; what hides it is taken away. False: there is no such node.
    bool reveal(const std::string& path);
    /// Shows one guest's nodes alone, with all above them; nothing: everything.
    void showGuest(std::optional<std::uint32_t> domain);
    /// The guest that the window deals with, by its UUID; empty: none. Chosen as a scope, it is followed.
    void setFront(const std::string& uuid);
    /// Shows the nodes of that guest alone, whichever it is from then on.
    void showFront();
    /// The node that is chosen; nothing: none.
    std::optional<std::string> currentPath() const;
    void editValue(const std::string& path);
    void focusFilter();

    XenstoreModel& model() { return model_; }
    /// The row of tools over the tree.
    QHBoxLayout& tools() { return *tools_; }
    QAction* action(Deed deed) const { return deeds_.value(deed); }
    QAction* seeAllAction() const { return seeAll_; }

Q_SIGNALS:
    void wanted(rumpus::gui::XenstoreTreePane::Deed deed, const std::string& path);

private:
    void makeTools();
    void makeView();
    void makeDeeds();
    void makeMenu();
    void connectModel();
    void filter();
    void showMatches();
    void listGuests();
    std::optional<XenstoreOwner> scope() const;
    void showMenu(const QPoint& place);
    void updateDeeds();
    void updateSeen();
    void showWhatThereIs();
    void want(Deed deed);
    /// Where a node leads: a front end to its back end and back, or wherever its value points.
    std::optional<std::string> target(const std::string& path) const;

    std::shared_ptr<XenstoreLink> link_;
    XenstoreModel model_;
    bool live_ = false;
    QString undo_;
    std::string front_; ///< the UUID of the guest in front
    QHBoxLayout* tools_;
    QSpacerItem* stretch_; ///< behind what is left of the tools without a tree
    QComboBox* scope_;
    QLineEdit* field_;
    QToolButton* regex_;
    QToolButton* more_;
    QList<QWidget*> ours_; ///< the tools that are for a tree
    ErrorBar* bar_;
    QTreeView* view_;
    QStackedLayout* stack_;
    EmptyState* empty_;
    QWidget* instead_ = nullptr;
    QTimer repaint_; ///< while something is coloured
    QHash<Deed, QAction*> deeds_;
    QAction* seeAll_;
    QAction* jump_;
    QAction* copyPath_;
    QAction* copyValue_;
    QAction* copyCommand_;
    QAction* thisGuest_;
};

} // namespace rumpus::gui
