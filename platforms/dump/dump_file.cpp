// SPDX-License-Identifier: GPL-3.0-or-later
#include "platforms/dump/dump_file.h"

#include <algorithm>
#include <utility>

namespace rumpus {

void DumpFile::setFrames(std::vector<DumpFrames> frames)
{
    frames_ = std::move(frames);
    std::ranges::sort(frames_, {}, &DumpFrames::first);
}

std::optional<DumpFrames> DumpFile::framesFrom(std::uint64_t frame) const
{
    auto found = std::ranges::upper_bound(frames_, frame, {}, &DumpFrames::first);
    if (found != frames_.begin() && frame - std::prev(found)->first < std::prev(found)->count) {
        --found;
    }
    if (found == frames_.end()) {
        return std::nullopt;
    }
    const std::uint64_t skipped = frame > found->first ? frame - found->first : 0;
    return DumpFrames{.first = found->first + skipped,
                      .count = found->count - skipped,
                      .offset = found->offset + (skipped * dumpPageSize)};
}

std::string DumpFile::page(std::uint64_t frame) const
{
    const std::optional<DumpFrames> found = framesFrom(frame);
    std::string bytes = found && found->first == frame ? elf_.file().read(found->offset, dumpPageSize) : "";
    if (bytes.size() != dumpPageSize) {
        bytes.clear();
    }
    return bytes;
}

} // namespace rumpus
