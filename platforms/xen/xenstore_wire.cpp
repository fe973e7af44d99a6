// SPDX-License-Identifier: GPL-3.0-or-later
#include "platforms/xen/xenstore_wire.h"

#include "core/base/format.h"
#include "core/base/text.h"

#include <algorithm>
#include <array>
#include <cstring>
extern "C" {
#include <xenstore_lib.h>
}

namespace rumpus {

namespace {

template <XenstoreVerb verb, xsd_sockmsg_type type>
constexpr bool same = static_cast<std::uint32_t>(verb) == static_cast<std::uint32_t>(type);
static_assert(same<XenstoreVerb::Directory, XS_DIRECTORY> && same<XenstoreVerb::Read, XS_READ>);
static_assert(same<XenstoreVerb::GetPermissions, XS_GET_PERMS> && same<XenstoreVerb::Watch, XS_WATCH>);
static_assert(same<XenstoreVerb::Unwatch, XS_UNWATCH> &&
              same<XenstoreVerb::GetDomainPath, XS_GET_DOMAIN_PATH>);
static_assert(same<XenstoreVerb::TransactionStart, XS_TRANSACTION_START>);
static_assert(same<XenstoreVerb::TransactionEnd, XS_TRANSACTION_END> && same<XenstoreVerb::Write, XS_WRITE>);
static_assert(same<XenstoreVerb::MakeDirectory, XS_MKDIR> && same<XenstoreVerb::Remove, XS_RM>);
static_assert(same<XenstoreVerb::SetPermissions, XS_SET_PERMS> && same<XenstoreVerb::Error, XS_ERROR>);
static_assert(same<XenstoreVerb::WatchEvent, XS_WATCH_EVENT>);
static_assert(same<XenstoreVerb::DirectoryPart, XS_DIRECTORY_PART>);

struct Known {
    std::string_view name;
    Fault fault;
    std::string_view what;
    std::string_view cure;
};

constexpr std::array known{
    Known{"ENOENT", Fault::Input, "there is no such node", "`rumpus xenstore ls` shows what there is"},
    Known{"EACCES", Fault::Host, "permission denied",
          "ask as the node's owner or from dom0; `rumpus xenstore ls -p` shows who may"},
    Known{"EPERM", Fault::Host, "only its owner and dom0 may do that", "ask from dom0"},
    Known{"ENOSPC", Fault::Host, "the domain's quota of nodes or of a node's size is used up",
          "remove nodes of that domain, or raise the quota (xenstored --quota)"},
    Known{"E2BIG", Fault::Host, "it is more than xenstored takes",
          "make it smaller, or raise the quota (xenstored --quota)"},
    Known{"EQUOTA", Fault::Host, "the domain's quota is used up", "remove nodes of that domain"},
    Known{"EAGAIN", Fault::Host, "somebody else changed the same nodes meanwhile", "try again"},
    Known{"EBUSY", Fault::Host, "too many transactions are open", "try again"},
    Known{"EINVAL", Fault::Input, "xenstored calls it invalid", ""},
    Known{"EROFS", Fault::Host, "Xenstore can only be read from here", ""},
    Known{"ENOMEM", Fault::Host, "xenstored has no memory left for it", ""},
    Known{"EIO", Fault::Host, "xenstored has lost its data", "look at its log"},
    Known{"ENOSYS", Fault::Host, "this xenstored cannot do that", "use a newer Xen"},
};

} // namespace

std::string encoded(const XenstoreMessage& message)
{
    const xsd_sockmsg header{.type = static_cast<std::uint32_t>(message.verb),
                             .req_id = message.request,
                             .tx_id = message.transaction,
                             .len = static_cast<std::uint32_t>(message.body.size())};
    std::string bytes(sizeof header, '\0');
    std::memcpy(bytes.data(), &header, sizeof header);
    return bytes += message.body;
}

Result<std::optional<XenstoreMessage>> XenstoreDecoder::next()
{
    xsd_sockmsg header{};
    const std::string_view rest = std::string_view(bytes_).substr(begin_);
    if (rest.size() >= sizeof header) {
        std::memcpy(&header, rest.data(), sizeof header);
        if (header.len > XENSTORE_PAYLOAD_MAX) {
            return hostError(formatted("a message of {} bytes came, and Xenstore's have {} at most",
                                       header.len, XENSTORE_PAYLOAD_MAX),
                             "whoever listens there is no xenstored");
        }
    }
    if (rest.size() < sizeof header || rest.size() < sizeof header + header.len) {
        bytes_.erase(0, begin_);
        begin_ = 0;
        return std::nullopt;
    }
    begin_ += sizeof header + header.len;
    return XenstoreMessage{.verb = static_cast<XenstoreVerb>(header.type),
                           .request = header.req_id,
                           .transaction = header.tx_id,
                           .body = std::string(rest.substr(sizeof header, header.len))};
}

Result<void> checkPayload(std::string_view body, std::string_view what)
{
    if (body.size() <= XENSTORE_PAYLOAD_MAX) {
        return {};
    }
    return inputError(
        formatted("{} is too long by {} bytes", what, body.size() - XENSTORE_PAYLOAD_MAX),
        formatted("a message of Xenstore holds {} bytes, path and value together", XENSTORE_PAYLOAD_MAX));
}

std::vector<std::string> stringsOf(std::string_view body)
{
    std::vector<std::string> strings;
    while (!body.empty()) {
        const std::size_t end = std::min(body.find('\0'), body.size());
        strings.emplace_back(body.substr(0, end));
        body.remove_prefix(std::min(end + 1, body.size()));
    }
    return strings;
}

Result<XenstorePermissions> permissionsOf(std::string_view body)
{
    return parsePermissions(std::span<const std::string>(stringsOf(body)));
}

Error xenstoreError(const XenstoreRefusal& refusal, std::string_view deed)
{
    if (refusal.error) {
        return *refusal.error;
    }
    if (refusal.name.empty()) {
        return {.fault = Fault::Host,
                .what = formatted("cannot {}: the connection to xenstored ended before its answer", deed),
                .cure = "whether it was done shows when the connection is back"};
    }
    for (const Known& entry : known) {
        if (entry.name == refusal.name) {
            return {.fault = entry.fault,
                    .what = formatted("cannot {}: {}", deed, entry.what),
                    .cure = std::string(entry.cure)};
        }
    }
    return {.fault = Fault::Host, .what = formatted("cannot {}: {}", deed, printable(refusal.name))};
}

} // namespace rumpus
