// SPDX-License-Identifier: GPL-3.0-or-later
#include "platforms/xen/gdbstub/gdbsx_calls.h"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <format>

namespace rumpus::gdbstub {

namespace {

/// XEN_DOMCTL_INTERFACE_VERSION of Xen 4.14, and one that is not there yet. The request has been the same.
constexpr std::uint32_t oldestVersion = 0x12;
constexpr std::uint32_t newestVersion = 0x20;

} // namespace

Outcome<std::unique_ptr<GdbsxCalls>> GdbsxCalls::open(XenDomain& domain)
{
    const Outcome<HypercallLibrary> library = HypercallLibrary::load();
    if (!library) {
        return std::unexpected(library.error());
    }
    std::unique_ptr<GdbsxCalls> calls(new GdbsxCalls(*library, domain));
    calls->calls_ = library->open(nullptr, 0);
    if (calls->calls_ != nullptr) {
        // the hypervisor copies as much of a request as its own has, which may be longer
        calls->request_ = static_cast<xen_domctl*>(library->allocate(calls->calls_, 1));
        calls->buffer_ = static_cast<char*>(library->allocate(calls->calls_, 1));
    }
    if (calls->request_ == nullptr || calls->buffer_ == nullptr) {
        return std::unexpected(std::format("the hypervisor is not reached: {}", std::strerror(errno)));
    }
    return calls;
}

GdbsxCalls::~GdbsxCalls()
{
    for (void* page : {static_cast<void*>(request_), static_cast<void*>(buffer_)}) {
        if (page != nullptr) {
            library_.free(calls_, page, 1);
        }
    }
    if (calls_ != nullptr) {
        library_.close(calls_);
    }
}

int GdbsxCalls::call(Address address, std::size_t count, bool toGuest)
{
    std::memset(request_, 0, guestPageSize);
    request_->cmd = XEN_DOMCTL_gdbsx_guestmemio;
    request_->interface_version = version_;
    request_->domain = static_cast<domid_t>(domain_->number());
    xen_domctl_gdbsx_memio& copy = request_->u.gdbsx_guest_memio;
    copy.gva = address;
    copy.uva = reinterpret_cast<std::uintptr_t>(buffer_);
    copy.len = static_cast<std::uint32_t>(count);
    copy.gwr = toGuest ? 1 : 0;
    const auto where = reinterpret_cast<std::uintptr_t>(request_);
    return library_.call(calls_, __HYPERVISOR_domctl, where) >= 0 ? 0 : errno;
}

Outcome<void> GdbsxCalls::isThere()
{
    int failure = EACCES;
    // of another version than its own it says that it is not allowed, as of what is not
    for (version_ = oldestVersion; failure == EACCES && version_ < newestVersion; ++version_) {
        failure = call(0, 1, false);
    }
    --version_;
    // that nothing is mapped there, only who has looked knows
    return failure == 0 || failure == EFAULT ? Outcome<void>() : std::unexpected(std::strerror(failure));
}

bool GdbsxCalls::copy(Address address, char* bytes, std::size_t count, bool toGuest)
{
    if (count > guestPageSize - address % guestPageSize) {
        return false;
    }
    if (toGuest) {
        std::copy_n(bytes, count, buffer_);
    }
    if (call(address, count, toGuest) != 0) {
        return false;
    }
    if (!toGuest) {
        std::copy_n(buffer_, count, bytes);
    }
    return true;
}

} // namespace rumpus::gdbstub
