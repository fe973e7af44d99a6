// The JSON that rumprun's guests read (lib/librumprun_base/config.c of rumprun), and that sprig's read too.
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/dialect/dialect.h"

#include <cstddef>
#include <string>
#include <string_view>

namespace rumpus {

/// What differs between the guests that read it.
struct RumprunReader {
    std::string_view dialect; ///< as errors call it
    std::string_view diskSource = "dev";
    bool clonesInterfaces = false;
    bool mountsKernfs = false;
    bool needsProgram = true; ///< a configuration without a program ends the guest
    bool knowsPipes = true;
    bool knowsIpv6 = true;
    std::size_t commandLineSize = 4096; ///< bytes of the guest's buffer for its command line
    std::size_t moduleSize = 0;         ///< the first size of a module that is too large; 0: any fits
};

/// The whole text; empty where there is nothing to say. What cannot be said is added to the problems.
std::string rumprunJson(const UnikernelConfig& config, const RumprunReader& reader,
                        const GuestDialect& dialect, GuestWords& words);

/// On the command line where that holds it, else as a multiboot module.
GuestWords tellRumprunJson(const UnikernelConfig& config, const Image& image, const RumprunReader& reader,
                           const GuestDialect& dialect);

/// NetBSD's names for the n-th virtio card and disk, which sprig gives its own too.
std::string vioifName(std::size_t index);
std::string ldName(std::size_t index);

/// One Xenstore node a value below "rumprun/", as rumprun-xen of November 2014 reads them.
extern const GuestDialect rumprunXen2014Dialect;

} // namespace rumpus
