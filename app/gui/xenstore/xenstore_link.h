// XenstoreLink: one xenstored as the window knows it: its nodes kept live, the journal of their changes, the
// edits that can be undone.
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "platforms/xen/xenstore_edit.h"
#include "platforms/xen/xenstore_journal.h"
#include "platforms/xen/xenstore_tree.h"

#include <QCoroTask>
#include <QObject>

#include <cstdint>
#include <string>

namespace rumpus::gui {

class XenstoreLink : public QObject {
    Q_OBJECT
public:
    enum class State : std::uint8_t {
        Connecting,
        Live,
        Lost,   ///< what is known is from before; it comes back by itself
        Failed, ///< words() says why
    };

    explicit XenstoreLink(XenstorePlace place);
    ~XenstoreLink() override;

    /// Connects, and follows from then on. Once.
    void start();

    State state() const { return state_; }
    const std::string& words() const { return words_; }
    XenstoreClient& client() { return client_; }
    XenstoreTree& tree() { return tree_; }
    XenstoreEditor& editor() { return editor_; }
    const XenstoreJournal& journal() const { return journal_; }
    void clearJournal();

Q_SIGNALS:
    void stateChanged();
    void journalled();
    void journalCleared();

private:
    void follow();

    State state_ = State::Connecting;
    std::string words_;
    bool wasLive_ = false;
    XenstoreClient client_;
    XenstoreTree tree_;
    XenstoreEditor editor_;
    XenstoreJournal journal_;
};

} // namespace rumpus::gui
