// SPDX-License-Identifier: GPL-3.0-or-later
#include "platforms/libvirt/xen_calls.h"

#include "platforms/libvirt/domain_call.h"
#include "platforms/libvirt/xml_tree.h"

#include <chrono>
#include <libvirt/virterror.h>
#include <optional>

namespace rumpus {

namespace {

constexpr unsigned noNumber = static_cast<unsigned>(-1);

void count(std::optional<std::uint64_t>& sum, long long bytes)
{
    if (bytes >= 0) {
        sum = sum.value_or(0) + static_cast<std::uint64_t>(bytes);
    }
}

void countDisks(virDomainPtr domain, const XmlElement& devices, GuestUsage& usage)
{
    for (const XmlElement* disk : devices.all("disk")) {
        virDomainBlockStatsStruct stats{};
        const std::string target(disk->child("target").attribute("dev"));
        if (::virDomainBlockStats(domain, target.c_str(), &stats, sizeof stats) == 0) {
            count(usage.diskRead, stats.rd_bytes);
            count(usage.diskWritten, stats.wr_bytes);
        }
    }
}

void countInterfaces(virDomainPtr domain, const XmlElement& devices, GuestUsage& usage)
{
    for (const XmlElement* interface : devices.all("interface")) {
        virDomainInterfaceStatsStruct stats{};
        const std::string target(interface->child("target").attribute("dev"));
        if (!target.empty() && ::virDomainInterfaceStats(domain, target.c_str(), &stats, sizeof stats) == 0) {
            count(usage.netReceived, stats.rx_bytes);
            count(usage.netSent, stats.tx_bytes);
        }
    }
}

} // namespace

Result<DomainCondition> conditionNow(virDomainPtr domain)
{
    int state = 0;
    int reason = 0;
    if (::virDomainGetState(domain, &state, &reason, 0) < 0) {
        return libvirtFailed("cannot ask for the guest's state");
    }
    DomainCondition condition = conditionFromState(state, reason);
    if (condition.life == DomainCondition::Life::Gone && ::virDomainGetID(domain) != noNumber) {
        condition.life = DomainCondition::Life::Ended;
    }
    return condition;
}

Result<DomainCondition> xenCondition(virConnectPtr handle, const std::string& uuid)
{
    const Result<DomainPointer> domain = findDomain(handle, uuid);
    Result<DomainCondition> condition =
        domain ? conditionNow(domain->get()) : std::unexpected(domain.error());
    if (!condition && lastLibvirtFailure().code == VIR_ERR_NO_DOMAIN) {
        condition =
            DomainCondition{.life = DomainCondition::Life::Gone, .why = "it ended while nobody looked"};
    }
    return condition;
}

Result<void> dumpXenDomain(virConnectPtr handle, const std::string& uuid, const std::filesystem::path& file)
{
    const Result<DomainPointer> domain = findDomain(handle, uuid);
    if (!domain) {
        return std::unexpected(domain.error());
    }
    return ::virDomainCoreDump(domain->get(), file.c_str(), 0) < 0
               ? libvirtFailed("cannot dump the guest's memory")
               : Result<void>();
}

Result<GuestUsage> usageOfXenDomain(virConnectPtr handle, const std::string& uuid)
{
    static constexpr std::uint64_t kibibyte = 1024;
    const Result<DomainPointer> domain = findDomain(handle, uuid);
    if (!domain) {
        return std::unexpected(domain.error());
    }
    virDomainInfo info{};
    if (::virDomainGetInfo(domain->get(), &info) < 0) {
        return libvirtFailed("cannot ask what the guest uses");
    }
    GuestUsage usage;
    usage.cpu = std::chrono::nanoseconds(info.cpuTime);
    usage.memory = info.memory * kibibyte;
    if (const Result<XmlElement> xml = readXml(takenString(::virDomainGetXMLDesc(domain->get(), 0)))) {
        countDisks(domain->get(), xml->child("devices"), usage);
        countInterfaces(domain->get(), xml->child("devices"), usage);
    }
    return usage;
}

Result<std::uint32_t> xenNumber(virConnectPtr handle, const std::string& uuid)
{
    const Result<DomainPointer> domain = findDomain(handle, uuid);
    if (!domain) {
        return std::unexpected(domain.error());
    }
    const unsigned number = ::virDomainGetID(domain->get());
    if (number == noNumber) {
        return hostError("the guest does not run any more", "start it again");
    }
    return number;
}

} // namespace rumpus
