// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/image/image.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <gmock/gmock.h>
#include <numeric>

#include "../kinds.h"
#include "elf_builder.h"

namespace rumpus {
namespace {

using testing::ElfBuilder;
using testing::Folder;

struct ComponentCase {
    ImageKind kind;
    std::string_view file;
    std::string_view symbol;
    Component component;
};

TEST(ComponentOf, KnowsWhereKernelsKeepTheirParts)
{
    using namespace kinds;
    using enum Component;
    const ComponentCase cases[] = {
        {RumprunHw, "/b/sys/rump/librump/rumpnet/../../../kern/uipc_socket.c", "rumpns_soreceive", KernelNet},
        {RumprunHw, "/b/src-netbsd/sys/kern/uipc_socket.c", "soreceive", KernelNet},
        {RumprunHw, "/b/sys/rump/librump/rumpvfs/../../../kern/vfs_bio.c", "", KernelVfs},
        {RumprunHw, "/b/sys/rump/librump/rumpkern/../../../kern/kern_synch.c", "", KernelCore},
        {RumprunHw,
         "/b/sys/rump/librump/rumpkern/../../../lib/libkern/../../../common/lib/libc/string/strlen.c", "",
         KernelCore},
        {RumprunHw, "/b/sys/rump/net/lib/libnet/../../../../netinet/tcp_input.c", "", KernelNet},
        {RumprunHw, "/b/src-netbsd/sys/netinet/tcp_input.c", "", KernelNet},
        {RumprunHw, "/b/sys/rump/fs/lib/libffs/../../../../ufs/ffs/ffs_vfsops.c", "", KernelVfs},
        {RumprunHw, "/b/src-netbsd/sys/dev/pci/if_wm.c", "", KernelDev},
        {RumprunHw, "/b/lib/libc/../../common/lib/libc/string/strlen.c", "strlen", Libc},
        {RumprunHw, "/b/common/lib/libc/string/strlen.c", "rumpns_strlen", KernelCore},
        {RumprunHw, "/b/lib/libc/stdio/printf.c", "printf", Libc},
        {RumprunHw, "/b/rumprun/platform/hw/arch/amd64/machdep.c", "", Platform},
        {RumprunHw, "/b/rumprun/lib/libbmk_core/sched.c", "", Platform},
        {RumprunHw, "/home/me/hello.c", "main", Application},
        {RumprunHw, "", "rumpns_tcp_input", KernelNet},
        {RumprunHw, "", "rumpns_lwp0", KernelCore},
        {RumprunXen, "", "bmk_sched", Platform},
        {RumprunXen, "", "rumprun_main1", Application},
        {RumprunXen, "", "something", Other},
        {Sprig, "/usr/share/rumpus/sprig/kernel/main.c", "", KernelCore},
        {Sprig, "/x/resources/sprig/app/../net/udp.c", "", KernelNet},
        {Sprig, "/x/resources/sprig/block/label.c", "", KernelVfs},
        {Sprig, "/home/me/hello/hello.c", "main", Application},
        {Solo5Virtio, "./bindings/virtio/boot.S", "", Platform},
        {Solo5Virtio, "/x/tests/test_net/test_net.c", "", Application},
        {UnikraftQemu, "/x/unikraft/lib/uksched/sched.c", "", KernelCore},
        {UnikraftQemu, "/x/unikraft/lib/nolibc/string.c", "", Libc},
        {UnikraftQemu, "/x/libs/lwip/src/core/tcp.c", "", KernelNet},
        {UnikraftQemu, "/x/unikraft/lib/vfscore/mount.c", "", KernelVfs},
        {UnikraftQemu, "/x/unikraft/plat/kvm/x86/setup.c", "", Platform},
        {UnikraftQemu, "/x/apps/hello/main.c", "main", Application},
        {Generic, "/x/libgcc/libgcc2.c", "", Compiler},
        {Generic, "", "__udivti3", Compiler},
    };
    for (const ComponentCase& expected : cases) {
        EXPECT_EQ(key(componentOf(expected.kind, expected.file, expected.symbol)), key(expected.component))
            << expected.file << " " << expected.symbol;
    }
}

ElfBuilder sprigImage()
{
    return testing::sprigImage({{"main", 0x100000, 0x100},
                                {"udp_input", 0x100100, 0x80},
                                {"udp_output", 0x100180, 0x80},
                                {"application_data", 0x110000, 0x1000, STT_OBJECT, 2},
                                {"udp_data", 0x111000, 0x8000, STT_OBJECT, 2},
                                {"_ZN3net4sendEPKc", 0x100190, 0}});
}

const ComponentSize* sizeOf(const std::vector<ComponentSize>& sizes, Component component)
{
    const auto found = std::ranges::find(sizes, component, &ComponentSize::component);
    return found == sizes.end() ? nullptr : &*found;
}

TEST(MeasureComponents, SplitsMemoryAndFileBySource)
{
    Folder folder;
    const auto image = readImage(folder.write("hello.elf", sprigImage().build()));
    ASSERT_TRUE(image);
    const auto sizes = measureComponents(*image);
    ASSERT_TRUE(sizes);
    const ComponentSize* application = sizeOf(*sizes, Component::Application);
    const ComponentSize* net = sizeOf(*sizes, Component::KernelNet);
    const ComponentSize* debug = sizeOf(*sizes, Component::Debug);
    ASSERT_TRUE(application != nullptr && net != nullptr && debug != nullptr);
    EXPECT_EQ(*application, (ComponentSize{Component::Application, 0x100 + 0x1000, 0x100, 2}));
    EXPECT_EQ(*net, (ComponentSize{Component::KernelNet, 0x100 + 0x8000, 0x100, 4}));
    EXPECT_EQ(debug->memory, 0U);
    EXPECT_GT(debug->file, 100U);
    const std::uint64_t file = std::accumulate(sizes->begin(), sizes->end(), std::uint64_t{0},
                                               [](auto sum, const auto& size) { return sum + size.file; });
    EXPECT_EQ(file, image->fileSize);
    EXPECT_TRUE(std::ranges::is_sorted(*sizes, std::ranges::greater{}, [](const ComponentSize& size) {
        return std::max(size.memory, size.file);
    }));
}

TEST(MeasureComponents, CountsOverlappingSectionsOnce)
{
    ElfBuilder elf = sprigImage();
    std::string bytes = elf.build();
    // every section header says that its content is the whole file
    const std::uint64_t headers = bytes.size() - (std::size_t{64} * 10);
    for (std::size_t i = 1; i < 10; ++i) {
        bytes.replace(headers + (i * 64) + 24, 16, testing::le(0, 8) + testing::le(bytes.size(), 8));
    }
    Folder folder;
    const auto image = readImage(folder.write("odd.elf", bytes));
    ASSERT_TRUE(image) << toString(image.error());
    const auto sizes = measureComponents(*image);
    ASSERT_TRUE(sizes);
    const std::uint64_t file = std::accumulate(sizes->begin(), sizes->end(), std::uint64_t{0},
                                               [](auto sum, const auto& size) { return sum + size.file; });
    EXPECT_EQ(file, image->fileSize);
}

TEST(ReadSymbols, NamesSourceAndComponent)
{
    Folder folder;
    const auto image = readImage(folder.write("hello.elf", sprigImage().build()));
    ASSERT_TRUE(image);
    const auto symbols = readSymbols(*image);
    ASSERT_TRUE(symbols);
    ASSERT_EQ(symbols->size(), 6U);
    const auto& main = symbols->front();
    EXPECT_EQ(main.name, "main");
    EXPECT_EQ(main.sourceFile, "/home/me/hello/app.c");
    EXPECT_TRUE(main.function);
    EXPECT_EQ(symbols->at(4).sourceFile, "/x/sprig/net/udp.c");
    EXPECT_FALSE(symbols->at(4).function);
    EXPECT_EQ(symbols->back().name, "net::send(char const*)");
    EXPECT_EQ(symbols->back().component, Component::KernelNet);
}

TEST(ReadSymbols, DoesNotExpandANameThatDoublesItself)
{
    // 250 bytes that demangle to more than 100 MB
    std::string bomb = "_Z1f1aIiiE";
    std::string last = "S0_";
    static constexpr std::string_view digits = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ";
    for (std::size_t i = 0; i < 24; ++i) {
        bomb += "S_I" + last + last + "E";
        last = std::string("S") + digits[i + 1] + "_";
    }
    ElfBuilder elf;
    elf.withText();
    elf.withSymbols({{bomb, 0x100000, 8}});
    Folder folder;
    const auto image = readImage(folder.write("bomb.elf", elf.build()));
    ASSERT_TRUE(image);
    const auto symbols = readSymbols(*image);
    ASSERT_TRUE(symbols);
    ASSERT_EQ(symbols->size(), 1U);
    EXPECT_EQ(symbols->front().name, bomb);
}

TEST(ReadSymbols, TakesFunctionsStaticVariablesToTheirFile)
{
    ElfBuilder elf;
    elf.withText();
    elf.addNotes(".note.sprig", testing::note("sprig", 1, "1.0"));
    addDwarf(elf, {{"udp.c", "/x/sprig/net", 0x100000, 64, 0x200000}});
    elf.withSymbols(
        {{"udp.c", 0, 0, STT_FILE, SHN_ABS, STB_LOCAL}, {"reply.0", 0x100080, 8, STT_OBJECT, 1, STB_LOCAL}});
    Folder folder;
    const auto image = readImage(folder.write("net.elf", elf.build()));
    ASSERT_TRUE(image);
    const auto symbols = readSymbols(*image);
    ASSERT_TRUE(symbols);
    ASSERT_EQ(symbols->size(), 1U);
    EXPECT_EQ(symbols->front().sourceFile, "/x/sprig/net/udp.c");
}

} // namespace
} // namespace rumpus
