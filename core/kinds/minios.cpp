// Mini-OS: the small kernel in Xen's tree, alone or below others.
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/dialect/guest_speech.h"
#include "core/image/kind_clues.h"

namespace rumpus {

namespace {

using enum Component;
using How = SpokenEnd::How;

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

constexpr EndWord miniOsEnds[] = {
    {"main.c: return ", How::Ended, "main.c: return ", false},
    {"Page fault at linear address", How::Crashed, "", false},
    {"Do_exit called", How::Ended, "", true},
};

constexpr ComponentRule miniOsPaths[] = {
    {"/lwip", KernelNet},          {"netfront.c", KernelNet},       {"/newlib", Libc},
    {"blkfront.c", KernelDev},     {"fbfront.c", KernelDev},        {"pcifront.c", KernelDev},
    {"/mini-os/arch/", Platform},  {"/mini-os/console", Platform},  {"/mini-os/hypervisor.c", Platform},
    {"/mini-os/xenbus", Platform}, {"/mini-os/events.c", Platform}, {"/mini-os/gnttab.c", Platform},
    {"/mini-os/lib/", Libc},       {"/mini-os/", KernelCore},
};

constexpr GuestSpeech miniOsSpeech{.ends = miniOsEnds};
constexpr Kernel miniOsKernel{.applicationMain = "app_main",
                              .components = {.ways = {}, .paths = miniOsPaths, .symbols = {}},
                              .speech = &miniOsSpeech};
constexpr KindTraits miniOs{
    .key = "mini-os", .title = "Mini-OS", .kernel = &miniOsKernel, .test = isMiniOs, .isGuess = true};

} // namespace

extern const KindList miniosKinds{&miniOs, 1};

} // namespace rumpus
