// SPDX-License-Identifier: GPL-3.0-or-later
#include "platforms/xen/xen_page_tables.h"

#include "core/base/format.h"

#include <algorithm>

namespace rumpus {

namespace {

constexpr std::uint64_t isPaging = 1ULL << 31U;        ///< of cr0
constexpr std::uint64_t hasLongEntries = 1U << 5U;     ///< PAE, of cr4
constexpr std::uint64_t hasFiveLevels = 1U << 12U;     ///< LA57, of cr4
constexpr std::uint64_t frameBits = (1ULL << 40U) - 1; ///< of an entry, from its bit 12 on

constexpr unsigned indexBits = 9;
constexpr std::uint64_t entriesInTable = 1U << indexBits;
/// What the hypervisor has of each paravirtual address space: 0xffff800000000000–0xffff87ffffffffff.
constexpr std::uint64_t firstOfHypervisor = 256;
constexpr std::uint64_t lastOfHypervisor = 271;

class PageTableWalk {
public:
    PageTableWalk(const XenCoreFile& core, unsigned levels)
        : core_(core), levels_(levels), tablesLeft_(fewTables)
    {
        for (const XenFrames& frames : core.frames()) {
            tablesLeft_ += eachInPlaces * frames.count;
        }
    }

    /// What a table maps from an address on. Errors: tables without end.
    Result<void> table(std::uint64_t frame, unsigned level, std::uint64_t address)
    {
        const std::string entries = core_.page(frame);
        if (entries.empty()) {
            return {};
        }
        if (tablesLeft_-- == 0) {
            return failed("its page tables lead in circles");
        }
        for (std::uint64_t i = 0; i < entriesInTable; ++i) {
            const std::uint64_t entry = core_.elf().number(std::string_view(entries).substr(8 * i), 8);
            if ((entry & isPresent) == 0 || isOfHypervisor(level, i)) {
                continue;
            }
            const unsigned below = indexBits * (level - 1); ///< bits of a page's number in what it maps
            const std::uint64_t there = extended(address | (i << (below + pageBits)));
            const std::uint64_t target = (entry >> pageBits) & frameBits;
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
            const std::optional<XenFrames> frames = core_.framesFrom(next);
            if (!frames || frames->first >= end) {
                break;
            }
            const std::uint64_t taken = std::min(frames->count, end - frames->first);
            if (!add({.address = address + ((frames->first - frame) * xenPageSize),
                      .offset = frames->offset,
                      .size = taken * xenPageSize})) {
                return failed(formatted("its memory is in more than {} pieces", mostStretches));
            }
            next = frames->first + taken;
        }
        return {};
    }

    std::vector<MemoryStretch> take() { return std::move(stretches_); }

private:
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
        return core_.isParavirtual() && level == levels_ && index >= firstOfHypervisor &&
               index <= lastOfHypervisor;
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
        return cannotRead(core_.elf().file().path(), reason, "the guest may have destroyed its page tables");
    }

    const XenCoreFile& core_;
    unsigned levels_;
    std::uint64_t tablesLeft_;
    std::vector<MemoryStretch> stretches_;
};

} // namespace

Result<std::vector<MemoryStretch>> mappedMemory(const XenCoreFile& core)
{
    const std::filesystem::path& path = core.elf().file().path();
    static constexpr unsigned shift = 12;
    const auto root = [](const XenVcpu& vcpu) { return (vcpu.control[3] >> shift) & frameBits; };
    const auto hasTables = [&](const XenVcpu& vcpu) { return !core.page(root(vcpu)).empty(); };
    const std::vector<XenVcpu>& vcpus = core.vcpus();
    // a vCPU that was never started has none
    const auto found = std::ranges::find_if(vcpus, hasTables);
    const XenVcpu& vcpu = found == vcpus.end() ? vcpus.front() : *found;
    if (!core.isParavirtual() && (vcpu.control[0] & isPaging) == 0) {
        PageTableWalk plain(core, 1);
        const Result<void> mapped = plain.map(0, 0, frameBits);
        return mapped ? Result<std::vector<MemoryStretch>>(plain.take()) : std::unexpected(mapped.error());
    }
    if (!core.isParavirtual() && (vcpu.control[4] & hasLongEntries) == 0) {
        return cannotRead(path, "its page tables are those of a 32-bit guest");
    }
    if (found == vcpus.end()) {
        return cannotRead(path, formatted("its page tables, at frame {:#x}, are not in it", root(vcpu)),
                          "dump the guest again");
    }
    const unsigned levels = !core.isParavirtual() && (vcpu.control[4] & hasFiveLevels) != 0 ? 5 : 4;
    PageTableWalk walk(core, levels);
    const Result<void> walked = walk.table(root(vcpu), levels, 0);
    return walked ? Result<std::vector<MemoryStretch>>(walk.take()) : std::unexpected(walked.error());
}

} // namespace rumpus
