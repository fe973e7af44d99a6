// SPDX-License-Identifier: GPL-3.0-or-later
#include "platforms/xen/xenstore_directory.h"

#include <QPointer>

#include <algorithm>
#include <memory>

namespace rumpus {

namespace {

/// Names of a directory that come in several answers.
struct Parts {
    QPointer<XenstoreChannel> channel;
    std::uint32_t transaction = 0;
    std::string path;
    std::function<void(XenstoreNames)> callback;
    std::string generation; ///< of the directory, when its first part came
    std::string names;
};
using PartsPointer = std::shared_ptr<Parts>;

/// More names than any xenstored keeps in one directory.
constexpr std::size_t mostBytes = std::size_t{32} << 20U;

void askPart(const PartsPointer& parts);

/// An answer is the directory's generation and names; after the last name stands an empty one.
void takePart(const PartsPointer& parts, const XenstoreReply& reply)
{
    if (!reply) {
        // a xenstored that has no parts cannot say more than that it is too much
        const bool unknown = reply.error().name == "ENOSYS";
        parts->callback(std::unexpected(unknown ? XenstoreRefusal{"E2BIG"} : reply.error()));
        return;
    }
    const std::size_t end = std::min(reply->find('\0'), reply->size());
    const std::string generation = reply->substr(0, end);
    const std::string_view more = std::string_view(*reply).substr(std::min(end + 1, reply->size()));
    if (!parts->names.empty() && generation != parts->generation) {
        parts->names.clear();
        askPart(parts);
        return;
    }
    parts->generation = generation;
    parts->names += more;
    const bool complete = more.size() <= 1 || more.ends_with(std::string_view("\0\0", 2));
    if (complete) {
        parts->names.resize(parts->names.size() - (more.empty() ? 0 : 1));
        parts->callback(stringsOf(parts->names));
    } else if (parts->names.size() > mostBytes) {
        parts->callback(std::unexpected(XenstoreRefusal{"E2BIG"}));
    } else {
        askPart(parts);
    }
}

void askPart(const PartsPointer& parts)
{
    if (!parts->channel) {
        parts->callback(std::unexpected(XenstoreRefusal{}));
        return;
    }
    std::string body = parts->path + '\0' + std::to_string(parts->names.size()) + '\0';
    parts->channel->ask(XenstoreVerb::DirectoryPart, parts->transaction, std::move(body),
                        [parts](const XenstoreReply& reply) { takePart(parts, reply); });
}

} // namespace

void askDirectory(XenstoreChannel& channel, std::uint32_t transaction, const std::string& path,
                  std::function<void(XenstoreNames)> callback)
{
    channel.ask(XenstoreVerb::Directory, transaction, path + '\0',
                [transaction, path, self = QPointer<XenstoreChannel>(&channel),
                 callback = std::move(callback)](const XenstoreReply& reply) {
                    if (reply) {
                        callback(stringsOf(*reply));
                    } else if (reply.error().name == "E2BIG") {
                        askPart(std::make_shared<Parts>(Parts{self, transaction, path, callback, {}, {}}));
                    } else {
                        callback(std::unexpected(reply.error()));
                    }
                });
}

} // namespace rumpus
