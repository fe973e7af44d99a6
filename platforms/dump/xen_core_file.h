// XenCoreFile: a dump in Xen's own core format, read without trusting it.
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "platforms/dump/dump_file.h"
#include "platforms/dump/page_tables.h"

#include <array>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace rumpus {

/// What a virtual CPU held (vcpu_guest_context of Xen's public headers).
struct XenVcpu {
    /// In the order of <sys/user.h>: r15 r14 r13 r12 rbp rbx r11 r10 r9 r8 rax rcx rdx rsi rdi, orig_rax, rip
    /// cs rflags rsp ss, fs_base gs_base, ds es fs gs.
    std::array<std::uint64_t, 27> registers{};
    std::array<std::uint64_t, 8> control{};
    std::string fpu; ///< as fxsave stores it; empty: it was not used
};

class XenCoreFile {
public:
    /// Errors: truncated, corrupt, of a guest that is not 64-bit x86.
    static Result<XenCoreFile> open(const std::filesystem::path& path);

    [[nodiscard]] const DumpFile& memory() const { return memory_; }
    /// Page tables hold the machine's frames, and a part of each address space is the hypervisor's.
    [[nodiscard]] bool isParavirtual() const { return paravirtual_; }
    [[nodiscard]] const std::vector<XenVcpu>& vcpus() const { return vcpus_; }

private:
    explicit XenCoreFile(ElfFile elf) : memory_(std::move(elf)) {}
    [[nodiscard]] const ElfFile& elf() const { return memory_.elf(); }
    [[nodiscard]] Result<GElf_Shdr> content(std::string_view section, std::uint64_t each) const;
    Result<void> readVcpus();
    Result<void> readFrames();

    DumpFile memory_;
    bool paravirtual_ = false;
    std::vector<XenVcpu> vcpus_;
};

/// All memory as the guest saw it, by its address; without what the hypervisor has mapped for itself. Errors:
/// the page tables are not in the file, or lead in circles.
Result<std::vector<MemoryStretch>> mappedMemory(const XenCoreFile& core);

/// A core of Xen's that has no segments: GDB reads nothing else.
bool isXenCore(const ElfFile& elf);

} // namespace rumpus
