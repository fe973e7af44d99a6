// Hermit: a kernel in Rust, linked with its program and entered by a loader of its own.
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/image/kind_clues.h"
#include "core/image/notes.h"

namespace rumpus {

namespace {

using enum Component;

Evidence isHermit(const KindClues& clues)
{
    return findNote(clues.notes, "HERMIT", hermitNote) != nullptr
               ? Evidence{"a note of owner \"HERMIT\", type 0x5a00: it wants the loader hermit-loader"}
               : Evidence{};
}

/// It is entered by its own loader only.
std::vector<BootEntry> noBoot(const KindClues& /*clues*/)
{
    return {};
}

constexpr ComponentRule hermitPaths[] = {
    {"smoltcp", KernelNet},
    {"/src/fs/", KernelVfs},
    {"/src/drivers/", KernelDev},
    {"/src/arch/", Platform},
    {"/rustc/", Libc},
    {"/library/std/", Libc},
    {"hermit-kernel", KernelCore},
    {"/kernel/src/", KernelCore},
};

constexpr Kernel hermitKernel{.components = {.ways = {}, .paths = hermitPaths, .symbols = {}}};
constexpr KindTraits hermit{
    .key = "hermit", .title = "Hermit", .kernel = &hermitKernel, .test = isHermit, .boots = noBoot};

} // namespace

extern const KindList hermitKinds{&hermit, 1};

} // namespace rumpus
