// SPDX-License-Identifier: GPL-3.0-or-later
#include "platforms/libvirt/host_capabilities.h"

#include "core/base/format.h"
#include "core/base/text.h"
#include "platforms/libvirt/xen_machines.h"
#include "platforms/libvirt/xml_tree.h"

#include <QXmlStreamReader>

#include <algorithm>
#include <charconv>
#include <set>
#include <vector>

namespace rumpus {

namespace {

/// The <guest> of capabilities (https://libvirt.org/formatcaps.html) that is a whole x86-64 machine.
struct GuestOffer {
    bool fits = false;
    bool hvm = false;
    std::string emulator;
    std::set<std::string> machines;
    std::set<std::string> domains;
    std::uint32_t maxVcpus = 0;
};

GuestOffer readGuest(QXmlStreamReader& reader)
{
    GuestOffer offer;
    while (reader.readNext() != QXmlStreamReader::Invalid && !reader.atEnd()) {
        if (reader.isEndElement() && reader.name() == QLatin1String("guest")) {
            break;
        }
        if (!reader.isStartElement()) {
            continue;
        }
        const auto name = reader.name();
        if (name == QLatin1String("os_type")) {
            offer.hvm = reader.readElementText() == QLatin1String("hvm");
        } else if (name == QLatin1String("arch")) {
            offer.fits = reader.attributes().value(QLatin1String("name")) == QLatin1String("x86_64");
        } else if (name == QLatin1String("emulator") && offer.emulator.empty()) {
            offer.emulator = reader.readElementText().toStdString();
        } else if (name == QLatin1String("machine")) {
            const auto most = reader.attributes().value(QLatin1String("maxCpus")).toUInt();
            const std::string machine = reader.readElementText().toStdString();
            offer.maxVcpus = machine == "pc" ? most : offer.maxVcpus;
            offer.machines.insert(machine);
        } else if (name == QLatin1String("domain")) {
            offer.domains.insert(reader.attributes().value(QLatin1String("type")).toString().toStdString());
        }
    }
    return offer;
}

std::optional<GuestOffer> findOffer(const std::string& xml)
{
    QXmlStreamReader reader(QByteArray::fromStdString(xml));
    while (!reader.atEnd()) {
        reader.readNext();
        if (reader.isStartElement() && reader.name() == QLatin1String("guest")) {
            GuestOffer offer = readGuest(reader);
            if (offer.fits && offer.hvm) {
                return offer;
            }
        }
    }
    return std::nullopt;
}

std::vector<MachineCapability> machinesOf(const GuestOffer& offer)
{
    using enum BootProtocol;
    std::vector<MachineCapability> machines;
    // no microvm: libvirt 11 takes it, but gives it PCI devices that it has no bus for
    for (const char* name : {"pc", "q35"}) {
        if (offer.machines.contains(name)) {
            machines.push_back(
                {.name = name, .bootProtocols = {Multiboot1, Pvh, LinuxBoot}, .bus = DeviceBus::Pci});
        }
    }
    return machines;
}

/// <vcpu max> of a domain's capabilities; 0 where it is not said.
std::uint32_t mostVcpus(const std::string& domain)
{
    const Result<XmlElement> xml = readXml(domain);
    std::uint32_t most = 0;
    if (xml) {
        const std::string_view text = xml->child("vcpu").attribute("max");
        std::from_chars(text.data(), text.data() + text.size(), most);
    }
    return most;
}

/// The libxl driver lists as <guest> what the hypervisor said that it starts (xen_caps), PV of each size
/// apart; its domain capabilities list everything.
Result<HostCapabilities> xenHostCapabilities(const HostAnswers& answers)
{
    const Result<XmlElement> xml = readXml(answers.capabilities);
    if (!xml) {
        return std::unexpected(xml.error());
    }
    XenOffer offer;
    for (const XmlElement* guest : xml->all("guest")) {
        const std::string_view type = trimmed(guest->child("os_type").text);
        const bool wide = guest->child("arch").attribute("name") == "x86_64";
        offer.pv = offer.pv || (type == "xen" && wide);
        offer.pv32 = offer.pv32 || (type == "xen" && !wide);
        offer.pvh = offer.pvh || (type == "xenpvh" && wide);
    }
    Result<HostCapabilities> capabilities = xenCapabilities(offer, answers.name);
    if (capabilities) {
        capabilities->memory = answers.memory;
        capabilities->maxVcpus = mostVcpus(answers.domain);
    }
    return capabilities;
}

} // namespace

Result<HostCapabilities> capabilitiesFrom(const HostAnswers& answers)
{
    if (answers.xen) {
        return xenHostCapabilities(answers);
    }
    const std::optional<GuestOffer> offer = findOffer(answers.capabilities);
    if (!offer) {
        return hostError(formatted("host {} has no QEMU for x86-64 guests", printable(answers.name)),
                         "install one there (Debian: apt install qemu-system-x86)");
    }
    const bool kvm = offer->domains.contains("kvm") && !answers.domain.empty();
    HostCapabilities capabilities{
        .host = answers.name,
        .emulator = offer->emulator,
        .accelerator = kvm ? Accelerator::Kvm : Accelerator::Tcg,
        .acceleratorNote = {},
        .machines = machinesOf(*offer),
        .networkBackends = {NetworkBackend::User, NetworkBackend::Bridge},
        .memory = answers.memory,
        .maxVcpus = offer->maxVcpus,
        .hasXenstore = false,
        .tenders = {},
        .keepsDomains = true,
    };
    if (!kvm) {
        capabilities.acceleratorNote =
            formatted("host {} offers no KVM: running under TCG, about 20× slower; its QEMU must be allowed "
                      "to open /dev/kvm",
                      printable(answers.name));
    }
    if (!answers.session) {
        capabilities.networkBackends.push_back(NetworkBackend::Tap);
    }
    capabilities.networkBackends.push_back(NetworkBackend::None);
    return capabilities;
}

} // namespace rumpus
