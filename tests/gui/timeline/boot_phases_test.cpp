// What consoles tell of a boot, as the kinds of guests word it.
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/session/boot_phases.h"

#include <gtest/gtest.h>

#include <gmock/gmock.h>
#include <ostream>

#include "../../core/kinds.h"

namespace rumpus {

static void PrintTo(BootMoment moment, std::ostream* out)
{
    *out << key(moment);
}

namespace {

using enum BootMoment;
using namespace kinds;

struct Case {
    std::string name;
    ImageKind kind;
    std::string console;
    std::vector<BootMoment> moments;
};
void PrintTo(const Case& row, std::ostream* out)
{
    *out << row.name;
}

class HearBoot : public ::testing::TestWithParam<Case> {};

TEST_P(HearBoot, TellsItsMoments)
{
    BootListener listener(GetParam().kind);
    EXPECT_EQ(listener.hear(GetParam().console), GetParam().moments);
}

TEST_P(HearBoot, TellsTheSameFromSingleBytes)
{
    BootListener listener(GetParam().kind);
    std::vector<BootMoment> moments;
    for (const char& byte : GetParam().console) {
        const auto news = listener.hear({&byte, 1});
        moments.insert(moments.end(), news.begin(), news.end());
    }
    EXPECT_EQ(moments, GetParam().moments);
}

INSTANTIATE_TEST_SUITE_P(
    Kinds, HearBoot,
    ::testing::Values(
        Case{"RumprunHw",
             RumprunHw,
             "SeaBIOS (version 1.16.3)\r\nBooting from ROM..rump kernel bare metal bootstrap\r\n\r\n"
             "Copyright (c) 1996, 1997\r\n"
             "timecounter: Timecounter \"clockinterrupt\" frequency 100 Hz quality 0\r\nmainbus0 (root)\r\n"
             "virtio0 at pci0 dev 2 function 0\r\n"
             "timecounter: Timecounter \"bmktc\" frequency 1000000000 Hz quality 100\r\nmounted tmpfs on "
             "/tmp\r\n"
             "dhcp: vioif0: adding IP address 10.0.2.15/24\r\ndhcp: vioif0: adding route to "
             "10.0.2.0/24\r\n\r\n"
             "=== calling \"httpd\" main() ===\r\n\r\nhttpd: listening\r\n",
             {FirstByte, Banner, Devices, Network, Main}},
        Case{"RumprunXen",
             RumprunXen,
             "xenbus initialised on irq 1 mfn 0x2f21f\r\nCopyright (c) 1996, 1997\r\nmainbus0 (root)\r\n"
             "mounted tmpfs on /tmp\r\n=== calling \"crash0\" main() ===\r\n",
             {FirstByte, Banner, Devices, Main}},
        Case{"Sprig",
             Sprig,
             "sprig 1.0 (x86-64, multiboot)\nmemory: 16 MiB\nclock: time stamp counter at 2445 MHz\n"
             "vioif0: virtio-net at mmio 0xfeb02e00, 52:54:00:3d:78:ff\n"
             "vioif0: 10.0.2.15/24 gateway 10.0.2.2 (dhcp)\n\n=== calling \"net\" main() ===\n\n",
             {FirstByte, Banner, Devices, Network, Main}},
        Case{
            "Unikraft",
            UnikraftQemu,
            "[    0.000000] Info: [libukboot] <boot.c @  285> Initialize memory allocator...\r\nPowered "
            "by\r\n"
            "o.   .o       _ _               __ _\r\n"
            "[    0.112278] Info: [libukboot] <boot.c @  493> Calling main(3, ['hello', 'one'])\r\nHello\r\n",
            {FirstByte, Banner, Main}},
        Case{"Solo5",
             Solo5Virtio,
             "            |      ___|\r\nSolo5: Bindings version v0.12.1\r\n"
             "Solo5: PCI:00:02: virtio-net device, base=0xc000, irq=10\r\n"
             "Solo5: PCI:00:02: configured, mac=52:54:00:12:34:56, mtu=1500, features=0x79bfffe7\r\n"
             "Solo5: Application acquired 'service0' as network device\r\n",
             {FirstByte, Banner, Devices, Network}},
        Case{"OnlyWholeLines", Sprig, "sprig 1.0 (x86-64, multiboot)", {FirstByte}},
        Case{"TheApplicationsWordsMeanNothing",
             Sprig,
             "=== calling \"a\" main() ===\nsprig 1.0 (x86-64, multiboot)\n=== calling \"b\" main() ===\n",
             {FirstByte, Main}},
        Case{"UnknownKind", Generic, "Powered by\nmain() ===\n", {FirstByte}}, Case{"Silent", Sprig, "", {}}),
    [](const auto& row) { return row.param.name; });

TEST(BootListener, NoLongerLooksWhereAGuestTalksWithoutEnd)
{
    BootListener listener(Sprig);
    for (int i = 0; i < 300; ++i) {
        listener.hear(std::string(1024, 'x'));
    }
    EXPECT_TRUE(listener.hear("\nsprig 1.0 (x86-64, multiboot)\n").empty());
}

TEST(BootMoment, HasATitle)
{
    EXPECT_EQ(title(FirstInstruction), "First instruction");
    EXPECT_EQ(key(Exit), "exit");
}

} // namespace
} // namespace rumpus
