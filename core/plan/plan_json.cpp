// A plan as JSON: printed by `rumpus plan --json`, kept in a guest's run directory, read back from there.
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/format.h"
#include "core/plan/plan.h"

#include <array>
#include <concepts>
#include <utility>

namespace rumpus {

namespace {

template <typename Enum>
struct Words {
    Enum value;
    std::string_view word;
};

constexpr std::array accelerators{Words{Accelerator::Tcg, "tcg"}, Words{Accelerator::Kvm, "kvm"},
                                  Words{Accelerator::Xen, "xen"}, Words{Accelerator::Tender, "tender"}};
constexpr std::array buses{Words{DeviceBus::None, "none"}, Words{DeviceBus::Pci, "pci"},
                           Words{DeviceBus::VirtioMmio, "virtio-mmio"}, Words{DeviceBus::Xen, "xen"},
                           Words{DeviceBus::Tender, "tender"}};
constexpr std::array launchSteps{
    Words{LaunchStep::Create, "create"},
    Words{LaunchStep::CreatePaused, "create paused"},
    Words{LaunchStep::WriteXenstore, "write Xenstore"},
    Words{LaunchStep::OpenConsole, "open console"},
    Words{LaunchStep::OpenGdb, "open gdb"},
    Words{LaunchStep::Resume, "resume"},
};
constexpr std::array endings{Words{AfterEnd::Destroy, "destroy"}, Words{AfterEnd::Preserve, "preserve"},
                             Words{AfterEnd::Restart, "restart"}, Words{AfterEnd::Debug, "debug"}};
constexpr std::array backends{Words{NetworkBackend::User, "user"}, Words{NetworkBackend::Tap, "tap"},
                              Words{NetworkBackend::Bridge, "bridge"}, Words{NetworkBackend::None, "none"}};
constexpr std::array transports{Words{Transport::Tcp, "tcp"}, Words{Transport::Udp, "udp"}};
constexpr std::array formats{Words{DiskFormat::Raw, "raw"}, Words{DiskFormat::Qcow2, "qcow2"}};
constexpr std::array topics{
    Words{GuestTopic::Program, "program"},     Words{GuestTopic::Environment, "environment"},
    Words{GuestTopic::Hostname, "hostname"},   Words{GuestTopic::Device, "device"},
    Words{GuestTopic::Address, "address"},     Words{GuestTopic::Gateway, "gateway"},
    Words{GuestTopic::Mount, "mount"},         Words{GuestTopic::Forward, "forward"},
    Words{GuestTopic::Parameter, "parameter"}, Words{GuestTopic::Xenstore, "xenstore"}};
constexpr std::array protocols{
    Words{BootProtocol::Multiboot1, "multiboot"},
    Words{BootProtocol::Multiboot2, "multiboot2"},
    Words{BootProtocol::Pvh, "pvh"},
    Words{BootProtocol::XenPv, "xen-pv"},
    Words{BootProtocol::LinuxBoot, "linux"},
    Words{BootProtocol::PlainElf, "elf"},
    Words{BootProtocol::Tender, "tender"},
    Words{BootProtocol::Efi, "efi"},
};

template <typename Enum, std::size_t N>
std::string_view wordOf(const std::array<Words<Enum>, N>& words, Enum value)
{
    for (const auto& entry : words) {
        if (entry.value == value) {
            return entry.word;
        }
    }
    std::unreachable();
}

/// Throws as nlohmann's accessors do; planFromJson catches both.
template <typename Enum, std::size_t N>
Enum valueOf(const std::array<Words<Enum>, N>& words, const Json& json, const char* key)
{
    const auto word = json.at(key).template get<std::string>();
    for (const auto& entry : words) {
        if (entry.word == word) {
            return entry.value;
        }
    }
    throw Json::other_error::create(501, formatted("unknown word \"{}\" for {}", word, key), &json);
}

/// A number that fits; nlohmann's own accessor cuts off what does not.
template <std::unsigned_integral Number>
Number numberOf(const Json& json, const char* key)
{
    const Json& number = json.at(key);
    const bool fits = number.is_number_unsigned()
                          ? std::in_range<Number>(number.get<std::uint64_t>())
                          : number.is_number_integer() && std::in_range<Number>(number.get<std::int64_t>());
    if (!fits) {
        throw Json::other_error::create(502, formatted("{} is no number that fits", key), &json);
    }
    return number.get<Number>();
}

/// nlohmann's iterators also go over objects, and once over a single value.
const Json& listOf(const Json& json, const char* key)
{
    const Json& list = json.at(key);
    if (!list.is_array()) {
        throw Json::other_error::create(503, formatted("{} is no list", key), &json);
    }
    return list;
}

Json interfaceJson(const PlannedInterface& interface)
{
    Json forwards = Json::array();
    for (const PortForward& forward : interface.backend.forwards) {
        forwards.push_back({{"protocol", wordOf(transports, forward.transport)},
                            {"host", forward.hostPort},
                            {"guest", forward.guestPort}});
    }
    return {{"guestName", interface.guestName},
            {"model", interface.model},
            {"mac", interface.mac},
            {"backend", wordOf(backends, interface.backend.type)},
            {"device", interface.backend.device},
            {"script", interface.backend.script},
            {"forward", std::move(forwards)},
            {"capture", interface.capture}};
}

PlannedInterface interfaceFrom(const Json& json)
{
    PlannedInterface interface{.guestName = json.at("guestName"),
                               .backend = {.type = valueOf(backends, json, "backend"),
                                           .device = json.at("device"),
                                           .script = json.at("script")},
                               .mac = json.at("mac"),
                               .model = json.at("model"),
                               .capture = json.at("capture")};
    for (const Json& forward : listOf(json, "forward")) {
        interface.backend.forwards.push_back({.transport = valueOf(transports, forward, "protocol"),
                                              .hostPort = numberOf<std::uint16_t>(forward, "host"),
                                              .guestPort = numberOf<std::uint16_t>(forward, "guest")});
    }
    return interface;
}

Json diskJson(const PlannedDisk& disk)
{
    return {{"guestName", disk.guestName},
            {"model", disk.model},
            {"file", disk.file.native()},
            {"format", wordOf(formats, disk.format)},
            {"readOnly", disk.readOnly}};
}

PlannedDisk diskFrom(const Json& json)
{
    return {.guestName = json.at("guestName"),
            .file = json.at("file").get<std::string>(),
            .format = valueOf(formats, json, "format"),
            .readOnly = json.at("readOnly"),
            .model = json.at("model")};
}

ImageKind kindFrom(const Json& json)
{
    const auto word = json.at("kind").get<std::string>();
    const std::optional<ImageKind> kind = imageKind(word);
    if (!kind) {
        throw Json::other_error::create(501, formatted("unknown kind \"{}\"", word), &json);
    }
    return *kind;
}

Json keyJson(const GuestKey& guestKey)
{
    return {{"pointer", guestKey.pointer},
            {"topic", key(guestKey.topic)},
            {"subject", guestKey.subject},
            {"device", guestKey.device},
            {"intent", guestKey.intent}};
}

Json debugJson(const PlannedDebug& debug)
{
    Json rules = Json::array();
    for (const auto& [from, to] : debug.sourceMap) {
        rules.push_back({{"from", from}, {"to", to}});
    }
    return {{"symbols", debug.symbols.native()},
            {"sources", debug.sources.native()},
            {"sourceMap", std::move(rules)}};
}

PlannedDebug debugFrom(const Json& json)
{
    PlannedDebug debug{.symbols = std::string(json.at("symbols")),
                       .sources = std::string(json.at("sources")),
                       .sourceMap = {}};
    for (const Json& rule : listOf(json, "sourceMap")) {
        debug.sourceMap.emplace_back(rule.at("from"), rule.at("to"));
    }
    return debug;
}

LaunchPlan parsePlan(const Json& json)
{
    LaunchPlan plan;
    plan.name = json.at("name");
    plan.host = json.at("host");
    plan.kind = kindFrom(json);
    plan.boot = valueOf(protocols, json, "boot");
    plan.image = json.at("image").get<std::string>();
    plan.dialect = json.at("dialect");
    plan.commandLine = json.at("commandLine");
    plan.loader = std::string(json.at("loader"));
    plan.module = json.at("module");
    plan.tenderArguments = json.at("tenderArguments");
    plan.debug = debugFrom(json.at("debug"));
    for (const auto& entry : listOf(json, "keys")) {
        plan.keys.push_back({.pointer = entry.at("pointer"),
                             .topic = valueOf(topics, entry, "topic"),
                             .subject = entry.at("subject"),
                             .device = entry.at("device"),
                             .intent = entry.at("intent")});
    }
    for (const auto& node : listOf(json, "xenstore")) {
        plan.xenstore.emplace_back(node.at("path"), node.at("value"));
    }
    plan.machine = json.at("machine");
    plan.firmware = json.at("firmware");
    plan.bus = valueOf(buses, json, "bus");
    plan.bits = numberOf<std::uint8_t>(json, "bits");
    plan.accelerator = valueOf(accelerators, json, "accelerator");
    plan.memory = numberOf<std::uint64_t>(json, "memory");
    plan.vcpus = numberOf<std::uint32_t>(json, "vcpus");
    for (const Json& interface : listOf(json, "interfaces")) {
        plan.interfaces.push_back(interfaceFrom(interface));
    }
    for (const Json& disk : listOf(json, "disks")) {
        plan.disks.push_back(diskFrom(disk));
    }
    plan.backendArguments = json.at("backendArguments");
    plan.consoleLimit = numberOf<std::uint64_t>(json, "consoleLimit");
    plan.onExit = valueOf(endings, json, "onExit");
    plan.onCrash = valueOf(endings, json, "onCrash");
    plan.persistent = json.at("persistent");
    plan.startPaused = json.at("startPaused");
    for (const Json& step : listOf(json, "steps")) {
        const Json holder = {{"step", step}};
        plan.steps.push_back(valueOf(launchSteps, holder, "step"));
    }
    return plan;
}

} // namespace

std::string_view key(Accelerator accelerator)
{
    return wordOf(accelerators, accelerator);
}

std::string_view title(Accelerator accelerator)
{
    switch (accelerator) {
    case Accelerator::Tcg: return "TCG";
    case Accelerator::Kvm: return "KVM";
    case Accelerator::Xen: return "Xen";
    case Accelerator::Tender: return "Solo5 tender";
    }
    return {};
}

std::string_view key(DeviceBus bus)
{
    return wordOf(buses, bus);
}
std::string_view key(GuestTopic topic)
{
    return wordOf(topics, topic);
}
std::string_view key(LaunchStep step)
{
    return wordOf(launchSteps, step);
}

Json toJson(const LaunchPlan& plan)
{
    Json xenstore = Json::array();
    for (const auto& [path, value] : plan.xenstore) {
        xenstore.push_back({{"path", path}, {"value", value}});
    }
    Json interfaces = Json::array();
    for (const PlannedInterface& interface : plan.interfaces) {
        interfaces.push_back(interfaceJson(interface));
    }
    Json disks = Json::array();
    for (const PlannedDisk& disk : plan.disks) {
        disks.push_back(diskJson(disk));
    }
    Json keys = Json::array();
    std::ranges::transform(plan.keys, std::back_inserter(keys), keyJson);
    Json steps = Json::array();
    for (const LaunchStep step : plan.steps) {
        steps.push_back(key(step));
    }
    return {{"name", plan.name},
            {"host", plan.host},
            {"kind", key(plan.kind)},
            {"boot", wordOf(protocols, plan.boot)},
            {"image", plan.image.native()},
            {"dialect", plan.dialect},
            {"commandLine", plan.commandLine},
            {"loader", plan.loader.native()},
            {"module", plan.module},
            {"tenderArguments", plan.tenderArguments},
            {"xenstore", std::move(xenstore)},
            {"machine", plan.machine},
            {"firmware", plan.firmware},
            {"bus", key(plan.bus)},
            {"bits", plan.bits},
            {"accelerator", key(plan.accelerator)},
            {"memory", plan.memory},
            {"vcpus", plan.vcpus},
            {"interfaces", std::move(interfaces)},
            {"disks", std::move(disks)},
            {"backendArguments", plan.backendArguments},
            {"consoleLimit", plan.consoleLimit},
            {"onExit", wordOf(endings, plan.onExit)},
            {"onCrash", wordOf(endings, plan.onCrash)},
            {"persistent", plan.persistent},
            {"startPaused", plan.startPaused},
            {"steps", std::move(steps)},
            {"debug", debugJson(plan.debug)},
            {"keys", std::move(keys)}};
}

Result<LaunchPlan> planFromJson(const Json& json)
{
    try {
        return parsePlan(json);
    } catch (const Json::exception& exception) {
        return inputError(formatted("this is no launch plan: {}", exception.what()),
                          "it may have been written by another version of Rumpus");
    }
}

} // namespace rumpus
