// SPDX-License-Identifier: GPL-3.0-or-later
#include "platforms/dump/qemu_core.h"

#include "core/image/notes.h"
#include "platforms/dump/gdb_segments.h"

#include <algorithm>
#include <optional>
#include <utility>

namespace rumpus {

namespace {

// QEMUCPUState of target/i386/arch_dump.c
constexpr std::size_t qemuStateSize = 440;
constexpr std::size_t codeFlagsAt = 160;  ///< of cs
constexpr std::size_t controlStart = 392; ///< cr0 and on
constexpr std::uint64_t isLongCode = 1U << 21U;

/// Of the first CPU that runs 64-bit code and whose tables the dump has; null: there is none.
std::optional<AddressSpace> addressSpaceOf(const DumpFile& dump)
{
    const ElfFile& elf = dump.elf();
    for (const Note& note : readNotes(elf)) {
        if (note.owner != "QEMU" || note.type != 0 || note.raw.size() < qemuStateSize) {
            continue;
        }
        const std::string_view state = note.raw;
        const auto control = [&](std::size_t index) {
            return elf.number(state.substr(controlStart + (8 * index)), 8);
        };
        const bool isLong = (elf.number(state.substr(codeFlagsAt), 4) & isLongCode) != 0;
        const AddressSpace space{.root = frameIn(control(3)),
                                 .fiveLevels = (control(4) & cr4FiveLevels) != 0};
        if (isLong && (control(0) & cr0Paging) != 0 && (control(4) & cr4LongEntries) != 0 &&
            !dump.page(space.root).empty()) {
            return space;
        }
    }
    return std::nullopt;
}

std::vector<DumpFrames> framesOf(const ElfFile& elf)
{
    std::vector<DumpFrames> frames;
    for (const GElf_Phdr& segment : elf.segments()) {
        const std::uint64_t size = elf.file().size();
        if (segment.p_type == PT_LOAD && segment.p_offset <= size &&
            segment.p_filesz <= size - segment.p_offset && segment.p_filesz >= dumpPageSize) {
            frames.push_back({.first = segment.p_paddr / dumpPageSize,
                              .count = segment.p_filesz / dumpPageSize,
                              .offset = segment.p_offset});
        }
    }
    return frames;
}

bool isInside(const MemoryStretch& stretch, const MemoryStretch& all)
{
    return stretch.address >= all.address && stretch.address + stretch.size <= all.address + all.size &&
           stretch.address - all.address == stretch.offset - all.offset;
}

/// What of the machine's memory is at no address of the guest's. `mapped` is sorted.
void addUnmapped(std::vector<MemoryStretch>& memory, const std::vector<MemoryStretch>& mapped,
                 const MemoryStretch& plain)
{
    std::uint64_t from = plain.address;
    const std::uint64_t end = plain.address + plain.size;
    const auto add = [&](std::uint64_t until) {
        if (until > from) {
            memory.push_back(
                {.address = from, .offset = plain.offset + (from - plain.address), .size = until - from});
        }
    };
    for (const MemoryStretch& stretch : mapped) {
        if (stretch.address >= end) {
            break;
        }
        if (stretch.address + stretch.size > from) {
            add(stretch.address);
            from = stretch.address + stretch.size;
        }
    }
    add(end);
}

} // namespace

Result<void> addVirtualMemory(const std::filesystem::path& dump)
{
    Result<InputFile> input = InputFile::open(dump);
    Result<ElfFile> elf = input ? ElfFile::open(std::move(*input)) : std::unexpected(input.error());
    if (!elf) {
        return std::unexpected(elf.error());
    }
    if (!elf->is64() || elf->isBigEndian() || elf->header().e_machine != EM_X86_64) {
        return {};
    }
    DumpFile file(std::move(*elf));
    file.setFrames(framesOf(file.elf()));
    const std::optional<AddressSpace> space = addressSpaceOf(file);
    if (!space) {
        return {};
    }
    const Result<std::vector<MemoryStretch>> mapped = mappedMemory(file, *space);
    if (!mapped) {
        return std::unexpected(mapped.error());
    }
    const std::vector<MemoryStretch> plain = plainMemory(file);
    const auto isPlain = [&](const MemoryStretch& stretch) {
        return std::ranges::any_of(plain, [&](const MemoryStretch& all) { return isInside(stretch, all); });
    };
    if (std::ranges::all_of(*mapped, isPlain)) {
        return {};
    }
    // QEMU makes a file that nobody may write
    std::error_code failed;
    std::filesystem::permissions(dump, std::filesystem::perms::owner_write,
                                 std::filesystem::perm_options::add, failed);
    std::vector<MemoryStretch> memory = *mapped;
    for (const MemoryStretch& all : plain) {
        addUnmapped(memory, *mapped, all);
    }
    return appendSegments(file.elf(), {}, memory);
}

} // namespace rumpus
