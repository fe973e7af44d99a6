// What libvirt says when it fails, as an error with its cure.
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/error.h"

#include <string>
#include <string_view>

namespace rumpus {

/// libvirt's last error on a thread (virGetLastError): a code of virErrorNumber, the virErrorDomain that it
/// is of, and its words.
struct LibvirtFailure {
    int code = 0;
    int domain = 0;
    std::string message;
};

/// The failure of the call that this thread has just made.
LibvirtFailure lastLibvirtFailure();

/// What failed, libvirt's words on one line, and what to do about it where that is known.
Error libvirtError(std::string_view what, const LibvirtFailure& failure);

/// The same of the call that this thread has just made, ready to be returned.
std::unexpected<Error> libvirtFailed(std::string_view what);

} // namespace rumpus
