// SPDX-License-Identifier: GPL-3.0-or-later
#include "platforms/dump/xen_core.h"

#include "core/base/format.h"
#include "core/base/text.h"
#include "platforms/dump/gdb_segments.h"
#include "platforms/dump/xen_core_file.h"

#include <utility>

namespace rumpus {

namespace {

void putNote(std::string& bytes, std::uint32_t type, std::string_view content)
{
    static constexpr std::string_view owner("CORE\0\0\0\0", 8);
    putNumber(bytes, 5, 4);
    putNumber(bytes, content.size(), 4);
    putNumber(bytes, type, 4);
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
    putNumber(status, number, 4);
    status.resize(registersFrom);
    for (const std::uint64_t value : vcpu.registers) {
        putNumber(status, value, 8);
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

} // namespace

bool isXenCore(const std::filesystem::path& file)
{
    Result<InputFile> input = InputFile::open(file);
    const Result<ElfFile> elf = input ? ElfFile::open(std::move(*input)) : std::unexpected(input.error());
    return elf && isXenCore(*elf);
}

Result<void> makeReadableForGdb(const std::filesystem::path& file)
{
    const Result<XenCoreFile> core = XenCoreFile::open(file);
    const Result<std::vector<MemoryStretch>> memory =
        core ? mappedMemory(*core) : std::unexpected(core.error());
    return memory ? appendSegments(core->memory().elf(), notesOf(core->vcpus()), *memory)
                  : std::unexpected(memory.error());
}

} // namespace rumpus
