// A guest's memory by a hypervisor that copies it, with the ways that such a hypervisor has: no lab of ours
// is built so.
// SPDX-License-Identifier: GPL-3.0-or-later
#include "platforms/xen/gdbstub/gdbsx_memory.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>

namespace rumpus::gdbstub {

namespace {

constexpr Address text = 0x400000;
constexpr Address data = text + guestPageSize;
constexpr Address nothing = data + guestPageSize; ///< an entry that is empty
constexpr Address noTable = 0x7f0000000000;       ///< no table of such entries

/// Copies as xen/arch/x86/gdbsx.c does for a PV guest.
class Machine {
public:
    explicit Machine(char ofFrameZero)
    {
        for (const Address page : {text, data}) {
            frames[page] = Bytes(guestPageSize, page == text ? '\x90' : '\0');
        }
        frames[nothing] = Bytes(guestPageSize, ofFrameZero);
    }

    bool copy(Address address, char* bytes, std::size_t count, bool toGuest)
    {
        EXPECT_LE(address % guestPageSize + count, guestPageSize) << "how much was done would not be known";
        const auto frame = frames.find(address / guestPageSize * guestPageSize);
        if (frame == frames.end()) {
            return false;
        }
        char* const there = frame->second.data() + address % guestPageSize;
        toGuest ? std::copy_n(bytes, count, there) : std::copy_n(there, count, bytes);
        return true;
    }

    GdbsxMemory memory(bool paravirtualised = true, bool seesFrameZero = true)
    {
        return GdbsxMemory(
            [this](Address address, char* bytes, std::size_t count, bool toGuest) {
                return copy(address, bytes, count, toGuest);
            },
            {.matters = paravirtualised, .bytes = seesFrameZero ? frames.at(nothing).data() : nullptr});
    }

    std::map<Address, Bytes> frames;
};

} // namespace

TEST(GdbsxMemory, isReadAndWrittenAcrossPages)
{
    Machine machine('\x55');
    GdbsxMemory memory = machine.memory();
    EXPECT_EQ(memory.read(data - 2, 4), Bytes("\x90\x90\0\0", 4));
    EXPECT_TRUE(memory.write(data - 1, "ab"));
    EXPECT_EQ(memory.read(data - 2, 4), Bytes("\x90"
                                              "ab\0",
                                              4));
    EXPECT_FALSE(memory.read(noTable, 4));
    EXPECT_FALSE(memory.write(noTable, "a"));
    EXPECT_EQ(memory.read(nothing - 2, 4), Bytes("\0\0", 2)) << "as much as there is";
}

TEST(GdbsxMemory, anEmptyEntryIsNotTheMachinesFirstFrame)
{
    for (const char filled : {'\x55', '\0'}) {
        Machine machine(filled);
        GdbsxMemory memory = machine.memory();
        EXPECT_EQ(memory.placeOf(nothing).has_value(), filled == '\0') << "zeros are not told from a page";
        EXPECT_FALSE(memory.write(nothing + 8, "\xcc"));
        EXPECT_FALSE(memory.writeAt({.frame = nothing / guestPageSize, .offset = 8}, '\xcc'));
        EXPECT_EQ(machine.frames.at(nothing), Bytes(guestPageSize, filled));
        EXPECT_TRUE(memory.write(data + 8, "\xcc")) << "a page of zeros is written";
        EXPECT_TRUE(memory.write(text + 8, "\xcc"));
    }
}

TEST(GdbsxMemory, whereTheMachinesFirstFrameIsNotSeenNothingIsWritten)
{
    Machine machine('\0');
    GdbsxMemory memory = machine.memory(true, false);
    EXPECT_TRUE(memory.read(text, 1));
    EXPECT_FALSE(memory.write(text, "\xcc"));
    EXPECT_TRUE(machine.memory(false, false).write(text, "\xcc")) << "of a PVH guest it does not matter";
}

} // namespace rumpus::gdbstub
