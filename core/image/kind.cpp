// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/image/kind.h"

#include "core/base/format.h"
#include "core/base/text.h"
#include "core/image/notes.h"
#include "core/image/symbol_table.h"

#include <algorithm>
#include <string>

namespace rumpus {

namespace {

using Evidence = std::vector<std::string>; // empty: it is not of that kind

struct KindTest {
    ImageKind kind;
    Evidence (*test)(const KindClues& clues);
};

bool hasSection(const KindClues& clues, std::string_view name)
{
    return clues.elf.section(name) != nullptr;
}

bool bootsBy(const KindClues& clues, BootProtocol protocol)
{
    return std::ranges::contains(clues.boots.entries, protocol, &BootEntry::protocol);
}

std::string guestOs(const KindClues& clues)
{
    return xenText(clues.notes, xen_note::guestOs, "GUEST_OS");
}

Evidence ifGuestOs(const KindClues& clues, std::string_view name)
{
    const std::string said = guestOs(clues);
    return said == name ? Evidence{formatted("tells Xen that GUEST_OS is \"{}\"", said)} : Evidence{};
}

Evidence isSprig(const KindClues& clues)
{
    return findNote(clues.notes, "sprig", sprigNote) != nullptr ? Evidence{"a note of owner \"sprig\""}
                                                                : Evidence{};
}

template <std::uint32_t target>
Evidence isSolo5(const KindClues& clues)
{
    const Note* note = findNote(clues.notes, "Solo5", solo5_note::abi);
    if (note == nullptr || note->raw.size() < 8 || clues.elf.number(note->raw, 4) != target) {
        return {};
    }
    const std::uint64_t version = clues.elf.number(std::string_view(note->raw).substr(4), 4);
    return {formatted("a Solo5 ABI1 note with target {}, version {}", target, version)};
}

Evidence hasRumpComponents(const KindClues& clues)
{
    Evidence evidence;
    for (const std::string_view name : {"link_set_rump_components", ".note.rumprun.bakerecipe"}) {
        if (hasSection(clues, name)) {
            evidence.push_back(formatted("a section {}", name));
        }
    }
    if (!evidence.empty()) {
        return evidence;
    }
    if (const ElfSection* names = clues.elf.section(".strtab"); names != nullptr && names->occupiesFile()) {
        static constexpr std::string_view program("rumprun_main1\0", 14);
        if (clues.elf.file().contains(names->header.sh_offset, names->header.sh_size, program)) {
            evidence.emplace_back("a symbol rumprun_main1");
        }
    } else if (clues.elf.sections().empty() && !clues.elf.segments().empty() &&
               clues.elf.file().contains(0, clues.elf.file().size(), "rumprun_tuple:")) {
        evidence.emplace_back("the text \"rumprun_tuple:\" in a file without sections");
    }
    return evidence;
}

Evidence isRumprunXen(const KindClues& clues)
{
    Evidence evidence = ifGuestOs(clues, "rumprun");
    if (evidence.empty() && !hasSection(clues, xenGuestSection)) {
        return {};
    }
    Evidence components = hasRumpComponents(clues);
    if (evidence.empty() && !components.empty()) {
        evidence.emplace_back("a section __xen_guest");
    }
    std::ranges::move(components, std::back_inserter(evidence));
    return evidence;
}

Evidence isRumprunHw(const KindClues& clues)
{
    Evidence evidence = hasRumpComponents(clues);
    if (!evidence.empty() && hasSection(clues, ".bootstrap")) {
        evidence.emplace_back("a section .bootstrap");
    }
    return evidence;
}

constexpr std::string_view unikraftSection = ".uk_bootinfo";

/// For images that are not stripped, which are those with the debug information: the entry's name.
std::string entrySymbol(const KindClues& clues)
{
    return symbolAt(clues.elf, clues.elf.header().e_entry,
                    {"_multiboot_entry", "_lxboot_entry", "uk_efi_entry64"});
}

Evidence ifUnikraft(const KindClues& clues, std::string_view entry, std::string_view debugFileOf)
{
    if (!hasSection(clues, unikraftSection)) {
        return {};
    }
    Evidence evidence{"a section .uk_bootinfo"};
    if (!entry.empty()) {
        evidence.push_back(formatted("enters at {}", entry));
    }
    if (!debugFileOf.empty()) {
        evidence.push_back(formatted("this is the file with the debug information: {}", debugFileOf));
    }
    return evidence;
}

Evidence isUnikraftXen(const KindClues& clues)
{
    Evidence evidence = ifGuestOs(clues, "Unikraft");
    if (!evidence.empty() && hasSection(clues, unikraftSection)) {
        evidence.emplace_back("a section .uk_bootinfo");
    }
    return evidence;
}

Evidence isUnikraftQemu(const KindClues& clues)
{
    if (bootsBy(clues, BootProtocol::Multiboot1)) {
        Evidence evidence = ifUnikraft(clues, {}, {});
        if (!evidence.empty()) {
            evidence.emplace_back("a multiboot header");
        }
        return evidence;
    }
    return hasSection(clues, unikraftSection) && entrySymbol(clues) == "_multiboot_entry"
               ? ifUnikraft(clues, "_multiboot_entry", "boot the one beside it without .dbg")
               : Evidence{};
}

Evidence isUnikraftEfi(const KindClues& clues)
{
    return hasSection(clues, unikraftSection) && entrySymbol(clues) == "uk_efi_entry64"
               ? ifUnikraft(clues, "uk_efi_entry64", "boot the one beside it without .dbg")
               : Evidence{};
}

Evidence isUnikraftFirecracker(const KindClues& clues)
{
    Evidence evidence = ifUnikraft(clues, hasSection(clues, unikraftSection) ? entrySymbol(clues) : "", {});
    if (!evidence.empty()) {
        evidence.emplace_back("neither a multiboot header nor a Xen note");
    }
    return evidence;
}

Evidence isMiniOs(const KindClues& clues)
{
    Evidence evidence = ifGuestOs(clues, "Mini-OS");
    if (!evidence.empty()) {
        return evidence;
    }
    const bool onlyPvh = clues.boots.entries.size() == 1 && bootsBy(clues, BootProtocol::Pvh);
    if (!clues.elf.is64() && onlyPvh && clues.elf.segmentOfType(PT_NOTE) == nullptr &&
        guestOs(clues).empty()) {
        evidence.emplace_back("a 32-bit ELF file with Xen note 18 alone, as a section");
    }
    return evidence;
}

Evidence isOsv(const KindClues& clues)
{
    const Evidence evidence = ifGuestOs(clues, "osv");
    return evidence.empty() ? ifGuestOs(clues, "OSv") : evidence;
}

Evidence isNanos(const KindClues& clues)
{
    const auto isAtTwoMegabytes = [](const GElf_Phdr& segment) {
        return segment.p_type == PT_LOAD && segment.p_memsz != 0 && segment.p_paddr == 0x200000;
    };
    return clues.elf.is64() && bootsBy(clues, BootProtocol::Pvh) && guestOs(clues).empty() &&
                   std::ranges::any_of(clues.elf.segments(), isAtTwoMegabytes)
               ? Evidence{"Xen note 18 without GUEST_OS", "loads at 0x200000"}
               : Evidence{};
}

Evidence isHermit(const KindClues& clues)
{
    return findNote(clues.notes, "HERMIT", hermitNote) != nullptr
               ? Evidence{"a note of owner \"HERMIT\", type 0x5a00: it wants the loader hermit-loader"}
               : Evidence{};
}

Evidence isLinux(const KindClues& clues)
{
    Evidence evidence = ifGuestOs(clues, "linux");
    // modules (relocatable files) have __ksymtab too
    if (evidence.empty() && clues.elf.header().e_type != ET_REL && hasSection(clues, "__ksymtab") &&
        hasSection(clues, ".init.text")) {
        evidence = {"a section __ksymtab", "a section .init.text"};
    }
    return evidence;
}

constexpr KindTest kindTests[] = {
    {ImageKind::Sprig, isSprig},
    {ImageKind::Solo5Hvt, isSolo5<1>},
    {ImageKind::Solo5Spt, isSolo5<2>},
    {ImageKind::Solo5Virtio, isSolo5<3>},
    {ImageKind::Solo5Muen, isSolo5<4>},
    {ImageKind::Solo5Genode, isSolo5<5>},
    {ImageKind::Solo5Xen, isSolo5<6>},
    {ImageKind::RumprunXen, isRumprunXen},
    {ImageKind::RumprunHw, isRumprunHw},
    {ImageKind::UnikraftXen, isUnikraftXen},
    {ImageKind::UnikraftQemu, isUnikraftQemu},
    {ImageKind::UnikraftEfi, isUnikraftEfi},
    {ImageKind::UnikraftFirecracker, isUnikraftFirecracker},
    {ImageKind::MiniOs, isMiniOs},
    {ImageKind::Osv, isOsv},
    {ImageKind::Nanos, isNanos},
    {ImageKind::Hermit, isHermit},
    {ImageKind::Linux, isLinux},
};

Evidence genericEvidence(const KindClues& clues)
{
    const GElf_Phdr* interpreter = clues.elf.segmentOfType(PT_INTERP);
    if (interpreter != nullptr) {
        const std::string path = clues.elf.file().read(interpreter->p_offset, 256);
        return {formatted("a program for an operating system: its interpreter is {}",
                          printable(path.substr(0, path.find('\0'))))};
    }
    return {"nothing in it tells which unikernel it is"};
}

} // namespace

KindVerdict detectKind(const KindClues& clues)
{
    KindVerdict verdict;
    for (const KindTest& known : kindTests) {
        if (Evidence evidence = known.test(clues); !evidence.empty()) {
            verdict = {known.kind, std::move(evidence)};
            break;
        }
    }
    if (verdict.evidence.empty()) {
        verdict.evidence = genericEvidence(clues);
    }
    if (clues.elf.header().e_type == ET_REL) {
        const bool unbaked = hasSection(clues, ".note.rumprun.bakerecipe");
        verdict.evidence.emplace_back(unbaked ? "not baked yet: rumprun-bake makes the image"
                                              : "an object file, not linked yet");
    }
    return verdict;
}

std::vector<BootEntry> bootsOfKind(ImageKind kind, const KindClues& clues)
{
    const std::uint16_t type = clues.elf.header().e_type;
    if ((type != ET_EXEC && type != ET_DYN) || clues.elf.holdsOnlyDebug()) {
        return {};
    }
    std::vector<BootEntry> boots = clues.boots.entries;
    switch (kind) {
    case ImageKind::Solo5Hvt:
    case ImageKind::Solo5Spt:
    case ImageKind::Solo5Muen:
    case ImageKind::Solo5Genode: return {{BootProtocol::Tender, clues.elf.header().e_entry, 64}};
    case ImageKind::Solo5Xen: // it has a multiboot header as well, but needs Xen's hypercalls
        std::erase_if(boots, [](const BootEntry& entry) { return entry.protocol != BootProtocol::Pvh; });
        return boots;
    case ImageKind::UnikraftFirecracker:
        // Firecracker enters an ELF file with Linux's boot_params in hand (docs: "Linux 64-bit boot
        // protocol")
        return {{BootProtocol::LinuxBoot, clues.elf.header().e_entry, 64}};
    case ImageKind::Hermit: return {};
    case ImageKind::UnikraftQemu:
    case ImageKind::UnikraftEfi: // of a .dbg file nothing is left then
        std::erase_if(boots, [](const BootEntry& entry) { return entry.protocol == BootProtocol::PlainElf; });
        return boots;
    default: return boots;
    }
}

} // namespace rumpus
