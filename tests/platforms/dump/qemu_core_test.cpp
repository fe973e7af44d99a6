// QEMU's dumps of guests that see their memory elsewhere than the machine has it.
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/files.h"
#include "platforms/dump/qemu_core.h"

#include <QTemporaryDir>
#include <gtest/gtest.h>

#include <cstring>
#include <elf.h>
#include <fstream>
#include <gmock/gmock.h>
#include <map>

#include "../../core/image/elf_builder.h"

namespace rumpus {

using rumpus::testing::le;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

namespace {

constexpr std::uint64_t page = 4096;
constexpr std::uint64_t isMapped = 0x63;

/// The first 16 pages of a machine with one CPU; each has the number of its frame in every byte.
struct SampleDump {
    using Table = std::map<unsigned, std::uint64_t>;

    std::map<std::uint64_t, Table> tables = {
        {8, {{0, entry(9)}, {256, entry(9)}}},
        {9, {{0, entry(10)}}},
        {10, {{0, entry(11)}}},
        {11, {{0, entry(0)}, {1, entry(1)}, {0x20, entry(4)}, {0x21, entry(5)}, {0x30, entry(0x777)}}},
    };
    std::uint64_t root = 8;
    std::uint32_t codeFlags = 0x00af9b00;
    std::string owner = "QEMU";

    static std::uint64_t entry(std::uint64_t frame) { return (frame << 12U) | isMapped; }

    [[nodiscard]] std::string build() const
    {
        std::string state(440, '\0');
        const auto set = [&](std::size_t place, std::uint64_t value) {
            state.replace(place, 8, le(value, 8));
        };
        state.replace(160, 4, le(codeFlags, 4));
        set(392, 0x80010033);
        set(416, root << 12U);
        set(424, 0x20);
        const std::string notes =
            le(owner.size() + 1, 4) + le(state.size(), 4) + le(0, 4) + owner + std::string(4, '\0') + state;
        std::string memory;
        for (std::uint64_t frame = 0; frame < 16; ++frame) {
            std::string content(page, static_cast<char>(frame));
            if (const auto table = tables.find(frame); table != tables.end()) {
                content.assign(page, '\0');
                for (const auto& [index, value] : table->second) {
                    content.replace(std::size_t{8} * index, 8, le(value, 8));
                }
            }
            memory += content;
        }
        Elf64_Ehdr header{};
        std::memcpy(header.e_ident, "\177ELF\2\1\1", 7);
        header.e_type = ET_CORE;
        header.e_machine = EM_X86_64;
        header.e_version = EV_CURRENT;
        header.e_phoff = sizeof(header);
        header.e_ehsize = sizeof(header);
        header.e_phentsize = sizeof(Elf64_Phdr);
        header.e_phnum = 2;
        const std::uint64_t notesAt = sizeof(header) + (2 * sizeof(Elf64_Phdr));
        const Elf64_Phdr note{.p_type = PT_NOTE,
                              .p_flags = 0,
                              .p_offset = notesAt,
                              .p_vaddr = 0,
                              .p_paddr = 0,
                              .p_filesz = notes.size(),
                              .p_memsz = notes.size(),
                              .p_align = 0};
        const Elf64_Phdr load{.p_type = PT_LOAD,
                              .p_flags = 0,
                              .p_offset = notesAt + notes.size(),
                              .p_vaddr = 0,
                              .p_paddr = 0,
                              .p_filesz = memory.size(),
                              .p_memsz = memory.size(),
                              .p_align = 0};
        std::string bytes;
        bytes.append(reinterpret_cast<const char*>(&header), sizeof(header));
        bytes.append(reinterpret_cast<const char*>(&note), sizeof(note));
        bytes.append(reinterpret_cast<const char*>(&load), sizeof(load));
        return bytes + notes + memory;
    }
};

/// "0xADDRESS+PAGES=FRAME…" for each segment of memory: what GDB would find there.
std::vector<std::string> segmentsOf(const std::string& bytes)
{
    Elf64_Ehdr header{};
    std::memcpy(&header, bytes.data(), sizeof(header));
    std::vector<std::string> segments;
    for (std::size_t i = 0; i < header.e_phnum; ++i) {
        Elf64_Phdr segment{};
        std::memcpy(&segment, bytes.data() + header.e_phoff + (i * sizeof(segment)), sizeof(segment));
        if (segment.p_type != PT_LOAD) {
            continue;
        }
        std::ostringstream text;
        text << std::hex << segment.p_vaddr << '+' << segment.p_filesz / page << '='
             << int{bytes.at(segment.p_offset + page - 1)};
        segments.push_back(text.str());
    }
    return segments;
}

class QemuCore : public ::testing::Test {
protected:
    /// What the dump is afterwards.
    std::string after(const std::string& before)
    {
        std::filesystem::remove(path_);
        std::ofstream(path_, std::ios::binary) << before;
        std::filesystem::permissions(path_, std::filesystem::perms::owner_read); // as QEMU leaves it
        const Result<void> done = addVirtualMemory(path_);
        error_ = done ? "" : done.error().what;
        return readFile(path_).value_or("");
    }

    QTemporaryDir folder_;
    std::filesystem::path path_ = folder_.filePath(QStringLiteral("guest.core")).toStdString();
    std::string error_;
};

TEST_F(QemuCore, memoryIsWhereTheGuestSeesIt)
{
    const std::string before = SampleDump().build();
    const std::string bytes = after(before);
    EXPECT_EQ(error_, "");
    EXPECT_THAT(segmentsOf(bytes), ElementsAre("0+2=0", "20000+2=4", "ffff800000000000+2=0",
                                               "ffff800000020000+2=4", "2000+e=2"));
    EXPECT_EQ(bytes.substr(sizeof(Elf64_Ehdr), before.size() - sizeof(Elf64_Ehdr)),
              before.substr(sizeof(Elf64_Ehdr)));
    EXPECT_EQ(after(bytes), bytes) << "once is enough";
}

TEST_F(QemuCore, aGuestThatSeesTheMachinesMemoryKeepsItsDump)
{
    SampleDump dump;
    dump.tables[8].erase(256);
    dump.tables[11] = {{0, SampleDump::entry(0)}, {1, SampleDump::entry(1)}, {4, SampleDump::entry(4)}};
    EXPECT_EQ(after(dump.build()), dump.build());
    EXPECT_EQ(error_, "");
}

TEST_F(QemuCore, ofOtherMachinesAndModesNothingIsChanged)
{
    SampleDump dump;
    dump.codeFlags = 0x00cf9b00; // 32-bit code
    EXPECT_EQ(after(dump.build()), dump.build());
    dump = {};
    dump.root = 0x500; // not in the dump
    EXPECT_EQ(after(dump.build()), dump.build());
    dump = {};
    dump.owner = "XEMU";
    EXPECT_EQ(after(dump.build()), dump.build());
    EXPECT_EQ(error_, "");
}

TEST_F(QemuCore, tablesThatLeadInCirclesAreSaidAndNothingIsChanged)
{
    SampleDump dump;
    for (unsigned i = 0; i < 512; ++i) {
        dump.tables[8][i] = SampleDump::entry(8);
    }
    EXPECT_EQ(after(dump.build()), dump.build());
    EXPECT_THAT(error_, HasSubstr("lead in circles"));
}

TEST_F(QemuCore, anyByteMayBeWrongAndTheFileMayEndAnywhere)
{
    const std::string whole = SampleDump().build();
    for (std::size_t place = 0; place < whole.size(); place += 61) {
        std::string broken = whole;
        broken[place] = static_cast<char>(~broken[place]);
        EXPECT_GE(after(broken).size(), broken.size());
        after(whole.substr(0, place));
    }
}

} // namespace

} // namespace rumpus
