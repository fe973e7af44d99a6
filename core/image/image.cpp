// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/image/image.h"

#include "core/base/format.h"
#include "core/base/text.h"
#include "core/image/boot.h"
#include "core/image/debug_file.h"
#include "core/image/debug_info.h"
#include "core/image/elf_file.h"
#include "core/image/foreign.h"
#include "core/image/kind_clues.h"
#include "core/image/notes.h"

#include <algorithm>
#include <limits>

namespace rumpus {

namespace {

std::string machineName(std::uint16_t machine)
{
    switch (machine) {
    case EM_X86_64: return "x86-64";
    case EM_386: return "i386";
    case EM_AARCH64: return "aarch64";
    case EM_ARM: return "arm";
    case EM_RISCV: return "riscv";
    case EM_PPC64: return "ppc64";
    case EM_PPC: return "ppc";
    case EM_S390: return "s390";
    case EM_MIPS: return "mips";
    default: return formatted("machine {}", machine);
    }
}

std::string typeName(std::uint16_t type)
{
    switch (type) {
    case ET_REL: return "object file";
    case ET_EXEC: return "executable";
    case ET_DYN: return "shared object";
    case ET_CORE: return "core dump";
    default: return formatted("type {:#x}", type);
    }
}

std::vector<Section> sectionsOf(const ElfFile& elf)
{
    std::vector<Section> sections;
    for (const ElfSection& section : elf.sections()) {
        const GElf_Shdr& header = section.header;
        if (header.sh_type == SHT_NULL) {
            continue;
        }
        std::string flags;
        flags += (header.sh_flags & SHF_WRITE) != 0 ? "W" : "";
        flags += (header.sh_flags & SHF_ALLOC) != 0 ? "A" : "";
        flags += (header.sh_flags & SHF_EXECINSTR) != 0 ? "X" : "";
        sections.push_back({.name = printable(section.name),
                            .address = header.sh_addr,
                            .size = header.sh_size,
                            .fileSize = section.occupiesFile() ? header.sh_size : 0,
                            .flags = std::move(flags)});
    }
    return sections;
}

bool isLoaded(const GElf_Phdr& segment)
{
    return segment.p_type == PT_LOAD && segment.p_memsz != 0;
}

/// One LOAD segment: its bytes are in the file, its sizes make sense, its end is an address.
Result<void> checkLoad(const ElfFile& elf, const GElf_Phdr& segment)
{
    static constexpr std::string_view again = "build it or copy it again";
    const std::uint64_t fileSize = elf.file().size();
    if (segment.p_filesz > segment.p_memsz ||
        segment.p_memsz >
            std::numeric_limits<std::uint64_t>::max() - std::max(segment.p_paddr, segment.p_vaddr)) {
        return cannotRead(elf.file().path(),
                          formatted("it is corrupt: a LOAD segment has {:#x} bytes in the file, {:#x} in "
                                    "memory, at {:#x}",
                                    segment.p_filesz, segment.p_memsz, segment.p_paddr),
                          again);
    }
    if (segment.p_offset > fileSize || segment.p_filesz > fileSize - segment.p_offset) {
        return cannotRead(elf.file().path(),
                          formatted("it is truncated: it has {} bytes, but a LOAD segment stands at {:#x} "
                                    "with {:#x} bytes",
                                    fileSize, segment.p_offset, segment.p_filesz),
                          again);
    }
    return {};
}

/// Lowest address and extent of what is loaded, by physical addresses unless the linker left them all zero.
Result<void> measureLoads(const ElfFile& elf, Image& image)
{
    std::vector<GElf_Phdr> loads;
    std::ranges::copy_if(elf.segments(), std::back_inserter(loads), isLoaded);
    if (loads.empty()) {
        return {};
    }
    if (!elf.holdsOnlyDebug()) { // such files keep the segments of the image they were split from
        for (const GElf_Phdr& segment : loads) {
            if (auto checked = checkLoad(elf, segment); !checked) {
                return checked;
            }
        }
    }
    const bool physical = std::ranges::any_of(loads, [](const GElf_Phdr& load) { return load.p_paddr != 0; });
    std::uint64_t low = std::numeric_limits<std::uint64_t>::max();
    std::uint64_t high = 0;
    for (const GElf_Phdr& load : loads) {
        const std::uint64_t start = physical ? load.p_paddr : load.p_vaddr;
        low = std::min(low, start);
        high = std::max(high, start + load.p_memsz);
    }
    image.loadBase = low;
    image.memoryNeeded = high > low ? high - low : 0;
    return {};
}

Result<Image> readElfImage(const ElfFile& elf, std::string_view head, Detail detail)
{
    const GElf_Ehdr& header = elf.header();
    Image image;
    image.path = elf.file().path();
    image.fileSize = elf.file().size();
    image.machine = machineName(header.e_machine);
    image.elfClass = elf.is64() ? 64 : 32;
    image.elfType = typeName(header.e_type);
    image.entry = header.e_entry;
    if (auto measured = measureLoads(elf, image); !measured) {
        return std::unexpected(measured.error());
    }
    image.notes = readNotes(elf);
    image.sections = sectionsOf(elf);
    image.buildId = buildIdOf(image.notes);
    image.manifest = readManifest(elf, image.notes);

    Boots boots = findBoots(elf, head, image.notes);
    const KindClues clues{.elf = elf, .notes = image.notes, .boots = boots};
    KindVerdict verdict = detectKind(clues);
    image.kind = verdict.kind;
    image.evidence = std::move(verdict.evidence);
    std::ranges::move(boots.remarks, std::back_inserter(image.evidence));
    image.boots = bootsOfKind(image.kind, clues);
    if (detail != Detail::Launch && !hasDwarf(elf)) {
        image.debugFile = findDebugFile(elf, image);
    }
    if (detail == Detail::Full) {
        addDebugInformation(elf, image);
    }
    return image;
}

} // namespace

bool Image::canBootBy(BootProtocol protocol) const
{
    return std::ranges::contains(boots, protocol, &BootEntry::protocol);
}

Result<Image> readImage(const std::filesystem::path& path, Detail detail)
{
    auto file = InputFile::open(path);
    if (!file) {
        return std::unexpected(file.error());
    }
    const std::string head = file->read(0, multibootHead);
    if (!head.starts_with(ELFMAG)) {
        return readForeignImage(*file, head);
    }
    const auto elf = ElfFile::open(std::move(*file));
    if (!elf) {
        return std::unexpected(elf.error());
    }
    return readElfImage(*elf, head, detail);
}

} // namespace rumpus
