// XenCoreFile: a dump in Xen's own core format, read without trusting it.
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/image/elf_file.h"

#include <array>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace rumpus {

constexpr std::uint64_t xenPageSize = 4096;

/// Frames of a guest that follow each other in the file as they do in its memory.
struct XenFrames {
    std::uint64_t first = 0;
    std::uint64_t count = 0;
    std::uint64_t offset = 0;

    bool operator==(const XenFrames&) const = default;
};

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

    [[nodiscard]] const ElfFile& elf() const { return elf_; }
    /// Page tables hold the machine's frames, and a part of each address space is the hypervisor's.
    [[nodiscard]] bool isParavirtual() const { return paravirtual_; }
    [[nodiscard]] const std::vector<XenVcpu>& vcpus() const { return vcpus_; }

    /// As page tables number them, sorted.
    [[nodiscard]] const std::vector<XenFrames>& frames() const { return frames_; }
    /// Those from this frame on that follow each other, or the next ones that there are; null: none.
    [[nodiscard]] std::optional<XenFrames> framesFrom(std::uint64_t frame) const;
    /// A frame's content; empty: it is not in the file.
    [[nodiscard]] std::string page(std::uint64_t frame) const;

private:
    explicit XenCoreFile(ElfFile elf) : elf_(std::move(elf)) {}
    [[nodiscard]] Result<GElf_Shdr> content(std::string_view section, std::uint64_t each) const;
    Result<void> readVcpus();
    Result<void> readFrames();

    ElfFile elf_;
    bool paravirtual_ = false;
    std::vector<XenVcpu> vcpus_;
    std::vector<XenFrames> frames_;
};

/// A core of Xen's that has no segments: GDB reads nothing else.
bool isXenCore(const ElfFile& elf);

} // namespace rumpus
