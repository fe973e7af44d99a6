// Nanos: a kernel for one Linux program, which it loads from its disk.
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/image/kind_clues.h"

#include <algorithm>

namespace rumpus {

namespace {

using enum Component;

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

constexpr ComponentRule nanosPaths[] = {
    {"/lwip/", KernelNet},        {"/src/net/", KernelNet}, {"/src/virtio/", KernelDev},
    {"/src/drivers/", KernelDev}, {"/src/fs/", KernelVfs},  {"/src/tfs/", KernelVfs},
    {"/src/xen/", Platform},      {"/platform/", Platform}, {"/src/x86_64/", Platform},
    {"/src/aarch64/", Platform},  {"/src/", KernelCore},
};

constexpr Kernel nanosKernel{.components = {.ways = {}, .paths = nanosPaths, .symbols = {}}};
constexpr UnfitMachine nanosUnfit[] = {{"microvm", ""}};
constexpr KindTraits nanos{.key = "nanos",
                           .title = "Nanos",
                           .kernel = &nanosKernel,
                           .test = isNanos,
                           .isGuess = true,
                           .unfitMachines = nanosUnfit};

} // namespace

extern const KindList nanosKinds{&nanos, 1};

} // namespace rumpus
