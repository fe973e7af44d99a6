// SPDX-License-Identifier: GPL-3.0-or-later
#include "platforms/libvirt/domain_xml.h"

#include "core/base/format.h"
#include "core/base/text.h"
#include "core/image/kind.h"
#include "platforms/libvirt/domain_parts.h"
#include "platforms/libvirt/xen_domain_xml.h"
#include "platforms/libvirt/xml_tree.h"
#include "platforms/microvm.h"

#include <QXmlStreamReader>

#include <algorithm>
#include <array>
#include <cctype>
#include <utility>

namespace rumpus {

namespace {

constexpr std::string_view qemuNamespace = "http://libvirt.org/schemas/domain/qemu/1.0";

/// The first slot of our network cards: those of the command line and those of the XML then stand in the
/// plan's order, whatever libvirt puts elsewhere. The last slot of a q35 is its chipset's.
constexpr std::size_t firstSlot = 0x10;
constexpr std::size_t lastSlot = 0x1e;

class DomainWriter {
public:
    DomainWriter(const LaunchPlan& plan, const DomainWishes& wishes) : plan_(plan), wishes_(wishes) {}

    Result<std::string> write()
    {
        xml_.open("domain");
        xml_.attribute("type", plan_.accelerator == Accelerator::Kvm ? "kvm" : "qemu");
        xml_.declareNamespace("qemu", qemuNamespace);
        writeHead(xml_, plan_, wishes_);
        writeBoot();
        writeEndings();
        xml_.open("devices");
        if (!wishes_.emulator.empty()) {
            xml_.element("emulator", wishes_.emulator);
        }
        writeDisks();
        writeNoDefaults();
        writeInterfaces();
        writeSerial();
        // all of an x86 QEMU's machines have the ISA bus that this stands on, microvm too
        xml_.empty("panic", {{"model", "isa"}});
        xml_.close();
        if (wishes_.keepOwners) {
            xml_.empty("seclabel", {{"type", "none"}, {"model", "dac"}});
        }
        writeCommandLine();
        xml_.close();
        return std::move(xml_).finish();
    }

private:
    void argument(std::initializer_list<std::string> words) { arguments_.insert(arguments_.end(), words); }

    void writeBoot()
    {
        xml_.open("os");
        xml_.open("type");
        xml_.attribute("arch", "x86_64");
        xml_.attribute("machine", plan_.machine);
        xml_.text("hvm");
        xml_.close();
        if (plan_.firmware.starts_with('/')) {
            xml_.open("loader");
            xml_.attribute("type", "rom");
            xml_.attribute("readonly", "yes");
            xml_.text(plan_.firmware);
            xml_.close();
        } else if (!plan_.firmware.empty()) {
            // a name of QEMU's own: libvirt wants a path, and only the host knows where its QEMU keeps it
            argument({"-bios", plan_.firmware});
        }
        if (!plan_.loader.empty()) {
            xml_.refuse(formatted("{} is booted by a loader", printable(plan_.image.native())),
                        "run it on host local");
        }
        xml_.element("kernel", wishes_.files.at(plan_.image).native());
        writeInitrd();
        if (!plan_.commandLine.empty()) {
            xml_.element("cmdline", plan_.commandLine);
        }
        xml_.close();
        xml_.open("features");
        xml_.empty("acpi");
        xml_.empty("apic");
        xml_.close();
        // as on QEMU's own command line: what the processor has, or all that TCG knows
        const bool kvm = plan_.accelerator == Accelerator::Kvm;
        xml_.empty("cpu", {{"mode", kvm ? "host-passthrough" : "maximum"}});
        if (plan_.machine == "microvm") {
            argument({"-machine", microvmOptions(plan_)});
        }
        for (const std::string_view word : plan_.kind->qemuArguments) {
            argument({std::string(word)});
        }
    }

    void writeInitrd()
    {
        const std::string file = initrdOf(xml_, plan_, wishes_);
        if (file.empty()) {
            return;
        }
        if (plan_.boot == BootProtocol::Multiboot1 && file.find_first_of(", ") != std::string::npos) {
            // QEMU takes it for a list of modules with arguments (hw/i386/multiboot.c), and libvirt passes it
            // on as it is
            xml_.refuse(formatted("the path {} has a comma or a blank", printable(file)),
                        "use a path without them for what is loaded beside the image");
        }
        xml_.element("initrd", file);
    }

    /// The qemu driver takes no "preserve" for the first two, and no on_reboot that ends a guest whose
    /// power-off restarts it (qemuValidateLifecycleAction). A triple fault looks like a reset to it.
    void writeEndings()
    {
        const bool again = plan_.onExit == AfterEnd::Restart;
        xml_.element("on_poweroff", again ? "restart" : "destroy");
        xml_.element("on_reboot", again || plan_.onCrash == AfterEnd::Restart ? "restart" : "destroy");
        xml_.element("on_crash", lifecycleWord(plan_.onCrash));
    }

    void writeNoDefaults()
    {
        // the last two are what libvirt would add by itself; any display at all stops rumprun
        xml_.empty("controller", {{"type", "usb"}, {"model", "none"}});
        xml_.empty("memballoon", {{"model", "none"}});
        xml_.open("video");
        xml_.empty("model", {{"type", "none"}});
        xml_.close();
    }

    void writeDisks()
    {
        std::size_t index = 0;
        for (const PlannedDisk& disk : plan_.disks) {
            if (disk.model == "initrd") {
                continue;
            }
            xml_.open("disk");
            xml_.attribute("type", "file");
            xml_.attribute("device", "disk");
            xml_.empty("driver",
                       {{"name", "qemu"}, {"type", disk.format == DiskFormat::Raw ? "raw" : "qcow2"}});
            xml_.empty("source", {{"file", wishes_.files.at(disk.file).native()}});
            xml_.empty("target", {{"dev", diskTarget("vd", index++)}, {"bus", "virtio"}});
            if (disk.readOnly) {
                xml_.empty("readonly");
            }
            if (plan_.bus == DeviceBus::VirtioMmio) {
                xml_.empty("address", {{"type", "virtio-mmio"}});
            }
            xml_.close();
        }
    }

    bool needsCommandLine(const InterfaceBackend& backend) const
    {
        return backend.type == NetworkBackend::None ||
               (backend.type == NetworkBackend::User && !backend.forwards.empty() && !wishes_.passt);
    }

    std::optional<std::string> slotOf(std::size_t index) const
    {
        if (plan_.bus != DeviceBus::Pci || firstSlot + index > lastSlot) {
            return std::nullopt;
        }
        return formatted("{:#x}", firstSlot + index);
    }

    void writeInterfaces()
    {
        for (std::size_t i = 0; i < plan_.interfaces.size(); ++i) {
            const PlannedInterface& interface = plan_.interfaces[i];
            const bool byArguments = needsCommandLine(interface.backend);
            const std::string netdev = formatted("{}-net{}", byArguments ? "own" : "hostua", i);
            if (byArguments) {
                writeInterfaceArguments(interface, i, netdev);
            } else {
                writeInterface(interface, i);
            }
            if (!interface.capture.empty()) {
                argument({"-object", formatted("filter-dump,id=dump{},netdev={},file={}", i, netdev,
                                               commasDoubled(interface.capture))});
            }
        }
    }

    void writeInterface(const PlannedInterface& interface, std::size_t index)
    {
        xml_.open("interface");
        switch (interface.backend.type) {
        case NetworkBackend::Tap:
            xml_.attribute("type", "ethernet");
            xml_.empty("target", {{"dev", interface.backend.device}, {"managed", "no"}});
            break;
        case NetworkBackend::Bridge:
            xml_.attribute("type", "bridge");
            xml_.empty("source", {{"bridge", interface.backend.device}});
            break;
        default:
            xml_.attribute("type", "user");
            writePasst(interface.backend);
            break;
        }
        xml_.empty("mac", {{"address", interface.mac}});
        xml_.empty("model", {{"type", interface.model == "e1000" ? "e1000" : "virtio"}});
        // the name that QEMU's netdev then has is known: "host" and this
        xml_.empty("alias", {{"name", formatted("ua-net{}", index)}});
        if (plan_.bus == DeviceBus::VirtioMmio) {
            xml_.empty("address", {{"type", "virtio-mmio"}});
        } else {
            // no boot ROM: nothing boots from this card, and loading it takes time
            xml_.empty("rom", {{"enabled", "no"}});
            if (const std::optional<std::string> slot = slotOf(index)) {
                xml_.empty("address", {{"type", "pci"}, {"bus", "0x0"}, {"slot", *slot}});
            }
        }
        xml_.close();
    }

    void writePasst(const InterfaceBackend& backend)
    {
        if (!wishes_.passt || backend.forwards.empty()) {
            return;
        }
        xml_.empty("backend", {{"type", "passt"}});
        // the addresses that QEMU's own user network has, for guests that are told them
        xml_.empty("ip", {{"family", "ipv4"}, {"address", "10.0.2.15"}, {"prefix", "24"}});
        for (const PortForward& forward : backend.forwards) {
            xml_.open("portForward");
            xml_.attribute("proto", forward.transport == Transport::Tcp ? "tcp" : "udp");
            xml_.attribute("address", "127.0.0.1");
            xml_.empty("range", {{"start", std::to_string(forward.hostPort)},
                                 {"to", std::to_string(forward.guestPort)}});
            xml_.close();
        }
    }

    /// What libvirt's XML has no words for: ports forwarded by QEMU itself, and a network with nothing in it.
    void writeInterfaceArguments(const PlannedInterface& interface, std::size_t index,
                                 const std::string& netdev)
    {
        std::string backend = "user,id=" + netdev;
        if (interface.backend.type == NetworkBackend::None) {
            backend += ",restrict=on";
        }
        for (const PortForward& forward : interface.backend.forwards) {
            backend +=
                formatted(",hostfwd={}:127.0.0.1:{}-:{}", forward.transport == Transport::Tcp ? "tcp" : "udp",
                          forward.hostPort, forward.guestPort);
        }
        const std::string_view model = plan_.bus == DeviceBus::VirtioMmio ? "virtio-net-device"
                                       : interface.model == "e1000"       ? "e1000,romfile="
                                                                          : "virtio-net-pci,romfile=";
        std::string device = formatted("{},netdev={},mac={}", model, netdev, commasDoubled(interface.mac));
        if (const std::optional<std::string> slot = slotOf(index)) {
            device += ",addr=" + *slot;
        }
        argument({"-netdev", backend, "-device", device});
    }

    /// A value inside an option's list, where QEMU wants commas doubled (qemu(1), "-drive").
    static std::string commasDoubled(std::string_view value)
    {
        std::string doubled;
        for (const char c : value) {
            doubled += c == ',' ? std::string(",,") : std::string{c};
        }
        return doubled;
    }

    void writeSerial()
    {
        static constexpr std::array<std::string_view, 3> types{"pty", "unix", "file"};
        xml_.open("serial");
        xml_.attribute("type", types.at(std::to_underlying(wishes_.serial)));
        if (wishes_.serial == SerialKind::Unix) {
            xml_.empty("source", {{"mode", "bind"}, {"path", wishes_.serialPath.native()}});
        } else if (wishes_.serial == SerialKind::File) {
            xml_.empty("source", {{"path", wishes_.serialPath.native()}, {"append", "off"}});
        }
        if (!wishes_.consoleLog.empty()) {
            xml_.empty("log", {{"file", wishes_.consoleLog.native()},
                               // what it does not add to, the daemon removes and makes anew, for itself
                               {"append", wishes_.consoleLogIsMade ? "on" : "off"}});
        }
        xml_.empty("target", {{"type", "isa-serial"}, {"port", "0"}});
        xml_.close();
    }

    void writeCommandLine()
    {
        if (!wishes_.cpuLog.empty()) {
            argument({"-d", "cpu_reset", "-D", wishes_.cpuLog.native()});
        }
        arguments_.insert(arguments_.end(), plan_.backendArguments.begin(), plan_.backendArguments.end());
        if (arguments_.empty()) {
            return;
        }
        xml_.open("qemu:commandline");
        for (const std::string& word : arguments_) {
            xml_.open("qemu:arg");
            xml_.attribute("value", word);
            xml_.close();
        }
        xml_.close();
    }

    const LaunchPlan& plan_;
    const DomainWishes& wishes_;
    XmlWriter xml_;
    std::vector<std::string> arguments_; ///< what only QEMU's command line can say
};

Result<void> checkPlan(const LaunchPlan& plan, const DomainWishes& wishes)
{
    if (plan.boot == BootProtocol::Tender) {
        return inputError("a guest that is started by a Solo5 tender cannot be a domain",
                          "choose another host, or an image for QEMU");
    }
    const bool unprintable = std::ranges::any_of(wishes.name, [](char c) { return c == '/' || c == '\n'; });
    if (unprintable || (!wishes.name.empty() && trimmed(wishes.name).empty())) {
        return inputError(formatted("a domain cannot be named \"{}\"", printable(wishes.name)),
                          "use letters, digits, '-' and '.'");
    }
    return {};
}

} // namespace

Result<std::string> domainXml(const LaunchPlan& plan, const DomainWishes& wishes)
{
    if (const Result<void> good = checkPlan(plan, wishes); !good) {
        return std::unexpected(good.error());
    }
    return plan.accelerator == Accelerator::Xen ? xenDomainXml(plan, wishes)
                                                : DomainWriter(plan, wishes).write();
}

std::string domainName(std::string_view unikernel)
{
    static constexpr std::size_t longest = 64;
    std::string name;
    for (const char c : unikernel.substr(0, longest)) {
        const bool safe = std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_' || c == '.';
        name += safe ? c : '-';
    }
    return name.empty() || name[0] == '.' || name[0] == '-' ? "guest" + name : name;
}

std::string rumpusMetadata(const LaunchPlan& plan)
{
    XmlWriter xml;
    writePlan(xml, plan);
    // ASCII text cannot be refused
    return std::move(xml).finish().value_or(std::string());
}

std::optional<LaunchPlan> planFromMetadata(std::string_view xml)
{
    // libvirt's own limit of a string in its protocol (VIR_NET_MESSAGE_STRING_MAX)
    static constexpr std::size_t most = std::size_t{4} << 20U;
    if (xml.size() > most) {
        return std::nullopt;
    }
    QXmlStreamReader reader(QByteArray(xml.data(), static_cast<qsizetype>(xml.size())));
    const QString wanted = QString::fromLatin1(metadataNamespace);
    while (!reader.atEnd()) {
        reader.readNext();
        if (!reader.isStartElement() || reader.name() != QStringLiteral("plan") ||
            reader.namespaceUri() != wanted) {
            continue;
        }
        const QString text = reader.readElementText(QXmlStreamReader::SkipChildElements);
        const Json json = Json::parse(text.toStdString(), nullptr, false);
        const Result<LaunchPlan> plan = planFromJson(json);
        return plan ? std::optional(*plan) : std::nullopt;
    }
    return std::nullopt;
}

std::filesystem::path consoleLogOf(std::string_view xml)
{
    const Result<XmlElement> domain = readXml(xml);
    if (!domain) {
        return {};
    }
    const XmlElement& devices = domain->child("devices");
    const XmlElement& console = devices.has("serial") ? devices.child("serial") : devices.child("console");
    const std::string_view file = console.child("log").attribute("file");
    return file.starts_with('/') ? std::filesystem::path(file) : std::filesystem::path();
}

std::string freeDomainName(const std::string& name,
                           const std::function<bool(const std::string& candidate)>& isTaken)
{
    static constexpr int most = 1000;
    std::string candidate = name;
    for (int number = 2; number < most && isTaken(candidate); ++number) {
        candidate = formatted("{}-{}", name, number);
    }
    return candidate;
}

} // namespace rumpus
