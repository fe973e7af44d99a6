// Xenstore's wire protocol: messages as bytes, and what its refusals mean; no I/O
// (xen/include/public/io/xs_wire.h and docs/misc/xenstore.txt of Xen's source).
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/error.h"
#include "platforms/xen/xenstore_permissions.h"

#include <cstddef>
#include <cstdint>
#include <expected>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace rumpus {

/// What a message asks or answers: xsd_sockmsg_type, by its value.
enum class XenstoreVerb : std::uint32_t {
    Directory = 1,
    Read = 2,
    GetPermissions = 3,
    Watch = 4,
    Unwatch = 5,
    TransactionStart = 6,
    TransactionEnd = 7,
    GetDomainPath = 10,
    Write = 11,
    MakeDirectory = 12,
    Remove = 13,
    SetPermissions = 14,
    WatchEvent = 15,
    Error = 16,
    DirectoryPart = 22,
};

struct XenstoreMessage {
    XenstoreVerb verb = XenstoreVerb::Error;
    std::uint32_t request = 0;     ///< given back with the answer
    std::uint32_t transaction = 0; ///< 0: none
    std::string body;
    bool operator==(const XenstoreMessage&) const = default;
};

/// A header and the body. The body is within limits: see checkPayload.
std::string encoded(const XenstoreMessage& message);

/// Bytes in, messages out.
class XenstoreDecoder {
public:
    void feed(std::string_view bytes) { bytes_.append(bytes); }
    /// The next whole message; nothing where bytes of it are still to come. Errors: a length that no message
    /// has; whatever comes after it means nothing.
    Result<std::optional<XenstoreMessage>> next();

private:
    std::string bytes_;
    std::size_t begin_ = 0; ///< what is before it has been given out
};

/// Why there is no answer.
struct XenstoreRefusal {
    std::string name; ///< an errno's name, such as "ENOENT"; empty: the connection ended before the answer
    std::optional<Error> error; ///< where there was no connection at all: why
    bool operator==(const XenstoreRefusal&) const = default;
};
/// An answer's body.
using XenstoreReply = std::expected<std::string, XenstoreRefusal>;

/// A path and a value in one message can have 4096 bytes (XENSTORE_PAYLOAD_MAX). `what` names the thing.
/// Errors: it has more.
Result<void> checkPayload(std::string_view body, std::string_view what);

/// The NUL-ended strings of a body; a last one without a NUL counts, too.
std::vector<std::string> stringsOf(std::string_view body);

/// Permissions as they stand in a body. Errors: it holds something else.
Result<XenstorePermissions> permissionsOf(std::string_view body);

/// What failed, with its cure: `deed` is what was tried, as "read /local".
Error xenstoreError(const XenstoreRefusal& refusal, std::string_view deed);

} // namespace rumpus
