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
bool GdbsxMemory::isFrameZero(std::uint64_t page)
{
    if (!frameZero_.matters || frameZero_.bytes == nullptr) {
        return false;
    }
    const std::string_view frame(frameZero_.bytes, guestPageSize);
    Bytes bytes(guestPageSize, '\0');
    return copy_(page * guestPageSize, bytes.data(), bytes.size(), false) && bytes == frame &&
           frame.find_first_not_of('\0') != std::string_view::npos;
}

std::optional<Place> GdbsxMemory::placeOf(Address address)
{
    const Place place{.frame = address / guestPageSize,
                      .offset = static_cast<std::uint32_t>(address % guestPageSize)};
    char byte = 0;
    return readAt(place, byte) && !isFrameZero(place.frame) ? std::optional(place) : std::nullopt;
}

bool GdbsxMemory::readAt(Place place, char& byte)
{
    return copy_(addressOf(place), &byte, 1, false);
}

bool GdbsxMemory::writeAt(Place place, char byte)
{
    return writeTo(place, std::string_view(&byte, 1));
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
