// What the subcommands of `rumpus xenstore` share.
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/cli/command.h"
#include "platforms/xen/xenstore_client.h"

#include <QCoroTask>

#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace rumpus::cli {

struct XenstoreOptions {
    std::string host;
    std::string socket;
    std::string path;
    std::vector<std::string> paths;
    std::vector<std::string> words; ///< paths and values by turns, or permissions
    std::string file;
    std::string otherFile;
    std::optional<std::uint64_t> number;
    bool flat = false;
    bool prefix = false;
    bool raw = false;
    bool tidy = false;
    bool upto = false;
    bool recurse = false;
    bool yes = false;
    bool json = false;
};

/// The client of the wished Xenstore, not yet connected. Errors: no such host.
Result<std::unique_ptr<XenstoreClient>> xenstoreClient(const XenstoreOptions& options);

QCoro::Task<int> xenstoreList(XenstoreOptions options);
QCoro::Task<int> xenstoreRead(XenstoreOptions options);
QCoro::Task<int> xenstoreSnapshot(XenstoreOptions options);
QCoro::Task<int> xenstoreDiff(XenstoreOptions options);
QCoro::Task<int> xenstoreWrite(XenstoreOptions options);
QCoro::Task<int> xenstoreRemove(XenstoreOptions options);
QCoro::Task<int> xenstorePermit(XenstoreOptions options);
QCoro::Task<int> xenstoreWatch(XenstoreOptions options);

} // namespace rumpus::cli
