// SPDX-License-Identifier: GPL-3.0-or-later
#include "platforms/xen/xenstore_load.h"

#include "core/base/format.h"
#include "core/base/text.h"
#include "platforms/xen/xenstore_directory.h"
#include "platforms/xen/xenstore_path.h"

#include <QCoroFuture>
#include <QPointer>
#include <QPromise>

#include <algorithm>
#include <memory>
#include <utility>

namespace rumpus {

namespace {

/// Nodes that are being read at once on one connection; more make nothing quicker.
constexpr std::size_t window = 16;
/// A few nodes are not worth another connection.
constexpr std::size_t worthMore = 100;
/// No path is longer: with its end it would not fit into a message.
constexpr std::size_t longestPath = 4000;

using Loaded = Result<std::optional<XenstoreBranch>>;

class Loader : public std::enable_shared_from_this<Loader> {
public:
    Loader(XenstoreClient& client, const std::string& path, XenstoreLoadWishes wishes)
        : client_(&client), wishes_(wishes)
    {
        promise_.start();
        items_.push_back({.parent = 0, .path = path, .branch = {.name = path}});
        todo_.push_back(0);
    }

    QFuture<Loaded> begin()
    {
        lanes_.push_back({.channel = client_->channel()});
        const QFuture<Loaded> future = promise_.future();
        pump();
        return future;
    }

private:
    struct Item {
        std::size_t parent = 0;
        std::string path;
        XenstoreBranch branch;
        bool gone = false;
    };

    /// A connection, and how many nodes are being read on it; others may use it as well.
    struct Lane {
        QPointer<XenstoreChannel> channel;
        std::size_t nodes = 0;
    };

    void pump()
    {
        if (items_.size() > worthMore && extra_.empty() && wishes_.in.id == 0 && client_) {
            openMore();
        }
        // the latest first: so the way down to the last leaf is not left to the end
        for (std::size_t lane = 0; lane < lanes_.size(); ++lane) {
            while (lanes_[lane].channel && lanes_[lane].nodes < window && !todo_.empty() && !finished_) {
                const std::size_t item = todo_.back();
                todo_.pop_back();
                ask(lane, item);
            }
        }
        if (todo_.empty() && underway_ == 0 && !finished_) {
            finish(assembled());
        }
    }

    /// A connection is used when it has answered once: one that nobody answers must hold up nothing.
    void openMore()
    {
        for (std::size_t i = 0; i < wishes_.connections; ++i) {
            Result<std::unique_ptr<XenstoreChannel>> channel = client_->openAnother();
            if (!channel) {
                return;
            }
            extra_.push_back(std::move(*channel));
            extra_.back()->ask(XenstoreVerb::GetDomainPath, 0, std::string("0\0", 2),
                               [weak = weak_from_this(), i](const XenstoreReply& reply) {
                                   const std::shared_ptr<Loader> self = weak.lock();
                                   if (self && reply && !self->finished_) {
                                       self->lanes_.push_back({.channel = self->extra_[i].get()});
                                       self->pump();
                                   }
                               });
        }
    }

    void ask(std::size_t lane, std::size_t item)
    {
        const std::shared_ptr<Loader> self = shared_from_this();
        XenstoreChannel& channel = *lanes_[lane].channel;
        const std::string body = items_[item].path + '\0';
        ++lanes_[lane].nodes;
        ++underway_;
        channel.ask(XenstoreVerb::Read, wishes_.in.id, body,
                    [self, item](XenstoreReply reply) { self->takeValue(item, std::move(reply)); });
        if (wishes_.permissions) {
            channel.ask(XenstoreVerb::GetPermissions, wishes_.in.id, body,
                        [self, item](const XenstoreReply& reply) { self->takePermissions(item, reply); });
        }
        // the last answer of each node, for they come in the order of the questions
        askDirectory(channel, wishes_.in.id, items_[item].path,
                     [self, lane, item](const XenstoreNames& names) {
                         --self->lanes_[lane].nodes;
                         --self->underway_;
                         self->takeNames(item, names);
                     });
    }

    /// False where the load has failed.
    bool goesOn(const XenstoreRefusal* refusal)
    {
        if (refusal != nullptr && refusal->name.empty()) {
            finish(std::unexpected(
                xenstoreError(*refusal, formatted("read {}", printable(items_.front().path)))));
        }
        return !finished_;
    }

    void takeValue(std::size_t item, XenstoreReply reply)
    {
        if (!goesOn(reply ? nullptr : &reply.error())) {
            return;
        }
        if (reply) {
            items_[item].branch.value = std::move(*reply);
        } else {
            items_[item].gone = reply.error().name == "ENOENT";
            items_[item].branch.readable = false;
        }
    }

    void takePermissions(std::size_t item, const XenstoreReply& reply)
    {
        if (goesOn(reply ? nullptr : &reply.error()) && reply) {
            if (Result<XenstorePermissions> permissions = permissionsOf(*reply)) {
                items_[item].branch.permissions = std::move(*permissions);
            }
        }
    }

    void takeNames(std::size_t item, const XenstoreNames& names)
    {
        if (!goesOn(names ? nullptr : &names.error())) {
            return;
        }
        for (const std::string& name : names.value_or(std::vector<std::string>())) {
            std::string path = childPath(items_[item].path, name);
            // what cannot be asked for cannot be shown: no xenstored has it
            if (name.empty() || name.contains('/') || path.size() > longestPath) {
                continue;
            }
            todo_.push_back(items_.size());
            items_.push_back({.parent = item, .path = std::move(path), .branch = {.name = name}});
        }
        if (items_.size() > wishes_.most) {
            finish(hostError(
                formatted("more than {} nodes lie below {}", wishes_.most, printable(items_.front().path)),
                "look at a part of them"));
            return;
        }
        pump();
    }

    std::optional<XenstoreBranch> assembled()
    {
        // a node stands behind its parent: from the end, each is whole when its turn comes
        for (std::size_t i = items_.size(); i-- > 0;) {
            std::ranges::sort(items_[i].branch.children, namesInOrder, &XenstoreBranch::name);
            if (i > 0 && !items_[i].gone) {
                items_[items_[i].parent].branch.children.push_back(std::move(items_[i].branch));
            }
        }
        return items_.front().gone ? std::nullopt : std::optional(std::move(items_.front().branch));
    }

    void finish(Loaded loaded)
    {
        if (std::exchange(finished_, true)) {
            return;
        }
        promise_.addResult(std::move(loaded));
        promise_.finish();
        // one of them may be what calls us
        for (std::unique_ptr<XenstoreChannel>& channel : extra_) {
            channel.release()->deleteLater();
        }
        extra_.clear();
    }

    QPointer<XenstoreClient> client_;
    XenstoreLoadWishes wishes_;
    QPromise<Loaded> promise_;
    std::vector<Item> items_;
    std::vector<std::size_t> todo_; ///< items that nobody has asked for yet
    std::vector<Lane> lanes_;
    std::vector<std::unique_ptr<XenstoreChannel>> extra_;
    std::size_t underway_ = 0; ///< nodes that are being read
    bool finished_ = false;
};

} // namespace

QCoro::Task<Result<std::optional<XenstoreBranch>>> loadXenstore(XenstoreClient& client, std::string path,
                                                                XenstoreLoadWishes wishes)
{
    const QPointer<XenstoreClient> alive = &client;
    if (const Result<void> checked = checkXenstorePath(path); !checked) {
        co_return std::unexpected(checked.error());
    }
    if (const Result<void> opened = co_await client.open(); !opened) {
        co_return std::unexpected(opened.error());
    }
    if (!alive || client.channel() == nullptr) {
        co_return std::unexpected(xenstoreError({}, formatted("read {}", printable(path))));
    }
    const auto loader = std::make_shared<Loader>(client, path, wishes);
    QFuture<Loaded> loading = loader->begin();
    co_await loading;
    co_return loading.takeResult();
}

} // namespace rumpus
