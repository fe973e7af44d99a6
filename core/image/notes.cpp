// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/image/notes.h"

#include "core/base/format.h"
#include "core/base/text.h"

#include <algorithm>
#include <set>

namespace rumpus {

namespace {

constexpr std::uint64_t mostNoteBytes = 4U << 20U; // of all segments and sections together
constexpr std::size_t mostNotes = 1024;
constexpr std::size_t mostRaw = 64U << 10U;
constexpr std::size_t mostHex = 32;
constexpr std::size_t mostNoteText = 1024;
constexpr std::uint64_t mostXenGuest = 4096;
constexpr std::size_t mostManifestDevices = 64; // MFT_MAX_ENTRIES

struct NoteName {
    std::string_view owner;
    std::uint32_t type;
    std::string_view name;
};

// xen/include/public/elfnote.h; elf.h; Solo5's elf_abi.h and mft_abi.h; hermit-entry; systemd's
// "ELF package metadata"
constexpr NoteName noteNames[] = {
    {"Xen", 0, "XEN_ELFNOTE_INFO"},
    {"Xen", 1, "XEN_ELFNOTE_ENTRY"},
    {"Xen", 2, "XEN_ELFNOTE_HYPERCALL_PAGE"},
    {"Xen", 3, "XEN_ELFNOTE_VIRT_BASE"},
    {"Xen", 4, "XEN_ELFNOTE_PADDR_OFFSET"},
    {"Xen", 5, "XEN_ELFNOTE_XEN_VERSION"},
    {"Xen", 6, "XEN_ELFNOTE_GUEST_OS"},
    {"Xen", 7, "XEN_ELFNOTE_GUEST_VERSION"},
    {"Xen", 8, "XEN_ELFNOTE_LOADER"},
    {"Xen", 9, "XEN_ELFNOTE_PAE_MODE"},
    {"Xen", 10, "XEN_ELFNOTE_FEATURES"},
    {"Xen", 11, "XEN_ELFNOTE_BSD_SYMTAB"},
    {"Xen", 12, "XEN_ELFNOTE_HV_START_LOW"},
    {"Xen", 13, "XEN_ELFNOTE_L1_MFN_VALID"},
    {"Xen", 14, "XEN_ELFNOTE_SUSPEND_CANCEL"},
    {"Xen", 15, "XEN_ELFNOTE_INIT_P2M"},
    {"Xen", 16, "XEN_ELFNOTE_MOD_START_PFN"},
    {"Xen", 17, "XEN_ELFNOTE_SUPPORTED_FEATURES"},
    {"Xen", 18, "XEN_ELFNOTE_PHYS32_ENTRY"},
    {"Xen", 19, "XEN_ELFNOTE_PHYS32_RELOC"},
    {"GNU", 1, "NT_GNU_ABI_TAG"},
    {"GNU", 3, "NT_GNU_BUILD_ID"},
    {"GNU", 4, "NT_GNU_GOLD_VERSION"},
    {"GNU", 5, "NT_GNU_PROPERTY_TYPE_0"},
    {"Solo5", solo5_note::abi, "ABI1"},
    {"Solo5", solo5_note::manifest, "MFT1"},
    {"OpenBSD", 1, "NT_OPENBSD_IDENT"},
    {"NetBSD", 1, "NT_NETBSD_IDENT"},
    {"HERMIT", hermitNote, "HERMIT_ENTRY"},
    {"sprig", sprigNote, "SPRIG"},
    {"rumpkernel.org", 0x101, "rumprun bake recipe"},
    {"FDO", 0xcafe1a7e, "FDO_PACKAGING_METADATA"},
};

std::string nameOf(std::string_view owner, std::uint32_t type)
{
    for (const NoteName& known : noteNames) {
        if (known.owner == owner && known.type == type) {
            return std::string(known.name);
        }
    }
    return formatted("type {:#x}", type);
}

std::string hexOf(std::string_view bytes)
{
    std::string hex;
    for (const char c : bytes) {
        hex += formatted("{:02x}", static_cast<std::uint8_t>(c));
    }
    return hex;
}

/// A descriptor's text where it is text at all, without the NULs that end it. A long one may be a list of
/// texts (rumprun's bake recipe): they are joined.
std::optional<std::string> textOf(std::string_view raw)
{
    static constexpr std::size_t longerThanNumbers = 16;
    while (raw.ends_with('\0')) {
        raw.remove_suffix(1);
    }
    const auto isText = [&](unsigned char c) {
        return (c >= 0x20 && c != 0x7f) || (c == 0 && raw.size() > longerThanNumbers);
    };
    if (raw.empty() || raw.size() > mostNoteText || !std::ranges::all_of(raw, isText) || !isUtf8(raw)) {
        return std::nullopt;
    }
    return join(split(raw, '\0'), "; ");
}

std::string described(const ElfFile& elf, std::string_view owner, std::uint32_t type, std::string_view raw)
{
    // a small number can look like a letter: Xen's texts are known by their types, 5 to 10
    const bool mayBeText = owner != "Xen" || (type >= xen_note::xenVersion && type <= 10);
    if (const auto text = textOf(raw); text && mayBeText && (raw.size() > text->size() || raw.size() > 8)) {
        return *text;
    }
    if (raw.size() == 4 || raw.size() == 8) {
        return formatted("{:#x}", elf.number(raw, raw.size()));
    }
    const std::string hex = hexOf(raw.substr(0, mostHex));
    return raw.size() > mostHex ? hex + formatted("… ({} bytes)", raw.size()) : hex;
}

/// Takes the notes of one stretch of the file after the other.
class Collector {
public:
    explicit Collector(const ElfFile& elf) : elf_(elf) {}

    void take(std::uint64_t offset, std::uint64_t size, std::uint64_t alignment)
    {
        // a section that a segment holds too is read once
        if (!stretches_.insert({offset, size}).second) {
            return;
        }
        Elf_Data* data = elf_.data(offset, size, alignment == 8 ? ELF_T_NHDR8 : ELF_T_NHDR, bytesLeft_);
        if (data == nullptr) {
            return;
        }
        bytesLeft_ -= size;
        const std::string_view bytes(static_cast<const char*>(data->d_buf), data->d_size);
        GElf_Nhdr header{};
        std::size_t nameAt = 0;
        std::size_t descriptionAt = 0;
        std::size_t at = 0;
        while (notes.size() < mostNotes) {
            const std::size_t next = gelf_getnote(data, at, &header, &nameAt, &descriptionAt);
            if (next <= at) {
                return;
            }
            if (taken_.insert(offset + at).second) {
                add(header.n_type, bytes.substr(nameAt, header.n_namesz),
                    bytes.substr(descriptionAt, header.n_descsz));
            }
            at = next;
        }
    }

    std::vector<Note> notes;

private:
    void add(std::uint32_t type, std::string_view owner, std::string_view raw)
    {
        owner = owner.substr(0, std::min(owner.find('\0'), mostNoteText));
        notes.push_back({.owner = printable(owner),
                         .type = type,
                         .title = nameOf(owner, type),
                         .description = described(elf_, owner, type, raw),
                         .raw = std::string(raw.substr(0, mostRaw))});
    }

    const ElfFile& elf_;
    std::set<std::pair<std::uint64_t, std::uint64_t>> stretches_;
    std::set<std::uint64_t> taken_; // by file offset
    std::uint64_t bytesLeft_ = mostNoteBytes;
};

} // namespace

std::vector<Note> readNotes(const ElfFile& elf)
{
    Collector collector(elf);
    for (const GElf_Phdr& segment : elf.segments()) {
        if (segment.p_type == PT_NOTE) {
            collector.take(segment.p_offset, segment.p_filesz, segment.p_align);
        }
    }
    for (const ElfSection& section : elf.sections()) {
        if (section.header.sh_type == SHT_NOTE) {
            collector.take(section.header.sh_offset, section.header.sh_size, section.header.sh_addralign);
        }
    }
    if (const ElfSection* legacy = elf.section(xenGuestSection);
        legacy != nullptr && legacy->occupiesFile()) {
        const auto size = std::min<std::uint64_t>(legacy->header.sh_size, mostXenGuest);
        const std::string raw = elf.file().read(legacy->header.sh_offset, static_cast<std::size_t>(size));
        collector.notes.push_back({.owner = std::string(xenGuestSection),
                                   .type = 0,
                                   .title = "legacy Xen guest section",
                                   .description = printable(raw.substr(0, raw.find('\0'))),
                                   .raw = raw});
    }
    return std::move(collector.notes);
}

const Note* findNote(std::span<const Note> notes, std::string_view owner, std::uint32_t type)
{
    const auto found = std::ranges::find_if(
        notes, [&](const Note& note) { return note.owner == owner && note.type == type; });
    return found == notes.end() ? nullptr : &*found;
}

std::optional<std::uint64_t> noteNumber(const ElfFile& elf, const Note& note)
{
    if (note.raw.size() != 4 && note.raw.size() != 8) {
        return std::nullopt;
    }
    return elf.number(note.raw, note.raw.size());
}

std::string xenText(std::span<const Note> notes, std::uint32_t type, std::string_view key)
{
    if (const Note* note = findNote(notes, "Xen", type)) {
        return printable(note->raw.substr(0, note->raw.find('\0')));
    }
    if (const Note* legacy = findNote(notes, xenGuestSection, 0)) {
        for (const std::string& pair : split(legacy->description, ',')) {
            if (pair.starts_with(key) && pair.substr(key.size()).starts_with('=')) {
                return pair.substr(key.size() + 1);
            }
        }
    }
    return {};
}

std::string buildIdOf(std::span<const Note> notes)
{
    const Note* note = findNote(notes, "GNU", NT_GNU_BUILD_ID);
    // a build id is a hash; ld's longest is a SHA-1, others' a SHA-512 at most
    return note == nullptr || note->raw.size() > 64 ? std::string() : hexOf(note->raw);
}

std::vector<ManifestDevice> readManifest(const ElfFile& elf, std::span<const Note> notes)
{
    // struct mft { u32 version, entries; struct mft_entry { char name[68]; u32 type; … } e[]; }, an entry
    // of 104 bytes; the structure is aligned to 8, so that 4 bytes can stand before it in the note
    static constexpr std::size_t headSize = 8;
    static constexpr std::size_t nameSize = 68;
    static constexpr std::size_t entrySize = 104;
    const Note* note = findNote(notes, "Solo5", solo5_note::manifest);
    if (note == nullptr || note->raw.size() < headSize) {
        return {};
    }
    std::string_view bytes = note->raw;
    bytes.remove_prefix((bytes.size() - headSize) % entrySize == 4 ? 4 : 0);
    const auto count = static_cast<std::size_t>(elf.number(bytes.substr(4), 4));
    std::vector<ManifestDevice> devices;
    for (std::size_t i = 0; i < std::min(count, mostManifestDevices); ++i) {
        const std::size_t at = headSize + (i * entrySize);
        if (at + nameSize + 4 > bytes.size()) {
            break;
        }
        const std::string_view name = stringAt(bytes.substr(at, nameSize), 0, nameSize);
        const std::uint64_t type = elf.number(bytes.substr(at + nameSize), 4);
        if (type == 1 || type == 2) { // MFT_DEV_BLOCK_BASIC, MFT_DEV_NET_BASIC
            devices.push_back({printable(name), type == 1 ? "block" : "net"});
        }
    }
    return devices;
}

} // namespace rumpus
