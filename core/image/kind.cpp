// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/format.h"
#include "core/base/text.h"
#include "core/image/kind_clues.h"
#include "core/image/notes.h"

#include <algorithm>
#include <utility>

namespace rumpus {

namespace {

const std::vector<const KindTraits*>& allKinds()
{
    static const std::vector<const KindTraits*> kinds = [] {
        std::vector<const KindTraits*> list;
        for (const KindList& file : kindFiles()) {
            std::ranges::transform(file, std::back_inserter(list),
                                   [](const KindTraits& kind) { return &kind; });
        }
        return list;
    }();
    return kinds;
}

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

/// The first kind whose test, as `ask` calls it, gives evidence: those that are sure before those that guess.
template <typename Ask>
KindVerdict firstKind(const Ask& ask)
{
    for (const bool guesses : {false, true}) {
        for (const KindTraits* kind : allKinds()) {
            if (Evidence evidence = kind->isGuess == guesses ? ask(*kind) : Evidence{}; !evidence.empty()) {
                return {.kind = ImageKind(*kind), .evidence = std::move(evidence)};
            }
        }
    }
    return {};
}

} // namespace

const KindTraits genericKind{.key = "generic", .title = "generic ELF"};

std::string_view key(ImageKind kind)
{
    return kind->key;
}

std::string_view title(ImageKind kind)
{
    return kind->title;
}

std::optional<ImageKind> imageKind(std::string_view key)
{
    const std::vector<const KindTraits*>& kinds = allKinds();
    const auto found = std::ranges::find(kinds, key, &KindTraits::key);
    if (found != kinds.end()) {
        return ImageKind(**found);
    }
    return key == genericKind.key ? std::optional(ImageKind()) : std::nullopt;
}

std::vector<std::string_view> imageKindKeys()
{
    std::vector<std::string_view> keys;
    std::ranges::transform(allKinds(), std::back_inserter(keys), &KindTraits::key);
    keys.push_back(genericKind.key);
    return keys;
}

std::string_view applicationMain(ImageKind kind)
{
    return kind->kernel == nullptr ? Kernel{}.applicationMain : kind->kernel->applicationMain;
}

std::string_view kernelMover(ImageKind kind)
{
    return kind->kernel == nullptr ? std::string_view() : kind->kernel->mover;
}

KindVerdict detectKind(const KindClues& clues)
{
    KindVerdict verdict = firstKind(
        [&](const KindTraits& kind) { return kind.test == nullptr ? Evidence{} : kind.test(clues); });
    if (verdict.evidence.empty()) {
        verdict.evidence = genericEvidence(clues);
    }
    if (clues.elf.header().e_type == ET_REL) {
        verdict.evidence.emplace_back("an object file, not linked yet");
    }
    return verdict;
}

void detectForeignKind(Image& image)
{
    KindVerdict verdict = firstKind([&](const KindTraits& kind) {
        return kind.testForeign == nullptr ? Evidence{} : kind.testForeign(image);
    });
    image.kind = verdict.kind;
    std::ranges::move(verdict.evidence, std::back_inserter(image.evidence));
}

std::vector<BootEntry> bootsOfKind(ImageKind kind, const KindClues& clues)
{
    const std::uint16_t type = clues.elf.header().e_type;
    if ((type != ET_EXEC && type != ET_DYN) || clues.elf.holdsOnlyDebug()) {
        return {};
    }
    return kind->boots == nullptr ? clues.boots.entries : kind->boots(clues);
}

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

} // namespace rumpus
