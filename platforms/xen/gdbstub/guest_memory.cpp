// SPDX-License-Identifier: GPL-3.0-or-later
#include "platforms/xen/gdbstub/guest_memory.h"

#include "platforms/xen/gdbstub/gdbsx_calls.h"
#include "platforms/xen/gdbstub/gdbsx_memory.h"
#include "platforms/xen/gdbstub/mapped_memory.h"
#include "platforms/xen/gdbstub/pv_registers.h"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <format>

namespace rumpus::gdbstub {

namespace {

/// A frame that a guest has in any case, of its page tables; nothing: its processor is not to be seen.
std::optional<std::uint64_t> frameOf(XenDomain& domain, bool hvm)
{
    Outcome<vcpu_guest_context_any_t> context = domain.context(0);
    if (!context) {
        return std::nullopt;
    }
    if (!hvm) {
        return tableRoot(context->x64);
    }
    const Outcome<ProcessorMode> mode = domain.completeHvm(0, context->x64);
    return mode ? std::optional(mode->paged ? tableRoot(context->x64) : 0) : std::nullopt;
}

} // namespace

Outcome<std::unique_ptr<GuestMemory>> GuestMemory::open(XenDomain& domain, MemoryWay way)
{
    if (way == MemoryWay::Mapped) {
        return std::make_unique<MappedMemory>(domain);
    }
    Outcome<std::unique_ptr<GdbsxCalls>> opened = GdbsxCalls::open(domain);
    if (!opened) {
        return std::unexpected(opened.error());
    }
    const std::shared_ptr<GdbsxCalls> calls = std::move(*opened);
    if (const Outcome<void> there = calls->isThere(); !there) {
        return std::unexpected(there.error());
    }
    const std::optional<DomainFlags> flags = domain.flags();
    const bool paravirtualised = flags && !flags->hvm;
    return std::make_unique<GdbsxMemory>(
        [calls](Address address, char* bytes, std::size_t count, bool toGuest) {
            return calls->copy(address, bytes, count, toGuest);
        },
        GdbsxMemory::FrameZero{.matters = paravirtualised,
                               .bytes = paravirtualised ? domain.machineFrameZero() : nullptr});
}

Outcome<std::unique_ptr<GuestMemory>> GuestMemory::openAsAllowed(XenDomain& domain)
{
    const std::optional<DomainFlags> flags = domain.flags();
    const std::optional<std::uint64_t> frame = frameOf(domain, flags && flags->hvm);
    void* const page = frame ? domain.map(*frame, false) : nullptr;
    const int failure = errno;
    if (page != nullptr) {
        domain.unmap(page);
    }
    // of another failure, who looks is told
    const bool isRefused = frame && page == nullptr && (failure == EPERM || failure == EACCES);
    if (!isRefused) {
        return open(domain, MemoryWay::Mapped);
    }
    Outcome<std::unique_ptr<GuestMemory>> other = open(domain, MemoryWay::Gdbsx);
    if (!other) {
        return std::unexpected(
            std::format("the hypervisor does not let this host look into the guest's memory "
                        "({}), and does not do it for us (gdbsx: {})",
                        std::strerror(failure), other.error()));
    }
    return other;
}

bool GuestMemory::readAt(Place place, char& byte)
{
    const Bytes bytes = readFrom(place, 1);
    byte = bytes.empty() ? '\0' : bytes.front();
    return !bytes.empty();
}

Outcome<Bytes> GuestMemory::read(Address address, std::size_t count)
{
    Bytes bytes;
    while (bytes.size() < count) {
        const std::optional<Place> place = placeOf(address + bytes.size());
        const Bytes more = place ? readFrom(*place, count - bytes.size()) : Bytes();
        if (more.empty()) {
            break;
        }
        bytes += more;
    }
    if (bytes.empty() && count > 0) {
        return std::unexpected(std::format("the guest has nothing mapped at {:#x}", address));
    }
    return bytes;
}

Outcome<void> GuestMemory::write(Address address, const Bytes& bytes)
{
    for (std::size_t done = 0; done < bytes.size();) {
        const std::optional<Place> place = placeOf(address + done);
        const std::size_t count = place ? std::min(bytes.size() - done, guestPageSize - place->offset) : 0;
        if (!place || !writeTo(*place, std::string_view(bytes).substr(done, count))) {
            return std::unexpected(std::format("{:#x} cannot be written", address + done));
        }
        done += count;
    }
    return {};
}

Outcome<std::uint64_t> GuestMemory::readWord(Address address)
{
    std::uint64_t word = 0;
    const Outcome<Bytes> bytes = read(address, sizeof word);
    if (!bytes || bytes->size() != sizeof word) {
        return std::unexpected(std::format("the guest has nothing mapped at {:#x}", address));
    }
    std::memcpy(&word, bytes->data(), sizeof word);
    return word;
}

} // namespace rumpus::gdbstub
