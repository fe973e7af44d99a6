// SPDX-License-Identifier: GPL-3.0-or-later
#include "platforms/xen/xen_core.h"

#include "core/base/format.h"
#include "core/base/text.h"
#include "platforms/xen/xen_page_tables.h"

#include <cerrno>
#include <cstddef>
#include <cstring>
#include <fcntl.h>
#include <unistd.h>
#include <utility>

namespace rumpus {

namespace {

/// Numbers as the file has them: little-endian.
void put(std::string& bytes, std::uint64_t number, std::size_t width)
{
    for (std::size_t i = 0; i < width; ++i) {
        bytes += static_cast<char>(number >> (8 * i));
    }
}

void putNote(std::string& bytes, std::uint32_t type, std::string_view content)
{
    static constexpr std::string_view owner("CORE\0\0\0\0", 8);
    put(bytes, 5, 4);
    put(bytes, content.size(), 4);
    put(bytes, type, 4);
    bytes += owner;
    bytes += content;
}

/// Linux's struct elf_prstatus of x86-64: 336 bytes, of which GDB reads the thread's number and registers.
std::string threadStatus(const XenVcpu& vcpu, std::uint64_t number)
{
    static constexpr std::size_t numberAt = 32;
    static constexpr std::size_t registersFrom = 112;
    static constexpr std::size_t size = 336;
    std::string status(numberAt, '\0');
    put(status, number, 4);
    status.resize(registersFrom);
    for (const std::uint64_t value : vcpu.registers) {
        put(status, value, 8);
    }
    status.resize(size);
    return status;
}

std::string notesOf(const std::vector<XenVcpu>& vcpus)
{
    std::string notes;
    std::uint64_t number = 0;
    for (const XenVcpu& vcpu : vcpus) {
        putNote(notes, NT_PRSTATUS, threadStatus(vcpu, ++number));
        if (!vcpu.fpu.empty()) {
            putNote(notes, NT_FPREGSET, vcpu.fpu);
        }
    }
    return notes;
}

void putSegment(std::string& bytes, std::uint32_t type, const MemoryStretch& content, std::uint64_t align)
{
    put(bytes, type, 4);
    put(bytes, type == PT_LOAD ? PF_R | PF_W | PF_X : 0, 4);
    for (const std::uint64_t field :
         {content.offset, content.address, std::uint64_t{0}, content.size, content.size, align}) {
        put(bytes, field, 8);
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
    put(field, number, width);
    bytes.replace(place, width, field);
}

/// Tells where the segments are, in one write: before it the file has none.
Result<void> announce(const GrowingFile& grown, const ElfFile& elf, std::uint64_t place, std::size_t segments)
{
    const bool few = segments < PN_XNUM;
    if (!few) {
        // too many for the header: the first section has their number (System V ABI, "Program Header")
        std::string number;
        put(number, segments, 4);
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

bool isXenCore(const std::filesystem::path& file)
{
    Result<InputFile> input = InputFile::open(file);
    const Result<ElfFile> elf = input ? ElfFile::open(std::move(*input)) : std::unexpected(input.error());
    return elf && isXenCore(*elf);
}

Result<void> makeReadableForGdb(const std::filesystem::path& file)
{
    static constexpr std::uint64_t alignment = 8;
    const Result<XenCoreFile> core = XenCoreFile::open(file);
    const Result<std::vector<MemoryStretch>> memory =
        core ? mappedMemory(*core) : std::unexpected(core.error());
    if (!memory) {
        return std::unexpected(memory.error());
    }
    const std::uint64_t end = core->elf().file().size();
    const auto aligned = [](std::uint64_t place) { return (place + alignment - 1) / alignment * alignment; };
    const std::uint64_t notesAt = aligned(end);
    std::string added(notesAt - end, '\0');
    added += notesOf(core->vcpus());
    const std::uint64_t notesSize = end + added.size() - notesAt;
    const std::uint64_t segmentsAt = aligned(notesAt + notesSize);
    added.resize(segmentsAt - end);
    putSegment(added, PT_NOTE, {.address = 0, .offset = notesAt, .size = notesSize}, 4);
    for (const MemoryStretch& stretch : *memory) {
        putSegment(added, PT_LOAD, stretch, xenPageSize);
    }
    GrowingFile grown(file);
    Result<void> done = grown.write(end, added);
    if (done) {
        done = announce(grown, core->elf(), segmentsAt, memory->size() + 1);
    }
    if (done) {
        grown.keep();
    }
    return done;
}

} // namespace rumpus
