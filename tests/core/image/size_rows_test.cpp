// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/image/size_rows.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <gmock/gmock.h>
#include <map>

#include "elf_builder.h"

namespace rumpus {
namespace {

using testing::ElfBuilder;
using testing::Folder;

ElfBuilder sizedImage()
{
    return testing::sprigImage({{"main", 0x100000, 0xf8},
                                {"_ZN3net4sendEPKc", 0x100100, 0x80},
                                {"udp_output", 0x100180, 0x80},
                                {"udp_data", 0x111000, 0x8000, STT_OBJECT, 2}});
}

const SizeRow* rowOf(const std::vector<SizeRow>& rows, std::string_view name)
{
    const auto found = std::ranges::find(rows, name, &SizeRow::name);
    return found == rows.end() ? nullptr : &*found;
}

TEST(MeasureSymbols, GivesEachSymbolItsSourceAndBytes)
{
    Folder folder;
    const auto image = readImage(folder.write("hello.elf", sizedImage().build()));
    ASSERT_TRUE(image);
    const auto rows = measureSymbols(*image);
    ASSERT_TRUE(rows);
    const SizeRow* main = rowOf(*rows, "main");
    const SizeRow* send = rowOf(*rows, "net::send(char const*)");
    const SizeRow* data = rowOf(*rows, "udp_data");
    ASSERT_TRUE(main != nullptr && send != nullptr && data != nullptr);
    // the eight bytes up to the next function are its padding
    EXPECT_EQ(*main, (SizeRow{Component::Application, "/home/me/hello/app.c", "main", true, 0x100, 0x100}));
    EXPECT_EQ(*send, (SizeRow{Component::KernelNet, "/x/sprig/net/udp.c", "net::send(char const*)", true,
                              0x80, 0x80}));
    EXPECT_EQ(*data, (SizeRow{Component::KernelNet, "/x/sprig/net/udp.c", "udp_data", true, 0x8000, 0}));
}

TEST(MeasureSymbols, NamesTheSectionWhereNoSymbolClaimsIt)
{
    Folder folder;
    const auto image = readImage(folder.write("hello.elf", sizedImage().build()));
    ASSERT_TRUE(image);
    const auto rows = measureSymbols(*image);
    ASSERT_TRUE(rows);
    const SizeRow* bss = rowOf(*rows, ".bss");
    const SizeRow* lines = rowOf(*rows, ".debug_info");
    ASSERT_TRUE(bss != nullptr && lines != nullptr);
    EXPECT_EQ(*bss, (SizeRow{Component::Other, "", ".bss", false, 0x1000, 0}));
    EXPECT_EQ(lines->component, Component::Debug);
    EXPECT_EQ(lines->memory, 0U);
    EXPECT_GT(lines->file, 0U);
}

TEST(MeasureSymbols, SumsUpToTheSizesOfTheComponents)
{
    Folder folder;
    const auto image = readImage(folder.write("hello.elf", sizedImage().build()));
    ASSERT_TRUE(image);
    const auto rows = measureSymbols(*image);
    const auto sizes = measureComponents(*image);
    ASSERT_TRUE(rows && sizes);
    std::map<Component, std::pair<std::uint64_t, std::uint64_t>> sums;
    std::uint64_t file = 0;
    for (const SizeRow& row : *rows) {
        sums[row.component].first += row.memory;
        sums[row.component].second += row.file;
        file += row.file;
    }
    EXPECT_EQ(file, image->fileSize);
    ASSERT_FALSE(sizes->empty());
    for (const ComponentSize& size : *sizes) {
        EXPECT_EQ(sums[size.component], std::pair(size.memory, size.file)) << title(size.component);
    }
}

TEST(MeasureSymbols, TellsAnImageThatHasNoPartsAsAWhole)
{
    Image image;
    image.elfClass = 0;
    image.fileSize = 1000;
    image.memoryNeeded = 4096;
    const auto rows = measureSymbols(image);
    ASSERT_TRUE(rows);
    EXPECT_THAT(*rows, ::testing::ElementsAre(SizeRow{.memory = 4096, .file = 1000}));
}

} // namespace
} // namespace rumpus
