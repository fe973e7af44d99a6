// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/session/domains.h"

#include "core/base/files.h"
#include "core/base/format.h"
#include "core/base/text.h"
#include "platforms/libvirt/domain_lookup.h"
#include "platforms/libvirt/domain_xml.h"
#include "platforms/libvirt/libvirt_host.h"

namespace rumpus {

QCoro::Task<Result<DomainImport>> importDomain(std::string host, std::string domain)
{
    const Result<std::unique_ptr<Host>> opened = openHost(host);
    if (!opened) {
        co_return std::unexpected(opened.error());
    }
    auto* libvirt = qobject_cast<LibvirtHost*>(opened->get());
    if (libvirt == nullptr) {
        co_return inputError(formatted("host {} has no domains", (*opened)->name()),
                             "name one of libvirt's: --host qemu:///system");
    }
    const Result<std::string> xml = co_await lookUpDomainXml(libvirt->connection(), std::move(domain));
    if (!xml) {
        co_return std::unexpected(xml.error());
    }
    co_return configFromDomain(*xml);
}

Result<DomainImport> importDomainFile(const std::filesystem::path& file)
{
    const Result<std::string> xml = readFile(file);
    if (!xml) {
        return std::unexpected(xml.error());
    }
    return configFromDomain(*xml);
}

std::filesystem::path exportedModule(const LaunchPlan& plan)
{
    return "/tmp/" + domainName(plan.name) + ".module";
}

Result<std::string> planAsDomain(const LaunchPlan& plan)
{
    return domainXml(plan, {.files = {.module = exportedModule(plan)}});
}

} // namespace rumpus
