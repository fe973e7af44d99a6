// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/image/elf_file.h"

#include "core/base/format.h"

#include <algorithm>
#include <cstring>

namespace rumpus {

namespace {

// libelf keeps some 250 bytes for each section: more than these would be an attack, not a kernel
constexpr std::uint64_t mostSections = 1U << 18U;
constexpr std::size_t mostNameTable = 4U << 20U;
constexpr std::size_t mostSectionName = 255;
constexpr std::string_view again = "build it or copy it again";

template <typename Native>
GElf_Ehdr widened(const Native& native)
{
    GElf_Ehdr header{};
    std::memcpy(header.e_ident, native.e_ident, EI_NIDENT);
    header.e_type = native.e_type;
    header.e_machine = native.e_machine;
    header.e_version = native.e_version;
    header.e_entry = native.e_entry;
    header.e_phoff = native.e_phoff;
    header.e_shoff = native.e_shoff;
    header.e_phentsize = native.e_phentsize;
    header.e_phnum = native.e_phnum;
    header.e_shentsize = native.e_shentsize;
    header.e_shnum = native.e_shnum;
    header.e_shstrndx = native.e_shstrndx;
    return header;
}

template <typename Native, auto translate>
GElf_Ehdr translated(std::string& bytes, unsigned encoding)
{
    Native native{};
    const Elf_Data from{.d_buf = bytes.data(),
                        .d_type = ELF_T_EHDR,
                        .d_version = EV_CURRENT,
                        .d_size = sizeof native,
                        .d_off = 0,
                        .d_align = 0};
    Elf_Data to = from;
    to.d_buf = &native;
    translate(&to, &from, encoding);
    return widened(native);
}

Result<GElf_Ehdr> readHeader(const InputFile& file)
{
    std::string bytes = file.read(0, sizeof(Elf64_Ehdr));
    const auto identity = [&](std::size_t i) { return i < bytes.size() ? bytes[i] : '\0'; };
    const bool wide = identity(EI_CLASS) == ELFCLASS64;
    if (bytes.size() < (wide ? sizeof(Elf64_Ehdr) : sizeof(Elf32_Ehdr))) {
        return cannotRead(file.path(), "it is truncated: it ends within its ELF header", again);
    }
    const auto encoding = static_cast<unsigned char>(identity(EI_DATA));
    if ((!wide && identity(EI_CLASS) != ELFCLASS32) || (encoding != ELFDATA2LSB && encoding != ELFDATA2MSB) ||
        identity(EI_VERSION) != EV_CURRENT) {
        return cannotRead(file.path(), "its ELF header is corrupt", again);
    }
    return wide ? translated<Elf64_Ehdr, elf64_xlatetom>(bytes, encoding)
                : translated<Elf32_Ehdr, elf32_xlatetom>(bytes, encoding);
}

/// That `count` entries of `each` bytes stand within the file.
Result<void> checkTable(const InputFile& file, std::string_view what, std::uint64_t offset,
                        std::uint64_t count, std::uint64_t each)
{
    if (offset > file.size() || count * each > file.size() - offset) {
        return cannotRead(file.path(),
                          formatted("it is truncated: it has {} bytes, but its {} stand at {:#x}",
                                    file.size(), what, offset),
                          again);
    }
    return {};
}

/// libelf allocates by the number of sections as soon as it begins, so this is looked at before.
Result<void> checkHeader(const InputFile& file, const GElf_Ehdr& header)
{
    const bool wide = header.e_ident[EI_CLASS] == ELFCLASS64;
    const std::uint64_t sectionSize = wide ? sizeof(Elf64_Shdr) : sizeof(Elf32_Shdr);
    const std::uint64_t segmentSize = wide ? sizeof(Elf64_Phdr) : sizeof(Elf32_Phdr);
    if (header.e_phnum == PN_XNUM || (header.e_phnum != 0 && header.e_phentsize != segmentSize) ||
        (header.e_shoff != 0 && header.e_shentsize != sectionSize)) {
        return cannotRead(file.path(), "its ELF header is corrupt", again);
    }
    if (auto checked = checkTable(file, "program headers", header.e_phoff, header.e_phnum, segmentSize);
        !checked) {
        return checked;
    }
    std::uint64_t sections = header.e_shnum;
    if (header.e_shoff != 0 && sections == 0) {
        // extended numbering: the count is sh_size of the first section (System V ABI, "Section Header")
        const std::uint64_t place = wide ? offsetof(Elf64_Shdr, sh_size) : offsetof(Elf32_Shdr, sh_size);
        const std::string bytes = file.read(header.e_shoff + place, wide ? 8 : 4);
        const bool big = header.e_ident[EI_DATA] == ELFDATA2MSB;
        for (std::size_t i = 0; i < bytes.size(); ++i) {
            const auto byte = static_cast<std::uint8_t>(bytes[big ? i : bytes.size() - 1 - i]);
            sections = (sections << 8U) | byte;
        }
    }
    if (sections > mostSections) {
        return cannotRead(file.path(), formatted("it says it has {} sections", sections), again);
    }
    return checkTable(file, "section headers", header.e_shoff, sections, sectionSize);
}

} // namespace

std::string_view stringAt(std::string_view table, std::uint64_t offset, std::size_t most)
{
    if (offset >= table.size()) {
        return {};
    }
    const std::string_view rest = table.substr(static_cast<std::size_t>(offset), most + 1);
    const std::size_t end = rest.find('\0');
    return end == std::string_view::npos ? std::string_view{} : rest.substr(0, end);
}

ElfFile::ElfFile(InputFile file, Elf* elf, const GElf_Ehdr& header)
    : file_(std::move(file)), elf_(elf), header_(header)
{
}

Result<ElfFile> ElfFile::open(InputFile file)
{
    const auto header = readHeader(file);
    if (!header) {
        return std::unexpected(header.error());
    }
    if (auto checked = checkHeader(file, *header); !checked) {
        return std::unexpected(checked.error());
    }
    elf_version(EV_CURRENT);
    // ELF_C_READ, not ELF_C_READ_MMAP: a build that rewrites the file meanwhile must not raise SIGBUS
    Elf* elf = elf_begin(file.descriptor(), ELF_C_READ, nullptr);
    ElfFile result(std::move(file), elf, *header);
    if (elf == nullptr || elf_kind(elf) != ELF_K_ELF) {
        return cannotRead(result.file_.path(), elf_errmsg(-1), again);
    }
    if (auto read = result.readSegments(); !read) {
        return std::unexpected(read.error());
    }
    if (auto read = result.readSections(); !read) {
        return std::unexpected(read.error());
    }
    return result;
}

Result<void> ElfFile::readSegments()
{
    for (int i = 0; i < header_.e_phnum; ++i) {
        GElf_Phdr segment{};
        if (gelf_getphdr(elf_.get(), i, &segment) == nullptr) {
            return cannotRead(file_.path(), formatted("program header {}: {}", i, elf_errmsg(-1)), again);
        }
        segments_.push_back(segment);
    }
    return {};
}

Result<void> ElfFile::readSections()
{
    std::size_t count = 0;
    std::size_t namesIndex = 0;
    if (header_.e_shoff == 0 || elf_getshdrnum(elf_.get(), &count) != 0) {
        return {};
    }
    sections_.resize(count);
    for (std::size_t i = 0; i < count; ++i) {
        if (gelf_getshdr(elf_getscn(elf_.get(), i), &sections_[i].header) == nullptr) {
            return cannotRead(file_.path(), formatted("section header {}: {}", i, elf_errmsg(-1)), again);
        }
    }
    if (elf_getshdrstrndx(elf_.get(), &namesIndex) != 0 || namesIndex >= count ||
        sections_[namesIndex].header.sh_type != SHT_STRTAB) {
        return {};
    }
    // elf_strptr looks for the end of the table at each name, so the names are taken from our own copy
    const GElf_Shdr& table = sections_[namesIndex].header;
    const std::string names = file_.read(
        table.sh_offset, static_cast<std::size_t>(std::min<std::uint64_t>(table.sh_size, mostNameTable)));
    for (ElfSection& section : sections_) {
        section.name = stringAt(names, section.header.sh_name, mostSectionName);
    }
    return {};
}

const ElfSection* ElfFile::section(std::string_view name) const
{
    const auto found = std::ranges::find(sections_, name, &ElfSection::name);
    return found == sections_.end() ? nullptr : &*found;
}

const ElfSection* ElfFile::sectionOfType(std::uint32_t type) const
{
    const auto found = std::ranges::find_if(
        sections_, [&](const ElfSection& section) { return section.header.sh_type == type; });
    return found == sections_.end() ? nullptr : &*found;
}

const GElf_Phdr* ElfFile::segmentOfType(std::uint32_t type) const
{
    const auto found = std::ranges::find(segments_, type, &GElf_Phdr::p_type);
    return found == segments_.end() ? nullptr : &*found;
}

bool ElfFile::holdsOnlyDebug() const
{
    const auto isCode = [](const ElfSection& section) {
        return (section.header.sh_flags & (SHF_ALLOC | SHF_EXECINSTR)) == (SHF_ALLOC | SHF_EXECINSTR);
    };
    return std::ranges::any_of(sections_, isCode) &&
           std::ranges::none_of(sections_, [&](const ElfSection& section) {
               return isCode(section) && section.header.sh_type != SHT_NOBITS;
           });
}

Elf_Data* ElfFile::data(std::uint64_t offset, std::uint64_t size, Elf_Type type, std::uint64_t most) const
{
    if (size == 0 || size > most || offset > file_.size() || size > file_.size() - offset) {
        return nullptr;
    }
    return elf_getdata_rawchunk(elf_.get(), static_cast<std::int64_t>(offset), static_cast<std::size_t>(size),
                                type);
}

std::uint64_t ElfFile::number(std::string_view bytes, std::size_t width) const
{
    std::uint64_t value = 0;
    for (std::size_t i = 0; i < width; ++i) {
        const char byte = bytes[isBigEndian() ? i : width - 1 - i];
        value = (value << 8U) | static_cast<std::uint8_t>(byte);
    }
    return value;
}

} // namespace rumpus
