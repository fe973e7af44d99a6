// SPDX-License-Identifier: GPL-3.0-or-later
#include "platforms/xen/gdbstub/mapped_memory.h"

#include "platforms/xen/gdbstub/xen_library.h"

#include <algorithm>
#include <cstring>

namespace rumpus::gdbstub {

namespace {

constexpr unsigned pageBits = 12;
constexpr unsigned tableBits = 9;
constexpr std::uint64_t present = 1;
constexpr std::uint64_t large = 1U << 7U;
constexpr std::uint64_t frameMask = 0x000ffffffffff000;

} // namespace

void MappedMemory::forget()
{
    for (const auto& [frame, page] : pages_) {
        domain_->unmap(page.bytes);
    }
    pages_.clear();
}

char* MappedMemory::page(std::uint64_t frame, bool writable)
{
    static constexpr std::size_t mostPages = 256;
    const auto known = pages_.find(frame);
    if (known != pages_.end()) {
        if (known->second.writable || !writable) {
            return known->second.bytes;
        }
        domain_->unmap(known->second.bytes);
        pages_.erase(known);
    }
    if (pages_.size() >= mostPages) {
        forget();
    }
    auto* const bytes = static_cast<char*>(domain_->map(frame, writable));
    if (bytes != nullptr) {
        pages_[frame] = {.bytes = bytes, .writable = writable};
    }
    return bytes;
}

std::optional<Place> MappedMemory::placeOf(Address address)
{
    if (!root_) {
        return Place{.frame = address >> pageBits,
                     .offset = static_cast<std::uint32_t>(address & (guestPageSize - 1))};
    }
    // an address has its bit 47 in all above it, too
    const std::uint64_t sign = address >> 47U;
    if (sign != 0 && sign != 0x1ffff) {
        return std::nullopt;
    }
    std::uint64_t frame = *root_;
    for (unsigned level = 4; level > 0; --level) {
        const unsigned shift = pageBits + tableBits * (level - 1);
        const char* const table = page(frame, false);
        if (table == nullptr) {
            return std::nullopt;
        }
        std::uint64_t entry = 0;
        std::memcpy(&entry, table + (address >> shift & 0x1ffU) * sizeof entry, sizeof entry);
        if ((entry & present) == 0) {
            return std::nullopt;
        }
        frame = (entry & frameMask) >> pageBits;
        if (level > 1 && level < 4 && (entry & large) != 0) {
            const std::uint64_t inner = (std::uint64_t{1} << (shift - pageBits)) - 1;
            frame = (frame & ~inner) | (address >> pageBits & inner);
            break;
        }
    }
    return Place{.frame = frame, .offset = static_cast<std::uint32_t>(address & (guestPageSize - 1))};
}

Bytes MappedMemory::readFrom(Place place, std::size_t count)
{
    const char* const from = page(place.frame, false);
    return from != nullptr ? Bytes(from + place.offset, std::min(count, guestPageSize - place.offset))
                           : Bytes();
}

bool MappedMemory::writeTo(Place place, std::string_view bytes)
{
    char* const to = page(place.frame, true);
    if (to != nullptr) {
        std::ranges::copy(bytes, to + place.offset);
    }
    return to != nullptr;
}

} // namespace rumpus::gdbstub
