// A libvirt domain as a config: what there is on a host already, taken over.
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/error.h"
#include "core/config/document.h"

#include <string_view>
#include <vector>

namespace rumpus {

struct DomainImport {
    UnikernelConfig config;
    /// What the domain says and the config does not, by the place where one would look for it.
    std::vector<Problem> problems;
};

/// Reads a domain (virsh dumpxml). Errors: it is no domain's XML. What a unikernel cannot have, such as a
/// display, is a warning; a domain without a kernel of its own is told as an error of "/image".
Result<DomainImport> configFromDomain(std::string_view xml);

} // namespace rumpus
