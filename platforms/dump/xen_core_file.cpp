// SPDX-License-Identifier: GPL-3.0-or-later
#include "platforms/dump/xen_core_file.h"

#include "core/base/format.h"

#include <algorithm>
#include <utility>

namespace rumpus {

namespace {

constexpr std::string_view dumpAgain = "dump the guest again";
constexpr std::uint64_t mostVcpus = 4096;

// the 64-bit struct vcpu_guest_context of xen/include/public/arch-x86/xen.h
constexpr std::uint64_t contextSize = 5168;
constexpr std::size_t fpuSize = 512;
constexpr std::size_t flagsAt = 512;
constexpr std::size_t registersAt = 520; ///< struct cpu_user_regs
constexpr std::size_t controlAt = 4984;
constexpr std::size_t fsBaseAt = 5144;
constexpr std::size_t kernelGsBaseAt = 5152;
constexpr std::size_t userGsBaseAt = 5160;
constexpr std::uint64_t fpuIsValid = 1U << 0U;
constexpr std::uint64_t isInKernel = 1U << 2U;

XenVcpu vcpuFrom(const ElfFile& elf, std::string_view context)
{
    const auto word = [&](std::size_t place, std::size_t width = 8) {
        return elf.number(context.substr(place), width);
    };
    const auto general = [&](std::size_t index) { return word(registersAt + (8 * index)); };
    const auto selector = [&](std::size_t index) { return word(registersAt + (8 * index), 2); };
    static constexpr std::size_t alike = 15; ///< in both structures
    static constexpr std::uint64_t noSystemCall = ~std::uint64_t{0};
    XenVcpu vcpu;
    for (std::size_t i = 0; i < alike; ++i) {
        vcpu.registers.at(i) = general(i);
    }
    const std::uint64_t rip = general(16);
    const std::uint64_t rflags = general(18);
    const std::uint64_t rsp = general(19);
    const std::uint64_t flags = word(flagsAt);
    // a guest with its own ring 0 has no such flag
    const bool kernel = (flags & isInKernel) != 0 || (selector(17) & 3U) == 0;
    const std::array<std::uint64_t, 12> rest = {
        noSystemCall, rip,          selector(17),   rflags,
        rsp,          selector(20), word(fsBaseAt), word(kernel ? kernelGsBaseAt : userGsBaseAt),
        selector(22), selector(21), selector(23),   selector(24)};
    std::ranges::copy(rest, vcpu.registers.begin() + alike);
    for (std::size_t i = 0; i < vcpu.control.size(); ++i) {
        vcpu.control.at(i) = word(controlAt + (8 * i));
    }
    if ((flags & fpuIsValid) != 0) {
        vcpu.fpu = context.substr(0, fpuSize);
    }
    return vcpu;
}

} // namespace

bool isXenCore(const ElfFile& elf)
{
    return elf.header().e_type == ET_CORE && elf.segments().empty() && elf.section(".note.Xen") != nullptr;
}

Result<XenCoreFile> XenCoreFile::open(const std::filesystem::path& path)
{
    Result<InputFile> input = InputFile::open(path);
    Result<ElfFile> elf = input ? ElfFile::open(std::move(*input)) : std::unexpected(input.error());
    if (!elf) {
        return std::unexpected(elf.error());
    }
    if (!isXenCore(*elf)) {
        return cannotRead(path, "it is no core of Xen's", dumpAgain);
    }
    if (!elf->is64() || elf->isBigEndian() || elf->header().e_machine != EM_X86_64) {
        return cannotRead(path, "it is of a guest that is not 64-bit x86");
    }
    XenCoreFile core(std::move(*elf));
    core.paravirtual_ = core.elf().section(".xen_p2m") != nullptr;
    if (const Result<void> vcpus = core.readVcpus(); !vcpus) {
        return std::unexpected(vcpus.error());
    }
    if (const Result<void> frames = core.readFrames(); !frames) {
        return std::unexpected(frames.error());
    }
    return core;
}

Result<GElf_Shdr> XenCoreFile::content(std::string_view section, std::uint64_t each) const
{
    const InputFile& file = elf().file();
    const ElfSection* found = elf().section(section);
    if (found == nullptr || !found->occupiesFile() || found->header.sh_size == 0) {
        return cannotRead(file.path(), formatted("it has no {}", section), dumpAgain);
    }
    const GElf_Shdr& header = found->header;
    if (header.sh_offset > file.size() || header.sh_size > file.size() - header.sh_offset) {
        return cannotRead(file.path(),
                          formatted("it is truncated: it has {} bytes, but its {} stands at {:#x} and has {}",
                                    file.size(), section, header.sh_offset, header.sh_size),
                          dumpAgain);
    }
    if (header.sh_size % each != 0) {
        return cannotRead(
            file.path(),
            formatted("its {} has {} bytes, not a multiple of {}", section, header.sh_size, each),
            "only dumps of 64-bit guests can be read");
    }
    return header;
}

Result<void> XenCoreFile::readVcpus()
{
    const Result<GElf_Shdr> contexts = content(".xen_prstatus", contextSize);
    if (!contexts) {
        return std::unexpected(contexts.error());
    }
    const std::uint64_t count = contexts->sh_size / contextSize;
    if (count > mostVcpus) {
        return cannotRead(elf().file().path(), formatted("it says it has {} vCPUs", count), dumpAgain);
    }
    for (std::uint64_t i = 0; i < count; ++i) {
        const std::string context =
            elf().file().read(contexts->sh_offset + (i * contextSize), static_cast<std::size_t>(contextSize));
        if (context.size() != contextSize) {
            return cannotRead(elf().file().path(), "it changes while it is read", dumpAgain);
        }
        vcpus_.push_back(vcpuFrom(elf(), context));
    }
    return {};
}

Result<void> XenCoreFile::readFrames()
{
    // pairs of the guest's own number and the machine's, or, where page tables hold the former, only that
    const std::string_view section = paravirtual_ ? ".xen_p2m" : ".xen_pfn";
    const std::uint64_t each = paravirtual_ ? 16 : 8;
    const Result<GElf_Shdr> numbers = content(section, each);
    const Result<GElf_Shdr> pages = content(".xen_pages", dumpPageSize);
    if (!numbers || !pages) {
        return std::unexpected(!numbers ? numbers.error() : pages.error());
    }
    const InputFile& file = elf().file();
    if (numbers->sh_size / each != pages->sh_size / dumpPageSize) {
        return cannotRead(file.path(),
                          formatted("its {} tells of {} pages, but it has {}", section,
                                    numbers->sh_size / each, pages->sh_size / dumpPageSize),
                          dumpAgain);
    }
    static constexpr std::uint64_t step = 1U << 20U;
    static constexpr std::uint64_t mostFrame = 1ULL << 40U; ///< the rest is no page: INVALID_MFN
    std::uint64_t offset = pages->sh_offset;
    std::vector<DumpFrames> frames;
    for (std::uint64_t done = 0; done < numbers->sh_size; done += step) {
        const std::string piece = file.read(
            numbers->sh_offset + done, static_cast<std::size_t>(std::min(step, numbers->sh_size - done)));
        for (std::size_t at = 0; at + each <= piece.size(); at += each, offset += dumpPageSize) {
            const std::uint64_t frame = elf().number(std::string_view(piece).substr(at + each - 8), 8);
            if (!frames.empty() && frame == frames.back().first + frames.back().count &&
                offset == frames.back().offset + (frames.back().count * dumpPageSize)) {
                ++frames.back().count;
            } else if (frame < mostFrame) {
                frames.push_back({.first = frame, .count = 1, .offset = offset});
            }
        }
    }
    memory_.setFrames(std::move(frames));
    return {};
}

Result<std::vector<MemoryStretch>> mappedMemory(const XenCoreFile& core)
{
    const DumpFile& memory = core.memory();
    const std::filesystem::path& path = memory.elf().file().path();
    const auto root = [](const XenVcpu& vcpu) { return frameIn(vcpu.control[3]); };
    const auto hasTables = [&](const XenVcpu& vcpu) { return !memory.page(root(vcpu)).empty(); };
    const std::vector<XenVcpu>& vcpus = core.vcpus();
    // a vCPU that was never started has none
    const auto found = std::ranges::find_if(vcpus, hasTables);
    const XenVcpu& vcpu = found == vcpus.end() ? vcpus.front() : *found;
    if (!core.isParavirtual() && (vcpu.control[0] & cr0Paging) == 0) {
        return plainMemory(memory);
    }
    if (!core.isParavirtual() && (vcpu.control[4] & cr4LongEntries) == 0) {
        return cannotRead(path, "its page tables are those of a 32-bit guest");
    }
    if (found == vcpus.end()) {
        return cannotRead(path, formatted("its page tables, at frame {:#x}, are not in it", root(vcpu)),
                          dumpAgain);
    }
    return mappedMemory(memory,
                        {.root = root(vcpu),
                         .fiveLevels = !core.isParavirtual() && (vcpu.control[4] & cr4FiveLevels) != 0,
                         .paravirtual = core.isParavirtual()});
}

} // namespace rumpus
