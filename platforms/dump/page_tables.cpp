// SPDX-License-Identifier: GPL-3.0-or-later
#include "platforms/dump/page_tables.h"

#include "core/base/format.h"

#include <algorithm>

namespace rumpus {

namespace {

constexpr unsigned indexBits = 9;
constexpr std::uint64_t entriesInTable = 1U << indexBits;
/// What the hypervisor has of each paravirtual address space: 0xffff800000000000–0xffff87ffffffffff.
constexpr std::uint64_t firstOfHypervisor = 256;
constexpr std::uint64_t lastOfHypervisor = 271;

class PageTableWalk {
public:
    PageTableWalk(const DumpFile& dump, const AddressSpace& space)
        : dump_(dump), paravirtual_(space.paravirtual), levels_(space.fiveLevels ? 5 : 4),
          tablesLeft_(fewTables)
    {
        for (const DumpFrames& frames : dump.frames()) {
            tablesLeft_ += eachInPlaces * frames.count;
        }
    }

    Result<void> all(std::uint64_t root) { return table(root, levels_, 0); }

    std::vector<MemoryStretch> take() { return std::move(stretches_); }

private:
    /// What a table maps from an address on. Errors: tables without end.
    Result<void> table(std::uint64_t frame, unsigned level, std::uint64_t address)
    {
        const std::string entries = dump_.page(frame);
        if (entries.empty()) {
            return {};
        }
        if (tablesLeft_-- == 0) {
            return failed("its page tables lead in circles");
        }
        for (std::uint64_t i = 0; i < entriesInTable; ++i) {
            const std::uint64_t entry = dump_.elf().number(std::string_view(entries).substr(8 * i), 8);
            if ((entry & isPresent) == 0 || isOfHypervisor(level, i)) {
                continue;
            }
            const unsigned below = indexBits * (level - 1); ///< bits of a page's number in what it maps
            const std::uint64_t there = extended(address | (i << (below + pageBits)));
            const std::uint64_t target = frameIn(entry);
            const bool isPage = level == 1 || (level <= mostLevelOfPages && (entry & isLarge) != 0);
            const std::uint64_t count = 1ULL << below;
            const Result<void> mapped =
                isPage ? map(there, target & ~(count - 1), count) : table(target, level - 1, there);
            if (!mapped) {
                return mapped;
            }
        }
        return {};
    }

    Result<void> map(std::uint64_t address, std::uint64_t frame, std::uint64_t count)
    {
        const std::uint64_t end = frame + count;
        for (std::uint64_t next = frame; next < end;) {
            const std::optional<DumpFrames> frames = dump_.framesFrom(next);
            if (!frames || frames->first >= end) {
                break;
            }
            const std::uint64_t taken = std::min(frames->count, end - frames->first);
            if (!add({.address = address + ((frames->first - frame) * dumpPageSize),
                      .offset = frames->offset,
                      .size = taken * dumpPageSize})) {
                return failed(formatted("its memory is in more than {} pieces", mostStretches));
            }
            next = frames->first + taken;
        }
        return {};
    }

    static constexpr std::uint64_t isPresent = 1U << 0U;
    static constexpr std::uint64_t isLarge = 1U << 7U;
    static constexpr unsigned pageBits = 12;
    static constexpr unsigned mostLevelOfPages = 3; ///< 1 GiB
    /// A table can be reached in several ways: by several addresses, and as its own page.
    static constexpr std::uint64_t eachInPlaces = 4;
    static constexpr std::uint64_t fewTables = 64;
    static constexpr std::size_t mostStretches = std::size_t{1} << 18U;

    [[nodiscard]] bool isOfHypervisor(unsigned level, std::uint64_t index) const
    {
        return paravirtual_ && level == levels_ && index >= firstOfHypervisor && index <= lastOfHypervisor;
    }

    /// The highest bit that is translated is that of all above it.
    [[nodiscard]] std::uint64_t extended(std::uint64_t address) const
    {
        const std::uint64_t bits = pageBits + (indexBits * std::uint64_t{levels_});
        return (address >> (bits - 1)) & 1U ? address | (~std::uint64_t{0} << bits) : address;
    }

    bool add(const MemoryStretch& stretch)
    {
        if (!stretches_.empty()) {
            MemoryStretch& last = stretches_.back();
            if (last.address + last.size == stretch.address && last.offset + last.size == stretch.offset) {
                last.size += stretch.size;
                return true;
            }
        }
        stretches_.push_back(stretch);
        return stretches_.size() <= mostStretches;
    }

    [[nodiscard]] std::unexpected<Error> failed(std::string_view reason) const
    {
        return cannotRead(dump_.elf().file().path(), reason, "the guest may have destroyed its page tables");
    }

    const DumpFile& dump_;
    bool paravirtual_;
    unsigned levels_;
    std::uint64_t tablesLeft_;
    std::vector<MemoryStretch> stretches_;
};

} // namespace

std::uint64_t frameIn(std::uint64_t word)
{
    static constexpr unsigned shift = 12;
    static constexpr std::uint64_t bits = (1ULL << 40U) - 1;
    return (word >> shift) & bits;
}

Result<std::vector<MemoryStretch>> mappedMemory(const DumpFile& dump, const AddressSpace& space)
{
    PageTableWalk walk(dump, space);
    const Result<void> walked = walk.all(space.root);
    return walked ? Result<std::vector<MemoryStretch>>(walk.take()) : std::unexpected(walked.error());
}

std::vector<MemoryStretch> plainMemory(const DumpFile& dump)
{
    std::vector<MemoryStretch> stretches;
    for (const DumpFrames& frames : dump.frames()) {
        stretches.push_back({.address = frames.first * dumpPageSize,
                             .offset = frames.offset,
                             .size = frames.count * dumpPageSize});
    }
    return stretches;
}

} // namespace rumpus
