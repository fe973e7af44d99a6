// The kinds of unikernel by name, for tests; only they speak of certain kinds outside core/kinds.
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/image/image_kind.h"

#include <ostream>

namespace rumpus {

inline void PrintTo(ImageKind kind, std::ostream* out)
{
    *out << key(kind);
}

} // namespace rumpus

namespace rumpus::kinds {

inline const ImageKind Sprig = imageKind("sprig").value();
inline const ImageKind RumprunHw = imageKind("rumprun-hw").value();
inline const ImageKind RumprunXen = imageKind("rumprun-xen").value();
inline const ImageKind UnikraftQemu = imageKind("unikraft-qemu").value();
inline const ImageKind UnikraftXen = imageKind("unikraft-xen").value();
inline const ImageKind UnikraftFirecracker = imageKind("unikraft-firecracker").value();
inline const ImageKind UnikraftEfi = imageKind("unikraft-efi").value();
inline const ImageKind Solo5Hvt = imageKind("solo5-hvt").value();
inline const ImageKind Solo5Spt = imageKind("solo5-spt").value();
inline const ImageKind Solo5Virtio = imageKind("solo5-virtio").value();
inline const ImageKind Solo5Muen = imageKind("solo5-muen").value();
inline const ImageKind Solo5Genode = imageKind("solo5-genode").value();
inline const ImageKind Solo5Xen = imageKind("solo5-xen").value();
inline const ImageKind MiniOs = imageKind("mini-os").value();
inline const ImageKind Osv = imageKind("osv").value();
inline const ImageKind Nanos = imageKind("nanos").value();
inline const ImageKind Hermit = imageKind("hermit").value();
inline const ImageKind Linux = imageKind("linux").value();
inline const ImageKind Generic;

} // namespace rumpus::kinds
