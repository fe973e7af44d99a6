// What every driver's domains have in common: the plan that they carry, their size, where their files are.
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "platforms/libvirt/domain_xml.h"
#include "platforms/libvirt/xml_writer.h"

#include <cstddef>
#include <filesystem>
#include <string>
#include <string_view>

namespace rumpus {

/// libvirt's word in <on_crash> and its like.
std::string_view lifecycleWord(AfterEnd after);

/// Name, UUID, plan, memory and processors.
void writeHead(XmlWriter& xml, const LaunchPlan& plan, const DomainWishes& wishes);

/// Our element with the plan.
void writePlan(XmlWriter& xml, const LaunchPlan& plan);

/// The file that is loaded beside the image: the plan's module or its initrd; empty: none.
std::string initrdOf(XmlWriter& xml, const LaunchPlan& plan, const DomainWishes& wishes);

/// vda … vdz, vdaa …: a prefix and a disk's number as letters.
std::string diskTarget(std::string_view prefix, std::size_t index);

} // namespace rumpus
