// DumpFile: the ELF file of a dump, and where the guest's memory stands in it.
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/image/elf_file.h"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace rumpus {

constexpr std::uint64_t dumpPageSize = 4096;

/// Frames of a guest that follow each other in the file as they do in its memory.
struct DumpFrames {
    std::uint64_t first = 0;
    std::uint64_t count = 0;
    std::uint64_t offset = 0;

    bool operator==(const DumpFrames&) const = default;
};

class DumpFile {
public:
    explicit DumpFile(ElfFile elf) : elf_(std::move(elf)) {}

    [[nodiscard]] const ElfFile& elf() const { return elf_; }
    /// As page tables number them, sorted.
    [[nodiscard]] const std::vector<DumpFrames>& frames() const { return frames_; }
    void setFrames(std::vector<DumpFrames> frames);

    /// Those from this frame on that follow each other, or the next ones that there are; null: none.
    [[nodiscard]] std::optional<DumpFrames> framesFrom(std::uint64_t frame) const;
    /// A frame's content; empty: it is not in the file.
    [[nodiscard]] std::string page(std::uint64_t frame) const;

private:
    ElfFile elf_;
    std::vector<DumpFrames> frames_;
};

} // namespace rumpus
