// Nanos: a kernel for one Linux program, which it loads from its disk.
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/dialect/guest_speech.h"
#include "core/image/kind_clues.h"

#include <algorithm>

namespace rumpus {

namespace {

using enum Component;
using How = SpokenEnd::How;

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

// src/kernel/init.c, src/x86_64/interrupt.c; the program's own exit is told by none of its words
constexpr EndWord nanosEnds[] = {
    {"assertion ", How::Crashed, "", false},
    {"no fault handler for frame", How::Crashed, "", false},
    {"frame trace:", How::Crashed, "", true},
};

constexpr GuestSpeech nanosSpeech{.ends = nanosEnds};
constexpr Kernel nanosKernel{.applicationMain =
                                 "exec_elf",   // src/unix/exec.c: it gives the program its process
                             .mover = "kaslr", // src/kernel/init.c
                             .components = {.ways = {}, .paths = nanosPaths, .symbols = {}},
                             .speech = &nanosSpeech};
// its PVH entry was seen to work on a microvm only, and there without a second IO-APIC
constexpr UnfitMachine nanosUnfit[] = {{"pc", ""}};
// it knows devices of virtio 1.0 only; images that are made with (debug_exit:t) end QEMU by a port
constexpr std::string_view nanosArguments[] = {"-global", "virtio-mmio.force-legacy=false", "-device",
                                               "isa-debug-exit"};
constexpr KindTraits nanos{.key = "nanos",
                           .title = "Nanos",
                           .kernel = &nanosKernel,
                           .test = isNanos,
                           .isGuess = true,
                           .unfitMachines = nanosUnfit,
                           .findsVirtioMmio = true,
                           .microvmOptions = "ioapic2=off",
                           .qemuArguments = nanosArguments};

} // namespace

extern const KindList nanosKinds{&nanos, 1};

} // namespace rumpus
