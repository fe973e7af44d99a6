// XenstoreView: a host's Xenstore, live: its nodes, beside them the journal of what becomes of them.
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/gui/xenstore/xenstore_editing.h"
#include "app/gui/xenstore/xenstore_journal_pane.h"
#include "app/gui/xenstore/xenstore_link.h"
#include "app/gui/xenstore/xenstore_tree_pane.h"

#include <QWidget>

#include <memory>
#include <optional>
#include <string>

class QAction;
class QLabel;

namespace rumpus {
class HostList;
}

namespace rumpus::gui {

class EmptyState;
class ErrorBar;
class XenstorePlaceBox;

class XenstoreView : public QWidget {
    Q_OBJECT
public:
    /// `hosts` outlives it.
    explicit XenstoreView(const HostList* hosts, QWidget* parent = nullptr);
    ~XenstoreView() override;

    /// The tool bar has another host: where that one is Xen's, its Xenstore is shown.
    void followHost(const QString& host);
    /// Shows a Xenstore, whatever the chooser says. Connects once it is on the screen.
    void showPlace(const XenstorePlace& place);
    /// It may have come in front of what stood before it: then it connects.
    void arriveSoon();
    /// An action that leads to a Xenstore where there is none to show.
    void offer(QAction* action);
    /// What the dock can be told to do from anywhere.
    QList<QAction*> offeredActions() const;

    /// Null: none is chosen.
    XenstoreLink* link() const { return link_.get(); }
    XenstoreTreePane& tree() { return *tree_; }
    XenstoreJournalPane& journal() { return *journal_; }
    XenstoreEditing& editing() { return *editing_; }

Q_SIGNALS:
    /// link() is another one.
    void linked();

protected:
    void showEvent(QShowEvent* event) override;
    void changeEvent(QEvent* event) override;

private:
    void makeEmptyStates();
    void connectParts();
    void choose(const QString& host);
    void chooseFirst();
    void take(Result<std::optional<XenstorePlace>> place);
    void arrive();
    bool isSeen() const;
    void begin();
    void showState();
    void paintState();
    void carryOut(XenstoreTreePane::Deed deed, const std::string& path);

    XenstorePlaceBox* places_;
    QLabel* mark_;
    QLabel* words_;
    ErrorBar* bar_;
    XenstoreTreePane* tree_;
    XenstoreJournalPane* journal_;
    EmptyState* none_;    ///< no Xenstore is chosen
    EmptyState* waiting_; ///< it does not answer yet
    EmptyState* failed_;
    XenstoreEditing* editing_;
    Result<std::optional<XenstorePlace>> place_;
    std::shared_ptr<XenstoreLink> link_;
    bool wasLost_ = false;
};

} // namespace rumpus::gui
