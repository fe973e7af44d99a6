// Small owners of libvirt's objects, and the domain that a UUID means.
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/format.h"
#include "platforms/libvirt/libvirt_error.h"

#include <array>
#include <cstdlib>
#include <libvirt/libvirt.h>
#include <memory>
#include <string>

namespace rumpus {

struct DomainFree {
    void operator()(virDomainPtr domain) const { ::virDomainFree(domain); }
};
using DomainPointer = std::unique_ptr<virDomain, DomainFree>;

/// A string that libvirt allocated, copied and freed; empty for none.
inline std::string takenString(char* text)
{
    std::string taken(text != nullptr ? text : "");
    std::free(text);
    return taken;
}

inline std::string uuidOf(virDomainPtr domain)
{
    std::array<char, VIR_UUID_STRING_BUFLEN> uuid{};
    ::virDomainGetUUIDString(domain, uuid.data());
    return uuid.data();
}

/// Errors: no such domain, no connection.
inline Result<DomainPointer> findDomain(virConnectPtr connection, const std::string& uuid)
{
    DomainPointer domain(::virDomainLookupByUUIDString(connection, uuid.c_str()));
    if (!domain) {
        return libvirtFailed(formatted("guest {} is not there", uuid));
    }
    return domain;
}

} // namespace rumpus
