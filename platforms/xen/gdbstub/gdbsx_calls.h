// GdbsxCalls: asks the hypervisor to copy a guest's memory (XEN_DOMCTL_gdbsx_guestmemio,
// xen/include/public/domctl.h), for which Xen's libraries have no function.
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "platforms/xen/gdbstub/guest_memory.h"
#include "platforms/xen/gdbstub/xen_library.h"

namespace rumpus::gdbstub {

class GdbsxCalls {
public:
    /// Errors: no library, no memory for it.
    static Outcome<std::unique_ptr<GdbsxCalls>> open(XenDomain& domain);
    ~GdbsxCalls();
    GdbsxCalls(const GdbsxCalls&) = delete;
    GdbsxCalls& operator=(const GdbsxCalls&) = delete;

    /// Errors: the hypervisor was built without it, or refuses it.
    Outcome<void> isThere();
    /// As GdbsxMemory::Copy.
    bool copy(Address address, char* bytes, std::size_t count, bool toGuest);

private:
    GdbsxCalls(HypercallLibrary library, XenDomain& domain) : library_(library), domain_(&domain) {}
    /// 0, or the number of an error.
    int call(Address address, std::size_t count, bool toGuest);

    HypercallLibrary library_;
    XenDomain* domain_;
    xencall_handle* calls_ = nullptr;
    xen_domctl* request_ = nullptr;
    char* buffer_ = nullptr;    ///< a page
    std::uint32_t version_ = 0; ///< that the hypervisor understands
};

} // namespace rumpus::gdbstub
