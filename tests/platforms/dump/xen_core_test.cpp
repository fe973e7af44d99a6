// Xen's own cores, whole and broken, of guests with good and bad page tables.
// SPDX-License-Identifier: GPL-3.0-or-later
#include "platforms/dump/xen_core.h"
#include "platforms/dump/xen_core_file.h"

#include <QTemporaryDir>
#include <gtest/gtest.h>

#include <fstream>
#include <gmock/gmock.h>
#include <map>
#include <sstream>

#include "../../core/image/elf_builder.h"

namespace rumpus {

using rumpus::testing::ElfBuilder;
using rumpus::testing::le;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

namespace {

constexpr std::uint64_t present = 0x67;
constexpr std::uint64_t large = 0x80;
constexpr std::uint64_t top = 0xffff800000000000;

std::uint64_t entry(std::uint64_t frame, std::uint64_t flags = present)
{
    return (frame << 12U) | flags;
}

/// A guest's dump as Xen's tools write it. Frames stand in the file in the order of their numbers.
struct SampleCore {
    using Table = std::map<unsigned, std::uint64_t>;

    bool paravirtual = true;
    std::uint64_t root = 0x500;
    std::uint64_t cr0 = 0x80000001;
    std::uint64_t cr4 = 0x20;
    std::uint64_t rip = 0x1234;
    std::uint64_t flags = 0x4;
    std::map<std::uint64_t, Table> frames; ///< content by the number
    std::string contextTail;
    std::string moreNumbers;
    bool withNote = true;
    std::uint16_t machine = EM_X86_64;

    [[nodiscard]] std::string context() const
    {
        std::string bytes(5168, '\0');
        const auto set = [&](std::size_t place, std::uint64_t value) {
            bytes.replace(place, 8, le(value, 8));
        };
        set(512, flags);
        for (std::size_t i = 0; i < 15; ++i) {
            set(520 + (8 * i), 0x100 + i);
        }
        set(520 + (8 * 16), rip);
        set(520 + (8 * 17), 0x1'0000'e033); // the word has the saved mask of events, too
        set(520 + (8 * 18), 0x246);
        set(520 + (8 * 19), 0x7000);
        set(520 + (8 * 20), 0xe02b);
        set(4984, cr0);
        set(4984 + 24, root << 12U);
        set(4984 + 32, cr4);
        set(5144, 0xf5);
        set(5152, 0x65);
        set(5160, 0x66);
        return bytes;
    }

    [[nodiscard]] std::string build() const
    {
        std::string numbers;
        std::string pages;
        std::uint64_t own = 0;
        for (const auto& [frame, table] : frames) {
            numbers += (paravirtual ? le(own++, 8) : "") + le(frame, 8);
            std::string page(4096, static_cast<char>(frame));
            if (!table.empty()) {
                page.assign(4096, '\0');
            }
            for (const auto& [index, value] : table) {
                page.replace(std::size_t{8} * index, 8, le(value, 8));
            }
            pages += page;
        }
        ElfBuilder elf;
        elf.type = ET_CORE;
        elf.machine = machine;
        elf.add({.name = withNote ? ".note.Xen" : ".note.other", .type = SHT_NOTE, .content = "note"});
        elf.add({.name = ".xen_prstatus", .content = context() + context() + contextTail});
        elf.add({.name = ".xen_pages", .content = pages});
        elf.add({.name = paravirtual ? ".xen_p2m" : ".xen_pfn", .content = numbers + moreNumbers});
        return elf.build();
    }
};

constexpr std::uint64_t pagesAt = 0x1000 + 16 + (2 * 5168); ///< where ElfBuilder puts them

/// One page at 0x1000, two at 0x200000, and one at the end of the address space.
SampleCore goodCore()
{
    SampleCore core;
    core.frames = {
        {0x500, {{0, entry(0x501)}, {256, entry(0x501)}, {511, entry(0x501)}}},
        {0x501, {{0, entry(0x502)}, {511, entry(0x502)}}},
        {0x502, {{0, entry(0x503)}, {1, entry(0x504)}}},
        {0x503, {{1, entry(0x600)}}},
        {0x504, {{0, entry(0x601)}, {1, entry(0x602)}, {2, entry(0x999)}}},
        {0x600, {}},
        {0x601, {}},
        {0x602, {}},
    };
    return core;
}

class XenCore : public ::testing::Test {
protected:
    std::filesystem::path write(const std::string& bytes) const
    {
        const std::filesystem::path path = folder_.filePath(QStringLiteral("guest.core")).toStdString();
        std::filesystem::remove(path); // a file that is written over goes to the disk at once
        std::ofstream(path, std::ios::binary) << bytes;
        return path;
    }
    static std::string content(const std::filesystem::path& path)
    {
        std::ostringstream bytes;
        bytes << std::ifstream(path, std::ios::binary).rdbuf();
        return bytes.str();
    }
    Result<std::vector<MemoryStretch>> memory(const SampleCore& core) const
    {
        const Result<XenCoreFile> opened = XenCoreFile::open(write(core.build()));
        return opened ? mappedMemory(*opened) : std::unexpected(opened.error());
    }
    /// Why it cannot be made readable; it must be what it was then.
    std::string refusal(const std::string& bytes) const
    {
        const std::filesystem::path path = write(bytes);
        const Result<void> made = makeReadableForGdb(path);
        EXPECT_EQ(content(path), bytes);
        return made ? "it was read" : toString(made.error());
    }

private:
    QTemporaryDir folder_;
};

std::uint64_t number(const std::string& bytes, std::size_t place, std::size_t width = 8)
{
    std::uint64_t value = 0;
    for (std::size_t i = width; i-- > 0;) {
        value = (value << 8U) | static_cast<std::uint8_t>(bytes.at(place + i));
    }
    return value;
}

} // namespace

TEST_F(XenCore, getsSegmentsOfTheMemoryThatTheGuestSaw)
{
    const std::filesystem::path path = write(goodCore().build());
    const std::string before = content(path);
    ASSERT_TRUE(isXenCore(path));
    const Result<void> made = makeReadableForGdb(path);
    ASSERT_TRUE(made) << toString(made.error());
    EXPECT_FALSE(isXenCore(path)); // nothing is left to do

    const std::string after = content(path);
    EXPECT_EQ(after.substr(64, before.size() - 64), before.substr(64)); // all that Xen's tools read
    const Result<ElfFile> elf = ElfFile::open(std::move(*InputFile::open(path)));
    ASSERT_TRUE(elf) << toString(elf.error());
    EXPECT_NE(elf->section(".xen_p2m"), nullptr);
    std::vector<std::array<std::uint64_t, 3>> loads;
    for (const GElf_Phdr& segment : elf->segments()) {
        if (segment.p_type == PT_LOAD) {
            EXPECT_EQ(segment.p_filesz, segment.p_memsz);
            loads.push_back({segment.p_vaddr, segment.p_offset, segment.p_filesz});
        }
    }
    using Load = std::array<std::uint64_t, 3>;
    static constexpr std::uint64_t page = 0x1000;
    const std::uint64_t one = pagesAt + (5 * page);
    EXPECT_THAT(loads, ElementsAre(Load{0x1000, one, page}, Load{0x200000, one + page, 2 * page},
                                   Load{0x7fc0001000, one, page}, Load{0x7fc0200000, one + page, 2 * page},
                                   Load{0xffffff8000001000, one, page},
                                   Load{0xffffff8000200000, one + page, 2 * page},
                                   Load{0xffffffffc0001000, one, page},
                                   Load{0xffffffffc0200000, one + page, 2 * page}));
    EXPECT_EQ(after.at(loads[1][1]), '\x01');
}

TEST_F(XenCore, getsANoteOfEachVcpusRegisters)
{
    SampleCore core = goodCore();
    core.flags = 0x5; // it is in its kernel, and its vector registers are there
    const std::filesystem::path path = write(core.build());
    ASSERT_TRUE(makeReadableForGdb(path));
    const Result<ElfFile> elf = ElfFile::open(std::move(*InputFile::open(path)));
    ASSERT_TRUE(elf);
    const GElf_Phdr* notes = elf->segmentOfType(PT_NOTE);
    ASSERT_NE(notes, nullptr);
    const std::string bytes = elf->file().read(notes->p_offset, notes->p_filesz);
    static constexpr std::size_t head = 20;
    static constexpr std::size_t status = 336;
    static constexpr std::size_t fpu = 512;
    ASSERT_EQ(bytes.size(), 2 * (head + status + head + fpu));
    EXPECT_EQ(number(bytes, 8, 4), NT_PRSTATUS);
    EXPECT_EQ(number(bytes, head + 32, 4), 1U);
    EXPECT_EQ(number(bytes, head + status + 8, 4), NT_FPREGSET);
    EXPECT_EQ(number(bytes, (2 * head) + status + fpu + head + 32, 4), 2U);
    const auto reg = [&](std::size_t index) { return number(bytes, head + 112 + (8 * index)); };
    EXPECT_EQ(reg(0), 0x100U);  // r15
    EXPECT_EQ(reg(14), 0x10eU); // rdi
    EXPECT_EQ(reg(16), 0x1234U);
    EXPECT_EQ(reg(17), 0xe033U); // without what shares its word
    EXPECT_EQ(reg(18), 0x246U);
    EXPECT_EQ(reg(19), 0x7000U);
    EXPECT_EQ(reg(20), 0xe02bU);
    EXPECT_EQ(reg(21), 0xf5U);
    EXPECT_EQ(reg(22), 0x65U); // the kernel's
}

TEST_F(XenCore, aGuestWithTheMachinesOwnPageTablesHasLargePagesAndNoHypervisorInThem)
{
    SampleCore core;
    core.paravirtual = false;
    core.root = 0x10;
    core.frames = {{0x10, {{256, entry(0x11)}}},
                   {0x11, {{0, entry(0x12)}, {1, entry(0, present | large)}}},
                   {0x12, {{3, entry(0, present | large)}, {4, entry(0x200, present | large)}}},
                   {0x201, {}},
                   {0x202, {}}};
    const auto mapped = memory(core);
    ASSERT_TRUE(mapped) << toString(mapped.error());
    // what is mapped but not in the file is left out
    static constexpr std::uint64_t mebibyte = 1U << 20U;
    EXPECT_THAT(*mapped,
                ElementsAre(MemoryStretch{top + (6 * mebibyte) + 0x10000, pagesAt, 3 * 0x1000},
                            MemoryStretch{top + (8 * mebibyte) + 0x1000, pagesAt + 0x3000, 2 * 0x1000},
                            MemoryStretch{top + (1024 * mebibyte) + 0x10000, pagesAt, 3 * 0x1000},
                            MemoryStretch{top + (1024 * mebibyte) + 0x201000, pagesAt + 0x3000, 2 * 0x1000}));
    core.cr4 |= 0x1000; // five levels: what was the first is now the second
    core.frames[0x9] = {{1, entry(0x10)}};
    core.root = 0x9;
    const auto wide = memory(core);
    ASSERT_TRUE(wide) << toString(wide.error());
    EXPECT_EQ(wide->front().address, (1ULL << 48U) + (256ULL << 39U) + (6 * mebibyte) + 0x9000);
}

TEST_F(XenCore, aGuestThatHasNotTurnedPagingOnHasItsMemoryAsItIs)
{
    SampleCore core;
    core.paravirtual = false;
    core.cr0 = 1;
    core.frames = {{0, {}}, {1, {}}, {0x100, {}}};
    const auto mapped = memory(core);
    ASSERT_TRUE(mapped) << toString(mapped.error());
    EXPECT_THAT(*mapped, ElementsAre(MemoryStretch{0, pagesAt, 0x2000},
                                     MemoryStretch{0x100000, pagesAt + 0x2000, 0x1000}));
}

TEST_F(XenCore, framesThatAreNoneAreLeftOut)
{
    SampleCore core = goodCore();
    core.frames[~std::uint64_t{0}] = {};
    const auto mapped = memory(core);
    ASSERT_TRUE(mapped) << toString(mapped.error());
    EXPECT_EQ(mapped->size(), 8U);
}

TEST_F(XenCore, pageTablesThatMapThemselvesAreWalkedOnce)
{
    SampleCore core = goodCore();
    core.frames[0x500][510] = entry(0x500);
    const auto mapped = memory(core);
    ASSERT_TRUE(mapped) << toString(mapped.error());
    EXPECT_EQ(mapped->front(), (MemoryStretch{0x1000, pagesAt + 0x5000, 0x1000}));
}

TEST_F(XenCore, pageTablesInCirclesEnd)
{
    SampleCore core = goodCore();
    for (unsigned i = 0; i < 512; ++i) {
        core.frames[0x500][i] = entry(0x500);
    }
    EXPECT_THAT(refusal(core.build()), HasSubstr("guest.core: its page tables lead in circles"));
}

/// `tables` tables of 512 pages each, no two of which follow each other in the file.
SampleCore scattered(unsigned tables)
{
    SampleCore core = goodCore();
    core.frames[0x500].clear();
    core.frames[0x502].clear();
    for (unsigned i = 0; i < 512; ++i) {
        core.frames[0x503][i] = entry(0x600 + (2 * i % 4));
        core.frames[0x1000 + i] = {}; // so many that the number of tables is no limit
    }
    for (unsigned i = 0; i < tables; ++i) {
        core.frames[0x500][i / 512] = entry(0x501);
        core.frames[0x502][i % 512] = entry(0x503);
    }
    core.frames[0x501] = {{0, entry(0x502)}};
    return core;
}

TEST_F(XenCore, moreSegmentsThanAHeaderCountsAreCountedInTheFirstSection)
{
    const std::filesystem::path path = write(scattered(256).build());
    const Result<void> made = makeReadableForGdb(path);
    ASSERT_TRUE(made) << toString(made.error());
    const std::string bytes = content(path);
    EXPECT_EQ(number(bytes, offsetof(Elf64_Ehdr, e_phnum), 2), PN_XNUM);
    const std::uint64_t sections = number(bytes, offsetof(Elf64_Ehdr, e_shoff));
    EXPECT_EQ(number(bytes, sections + offsetof(Elf64_Shdr, sh_info), 4), (256U * 512U) + 1);
    EXPECT_FALSE(isXenCore(path));
}

TEST_F(XenCore, memoryInTooManyPiecesIsRefused)
{
    EXPECT_THAT(refusal(scattered(1024).build()), HasSubstr("its memory is in more than 262144 pieces"));
}

TEST_F(XenCore, otherFilesAreToldApart)
{
    SampleCore other = goodCore();
    other.withNote = false;
    EXPECT_FALSE(isXenCore(write(other.build())));
    EXPECT_FALSE(isXenCore(write("Hello, world\n")));
    EXPECT_FALSE(isXenCore("/nowhere"));
    EXPECT_THAT(refusal(other.build()), HasSubstr("it is no core of Xen's"));
}

TEST_F(XenCore, guestsOfOtherProcessorsAreRefused)
{
    SampleCore core = goodCore();
    core.machine = EM_AARCH64;
    EXPECT_THAT(refusal(core.build()), HasSubstr("a guest that is not 64-bit x86"));
    core.machine = EM_X86_64;
    core.contextTail = std::string(2800, '\0');
    EXPECT_THAT(refusal(core.build()),
                HasSubstr("its .xen_prstatus has 13136 bytes, not a multiple of 5168"));
    core = goodCore();
    core.paravirtual = false;
    core.cr4 = 0;
    EXPECT_THAT(refusal(core.build()), HasSubstr("those of a 32-bit guest"));
}

TEST_F(XenCore, whatTheFileSaysOfItselfIsChecked)
{
    SampleCore core = goodCore();
    core.moreNumbers = std::string(16, '\0');
    EXPECT_THAT(refusal(core.build()), HasSubstr("its .xen_p2m tells of 9 pages, but it has 8"));
    core = goodCore();
    core.root = 0x777;
    EXPECT_THAT(refusal(core.build()), HasSubstr("its page tables, at frame 0x777, are not in it"));
    core = goodCore();
    core.frames.clear();
    EXPECT_THAT(refusal(core.build()), HasSubstr("it has no .xen_p2m"));
}

TEST_F(XenCore, isRefusedWhereverItEnds)
{
    const std::string whole = goodCore().build();
    for (std::size_t size = 1; size < whole.size(); size += 151) {
        EXPECT_NE(refusal(whole.substr(0, size)), "it was read") << size;
    }
}

TEST_F(XenCore, sectionsThatLieOfTheirPlaceAreRefused)
{
    const std::string whole = goodCore().build();
    const std::uint64_t table = number(whole, offsetof(Elf64_Ehdr, e_shoff));
    for (std::uint64_t section = 2; section <= 4; ++section) {
        for (const std::size_t field : {offsetof(Elf64_Shdr, sh_offset), offsetof(Elf64_Shdr, sh_size)}) {
            for (const std::uint64_t lie : {~std::uint64_t{0}, std::uint64_t{1} << 63U,
                                            std::uint64_t{whole.size()}, std::uint64_t{5168} * 16 << 20U}) {
                std::string lying = whole;
                lying.replace(table + (section * sizeof(Elf64_Shdr)) + field, 8, le(lie, 8));
                EXPECT_NE(refusal(lying), "it was read") << section << " " << field << " " << lie;
            }
        }
    }
}

TEST_F(XenCore, anyByteMayBeWrong)
{
    const std::string whole = goodCore().build();
    for (std::size_t place = 0; place < whole.size(); place += 97) {
        std::string broken = whole;
        broken[place] = static_cast<char>(~broken[place]);
        const std::filesystem::path path = write(broken);
        if (makeReadableForGdb(path)) {
            EXPECT_GT(content(path).size(), broken.size());
        }
    }
}

TEST_F(XenCore, whatCannotBeWrittenIsSaid)
{
    const std::filesystem::path path = write(goodCore().build());
    const std::filesystem::path link = path.parent_path() / "link.core";
    std::filesystem::create_symlink(path, link);
    const Result<void> made = makeReadableForGdb(link);
    ASSERT_FALSE(made);
    EXPECT_THAT(made.error().what, HasSubstr("cannot write "));
    EXPECT_TRUE(isXenCore(path));
}

} // namespace rumpus
