// XenstoreEditor: changes of Xenstore, several at once in one transaction, with the way back.
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "platforms/xen/xenstore_client.h"
#include "platforms/xen/xenstore_load.h"

#include <QCoroTask>
#include <QObject>
#include <QPointer>

#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace rumpus {

/// One change that somebody wants.
struct XenstoreEdit {
    enum class Kind : std::uint8_t {
        Write,         ///< also makes the node, and those above it
        MakeDirectory, ///< the same without a value
        Remove,        ///< with all below it
        Permit,        ///< sets its permissions
    };
    Kind kind = Kind::Write;
    std::string path;
    std::string value;
    XenstorePermissions permissions;
    bool operator==(const XenstoreEdit&) const = default;
};

std::string_view key(XenstoreEdit::Kind kind);

/// "xenstore-write /a b": a command that does the same.
std::string toCommand(const XenstoreEdit& edit);

/// Why a person should be asked before this is done: it touches what dom0 and its tools live on. Nothing: it
/// need not be asked.
std::optional<std::string> reasonToAsk(const XenstoreEdit& edit);

/// What a node and all below it was before and after an edit; nothing: it was not there.
struct XenstoreStep {
    std::string path; ///< the topmost node that the edit made, or the edit's own
    std::optional<XenstoreBranch> before;
    std::optional<XenstoreBranch> after;
    bool operator==(const XenstoreStep&) const = default;
};

/// Edits that were done together.
struct XenstoreDeed {
    std::vector<XenstoreEdit> edits;
    std::vector<XenstoreStep> steps; ///< one an edit
};

class XenstoreEditor : public QObject {
    Q_OBJECT
public:
    /// The client must outlive it.
    explicit XenstoreEditor(XenstoreClient& client) : client_(&client) {}

    /// Does all of them or none, in one transaction. Errors: as the client's, of the first that fails.
    QCoro::Task<Result<void>> apply(std::vector<XenstoreEdit> edits);

    /// The edits that can be undone, the latest last; the last 100 are kept.
    const std::deque<XenstoreDeed>& done() const { return done_; }
    /// Undoes the last ones: nodes are what they were, with their permissions. Errors: as apply's; somebody
    /// else has changed the nodes since, then nothing is done unless `anyway`; there is nothing to undo.
    QCoro::Task<Result<void>> undo(bool anyway = false);

Q_SIGNALS:
    /// done() is another one.
    void doneChanged();

private:
    QPointer<XenstoreClient> client_;
    std::deque<XenstoreDeed> done_;
};

/// Makes a node and all below it what a branch is, its value, permissions and children; whatever else lies
/// below it goes. Nothing: removes it.
QCoro::Task<Result<void>> restoreXenstore(XenstoreClient& client, std::string path,
                                          std::optional<XenstoreBranch> branch, XenstoreTransaction in);

} // namespace rumpus
