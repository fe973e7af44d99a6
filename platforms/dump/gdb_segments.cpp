// SPDX-License-Identifier: GPL-3.0-or-later
#include "platforms/dump/gdb_segments.h"

#include "core/base/format.h"
#include "core/base/text.h"

#include <cerrno>
#include <cstddef>
#include <cstring>
#include <fcntl.h>
#include <unistd.h>

namespace rumpus {

namespace {

void putSegment(std::string& bytes, std::uint32_t type, const MemoryStretch& content, std::uint64_t align)
{
    putNumber(bytes, type, 4);
    putNumber(bytes, type == PT_LOAD ? PF_R | PF_W | PF_X : 0, 4);
    for (const std::uint64_t field :
         {content.offset, content.address, std::uint64_t{0}, content.size, content.size, align}) {
        putNumber(bytes, field, 8);
    }
}

/// A file that is written in place, and loses what was appended unless all of it was written.
class GrowingFile {
public:
    explicit GrowingFile(const std::filesystem::path& path)
        : path_(path), descriptor_(::open(path.c_str(), O_WRONLY | O_CLOEXEC | O_NOFOLLOW)),
          size_(descriptor_ < 0 ? -1 : ::lseek(descriptor_, 0, SEEK_END))
    {
    }
    ~GrowingFile()
    {
        if (!whole_ && size_ >= 0) {
            static_cast<void>(::ftruncate(descriptor_, size_));
        }
        if (descriptor_ >= 0) {
            ::close(descriptor_);
        }
    }
    GrowingFile(const GrowingFile&) = delete;
    GrowingFile& operator=(const GrowingFile&) = delete;

    Result<void> write(std::uint64_t offset, std::string_view bytes) const
    {
        while (!bytes.empty() && size_ >= 0) {
            const ssize_t done =
                ::pwrite(descriptor_, bytes.data(), bytes.size(), static_cast<off_t>(offset));
            if (done < 0 && errno == EINTR) {
                continue;
            }
            if (done <= 0) {
                break;
            }
            offset += static_cast<std::uint64_t>(done);
            bytes.remove_prefix(static_cast<std::size_t>(done));
        }
        return bytes.empty()
                   ? Result<void>()
                   : hostError(formatted("cannot write {}", printable(path_.native())), std::strerror(errno));
    }
    void keep() { whole_ = true; }

private:
    const std::filesystem::path& path_;
    int descriptor_;
    off_t size_;
    bool whole_ = false;
};

void patch(std::string& bytes, std::size_t place, std::uint64_t number, std::size_t width)
{
    std::string field;
    putNumber(field, number, width);
    bytes.replace(place, width, field);
}

/// Tells where the segments are, in one write: before it the file has those that it had.
Result<void> announce(const GrowingFile& grown, const ElfFile& elf, std::uint64_t place, std::size_t segments)
{
    const bool few = segments < PN_XNUM;
    if (!few && elf.sections().empty()) {
        return cannotRead(elf.file().path(), formatted("its memory is in {} pieces", segments),
                          "no core without sections has so many segments");
    }
    if (!few) {
        // too many for the header: the first section has their number (System V ABI, "Program Header")
        std::string number;
        putNumber(number, segments, 4);
        const Result<void> done = grown.write(elf.header().e_shoff + offsetof(Elf64_Shdr, sh_info), number);
        if (!done) {
            return done;
        }
    }
    std::string header = elf.file().read(0, sizeof(Elf64_Ehdr));
    header.resize(sizeof(Elf64_Ehdr));
    patch(header, offsetof(Elf64_Ehdr, e_phoff), place, 8);
    patch(header, offsetof(Elf64_Ehdr, e_phentsize), sizeof(Elf64_Phdr), 2);
    patch(header, offsetof(Elf64_Ehdr, e_phnum), few ? segments : PN_XNUM, 2);
    return grown.write(0, header);
}

} // namespace

void putNumber(std::string& bytes, std::uint64_t number, std::size_t width)
{
    for (std::size_t i = 0; i < width; ++i) {
        bytes += static_cast<char>(number >> (8 * i));
    }
}

Result<void> appendSegments(const ElfFile& elf, std::string_view notes,
                            const std::vector<MemoryStretch>& memory)
{
    static constexpr std::uint64_t alignment = 8;
    static constexpr std::uint64_t noteAlignment = 4;
    const std::uint64_t end = elf.file().size();
    const auto aligned = [](std::uint64_t place) { return (place + alignment - 1) / alignment * alignment; };
    std::vector<MemoryStretch> noteSegments;
    std::string added(aligned(end) - end, '\0');
    if (!notes.empty()) {
        noteSegments.push_back({.address = 0, .offset = end + added.size(), .size = notes.size()});
        added += notes;
    } else {
        for (const GElf_Phdr& segment : elf.segments()) {
            if (segment.p_type == PT_NOTE) {
                noteSegments.push_back({.address = 0, .offset = segment.p_offset, .size = segment.p_filesz});
            }
        }
    }
    const std::uint64_t segmentsAt = aligned(end + added.size());
    added.resize(segmentsAt - end);
    for (const MemoryStretch& stretch : noteSegments) {
        putSegment(added, PT_NOTE, stretch, noteAlignment);
    }
    for (const MemoryStretch& stretch : memory) {
        putSegment(added, PT_LOAD, stretch, dumpPageSize);
    }
    GrowingFile grown(elf.file().path());
    Result<void> done = grown.write(end, added);
    if (done) {
        done = announce(grown, elf, segmentsAt, noteSegments.size() + memory.size());
    }
    if (done) {
        grown.keep();
    }
    return done;
}

} // namespace rumpus
