// XenstoreTree: a part of Xenstore, or all of it, as it is now: read at once, and then kept live by one
// watch.
//
// A watch says only which node is not as it was, so the node is read again. Two things keep the picture
// right:
// - It is read by a question that is sent after the report came: xenstored leaves a report out where the same
//   one still waits to be sent, also where an answer from before the change stands behind that one.
// - With a node that has children, all of them are read again: where it was removed and made anew, xenstored
//   speaks of the topmost node alone, and not of those that are made on the way to a deeper one.
// Changes of a node that follow each other quickly are seen as one.
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "platforms/xen/xenstore_client.h"
#include "platforms/xen/xenstore_directory.h"
#include "platforms/xen/xenstore_load.h"
#include "platforms/xen/xenstore_node.h"

#include <QCoroTask>
#include <QObject>
#include <QPointer>
#include <QTimer>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace rumpus {

class XenstoreTree : public QObject {
    Q_OBJECT
public:
    enum class State : std::uint8_t {
        Idle,
        Loading,
        Live,
        Waiting, ///< the connection is lost; what is known is from before
        Failed,  ///< words() says why
    };

    /// The client must outlive it.
    explicit XenstoreTree(XenstoreClient& client, std::string root = "/");
    ~XenstoreTree() override;

    /// Watches and reads it; from then on it follows by itself. Errors: no connection, too many nodes.
    QCoro::Task<Result<void>> start();

    State state() const { return state_; }
    const std::string& words() const { return words_; }
    const std::string& rootPath() const { return rootPath_; }
    /// Null where it is not loaded, or there is no such node (any more).
    const XenstoreNode* root() const { return exists_ ? root_.get() : nullptr; }
    const XenstoreNode* find(std::string_view path) const;
    std::size_t size() const { return size_; }
    /// All nodes' permissions are known; they are read after the values.
    bool knowsPermissions() const { return unpermitted_.empty() && permitting_ == 0; }
    /// How often the watch reported something of a node while one report of it waited for a reading already.
    std::uint64_t folded() const { return folded_; }

Q_SIGNALS:
    void stateChanged(rumpus::XenstoreTree::State state);
    void changed(const rumpus::XenstoreChange& change);
    /// Nobody watched for a while. What is different now is told afterwards, as changes in the gap.
    void gapped(const rumpus::XenstoreGap& gap);
    /// The permissions of many nodes have become known, without a change.
    void permissionsKnown();
    /// Domains have come or gone ("@introduceDomain", "@releaseDomain"); only of the whole Xenstore.
    void domainsChanged();

    // For models, around every change of what root() leads to: the topmost itself comes and goes by a reset.
    void aboutToReset();
    void reset();
    void aboutToInsert(const rumpus::XenstoreNode* parent, std::size_t row);
    void inserted();
    void aboutToRemove(const rumpus::XenstoreNode* parent, std::size_t row);
    void removed();
    void nodeChanged(const rumpus::XenstoreNode* node);

private:
    /// How permissions become known that were not: of one node, or of many of which permissionsKnown tells.
    enum class Told : std::uint8_t { Aloud, Quietly };
    /// A node that is being read again.
    struct Reading {
        std::uint32_t unseen = 0;  ///< reports before the one that made us read
        std::uint32_t reports = 0; ///< that came since
        bool deeper = false;       ///< one of them was of a node below it that is not known
        bool listed = false;       ///< its children are asked for, or soon will be
    };

    void setState(State state, std::string words = {});
    void followClient();
    QCoro::Task<> reload();
    void adopt(std::optional<XenstoreBranch> branch);
    void goLive();

    void takeEvent(const XenstoreEvent& event);
    void refresh(const std::string& path);
    void ask(const std::string& path, bool withNames, std::uint32_t unseen = 0);
    void takeValue(const std::string& path, const XenstoreReply& reply);
    void askPermission(const std::string& path);
    void askNames(const std::string& path);
    void verify(const std::string& path);
    void verifyLater();
    void report(const std::string& path, bool deeper);
    void readAgain(const std::string& path, bool deeper, std::uint32_t unseen);
    void apply(const std::string& path, const XenstoreReply& reply, std::uint32_t unseen);
    void takePermissions(const std::string& path, const XenstoreReply& reply, Told told);
    void takeNames(const std::string& path, const std::vector<std::string>& names);
    void askPermissions();

    std::unique_ptr<XenstoreNode> made(XenstoreBranch branch, XenstoreNode* parent);
    void merge(XenstoreNode& node, XenstoreBranch branch);
    void insert(XenstoreNode& parent, std::unique_ptr<XenstoreNode> node, std::uint32_t unseen);
    void remove(XenstoreNode& node, std::uint32_t unseen);
    void setValue(XenstoreNode& node, std::string value, bool readable, std::uint32_t unseen);
    void setPermissions(XenstoreNode& node, XenstorePermissions permissions, Told told);
    void tell(XenstoreChange::Kind kind, XenstoreNode& node, std::string before, std::string after,
              std::uint32_t unseen);
    void tellCreated(XenstoreNode& node, std::uint32_t unseen);
    void tellRemoved(XenstoreNode& node, std::uint32_t unseen);
    XenstoreNode* lookup(std::string_view path) const;
    /// The deepest node that is known on the way to a path; null: not even the topmost.
    XenstoreNode* deepest(std::string_view path) const;

    QPointer<XenstoreClient> client_;
    std::string rootPath_;
    State state_ = State::Idle;
    std::string words_;
    std::unique_ptr<XenstoreNode> root_;
    bool exists_ = false;
    bool loadedOnce_ = false;
    std::size_t size_ = 0;
    std::uint64_t loads_ = 0; ///< a load that another has followed means nothing
    std::optional<XenstoreNode::Time> gapBegan_;
    std::string gapWhy_;
    bool inGap_ = false;                       ///< what is merged now happened in a gap
    std::set<std::string, std::less<>> dirty_; ///< reported while it was being loaded
    std::map<std::string, Reading, std::less<>> reading_;
    std::map<std::string, std::chrono::steady_clock::time_point, std::less<>> verified_; ///< lately
    std::set<std::string, std::less<>> unverified_; ///< again, as soon as it is time
    QTimer verifyTimer_;
    std::deque<std::string> unpermitted_; ///< whose permissions nobody has asked for, nor of those below
    std::size_t permitting_ = 0;
    std::uint64_t folded_ = 0;
};

} // namespace rumpus
