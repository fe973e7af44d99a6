// SPDX-License-Identifier: GPL-3.0-or-later
#include "platforms/libvirt/domain_search.h"

#include "core/base/text.h"
#include "platforms/libvirt/domain_call.h"
#include "platforms/libvirt/domain_import.h"
#include "platforms/libvirt/domain_xml.h"
#include "platforms/libvirt/xen_calls.h"
#include "platforms/libvirt/xen_console_log.h"

#include <algorithm>
#include <iterator>
#include <utility>

namespace rumpus {

namespace {

/// A plan of somebody else's domain, as far as its XML tells it.
LaunchPlan foreignPlan(std::string name, const std::string& xml, std::string host)
{
    LaunchPlan plan;
    if (const Result<DomainImport> import = configFromDomain(xml)) {
        plan.image = import->config.image;
        plan.memory = import->config.memory;
        plan.vcpus = import->config.vcpus;
    }
    plan.name = std::move(name);
    plan.host = std::move(host);
    return plan;
}

FoundDomain foundDomain(virDomainPtr domain, const std::string& host)
{
    FoundDomain found;
    found.uuid = uuidOf(domain);
    // anybody's, and it goes to terminals
    found.name = printable(::virDomainGetName(domain));
    const std::string xml = takenString(::virDomainGetXMLDesc(domain, 0));
    const std::optional<LaunchPlan> plan = planFromMetadata(xml);
    found.plan = plan ? *plan : foreignPlan(found.name, xml, host);
    found.ours = plan.has_value();
    found.directory = DomainDirectory::find(found.uuid);
    found.hostLog.file = consoleLogOf(xml);
    if (found.hostLog.file.empty()) {
        found.hostLog = notedXenLog(xml, ::virDomainGetID(domain)).value_or(HostLog());
    }
    found.condition = conditionNow(domain).value_or(DomainCondition());
    return found;
}

/// Those of which only the directory is left.
std::vector<FoundDomain> goneDomains(const std::vector<FoundDomain>& existing, const std::string& uri)
{
    std::set<std::string> there;
    for (const FoundDomain& domain : existing) {
        there.insert(domain.uuid);
    }
    std::vector<FoundDomain> gone;
    for (auto& [directory, plan] : DomainDirectory::left(uri, there)) {
        const std::string name = plan.name;
        gone.push_back(
            {.uuid = directory.uuid(),
             .name = name,
             .plan = std::move(plan),
             .condition = {.life = DomainCondition::Life::Gone, .why = "it ended while nobody looked"},
             .directory = directory,
             .consoleLog = {},
             .hostLog = {},
             .ours = true});
    }
    return gone;
}

} // namespace

Result<std::vector<FoundDomain>> findDomains(virConnectPtr handle, const DomainSearch& search)
{
    virDomainPtr* domains = nullptr;
    const unsigned flags =
        search.which == Which::All ? 0U : static_cast<unsigned>(VIR_CONNECT_LIST_DOMAINS_ACTIVE);
    const int count = ::virConnectListAllDomains(handle, &domains, flags);
    if (count < 0) {
        return libvirtFailed("cannot list the host's guests");
    }
    std::vector<std::pair<int, FoundDomain>> numbered;
    for (int i = 0; i < count; ++i) {
        const DomainPointer domain(domains[i]);
        const bool isHost = ::virDomainGetID(domain.get()) == 0; // Xen's dom0
        if (!isHost && !search.known.contains(uuidOf(domain.get()))) {
            // libvirt's numbers are in the order of the starts; negative: it does not run
            numbered.emplace_back(static_cast<int>(::virDomainGetID(domain.get())),
                                  foundDomain(domain.get(), search.host));
        }
    }
    std::free(static_cast<void*>(domains));
    std::ranges::stable_sort(numbered, {}, &std::pair<int, FoundDomain>::first);
    std::vector<FoundDomain> existing;
    for (auto& [number, domain] : numbered) {
        existing.push_back(std::move(domain));
    }
    if (search.which != Which::All) {
        return existing;
    }
    std::vector<FoundDomain> found = goneDomains(existing, search.uri);
    std::ranges::move(existing, std::back_inserter(found));
    return found;
}

} // namespace rumpus
