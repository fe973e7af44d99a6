// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/image/image.h"

#include <gtest/gtest.h>

#include "elf_builder.h"

namespace rumpus {
namespace {

using testing::ElfBuilder;
using testing::Folder;
using testing::le;

/// An image with that build id, with or without debug information.
std::string image(std::string_view buildId, bool debug, const std::string& link = {})
{
    ElfBuilder elf;
    elf.withText();
    if (!buildId.empty()) {
        elf.addNotes(".note.gnu.build-id", testing::note("GNU", 3, buildId));
    }
    if (debug) {
        addDwarf(elf, {{"a.c", "/x", 0x100000, 64, 0x100040}, {"b.c", "/x", 0x100040, 64, 0x100080}});
        elf.withSymbols({{"main", 0x100000, 64}});
    }
    if (!link.empty()) {
        elf.add({.name = ".gnu_debuglink", .content = link});
    }
    return elf.build();
}

std::string foundBy(const Folder& folder)
{
    const auto read = readImage(folder.path() / "k.bin");
    EXPECT_TRUE(read);
    return read && read->debugFile ? read->debugFile->foundBy : "";
}

TEST(DebugInformationLevel, IsToldByWhatThereIs)
{
    Folder folder;
    const auto level = [&](ElfBuilder& elf) {
        return readImage(folder.write("i", elf.build())).value().debug;
    };
    ElfBuilder none;
    none.withText();
    EXPECT_EQ(level(none), DebugInformation::None);
    ElfBuilder symbols;
    symbols.withText().withSymbols({{"main", 0x100000, 8}});
    EXPECT_EQ(level(symbols), DebugInformation::SymbolsOnly);
    ElfBuilder lines;
    lines.withText();
    addDwarf(lines, {{"a.c", "/x", 0x100000, 64, 0x100040, false}});
    EXPECT_EQ(level(lines), DebugInformation::LinesOnly);
    ElfBuilder full;
    full.withText();
    addDwarf(full, {{"a.c", "/x", 0x100000, 64, 0x100040, false}, {"b.c", "/x", 0x100000, 64, 0x100040}});
    EXPECT_EQ(level(full), DebugInformation::Full);
}

TEST(DebugInformationLevel, IsNotLookedAtForALaunch)
{
    Folder folder;
    const auto read = readImage(folder.write("k.bin", image("", true)), Detail::Launch);
    ASSERT_TRUE(read);
    EXPECT_EQ(read->symbolCount, 0U);
    EXPECT_EQ(read->compileUnits, 0U);
}

TEST(FindDebugFile, TakesASiblingAndReadsItsUnits)
{
    Folder folder;
    folder.write("k.bin", image("", false));
    folder.write("k.bin.dbg", image("", true));
    const auto read = readImage(folder.path() / "k.bin");
    ASSERT_TRUE(read && read->debugFile);
    EXPECT_EQ(read->debugFile->foundBy, "sibling .dbg");
    EXPECT_EQ(read->debugFile->path, folder.path() / "k.bin.dbg");
    EXPECT_EQ(read->debug, DebugInformation::Full);
    EXPECT_EQ(read->compileUnits, 2U);
    EXPECT_EQ(read->symbolCount, 1U);
    const auto symbols = readSymbols(*read);
    ASSERT_TRUE(symbols);
    EXPECT_EQ(symbols->at(0).sourceFile, "/x/a.c");
}

TEST(FindDebugFile, NeedsNoneWhereTheImageHasItsOwn)
{
    Folder folder;
    folder.write("k.bin", image("", true));
    folder.write("k.bin.dbg", image("", true));
    EXPECT_EQ(foundBy(folder), "");
}

TEST(FindDebugFile, RefusesAnotherBuildId)
{
    Folder folder;
    folder.write("k.bin", image("\x01\x02\x03", false));
    folder.write("k.bin.debug", image("\x01\x02\x04", true));
    EXPECT_EQ(foundBy(folder), "");
    folder.write("k.bin.debug", image("\x01\x02\x03", true));
    EXPECT_EQ(foundBy(folder), "sibling .debug");
}

TEST(FindDebugFile, PrefersTheBuildIdFolder)
{
    Folder folder;
    folder.write("k.bin", image("\xab\xcd\xef", false));
    folder.write("k.bin.debug", image("\xab\xcd\xef", true));
    folder.write(".build-id/ab/cdef.debug", image("\xab\xcd\xef", true));
    EXPECT_EQ(foundBy(folder), "build id");
}

TEST(FindDebugFile, ChecksTheChecksumOfADebuglink)
{
    // CRC-32 of "123456789" is 0xcbf43926; the debug file is made to have a known one by its own bytes
    Folder folder;
    const std::string debug = image("", true);
    std::uint32_t crc = 0xffffffffU;
    for (const char c : debug) {
        crc ^= static_cast<std::uint8_t>(c);
        for (int bit = 0; bit < 8; ++bit) {
            crc = (crc >> 1U) ^ (0xedb88320U & (0U - (crc & 1U)));
        }
    }
    folder.write("other.name", debug);
    const std::string name = testing::padded(std::string("other.name") + '\0', 4);
    folder.write("k.bin", image("", false, name + le(~crc, 4)));
    EXPECT_EQ(foundBy(folder), "debuglink");
    folder.write("k.bin", image("", false, name + le(crc, 4)));
    EXPECT_EQ(foundBy(folder), "");
}

TEST(FindDebugFile, DoesNotFollowADebuglinkIntoAnotherFolder)
{
    Folder folder;
    const std::string debug = image("", true);
    folder.write("elsewhere/d", debug);
    const std::string name = testing::padded(std::string("elsewhere/d") + '\0', 4);
    folder.write("k.bin", image("", false, name + le(0, 4)));
    EXPECT_EQ(foundBy(folder), "");
}

} // namespace
} // namespace rumpus
