// What the stub changes of a guest and how it is put right: traps in its code, with their journal, and a
// processor's debug registers.
// SPDX-License-Identifier: GPL-3.0-or-later
#include "platforms/xen/gdbstub/debug_registers.h"
#include "platforms/xen/gdbstub/traps.h"

#include <gtest/gtest.h>

#include <array>
#include <cstring>
#include <filesystem>

namespace rumpus::gdbstub {

namespace {

constexpr Address start = 0x1000;

/// One page of code.
class Page : public GuestMemory {
public:
    MemoryWay way() const override { return MemoryWay::Mapped; }
    void setRoot(std::optional<std::uint64_t> /*frame*/) override {}
    void forget() override {}
    std::optional<Place> placeOf(Address address) override
    {
        return address / guestPageSize == 1
                   ? std::optional(
                         Place{.frame = 1, .offset = static_cast<std::uint32_t>(address % guestPageSize)})
                   : std::nullopt;
    }
    Bytes readFrom(Place place, std::size_t count) override { return bytes.substr(place.offset, count); }
    bool writeTo(Place place, std::string_view more) override
    {
        bytes.replace(place.offset, more.size(), more);
        return true;
    }

    Bytes bytes = Bytes(guestPageSize, '\x90');
};

class TrapsTest : public testing::Test {
protected:
    TrapsTest()
    {
        folder_ = std::filesystem::temp_directory_path() / ("rumpus-" + std::to_string(::getpid()));
    }
    ~TrapsTest() override { std::filesystem::remove_all(folder_); }

    std::unique_ptr<Journal> journal() const
    {
        Outcome<std::unique_ptr<Journal>> opened = Journal::open(folder_.native(), "guest");
        EXPECT_TRUE(opened) << opened.error();
        return opened ? std::move(*opened) : nullptr;
    }

    Page page;

private:
    std::filesystem::path folder_;
};

vcpu_guest_context_x86_64_t contextAt(Address rip)
{
    vcpu_guest_context_x86_64_t context{};
    context.user_regs.rip = rip;
    context.trap_ctxt[debugVector].address = start;
    return context;
}

/// Of the stack that a processor of Xen's has when it comes to a handler: it came from 0x77.
Outcome<std::uint64_t> pushed(Address /*address*/)
{
    return 0x77;
}

} // namespace

TEST_F(TrapsTest, standWhereTheyFitAndAreLifted)
{
    const std::unique_ptr<Journal> kept = journal();
    Traps traps(page, *kept);
    traps.place({start + 8, start + 9, start + 10, start + guestPageSize - 1, start + guestPageSize},
                selfJump);
    EXPECT_EQ(page.bytes.substr(8, 4), "\xeb\xfe\xeb\xfe");
    EXPECT_TRUE(traps.standAt(start + 8));
    EXPECT_FALSE(traps.standAt(start + 9)) << "it would be half in another";
    EXPECT_TRUE(traps.standAt(start + 10));
    EXPECT_EQ(page.bytes.back(), '\x90') << "half of it would be where nothing is mapped";
    traps.lift();
    EXPECT_EQ(page.bytes, Bytes(guestPageSize, '\x90'));
    EXPECT_FALSE(traps.standAt(start + 8));
    traps.place({start + 8, start + 9}, trapInstruction);
    EXPECT_EQ(page.bytes.substr(8, 3), "\xcc\xcc\x90");
    traps.lift();
}

TEST_F(TrapsTest, ofAStubThatWasKilledAreUndoneByTheNext)
{
    {
        const std::unique_ptr<Journal> kept = journal();
        Traps(page, *kept).place({start + 8}, selfJump);
        kept->setWay(MemoryWay::Gdbsx);
        kept->setMonitored(true);
    }
    EXPECT_EQ(page.bytes.substr(8, 2), "\xeb\xfe");
    const std::unique_ptr<Journal> found = journal();
    EXPECT_EQ(found->way(), MemoryWay::Gdbsx);
    EXPECT_TRUE(found->isMonitored());
    Traps::undo(page, *found);
    EXPECT_EQ(page.bytes, Bytes(guestPageSize, '\x90'));
}

TEST(DebugRegisters, ofAPvGuestLeadBackOutOfItsExceptionWhicheverPlaceWasMet)
{
    const std::vector<Watchpoint> places{{.address = 0x100, .size = 8}, {.address = 0x200, .size = 4}};
    for (const unsigned told : {1U, 2U, 0U}) { // Xen 4.20.0 does not tell
        auto context = contextAt(start);
        ASSERT_TRUE(beginWatching(context, places));
        EXPECT_EQ(context.debugreg[7] & 0xff, 5U);
        context.debugreg[6] = told;
        const std::optional<std::size_t> met = endWatching(context, 4, pushed);
        EXPECT_EQ(met, told == 2 ? 1U : 0U);
        EXPECT_EQ(context.user_regs.rip, 0x77U);
        EXPECT_EQ(context.debugreg[7], 0U);
    }
}

TEST(DebugRegisters, aStepOfThePvGuestsOwnIsItsOwn)
{
    auto context = contextAt(start);
    ASSERT_TRUE(beginWatching(context, {{.address = 0x100, .size = 8}}));
    context.debugreg[6] = 1U << 14U; // BS
    EXPECT_EQ(endWatching(context, 0, pushed), std::nullopt);
    EXPECT_EQ(context.user_regs.rip, start);
}

TEST(DebugRegisters, ofAMonitoredGuestWatchNothingThatCanBeAfterwards)
{
    auto context = contextAt(0x50);
    const std::vector<Watchpoint> places{{.address = 0x100, .size = 1, .what = Watching::Execute},
                                         {.address = 0x200, .size = 8, .what = Watching::Access}};
    ASSERT_TRUE(beginMonitored(context, places));
    EXPECT_EQ(context.debugreg[0], 0x100U);
    EXPECT_EQ(context.debugreg[7] >> 16U, 0xb0U) << "an instruction; any access of 8 bytes";
    context.debugreg[6] = 2;
    EXPECT_EQ(endMonitored(context), 1U);
    EXPECT_EQ(context.user_regs.rip, 0x50U);
    EXPECT_EQ(context.debugreg[0], std::uint64_t{1} << 47U) << "no address of x86-64";
    EXPECT_FALSE(guestWatches(context));
    EXPECT_TRUE(beginMonitored(context, places)) << "again";
    EXPECT_TRUE(guestWatches(context));
    EXPECT_FALSE(beginMonitored(context, places)) << "who watches already is the guest";
}

} // namespace rumpus::gdbstub
