// Domains of libvirt's as configs, and plans as domains.
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/session/prepare.h"
#include "platforms/libvirt/domain_import.h"

#include <QCoroTask>

#include <filesystem>
#include <string>

namespace rumpus {

/// A domain of a host, by name or UUID. Errors: the host is none of libvirt's or does not answer, there is no
/// such domain.
QCoro::Task<Result<DomainImport>> importDomain(std::string host, std::string domain);
/// A domain's XML in a file.
Result<DomainImport> importDomainFile(const std::filesystem::path& file);

/// A plan as a domain's XML, for other tools of libvirt's. Where the plan has a module, somebody must first
/// put it where exportedModule says.
Result<std::string> planAsDomain(const LaunchPlan& plan);
std::filesystem::path exportedModule(const LaunchPlan& plan);

} // namespace rumpus
