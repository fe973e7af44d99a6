// Linux: no unikernel, but what one is compared with.
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/dialect/guest_speech.h"
#include "core/image/kind_clues.h"

namespace rumpus {

namespace {

using enum Component;
using enum BootPhase;

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

Evidence isLinuxFile(const Image& image)
{
    return image.canBootBy(BootProtocol::LinuxBoot) ? Evidence{"a kernel for a boot loader"} : Evidence{};
}

constexpr BootWord linuxBoot[] = {
    {"Linux version ", {}, Banner},
    {"Run ", " as init process", Main},
};

constexpr ComponentRule linuxPaths[] = {
    {"/net/", KernelNet}, {"/fs/", KernelVfs}, {"/drivers/", KernelDev},
    {"/arch/", Platform}, {"/", KernelCore},
};

constexpr GuestSpeech linuxSpeech{.boot = linuxBoot};
constexpr Kernel linuxKernel{.components = {.ways = {}, .paths = linuxPaths, .symbols = {}},
                             .speech = &linuxSpeech};
constexpr UnfitMachine linuxUnfit[] = {{"microvm", ""}};
constexpr KindTraits linux{.key = "linux",
                           .title = "Linux",
                           .kernel = &linuxKernel,
                           .test = isLinux,
                           .testForeign = isLinuxFile,
                           .isGuess = true,
                           .unfitMachines = linuxUnfit};

} // namespace

extern const KindList linuxKinds{&linux, 1};

} // namespace rumpus
