// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/image/image.h"

#include <gtest/gtest.h>

#include <gmock/gmock.h>

#include "../kinds.h"
#include "elf_builder.h"

namespace rumpus {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using testing::ElfBuilder;
using testing::Folder;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using testing::le;
using testing::note;

Image readBytes(const std::string& bytes, Detail detail = Detail::Launch)
{
    Folder folder;
    const auto image = readImage(folder.write("image.bin", bytes), detail);
    EXPECT_TRUE(image) << toString(image.error());
    return image.value_or(Image{});
}

std::string xenNotes(std::string_view guestOs)
{
    return note("Xen", 6, std::string(guestOs) + '\0') + note("Xen", 5, std::string("xen-3.0\0", 8)) +
           note("Xen", 8, std::string("generic\0", 8));
}

ElfBuilder withMultiboot(std::uint32_t entry = 0x100040)
{
    ElfBuilder elf;
    elf.withText(testing::multiboot1(0x100000, entry) + std::string(256, '\x90'));
    return elf;
}

ElfBuilder solo5(std::uint32_t target)
{
    ElfBuilder elf = withMultiboot();
    elf.withInterpreter("/nonexistent/solo5/");
    elf.withNoteSegment(
        elf.addNotes(".note.solo5.abi", note("Solo5", 0x31494241, le(target, 4) + le(2, 4) + le(0, 8))));
    return elf;
}

ElfBuilder withSection(ElfBuilder elf, std::string name, std::string content = std::string(16, 'x'))
{
    elf.add({.name = std::move(name), .flags = SHF_ALLOC, .content = std::move(content)});
    return elf;
}

ElfBuilder withNotes(ElfBuilder elf, std::string notes, bool segment = true)
{
    const std::size_t index = elf.addNotes(".note.test", std::move(notes));
    if (segment) {
        elf.withNoteSegment(index);
    }
    return elf;
}

ElfBuilder plain(std::uint64_t base = 0x100000)
{
    ElfBuilder elf;
    elf.withText(std::string(256, '\x90'), base);
    return elf;
}

ElfBuilder narrow(ElfBuilder elf)
{
    elf.wide = false;
    elf.machine = EM_386;
    return elf;
}

struct KindCase {
    ImageKind kind;
    ElfBuilder elf;
    std::string evidence;
    std::vector<BootProtocol> boots;
};

std::vector<KindCase> kindCases()
{
    using namespace kinds;
    using enum BootProtocol;
    const std::string bootinfo = ".uk_bootinfo";
    const std::string pvh = note("Xen", 18, le(0x100030, 4));
    const std::string legacy = "GUEST_OS=rumprun,XEN_VER=xen-3.0,VIRT_BASE=0x0,LOADER=generic";
    ElfBuilder unikraftDebug = withSection(plain(), bootinfo);
    unikraftDebug.withSymbols({{"_multiboot_entry", 0x100010, 8}});
    ElfBuilder mapped = withSection(plain(), bootinfo);
    mapped.withSymbols({{"_lxboot_entry", 0x100010, 8}});
    return {
        {Sprig, withNotes(withMultiboot(), note("sprig", 1, "1.0") + pvh), "sprig", {Multiboot1, Pvh}},
        {Sprig, withNotes(plain(), note("sprig", 1, "1.0") + xenNotes("sprig")), "sprig", {XenPv}},
        {Solo5Hvt, solo5(1), "target 1", {Tender}},
        {Solo5Spt, solo5(2), "target 2", {Tender}},
        {Solo5Virtio, solo5(3), "target 3", {Multiboot1}},
        {Solo5Muen, solo5(4), "target 4", {Tender}},
        {Solo5Genode, solo5(5), "target 5", {Tender}},
        {Solo5Xen, withNotes(solo5(6), pvh), "target 6", {Pvh}},
        {RumprunXen,
         withSection(withSection(plain(), "link_set_rump_components"), "__xen_guest", legacy),
         "GUEST_OS is \"rumprun\"",
         {XenPv}},
        {RumprunHw,
         withSection(withSection(withMultiboot(), "link_set_rump_components"), ".bootstrap"),
         "link_set_rump_components",
         {Multiboot1}},
        {RumprunHw, plain().withSymbols({{"rumprun_main1", 0x100020, 8}}), "rumprun_main1", {PlainElf}},
        {UnikraftQemu, narrow(withSection(withMultiboot(), bootinfo)), "uk_bootinfo", {Multiboot1}},
        {UnikraftQemu, unikraftDebug, "without .dbg", {}},
        {UnikraftXen,
         withNotes(withSection(plain(), bootinfo), xenNotes("Unikraft"), false),
         "GUEST_OS is \"Unikraft\"",
         {XenPv}},
        {UnikraftFirecracker, withSection(plain(), bootinfo), "neither a multiboot", {LinuxBoot}},
        {UnikraftFirecracker, mapped, "_lxboot_entry", {LinuxBoot}},
        {MiniOs, withNotes(plain(), xenNotes("Mini-OS")), "Mini-OS", {XenPv}},
        {MiniOs, withNotes(narrow(plain()), pvh, false), "Xen note 18 alone", {Pvh}},
        {Osv, withNotes(plain(), xenNotes("osv") + pvh), "osv", {Pvh, XenPv}},
        {Nanos, withNotes(plain(0x200000), pvh), "0x200000", {Pvh}},
        {Hermit, withNotes(plain(), note("HERMIT", 0x5a00, "\1")), "hermit-loader", {}},
        {Linux, withNotes(plain(), xenNotes("linux") + pvh), "linux", {Pvh, XenPv}},
        {Generic, plain(), "nothing in it", {PlainElf}},
        {Generic, withMultiboot(), "nothing in it", {Multiboot1}},
        {Generic, plain().withInterpreter("/lib64/ld.so"), "/lib64/ld.so", {}},
    };
}

TEST(ReadImage, TellsEachKindByItsEvidence)
{
    for (const KindCase& expected : kindCases()) {
        SCOPED_TRACE(std::string(key(expected.kind)) + ": " + expected.evidence);
        const Image image = readBytes(expected.elf.build());
        EXPECT_EQ(key(image.kind), key(expected.kind));
        EXPECT_THAT(image.evidence, Contains(HasSubstr(expected.evidence)));
        std::vector<BootProtocol> boots;
        for (const BootEntry& entry : image.boots) {
            boots.push_back(entry.protocol);
        }
        EXPECT_EQ(boots, expected.boots);
    }
}

TEST(ReadImage, SaysWhichModeAndAddressEachProtocolEnters)
{
    const std::string notes = note("Xen", 18, le(0x100030, 4)) + note("Xen", 1, le(0xffffffff80001000, 8));
    ElfBuilder elf;
    elf.withText(testing::multiboot1(0x100000, 0x100040) + testing::multiboot2(0x100050) +
                 std::string(64, 'x'));
    const Image image = readBytes(withNotes(elf, notes).build());
    EXPECT_THAT(image.boots, ElementsAre(BootEntry{BootProtocol::Multiboot1, 0x100040, 32},
                                         BootEntry{BootProtocol::Pvh, 0x100030, 32},
                                         BootEntry{BootProtocol::XenPv, 0xffffffff80001000, 64},
                                         BootEntry{BootProtocol::Multiboot2, 0x100050, 32}));
    EXPECT_TRUE(image.canBootBy(BootProtocol::Pvh));
    EXPECT_FALSE(image.canBootBy(BootProtocol::Efi));
}

TEST(ReadImage, LeavesOutAMultibootHeaderThatLoadersRefuse)
{
    ElfBuilder elf;
    elf.withText(testing::multiboot1(0, 0, false) + std::string(64, 'x'));
    const Image wide = readBytes(elf.build());
    EXPECT_FALSE(wide.canBootBy(BootProtocol::Multiboot1));
    EXPECT_THAT(wide.evidence, Contains(HasSubstr("without addresses")));
    EXPECT_EQ(readBytes(narrow(elf).build()).boots,
              (std::vector{BootEntry{BootProtocol::Multiboot1, 0x100010, 32}}));
}

TEST(ReadImage, IgnoresMultibootMagicWithAWrongChecksumOrTooFarIn)
{
    std::string wrong = testing::multiboot1(0x100000, 0x100040);
    wrong[8] = static_cast<char>(wrong[8] + 1);
    ElfBuilder first;
    first.withText(wrong + std::string(64, 'x'));
    EXPECT_FALSE(readBytes(first.build()).canBootBy(BootProtocol::Multiboot1));
    ElfBuilder second; // .text begins at 0x1000 of the file, the limit is 0x2000
    second.withText(std::string(0x1000, 'x') + testing::multiboot1(0x100000, 0x100040));
    EXPECT_FALSE(readBytes(second.build()).canBootBy(BootProtocol::Multiboot1));
}

TEST(ReadImage, CannotBootAnObjectFile)
{
    ElfBuilder elf = withSection(withMultiboot(), ".note.rumprun.bakerecipe");
    elf.type = ET_REL;
    const Image image = readBytes(elf.build());
    EXPECT_EQ(image.kind, kinds::RumprunHw);
    EXPECT_THAT(image.boots, IsEmpty());
    EXPECT_THAT(image.evidence, Contains(HasSubstr("rumprun-bake")));
}

TEST(ReadImage, MeasuresTheMemoryOfItsLoadSegments)
{
    ElfBuilder elf = plain();
    elf.segments.push_back({PT_LOAD, 0x300000, 0xffffffff80300000, 0x5000, 0x10, 0x1000});
    elf.segments.push_back({PT_LOAD, 0, 0, 0, 0, 0x1000}); // linkers leave such
    const Image image = readBytes(elf.build());
    EXPECT_EQ(image.loadBase, 0x100000U);
    EXPECT_EQ(image.memoryNeeded, 0x205000U);
}

TEST(ReadImage, TakesVirtualAddressesWhereThePhysicalOnesAreAllZero)
{
    ElfBuilder elf;
    elf.add({.name = ".text", .flags = SHF_ALLOC | SHF_EXECINSTR, .content = std::string(64, 'x')});
    elf.segments = {{PT_LOAD, 0, 0x400000, 0x40, 0x40, 0x1000}, {PT_LOAD, 0, 0x600000, 0x1000, 0, 0x1000}};
    const Image image = readBytes(elf.build());
    EXPECT_EQ(image.loadBase, 0x400000U);
    EXPECT_EQ(image.memoryNeeded, 0x201000U);
}

TEST(ReadImage, ListsEachNoteOnceWithItsNameAndWords)
{
    const Image image = readBytes(
        withNotes(plain(), xenNotes("osv") + note("Xen", 18, le(0x41, 4)) +
                               note("GNU", 3, "\xab\xcd\xef\x01") + note("Odd", 7, "\1\2\3") +
                               note("rumpkernel.org", 0x101, std::string("tuple: a\0cflags: -b\0", 21)))
            .build());
    std::vector<std::string> lines;
    for (const Note& found : image.notes) {
        lines.push_back(found.owner + " " + found.title + " " + found.description);
    }
    EXPECT_THAT(lines, ElementsAre("Xen XEN_ELFNOTE_GUEST_OS osv", "Xen XEN_ELFNOTE_XEN_VERSION xen-3.0",
                                   "Xen XEN_ELFNOTE_LOADER generic", "Xen XEN_ELFNOTE_PHYS32_ENTRY 0x41",
                                   "GNU NT_GNU_BUILD_ID 0x1efcdab", "Odd type 0x7 010203",
                                   "rumpkernel.org rumprun bake recipe tuple: a; cflags: -b"));
    EXPECT_EQ(image.buildId, "abcdef01");
}

TEST(ReadImage, ShowsTheLegacyXenSection)
{
    const Image image = readBytes(withSection(plain(), "__xen_guest", "GUEST_OS=x,LOADER=generic").build());
    ASSERT_EQ(image.notes.size(), 1U);
    EXPECT_EQ(image.notes[0].owner, "__xen_guest");
    EXPECT_EQ(image.notes[0].description, "GUEST_OS=x,LOADER=generic");
}

TEST(ReadImage, ReadsTheDevicesOfASolo5Manifest)
{
    const auto device = [](std::string name, std::uint32_t type) {
        name.resize(68);
        std::string bytes = name + le(type, 4);
        bytes.resize(104);
        return bytes;
    };
    const std::string devices = device("", 1U << 30U) + device("service0", 2) + device("storage", 1);
    for (const std::string& before : {std::string(), std::string(4, '\0')}) { // by where the linker put it
        const std::string manifest = before + le(1, 4) + le(3, 4) + devices;
        const Image image = readBytes(withNotes(solo5(1), note("Solo5", 0x3154464d, manifest)).build());
        EXPECT_THAT(image.manifest,
                    ElementsAre(ManifestDevice{"service0", "net"}, ManifestDevice{"storage", "block"}));
    }
}

TEST(ReadImage, DescribesSectionsAsReadelfDoes)
{
    ElfBuilder elf = plain();
    elf.add({.name = ".bss",
             .type = SHT_NOBITS,
             .flags = SHF_ALLOC | SHF_WRITE,
             .address = 0x101000,
             .nobits = 99});
    const Image image = readBytes(elf.build());
    ASSERT_GE(image.sections.size(), 2U);
    EXPECT_EQ(image.sections[0], (Section{".text", 0x100000, 256, 256, "AX"}));
    EXPECT_EQ(image.sections[1], (Section{".bss", 0x101000, 99, 0, "WA"}));
    EXPECT_EQ(image.machine, "x86-64");
    EXPECT_EQ(image.elfType, "executable");
    EXPECT_EQ(image.elfClass, 64);
    EXPECT_EQ(image.entry, 0x100010U);
}

TEST(ReadImage, KnowsALinuxKernelByItsBootHeader)
{
    std::string bytes(4096, '\0');
    bytes.replace(0x202, 4, "HdrS");
    bytes.replace(0x206, 2, le(0x20f, 2));
    bytes.replace(0x214, 4, le(0x100000, 4));
    bytes.replace(0x236, 2, le(1, 2));
    bytes.replace(0x258, 8, le(0x1000000, 8));
    bytes.replace(0x260, 4, le(0x2000000, 4));
    const Image image = readBytes(bytes);
    EXPECT_EQ(image.kind, kinds::Linux);
    EXPECT_THAT(image.evidence, Contains(HasSubstr("Linux boot protocol 2.15")));
    EXPECT_EQ(image.boots, (std::vector{BootEntry{BootProtocol::LinuxBoot, 0x100000, 32}}));
    EXPECT_EQ(image.machine, "x86-64");
    EXPECT_EQ(image.loadBase, 0x1000000U);
    EXPECT_EQ(image.memoryNeeded, 0x2000000U);
}

/// A PE32+ header for EFI with one section of that name.
std::string efi(const std::string& sectionName)
{
    std::string bytes(4096, '\0');
    bytes.replace(0, 2, "MZ");
    bytes.replace(0x3c, 4, le(0x40, 4));
    bytes.replace(0x40, 4, std::string("PE\0\0", 4));
    bytes.replace(0x44, 4, le(0x8664, 2) + le(1, 2));
    bytes.replace(0x54, 2, le(0x70, 2));
    bytes.replace(0x58, 2, le(0x20b, 2));
    bytes.replace(0x68, 4, le(0x1234, 4));   // entry, from the base
    bytes.replace(0x70, 8, le(0x100000, 8)); // base
    bytes.replace(0x90, 4, le(0x7b000, 4));  // size
    bytes.replace(0x9c, 2, le(10, 2));
    bytes.replace(0xc8, sectionName.size(), sectionName);
    return bytes;
}

TEST(ReadImage, KnowsUnikraftForEfi)
{
    const Image image = readBytes(efi(std::string("\0RDHP_KU", 8)));
    EXPECT_EQ(image.kind, kinds::UnikraftEfi);
    EXPECT_EQ(image.boots, (std::vector{BootEntry{BootProtocol::Efi, 0x101234, 64}}));
    EXPECT_EQ(image.memoryNeeded, 0x7b000U);
    EXPECT_EQ(readBytes(efi(".text")).kind, kinds::Generic);
    EXPECT_EQ(measureComponents(image), (std::vector{ComponentSize{Component::Other, 0x7b000, 4096, 0}}));
    EXPECT_FALSE(readSymbols(image));
}

TEST(ImageKindNames, AreReadBack)
{
    const std::vector<std::string_view> keys = imageKindKeys();
    for (const std::string_view name : keys) {
        const auto kind = imageKind(name);
        ASSERT_TRUE(kind) << name;
        EXPECT_EQ(key(*kind), name);
        EXPECT_FALSE(title(*kind).empty());
    }
    EXPECT_EQ(keys.back(), "generic");
    EXPECT_EQ(std::set(keys.begin(), keys.end()).size(), keys.size()) << "a key stands for one kind";
    EXPECT_FALSE(imageKind("rumprun"));
}

} // namespace
} // namespace rumpus
