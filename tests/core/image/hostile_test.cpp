// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/text.h"
#include "core/image/image.h"

#include <gtest/gtest.h>

#include <gmock/gmock.h>
#include <numeric>
#include <random>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/stat.h>

#include "../kinds.h"
#include "elf_builder.h"

namespace rumpus {
namespace {

using testing::ElfBuilder;
using testing::Folder;
using ::testing::HasSubstr;
using testing::le;
using ::testing::Not;
using testing::note;
using ::testing::StartsWith;
using ::testing::Test;

std::string failure(const std::filesystem::path& path)
{
    const auto image = readImage(path);
    return image ? "it was read" : toString(image.error());
}

std::string tar()
{
    std::string bytes(1024, '\0');
    return bytes.replace(257, 5, "ustar");
}

TEST(ReadImageRefuses, OtherFilesInWords)
{
    using namespace std::string_literals;
    const std::pair<std::string, std::string> cases[] = {
        {"", "it is empty"},
        {"Hello, world\n", "it is a text file, not a unikernel image"},
        {"{ \"name\": \"hello\" }\n", "it is a JSON file"},
        {"#!/bin/sh\nexit\n", "it is a script"},
        {"\x1f\x8b\x08\x00"s, "it is compressed (gzip)"},
        {"!<arch>\nx", "it is a library of object files"},
        {"QFI\xfb\0\0\0\3"s, "it is a disk image (qcow2)"},
        {"MZ\x90\0"s, "it is a DOS or Windows program"},
        {tar(), "it is a tar archive"},
        {std::string(5000, '\0'), "it begins with zeros"},
        {"\x01\x02\xff\x00\x7f"s, "it is neither an ELF file nor"},
        {"\x7f"
         "ELF",
         "it is truncated"},
        {"\x7f"
         "ELF"s +
             std::string(100, '\xff'),
         "its ELF header is corrupt"},
    };
    Folder folder;
    for (const auto& [content, expected] : cases) {
        const std::string said = failure(folder.write("hello.bin", content));
        EXPECT_THAT(said, StartsWith("cannot read " + folder.path().string() + "/hello.bin: ")) << expected;
        EXPECT_THAT(said, HasSubstr(expected));
        EXPECT_THAT(said, Not(HasSubstr("\n")));
    }
}

TEST(ReadImageRefuses, WhatIsNoRegularFile)
{
    Folder folder;
    EXPECT_THAT(failure(folder.path() / "nothing"), HasSubstr("No such file or directory: build it first"));
    EXPECT_THAT(failure(folder.path()), HasSubstr("it is a directory"));
    ASSERT_EQ(::mkfifo((folder.path() / "pipe").c_str(), 0600), 0);
    EXPECT_THAT(failure(folder.path() / "pipe"), HasSubstr("it is a pipe"));
    std::filesystem::create_symlink("b", folder.path() / "a");
    std::filesystem::create_symlink("a", folder.path() / "b");
    EXPECT_THAT(failure(folder.path() / "a"), HasSubstr("a link leads back to itself"));
    EXPECT_THAT(failure("/dev/null"), HasSubstr("it is a device"));
}

TEST(ReadImageRefuses, AFileThatWasCutAnywhere)
{
    ElfBuilder elf;
    elf.withText();
    elf.addNotes(".note.sprig", note("sprig", 1, "1.0"));
    const std::string bytes = elf.build();
    Folder folder;
    for (std::size_t length = 4; length < bytes.size(); length += 7) {
        const std::string said = failure(folder.write("cut.elf", std::string_view(bytes).substr(0, length)));
        ASSERT_THAT(said, HasSubstr("it is truncated")) << length << " of " << bytes.size();
    }
}

TEST(ReadImageRefuses, SegmentsThatCannotBe)
{
    Folder folder;
    const auto with = [&](ElfBuilder::Segment segment) {
        ElfBuilder elf;
        elf.withText();
        elf.segments.push_back(segment);
        return failure(folder.write("odd.elf", elf.build()));
    };
    EXPECT_THAT(with({PT_LOAD, 0, 0, 0x10, 0x20, 0x1000}), HasSubstr("it is corrupt"));
    EXPECT_THAT(with({PT_LOAD, 0xffffffffffffff00, 0, 0x200, 0, 0x1000}), HasSubstr("it is corrupt"));
    EXPECT_THAT(with({PT_LOAD, 0x200000, 0, 0x20000, 0x10000, 0x1000}), HasSubstr("it is truncated"));
    EXPECT_THAT(with({PT_LOAD, 0x200000, 0, 0x20, 0x10, ~std::uint64_t{0}}), HasSubstr("it is truncated"));
}

TEST(ReadImageRefuses, MoreSectionsThanThereCanBe)
{
    ElfBuilder elf;
    elf.withText();
    std::string bytes = elf.build();
    const std::size_t headers = bytes.size() - (std::size_t{3} * 64);
    bytes.replace(60, 2, le(0, 2));                     // e_shnum: see the first section
    bytes.replace(headers + 32, 8, le(1ULL << 60U, 8)); // its sh_size
    Folder folder;
    EXPECT_THAT(failure(folder.write("many.elf", bytes)),
                HasSubstr("it says it has 1152921504606846976 sections"));
}

/// In KiB, of this process so far.
long peakMemory()
{
    struct rusage usage{};
    ::getrusage(RUSAGE_SELF, &usage);
    return usage.ru_maxrss;
}

TEST(ReadImage, CostsNothingForAHugeSparseFile)
{
    static constexpr std::uint64_t huge = 4ULL << 30U;
    Folder folder;
    const std::filesystem::path zeros = folder.write("zeros", "");
    std::filesystem::resize_file(zeros, huge);
    const long before = peakMemory();
    EXPECT_THAT(failure(zeros), HasSubstr("it begins with zeros"));

    // sections and segments of nearly 4 GiB: notes, symbols, names, DWARF, the section names themselves
    ElfBuilder elf;
    elf.withText();
    elf.addNotes(".note", note("Xen", 6, "osv"));
    elf.withSymbols({{"main", 0x100000, 1}});
    testing::addDwarf(elf, {{"a.c", "/x", 0x100000, 64, 0x100040}});
    elf.add({.name = "__xen_guest", .content = "GUEST_OS=x"});
    elf.add({.name = ".gnu_debuglink", .content = "x"});
    elf.segments.push_back({PT_NOTE, 0, 0, 0, huge - 0x2000, 0x1000});
    std::string bytes = elf.build();
    const std::size_t headers = bytes.size() - (std::size_t{11} * 64);
    for (std::size_t i = 2; i < 11; ++i) {
        bytes.replace(headers + (i * 64) + 32, 8, le(huge - 0x100000, 8));
    }
    const std::filesystem::path sparse = folder.write("sparse.elf", bytes);
    std::filesystem::resize_file(sparse, huge);
    const auto image = readImage(sparse);
    ASSERT_TRUE(image) << toString(image.error());
    EXPECT_TRUE(measureComponents(*image));
    EXPECT_TRUE(readSymbols(*image));
    EXPECT_LT(peakMemory() - before, 512L << 10U);
}

TEST(ReadImage, SurvivesNotesWhoseSizesOverflow)
{
    Folder folder;
    for (const auto& [name, description] :
         {std::pair{0xffffffffU, 4U}, {4U, 0xffffffffU}, {0xfffffffcU, 0xfffffffcU}, {0x7fffffffU, 1U}}) {
        ElfBuilder elf;
        elf.withText();
        elf.withNoteSegment(elf.addNotes(".note", note("sprig", 1, "1.0") + le(name, 4) + le(description, 4) +
                                                      le(1, 4) + "Xen" + '\0' + le(0, 4)));
        const auto image = readImage(folder.write("notes.elf", elf.build()));
        ASSERT_TRUE(image);
        ASSERT_EQ(image->notes.size(), 1U);
        EXPECT_EQ(image->kind, kinds::Sprig);
    }
}

TEST(ReadImage, SurvivesAManifestThatPromisesMoreThanItHolds)
{
    Folder folder;
    for (const std::size_t size : {0U, 4U, 8U, 11U, 12U, 80U, 112U, 116U}) {
        std::string manifest = (le(1, 4) + le(0xffffffff, 4) + std::string(200, 'n')).substr(0, size);
        ElfBuilder elf;
        elf.withText();
        elf.addNotes(".note", note("Solo5", 0x3154464d, manifest));
        const auto image = readImage(folder.write("manifest.elf", elf.build()));
        ASSERT_TRUE(image);
        EXPECT_TRUE(image->manifest.empty());
    }
}

TEST(ReadSymbols, LeavesOutNamesThatAreNotInTheStringTable)
{
    ElfBuilder elf;
    elf.withText();
    elf.withSymbols({{"good", 0x100000, 8}, {"bad", 0x100008, 8}});
    std::string bytes = elf.build();
    const std::size_t table = elf.offsetOf(3);
    bytes.replace(table + 48, 4, le(0xfffffff0, 4));
    Folder folder;
    const auto image = readImage(folder.write("symbols.elf", bytes));
    ASSERT_TRUE(image);
    const auto symbols = readSymbols(*image);
    ASSERT_TRUE(symbols);
    ASSERT_EQ(symbols->size(), 1U);
    EXPECT_EQ(symbols->front().name, "good");
}

TEST(ReadSymbols, DoesNotOpenTheFileThatADwarfLinkNames)
{
    using namespace std::string_literals;
    Folder folder;
    const std::filesystem::path pipe = folder.path() / "pipe"; // whoever opens it waits for ever
    ASSERT_EQ(::mkfifo(pipe.c_str(), 0600), 0);
    ElfBuilder elf;
    elf.withText();
    elf.withSymbols({{"main", 0x100000, 8}});
    elf.add({.name = ".gnu_debugaltlink", .content = pipe.string() + '\0' + "build-id"});
    // a compile unit whose name is DW_FORM_GNU_strp_alt
    elf.add({.name = ".debug_abbrev", .content = "\x01\x11\x00\x03\xa1\x3e\x00\x00\x00"s});
    const std::string unit = le(4, 2) + le(0, 4) + le(8, 1) + "\x01" + le(0, 4);
    elf.add({.name = ".debug_info", .content = le(unit.size(), 4) + unit});
    elf.add({.name = ".debug_str", .content = "text\0"s});
    const auto image = readImage(folder.write("alt.elf", elf.build()));
    ASSERT_TRUE(image);
    EXPECT_EQ(image->compileUnits, 1U);
    EXPECT_TRUE(readSymbols(*image));
}

std::string mutated(std::string bytes, std::mt19937& random)
{
    static constexpr char special[] = {0, 1, '\x7f', '\x80', '\xff'};
    const auto below = [&](std::size_t limit) { return static_cast<std::size_t>(random()) % limit; };
    const std::size_t changes = 1 + below(std::size_t{1} << below(7));
    for (std::size_t i = 0; i < changes; ++i) {
        // half of them where the tables are: at the beginning and at the end
        const std::size_t near = std::min<std::size_t>(bytes.size(), 2048);
        const std::size_t where = below(4);
        const std::size_t at = where == 0   ? below(near)
                               : where == 1 ? bytes.size() - 1 - below(near)
                                            : below(bytes.size());
        bytes[at] = below(2) == 0 ? special[below(std::size(special))] : static_cast<char>(below(256));
    }
    if (below(16) == 0) {
        bytes.resize(below(bytes.size()));
    }
    return bytes;
}

/// Whatever the bytes, either one clear line or an image whose parts add up and whose texts fit a terminal.
void readAnything(const std::filesystem::path& path)
{
    const auto image = readImage(path);
    if (!image) {
        ASSERT_THAT(toString(image.error()), StartsWith("cannot read "));
        ASSERT_THAT(toString(image.error()), Not(HasSubstr("\n")));
        return;
    }
    for (const std::string& clause : image->evidence) {
        ASSERT_EQ(clause, printable(clause));
    }
    for (const Note& found : image->notes) {
        ASSERT_EQ(found.owner, printable(found.owner));
        ASSERT_EQ(found.description, printable(found.description));
    }
    const auto sizes = measureComponents(*image);
    if (sizes) {
        ASSERT_EQ(std::accumulate(sizes->begin(), sizes->end(), std::uint64_t{0},
                                  [](auto sum, const auto& size) { return sum + size.file; }),
                  image->fileSize);
    }
    if (const auto symbols = readSymbols(*image)) {
        for (const Symbol& symbol : *symbols) {
            ASSERT_EQ(symbol.name, printable(symbol.name));
            ASSERT_EQ(symbol.sourceFile, printable(symbol.sourceFile));
        }
    }
}

void mutateAndRead(const std::string& bytes, unsigned rounds)
{
    for (unsigned round = 0; round < rounds; ++round) {
        SCOPED_TRACE(round);
        std::mt19937 random(round); // NOLINT(bugprone-random-generator-seed): the same at every run
        const std::string mutant = mutated(bytes, random);
        // a file in memory, for thousands of them would keep a disk busy for minutes
        const int file = ::memfd_create("mutant", MFD_CLOEXEC);
        ASSERT_EQ(::write(file, mutant.data(), mutant.size()), static_cast<ssize_t>(mutant.size()));
        readAnything("/proc/self/fd/" + std::to_string(file));
        ::close(file);
        ASSERT_FALSE(Test::HasFatalFailure());
    }
}

TEST(ReadImage, SurvivesAnyChangeOfARealProgram)
{
    std::ifstream file(RUMPUS_IMAGE_SUBJECT, std::ios::binary);
    const std::string bytes(std::istreambuf_iterator<char>(file), {});
    const auto image = readImage(RUMPUS_IMAGE_SUBJECT);
    ASSERT_TRUE(image);
    ASSERT_EQ(image->debug, DebugInformation::Full);
    mutateAndRead(bytes, 3000);
}

TEST(ReadImage, SurvivesAnyChangeOfAKernel)
{
    ElfBuilder elf;
    elf.withText(testing::multiboot1(0x100000, 0x100040) + testing::multiboot2(0x100050) +
                 std::string(64, 'x'));
    std::string notes = note("Solo5", 0x31494241, le(3, 4) + le(1, 4) + le(0, 8));
    notes += note("Solo5", 0x3154464d, le(1, 4) + le(2, 4) + std::string(208, 'n'));
    notes += note("Xen", 6, std::string("osv\0", 4)) + note("Xen", 18, le(0x100030, 4));
    elf.withNoteSegment(elf.addNotes(".note", notes));
    elf.add({.name = "__xen_guest", .flags = SHF_ALLOC, .content = "GUEST_OS=rumprun,LOADER=generic"});
    testing::addDwarf(elf, {{"a.c", "/x", 0x100000, 64, 0x100040}, {"b.c", "/x", 0x100040, 64, 0x100080}});
    elf.withSymbols({{"main", 0x100000, 64}, {"_ZN1a1bEv", 0x100040, 64}});
    elf.add({.name = ".gnu_debuglink", .content = testing::padded(std::string("mutant\0", 7), 4) + le(0, 4)});
    mutateAndRead(elf.build(), 2000);
}

} // namespace
} // namespace rumpus
