// SPDX-License-Identifier: GPL-3.0-or-later
#include "platforms/libvirt/domain_import.h"

#include "core/base/format.h"
#include "core/base/text.h"
#include "platforms/libvirt/domain_xml.h"
#include "platforms/libvirt/guest_words.h"
#include "platforms/libvirt/xml_tree.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <limits>
#include <map>
#include <optional>

namespace rumpus {

namespace {

/// Of each sort of device more than any machine has places for.
constexpr std::size_t mostDevices = 32;

std::optional<std::uint64_t> numberIn(std::string_view text)
{
    text = trimmed(text);
    std::uint64_t number = 0;
    const auto [end, status] = std::from_chars(text.data(), text.data() + text.size(), number);
    const bool whole = status == std::errc{} && end == text.data() + text.size();
    return whole ? std::optional(number) : std::nullopt;
}

/// Bytes, from libvirt's units (formatdomain, "Memory Allocation"); KiB where none is said.
std::optional<std::uint64_t> bytesOf(const XmlElement& element)
{
    static const std::map<std::string_view, std::uint64_t> units{{"b", 1},
                                                                 {"bytes", 1},
                                                                 {"KB", 1000},
                                                                 {"k", 1024},
                                                                 {"KiB", 1024},
                                                                 {"", 1024},
                                                                 {"MB", 1000000},
                                                                 {"M", 1ULL << 20U},
                                                                 {"MiB", 1ULL << 20U},
                                                                 {"GB", 1000000000},
                                                                 {"G", 1ULL << 30U},
                                                                 {"GiB", 1ULL << 30U},
                                                                 {"TB", 1000000000000},
                                                                 {"T", 1ULL << 40U},
                                                                 {"TiB", 1ULL << 40U}};
    const std::optional<std::uint64_t> number = numberIn(element.text);
    const auto unit = units.find(element.attribute("unit"));
    const bool fits =
        number && unit != units.end() && *number <= std::numeric_limits<std::int64_t>::max() / unit->second;
    return fits ? std::optional(*number * unit->second) : std::nullopt;
}

/// "user,id=a,hostfwd=x" as its values in order, the first without a key; QEMU doubles commas inside them.
std::vector<std::pair<std::string, std::string>> optionValues(std::string_view option)
{
    std::vector<std::pair<std::string, std::string>> values;
    std::string piece;
    const auto finish = [&] {
        const std::size_t equals = piece.find('=');
        values.emplace_back(equals == std::string::npos ? "" : piece.substr(0, equals),
                            equals == std::string::npos ? piece : piece.substr(equals + 1));
        piece.clear();
    };
    for (std::size_t i = 0; i < option.size(); ++i) {
        if (option[i] != ',') {
            piece += option[i];
        } else if (i + 1 < option.size() && option[i + 1] == ',') {
            piece += ',';
            ++i;
        } else {
            finish();
        }
    }
    finish();
    return values;
}

std::string valueOf(const std::vector<std::pair<std::string, std::string>>& values, std::string_view key)
{
    const auto found = std::ranges::find(values, key, &std::pair<std::string, std::string>::first);
    return found == values.end() ? std::string() : found->second;
}

/// "tcp:127.0.0.1:8080-:80".
std::optional<PortForward> forwardFrom(std::string_view text)
{
    const std::vector<std::string> parts = split(text, ':');
    if (parts.size() != 4 || !parts[2].ends_with('-')) {
        return std::nullopt;
    }
    const auto host = numberIn(parts[2].substr(0, parts[2].size() - 1));
    const auto guest = numberIn(parts[3]);
    if (!host || !guest || *host > 65535 || *guest > 65535) {
        return std::nullopt;
    }
    return PortForward{.transport = parts[0] == "udp" ? Transport::Udp : Transport::Tcp,
                       .hostPort = static_cast<std::uint16_t>(*host),
                       .guestPort = static_cast<std::uint16_t>(*guest)};
}

class Importer {
public:
    explicit Importer(const XmlElement& domain) : domain_(domain), devices_(domain.child("devices")) {}

    DomainImport import()
    {
        config_.name = trimmed(domain_.child("name").text);
        if (!std::ranges::contains(std::array<std::string_view, 3>{"qemu", "kvm", "xen"},
                                   domain_.attribute("type"))) {
            warn("/host", formatted("the domain is one of \"{}\", which Rumpus does not drive",
                                    printable(domain_.attribute("type"))));
        }
        takeSize();
        takeEndings();
        takeDisks();
        takeInterfaces();
        takeArguments();
        for (std::optional<InterfaceConfig>& interface : interfaces_) {
            if (interface) {
                config_.interfaces.push_back(std::move(*interface));
            }
        }
        takeBoot();
        takeCommandLine(config_, domain_.child("os").child("cmdline").text, problems_);
        tellTheRest();
        return {.config = std::move(config_), .problems = std::move(problems_)};
    }

private:
    /// Its devices are what they are on every Xen host.
    bool isXen() const { return domain_.attribute("type") == "xen"; }

    void warn(std::string pointer, std::string text)
    {
        static constexpr std::size_t mostProblems = 100;
        if (problems_.size() < mostProblems) {
            problems_.push_back(
                {.pointer = std::move(pointer), .severity = Severity::Warning, .text = std::move(text)});
        }
    }

    void takeSize()
    {
        if (const auto memory = bytesOf(domain_.child("memory"))) {
            config_.memory = *memory;
        } else {
            warn("/memory", "the domain does not say its memory: the default is taken");
        }
        const std::optional<std::uint64_t> vcpus = numberIn(domain_.child("vcpu").text);
        config_.vcpus = static_cast<std::uint32_t>(std::clamp<std::uint64_t>(vcpus.value_or(1), 1, 255));
    }

    void takeBoot()
    {
        const XmlElement& os = domain_.child("os");
        config_.image = os.child("kernel").text;
        if (config_.image.empty()) {
            problems_.push_back(
                {.pointer = "/image",
                 .severity = Severity::Error,
                 .text = "the domain boots from a disk or the network and not from a kernel: it is no "
                         "unikernel's; name its image"});
        }
        if (os.has("nvram") || os.child("loader").attribute("type") == "pflash") {
            warn("/image", "the domain has a firmware of its own, which a config has no word for");
        }
        if (const std::string& initrd = os.child("initrd").text; !initrd.empty()) {
            // a plan of ours may have put the guest's configuration into it
            const std::optional<LaunchPlan> plan = planIn(domain_.child("metadata"));
            if (plan && !plan->module.empty()) {
                takeCommandLine(config_, plan->module, problems_);
            } else {
                config_.disks.push_back({.file = initrd, .readOnly = true, .fileSystem = "extract"});
            }
        }
    }

    static std::optional<LaunchPlan> planIn(const XmlElement& metadata)
    {
        for (const XmlElement& element : metadata.children) {
            if (element.name == "plan" || element.name.ends_with(":plan")) {
                const Result<LaunchPlan> plan = planFromJson(Json::parse(element.text, nullptr, false));
                return plan ? std::optional(*plan) : std::nullopt;
            }
        }
        return std::nullopt;
    }

    void takeEndings()
    {
        const std::string_view crash = trimmed(domain_.child("on_crash").text);
        config_.onCrash = crash == "restart" || crash == "coredump-restart"   ? AfterEnd::Restart
                          : crash == "destroy" || crash == "coredump-destroy" ? AfterEnd::Destroy
                                                                              : AfterEnd::Preserve;
        if (trimmed(domain_.child("on_poweroff").text) == "restart") {
            config_.onExit = AfterEnd::Restart;
        }
    }

    void takeDisks()
    {
        for (const XmlElement* disk : devices_.all("disk")) {
            const XmlElement& source = disk->child("source");
            const std::string_view file =
                disk->attribute("type") == "block" ? source.attribute("dev") : source.attribute("file");
            const std::string target(disk->child("target").attribute("dev"));
            if (file.empty() || config_.disks.size() >= mostDevices) {
                warn("/disks",
                     formatted("disk \"{}\" is no file of the host: it is left out", printable(target)));
                continue;
            }
            const std::string_view format = disk->child("driver").attribute("type");
            if (!format.empty() && format != "raw" && format != "qcow2") {
                warn(formatted("/disks/{}/format", config_.disks.size()),
                     formatted("there is no format \"{}\": raw is taken", printable(format)));
            }
            if (!isXen() && disk->child("target").attribute("bus") != "virtio") {
                warn(formatted("/disks/{}", config_.disks.size()),
                     formatted("disk \"{}\" becomes a virtio disk", printable(target)));
            }
            config_.disks.push_back(
                {.file = std::string(file),
                 .format = format == "qcow2" ? DiskFormat::Qcow2 : DiskFormat::Raw,
                 .readOnly = disk->has("readonly") || disk->attribute("device") == "cdrom"});
        }
    }

    /// The place of a card: those that we name have their number in the name, the others come in their order.
    std::optional<InterfaceConfig>& placeFor(std::string_view name, std::string_view prefix)
    {
        const std::optional<std::uint64_t> number =
            name.starts_with(prefix) ? numberIn(name.substr(prefix.size())) : std::nullopt;
        std::size_t index = number && *number < mostDevices ? *number : interfaces_.size();
        if (index < interfaces_.size() && interfaces_[index]) {
            index = interfaces_.size();
        }
        if (index >= interfaces_.size()) {
            interfaces_.resize(index + 1);
        }
        return interfaces_[index];
    }

    void takeInterfaces()
    {
        for (const XmlElement* element : devices_.all("interface")) {
            if (interfaces_.size() >= mostDevices) {
                warn("/interfaces", "there are too many interfaces: the others are left out");
                return;
            }
            InterfaceConfig interface;
            interface.mac = element->child("mac").attribute("address");
            takeBackend(*element, interface.backend);
            const std::string_view model = element->child("model").attribute("type");
            if (model == "e1000") {
                // NetBSD's name for Intel's gigabit card, by which rumprun is told of it
                interface.name = formatted("wm{}", interfaces_.size());
            } else if (!isXen() && !model.starts_with("virtio")) {
                warn("/interfaces", formatted("card \"{}\" becomes a virtio card", printable(model)));
            }
            placeFor(element->child("alias").attribute("name"), "ua-net") = std::move(interface);
        }
    }

    void takeBackend(const XmlElement& element, InterfaceBackend& backend)
    {
        const std::string_view type = element.attribute("type");
        if (type == "bridge") {
            backend = {.type = NetworkBackend::Bridge,
                       .device = std::string(element.child("source").attribute("bridge"))};
        } else if (type == "ethernet") {
            backend = {.type = NetworkBackend::Tap,
                       .device = std::string(element.child("target").attribute("dev"))};
        } else if (type != "user") {
            warn("/interfaces",
                 formatted("a network of the type \"{}\" has no word in a config: \"user\" is taken; "
                           "for libvirt's own networks name their bridge",
                           printable(type)));
        }
        for (const XmlElement* forward : element.all("portForward")) {
            for (const XmlElement* range : forward->all("range")) {
                const auto host = numberIn(range->attribute("start"));
                const auto guest = numberIn(range->attribute("to"));
                if (host && *host <= 65535 && guest.value_or(0) <= 65535 && range->attribute("end").empty()) {
                    backend.forwards.push_back(
                        {.transport = forward->attribute("proto") == "udp" ? Transport::Udp : Transport::Tcp,
                         .hostPort = static_cast<std::uint16_t>(*host),
                         .guestPort = static_cast<std::uint16_t>(guest.value_or(*host))});
                } else {
                    warn("/interfaces", "a range of forwarded ports is left out: forward them one by one");
                }
            }
        }
    }

    /// What our own plans say by QEMU's command line goes back to where it came from; the rest stays there.
    void takeArguments()
    {
        std::vector<std::string> words;
        for (const XmlElement* argument : domain_.child("qemu:commandline").all("qemu:arg")) {
            words.emplace_back(argument->attribute("value"));
        }
        for (std::size_t i = 0; i < words.size(); ++i) {
            if (i + 3 < words.size() && words[i] == "-d" && words[i + 1] == "cpu_reset" &&
                words[i + 2] == "-D" && words[i + 3].ends_with("/cpu.log")) {
                i += 3;
            } else if (i + 1 < words.size() && isOurs(words[i], words[i + 1])) {
                ++i;
            } else {
                config_.backendArguments.push_back(words[i]);
            }
        }
    }

    bool isOurs(const std::string& option, const std::string& value)
    {
        if (option == "-bios" && value == "qboot.rom") {
            return true;
        }
        if (option == "-machine" && value.starts_with("auto-kernel-cmdline=off,")) {
            return true;
        }
        const auto values = optionValues(value);
        const std::string& first = values.front().second;
        if (option == "-netdev" && valueOf(values, "id").starts_with("own-net")) {
            InterfaceConfig interface;
            interface.backend.type =
                valueOf(values, "restrict") == "on" ? NetworkBackend::None : NetworkBackend::User;
            for (const auto& [key, text] : values) {
                if (const auto forward = key == "hostfwd" ? forwardFrom(text) : std::nullopt) {
                    interface.backend.forwards.push_back(*forward);
                }
            }
            const std::string id = valueOf(values, "id");
            std::optional<InterfaceConfig>& place = placeFor(id, "own-net");
            place = std::move(interface);
            ownIndex_[id] = static_cast<std::size_t>(&place - interfaces_.data());
            return true;
        }
        if (option == "-device" && first == "isa-debug-exit") {
            return true;
        }
        if (option == "-device" && ownIndex_.contains(valueOf(values, "netdev"))) {
            const std::size_t index = ownIndex_.at(valueOf(values, "netdev"));
            interfaces_[index]->mac = valueOf(values, "mac");
            if (first == "e1000") {
                interfaces_[index]->name = formatted("wm{}", index);
            }
            return true;
        }
        if (option == "-object" && first == "filter-dump") {
            return takeCapture(valueOf(values, "netdev"), valueOf(values, "file"));
        }
        return false;
    }

    bool takeCapture(std::string_view netdev, std::string file)
    {
        for (const std::string_view prefix : {"own-net", "hostua-net"}) {
            const auto number =
                netdev.starts_with(prefix) ? numberIn(netdev.substr(prefix.size())) : std::nullopt;
            if (number && *number < interfaces_.size() && interfaces_[*number]) {
                interfaces_[*number]->capture = std::move(file);
                return true;
            }
        }
        return false;
    }

    void tellTheRest()
    {
        static constexpr std::array<std::pair<std::string_view, std::string_view>, 8> strangers{
            {{"graphics", "a display"},
             {"hostdev", "a device of the host's"},
             {"filesystem", "a shared folder"},
             {"channel", "a channel"},
             {"tpm", "a TPM"},
             {"sound", "a sound card"},
             {"rng", "a source of random numbers"},
             {"parallel", "a parallel port"}}};
        for (const auto& [name, title] : strangers) {
            if (devices_.has(name)) {
                warn("", formatted("the domain has {} (<{}>), which a unikernel's config has no word for",
                                   title, name));
            }
        }
        if (devices_.all("serial").size() > 1) {
            warn("/console", "the domain has several serial ports: the first one is the console");
        }
    }

    const XmlElement& domain_;
    const XmlElement& devices_;
    UnikernelConfig config_;
    std::vector<std::optional<InterfaceConfig>> interfaces_;
    std::map<std::string, std::size_t> ownIndex_;
    std::vector<Problem> problems_;
};

} // namespace

Result<DomainImport> configFromDomain(std::string_view xml)
{
    const Result<XmlElement> root = readXml(xml);
    if (!root) {
        return std::unexpected(root.error());
    }
    if (root->name != "domain") {
        return inputError("this XML is no domain of libvirt's", "take what `virsh dumpxml` prints");
    }
    return Importer(*root).import();
}

} // namespace rumpus
