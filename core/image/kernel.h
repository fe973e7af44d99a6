// Kernel: kinds of images that differ only in what boots them have one kernel, its files and its words.
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/image/image.h"

#include <cstdint>
#include <string_view>

namespace rumpus {

enum class Kernel : std::uint8_t {
    Unknown,
    Sprig,
    Rumprun,
    Unikraft,
    Solo5,
    MiniOs,
    Osv,
    Nanos,
    Hermit,
    Linux
};

constexpr Kernel kernelOf(ImageKind kind)
{
    switch (kind) {
    case ImageKind::Sprig: return Kernel::Sprig;
    case ImageKind::RumprunHw:
    case ImageKind::RumprunXen: return Kernel::Rumprun;
    case ImageKind::UnikraftQemu:
    case ImageKind::UnikraftXen:
    case ImageKind::UnikraftFirecracker:
    case ImageKind::UnikraftEfi: return Kernel::Unikraft;
    case ImageKind::Solo5Hvt:
    case ImageKind::Solo5Spt:
    case ImageKind::Solo5Virtio:
    case ImageKind::Solo5Muen:
    case ImageKind::Solo5Genode:
    case ImageKind::Solo5Xen: return Kernel::Solo5;
    case ImageKind::MiniOs: return Kernel::MiniOs;
    case ImageKind::Osv: return Kernel::Osv;
    case ImageKind::Nanos: return Kernel::Nanos;
    case ImageKind::Hermit: return Kernel::Hermit;
    case ImageKind::Linux: return Kernel::Linux;
    case ImageKind::Generic: break;
    }
    return Kernel::Unknown;
}

/// The function that an application begins with, as its kernel calls it (Solo5's solo5.h, Mini-OS's main.c).
constexpr std::string_view applicationMain(ImageKind kind)
{
    switch (kernelOf(kind)) {
    case Kernel::Solo5: return "solo5_app_main";
    case Kernel::MiniOs: return "app_main";
    default: return "main";
    }
}

} // namespace rumpus
