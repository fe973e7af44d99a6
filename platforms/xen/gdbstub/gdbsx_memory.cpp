// SPDX-License-Identifier: GPL-3.0-or-later
#include "platforms/xen/gdbstub/gdbsx_memory.h"

#include <algorithm>

namespace rumpus::gdbstub {

namespace {

Address addressOf(Place place)
{
    return place.frame * guestPageSize + place.offset;
}

} // namespace

/// A frame of nothing but zeros is not told from a page of the guest's, and reads as one.
bool GdbsxMemory::isFrameZero(std::string_view page) const
{
    return page == std::string_view(frameZero_.bytes, guestPageSize) &&
           page.find_first_not_of('\0') != std::string_view::npos;
}

std::optional<Place> GdbsxMemory::placeOf(Address address)
{
    const Place place{.frame = address / guestPageSize,
                      .offset = static_cast<std::uint32_t>(address % guestPageSize)};
    const bool compares = frameZero_.matters && frameZero_.bytes != nullptr;
    const Bytes bytes = compares ? readFrom({.frame = place.frame}, guestPageSize) : readFrom(place, 1);
    return bytes.empty() || (compares && isFrameZero(bytes)) ? std::nullopt : std::optional(place);
}

Bytes GdbsxMemory::readFrom(Place place, std::size_t count)
{
    Bytes bytes(std::min(count, guestPageSize - place.offset), '\0');
    return copy_(addressOf(place), bytes.data(), bytes.size(), false) ? bytes : Bytes();
}

bool GdbsxMemory::writeTo(Place place, std::string_view bytes)
{
    Bytes wanted(bytes);
    if (!frameZero_.matters) {
        return copy_(addressOf(place), wanted.data(), wanted.size(), true);
    }
    Bytes before = readFrom(place, bytes.size());
    if (before == wanted) {
        return true; // nothing shows where it would have gone
    }
    if (frameZero_.bytes == nullptr || before.size() != wanted.size()) {
        return false;
    }
    const std::string_view hit(frameZero_.bytes + place.offset, wanted.size());
    const bool couldBe = hit == before;
    const bool written = copy_(addressOf(place), wanted.data(), wanted.size(), true);
    if (written && couldBe && hit == wanted) {
        copy_(addressOf(place), before.data(), before.size(), true);
        return false;
    }
    return written;
}

} // namespace rumpus::gdbstub
