// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/format.h"
#include "core/base/text.h"
#include "core/base/units.h"
#include "core/config/words.h"
#include "core/dialect/dialect.h"
#include "core/dialect/guest_keys.h"
#include "core/image/kind.h"
#include "core/plan/plan.h"

#include <algorithm>
#include <array>
#include <iterator>
#include <set>
#include <utility>

namespace rumpus {

namespace {

/// Collects the plan and its problems while one decision follows the other.
struct Draft {
    const ConfigFile& file;
    const Image& image;
    const HostCapabilities& host;
    LaunchPlan plan;
    std::vector<Problem> problems;

    void error(std::string pointer, std::string text)
    {
        problems.push_back(
            {.pointer = std::move(pointer), .severity = Severity::Error, .text = std::move(text)});
    }
    void warning(std::string pointer, std::string text)
    {
        problems.push_back(
            {.pointer = std::move(pointer), .severity = Severity::Warning, .text = std::move(text)});
    }
};

void chooseKind(Draft& draft)
{
    const std::string& wished = draft.file.config.kind;
    draft.plan.kind = draft.image.kind;
    if (wished == "auto") {
        return;
    }
    if (const std::optional<ImageKind> kind = imageKind(wished)) {
        draft.plan.kind = *kind;
        return;
    }
    const std::vector<std::string_view> known = imageKindKeys();
    const std::optional<std::string> nearest = nearestWord(wished, known);
    draft.error("/kind", formatted("unknown kind \"{}\": {}", printable(wished),
                                   nearest ? formatted("did you mean \"{}\"?", *nearest)
                                           : std::string("use \"auto\" or what `rumpus inspect` says")));
}

const GuestDialect& chooseDialect(Draft& draft)
{
    const GuestDialect& ofKind = dialectOf(draft.plan.kind);
    if (draft.file.config.dialect == DialectChoice::ByKind) {
        return ofKind;
    }
    const std::string_view wished = wordFor(draft.file.config.dialect);
    for (const GuestDialect* dialect : draft.plan.kind->dialects) {
        if (dialect->name == wished) {
            return *dialect;
        }
    }
    draft.error("/dialect", formatted("images of {} do not understand \"{}\": remove it, or build the image "
                                      "for what does",
                                      title(draft.plan.kind), wished));
    return ofKind;
}

void chooseAccelerator(Draft& draft, const LaunchWishes& wishes)
{
    draft.plan.accelerator = wishes.accelerator.value_or(draft.host.accelerator);
    const bool isThere = draft.plan.accelerator == draft.host.accelerator ||
                         (draft.plan.accelerator == Accelerator::Tcg &&
                          draft.host.accelerator == Accelerator::Kvm); // QEMU can do without it
    if (!isThere) {
        const std::string& why = draft.host.acceleratorNote;
        draft.error("", formatted("{} is asked for, and host {} is {}", title(draft.plan.accelerator),
                                  draft.host.host, why.empty() ? "without it" : why));
    }
}

/// True where a guest of that kind finds its devices on that bus; most look on PCI only.
bool knowsBus(ImageKind kind, DeviceBus bus)
{
    switch (bus) {
    case DeviceBus::None: return false;
    case DeviceBus::VirtioMmio: return kind->findsVirtioMmio;
    case DeviceBus::Pci:
    case DeviceBus::Xen:
    case DeviceBus::Tender: return true;
    }
    std::unreachable();
}

bool isInitrd(const DiskConfig& disk)
{
    return disk.fileSystem == "extract";
}

bool needsBus(const UnikernelConfig& config)
{
    return std::ranges::any_of(config.interfaces,
                               [](const auto& i) { return i.backend.type != NetworkBackend::None; }) ||
           !std::ranges::all_of(config.disks, isInitrd) || !config.backendArguments.empty();
}

bool enters(const MachineCapability& machine, const BootEntry& boot)
{
    return std::ranges::contains(machine.bootProtocols, boot.protocol) &&
           (machine.bits == 0 || machine.bits == boot.bits);
}

/// What of an image's entries the host would take if they were of another size.
const BootEntry* wrongSize(const Draft& draft)
{
    for (const BootEntry& boot : draft.image.boots) {
        for (const MachineCapability& machine : draft.host.machines) {
            if (std::ranges::contains(machine.bootProtocols, boot.protocol) && !enters(machine, boot)) {
                return &boot;
            }
        }
    }
    return nullptr;
}

void refuseImage(Draft& draft, bool withBus)
{
    if (const BootEntry* boot = wrongSize(draft)) {
        draft.error("/image", formatted("this image boots by {} in {} bits, which host {} has not: build it "
                                        "for {} bits, or choose another host",
                                        title(boot->protocol), boot->bits, draft.host.host,
                                        boot->bits == 32 ? 64 : 32));
        return;
    }
    std::vector<std::string> ways;
    for (const BootEntry& boot : draft.image.boots) {
        ways.emplace_back(title(boot.protocol));
    }
    std::set<std::string> known;
    for (const MachineCapability& machine : draft.host.machines) {
        for (const BootProtocol protocol : machine.bootProtocols) {
            known.emplace(title(protocol));
        }
    }
    const bool fits = std::ranges::any_of(ways, [&](const std::string& way) { return known.contains(way); });
    const bool forTender =
        std::ranges::contains(draft.image.boots, BootProtocol::Tender, &BootEntry::protocol);
    if (forTender && !known.contains(std::string(title(BootProtocol::Tender)))) {
        draft.error("/image", formatted("this image is for a Solo5 tender, and host {} has none: choose host "
                                        "solo5 (\"host\": \"solo5\", --host solo5)",
                                        draft.host.host));
        return;
    }
    draft.error("/image",
                formatted("host {} cannot boot this image{}: it is {} and boots by {}, the host by {}: build "
                          "it for this host, or choose another host",
                          draft.host.host, fits && withBus ? " with network or disks" : "",
                          title(draft.plan.kind), ways.empty() ? "nothing we know" : join(ways, ", "),
                          known.empty() ? "nothing" : join(std::vector(known.begin(), known.end()), ", ")));
}

/// True where a guest of that kind is known not to run on the machine: a tender runs only its own.
bool isUnfit(const MachineCapability& machine, const KindTraits& kind)
{
    if (std::ranges::contains(machine.bootProtocols, BootProtocol::Tender)) {
        return machine.name != kind.tender;
    }
    return std::ranges::any_of(kind.unfitMachines, [&](const UnfitMachine& unfit) {
        return unfit.name == machine.name && (unfit.firmware.empty() || unfit.firmware == machine.firmware);
    });
}

void chooseMachine(Draft& draft)
{
    const bool withBus = needsBus(draft.file.config);
    for (const MachineCapability& machine : draft.host.machines) {
        if (withBus && !knowsBus(draft.plan.kind, machine.bus)) {
            continue;
        }
        if (isUnfit(machine, *draft.plan.kind)) {
            continue;
        }
        for (const BootEntry& boot : draft.image.boots) {
            if (enters(machine, boot)) {
                draft.plan.machine = machine.name;
                draft.plan.firmware = machine.firmware;
                draft.plan.bus = machine.bus;
                draft.plan.boot = boot.protocol;
                return;
            }
        }
    }
    refuseImage(draft, withBus);
}

void chooseSize(Draft& draft)
{
    const UnikernelConfig& config = draft.file.config;
    draft.plan.memory = config.memory;
    draft.plan.vcpus = config.vcpus;
    std::ranges::move(problemsOnHost(config, draft.host), std::back_inserter(draft.problems));
    if (config.vcpus > 1 && draft.plan.kind->usesOneCpu) {
        draft.warning("/vcpus",
                      formatted("{} uses only the first vCPU: leave \"vcpus\" out", title(draft.plan.kind)));
    }
}

std::filesystem::path absolute(const Draft& draft, const std::string& file)
{
    return (draft.file.folder() / file).lexically_normal();
}

/// The networks that a host has, as a config names them: "user" or "tap".
std::string networkWords(const HostCapabilities& host)
{
    std::vector<std::string> words;
    for (const NetworkBackend backend : host.networkBackends) {
        words.push_back(formatted("\"{}\"", wordsOf<NetworkBackend>[std::to_underlying(backend)]));
    }
    return words.empty() ? std::string("none") : join(words, " or ");
}

void planInterfaces(Draft& draft, const GuestDialect& dialect)
{
    const UnikernelConfig& config = draft.file.config;
    for (std::size_t i = 0; i < config.interfaces.size(); ++i) {
        const InterfaceConfig& interface = config.interfaces[i];
        if (interface.backend.type == NetworkBackend::None) {
            continue;
        }
        if (!std::ranges::contains(draft.host.networkBackends, interface.backend.type)) {
            draft.error(
                formatted("/interfaces/{}/backend/type", i),
                formatted("host {} has no such network: use {}", draft.host.host, networkWords(draft.host)));
        }
        if (!interface.backend.script.empty() && draft.host.accelerator != Accelerator::Xen) {
            draft.error(formatted("/interfaces/{}/backend/script", i),
                        formatted("host {} is no Xen host, and runs no such scripts: remove \"script\"",
                                  draft.host.host));
        }
        const std::string name = guestInterfaceName(config, dialect, i);
        const auto card = draft.plan.kind->networkCard;
        draft.plan.interfaces.push_back({
            .guestName = name,
            .backend = interface.backend,
            .mac = interface.mac.empty() ? stableMac(draft.plan.name, i) : interface.mac,
            .model = std::string(draft.plan.bus == DeviceBus::Xen ? "xen-vif"
                                 : card == nullptr                ? "virtio-net"
                                                                  : card(name)),
            .capture =
                interface.capture.empty() ? std::string() : absolute(draft, interface.capture).native(),
        });
    }
}

void planDisks(Draft& draft, const GuestDialect& dialect)
{
    const UnikernelConfig& config = draft.file.config;
    for (std::size_t i = 0; i < config.disks.size(); ++i) {
        const DiskConfig& disk = config.disks[i];
        if (!std::ranges::contains(draft.host.diskFormats, disk.format)) {
            draft.error(formatted("/disks/{}/format", i),
                        formatted("host {} attaches no disks of this format: convert it (`qemu-img convert "
                                  "-O raw`), and use \"raw\"",
                                  draft.host.host));
        }
        draft.plan.disks.push_back({
            .guestName = dialect.diskName(i),
            .file = absolute(draft, disk.file),
            .format = disk.format,
            .readOnly = disk.readOnly,
            .model = isInitrd(disk)                     ? "initrd"
                     : draft.plan.bus == DeviceBus::Xen ? "xen-vbd"
                                                        : "virtio-blk",
        });
    }
    if (std::ranges::count_if(config.disks, isInitrd) >
        (draft.plan.module.empty() && draft.plan.loader.empty() ? 1 : 0)) {
        draft.error("/disks", "only one initrd can be given: make one archive of them");
    }
}

/// QEMU puts the image's path before a multiboot command line, and ends a module's path at the first blank
/// (hw/i386/multiboot.c); guests that split their command line then take the wrong words.
void checkMultibootPaths(Draft& draft, const GuestDialect& dialect)
{
    if (draft.plan.boot != BootProtocol::Multiboot1 || draft.plan.machine.empty()) {
        return;
    }
    if (!dialect.findsItsWords &&
        draft.plan.image.native().find_first_of(" \t\n\"'\\") != std::string::npos) {
        draft.error("/image", formatted("the guest gets the path {} before its arguments and would split "
                                        "it: use a path without blanks, quotes and backslashes",
                                        printable(draft.plan.image.native())));
    }
    for (std::size_t i = 0; i < draft.plan.disks.size(); ++i) {
        const PlannedDisk& disk = draft.plan.disks[i];
        if (disk.model == "initrd" && disk.file.native().contains(' ')) {
            draft.error(formatted("/disks/{}/file", i),
                        formatted("QEMU takes a blank for the end of the path {}: use one without blanks",
                                  printable(disk.file.native())));
        }
    }
}

void tellGuest(Draft& draft, const GuestDialect& dialect)
{
    Image asKind = draft.image;
    asKind.kind = draft.plan.kind;
    UnikernelConfig config = draft.file.config;
    for (DiskConfig& disk : config.disks) {
        disk.file = absolute(draft, disk.file).native();
    }
    GuestWords words = dialect.tell(config, asKind);
    draft.plan.dialect = dialect.name;
    draft.plan.commandLine = std::move(words.commandLine);
    draft.plan.loader = draft.image.loader;
    draft.plan.module = std::move(words.module);
    draft.plan.tenderArguments = std::move(words.tenderArguments);
    draft.plan.xenstore = std::move(words.xenstore);
    draft.plan.keys = guestKeys(config, dialect, draft.file.folder());
    draft.plan.xenstore.insert(draft.plan.xenstore.end(), config.xenstore.begin(), config.xenstore.end());
    draft.problems.insert(draft.problems.end(), words.problems.begin(), words.problems.end());
    if (!config.xenstore.empty() && !draft.host.hasXenstore) {
        draft.error("/xenstore", formatted("host {} has no Xenstore: use a Xen host, or remove \"xenstore\"",
                                           draft.host.host));
    }
    // the kernel takes strings that end with a NUL
    if (draft.plan.commandLine.contains('\0')) {
        draft.error("/arguments", "a command line cannot hold a NUL character: remove it");
    }
}

void planDebug(Draft& draft)
{
    const DebugConfig& wishes = draft.file.config.debug;
    draft.plan.debug.sources = draft.file.folder();
    if (!wishes.symbolFile.empty()) {
        draft.plan.debug.symbols = absolute(draft, wishes.symbolFile);
    }
    for (const auto& [from, to] : wishes.sourceMap) {
        draft.plan.debug.sourceMap.emplace_back(from, absolute(draft, to).native());
    }
}

/// A guest of Xen's has no QEMU, and so none of what only QEMU does.
void checkXen(Draft& draft)
{
    if (draft.host.accelerator != Accelerator::Xen) {
        return;
    }
    const UnikernelConfig& config = draft.file.config;
    if (!config.backendArguments.empty()) {
        draft.error("/backendArguments",
                    "a Xen guest has no QEMU to take arguments: remove \"backendArguments\"");
    }
    for (std::size_t i = 0; i < config.interfaces.size(); ++i) {
        if (isAttached(config.interfaces[i]) && !config.interfaces[i].capture.empty()) {
            draft.error(formatted("/interfaces/{}/capture", i),
                        "a Xen guest has no QEMU to write captures: run tcpdump on the host's bridge, and "
                        "remove \"capture\"");
        }
    }
    for (const auto& [after, pointer] : {std::pair{config.onExit, "/onExit"}, {config.onCrash, "/onCrash"}}) {
        if (after == AfterEnd::Restart && !draft.plan.xenstore.empty()) {
            draft.error(pointer, "a guest that Xen starts again would not be told its configuration: use "
                                 "\"destroy\" or \"preserve\"");
        }
    }
}

void planSteps(Draft& draft, const LaunchWishes& wishes)
{
    LaunchPlan& plan = draft.plan;
    plan.startPaused = wishes.paused;
    const bool createPaused = wishes.paused || wishes.debug || !plan.xenstore.empty();
    if (createPaused) {
        plan.steps.push_back(LaunchStep::CreatePaused);
    } else {
        plan.steps.push_back(LaunchStep::Create);
    }
    if (!plan.xenstore.empty()) {
        plan.steps.push_back(LaunchStep::WriteXenstore);
    }
    plan.steps.push_back(LaunchStep::OpenConsole);
    if (wishes.debug) {
        plan.steps.push_back(LaunchStep::OpenGdb);
    }
    if (createPaused && !wishes.paused) {
        plan.steps.push_back(LaunchStep::Resume);
    }
}

} // namespace

std::vector<Problem> problemsOnHost(const UnikernelConfig& config, const HostCapabilities& host)
{
    std::vector<Problem> problems;
    const auto refuse = [&](std::string pointer, std::string text) {
        problems.push_back(
            {.pointer = std::move(pointer), .severity = Severity::Error, .text = std::move(text)});
    };
    const std::string name = printable(host.host);
    if (host.memory != 0 && config.memory > host.memory) {
        refuse("/memory", formatted("host {} has {} of memory: ask for less", name, roughSize(host.memory)));
    }
    if (host.maxVcpus != 0 && config.vcpus > host.maxVcpus) {
        refuse("/vcpus",
               formatted("host {} gives at most {}: ask for fewer", name, counted(host.maxVcpus, "vCPU")));
    }
    return problems;
}

PlanResult makePlan(const ConfigFile& file, const Image& image, const HostCapabilities& host,
                    const LaunchWishes& wishes)
{
    Draft draft{.file = file, .image = image, .host = host, .plan = {}, .problems = {}};
    const UnikernelConfig& config = file.config;
    draft.problems = problemsWith(file, {.memoryNeeded = image.loadBase + image.memoryNeeded});

    draft.plan.name = config.name;
    draft.plan.host = host.host;
    draft.plan.image = image.path;
    draft.plan.bits = image.elfClass;
    chooseAccelerator(draft, wishes);
    draft.plan.backendArguments = config.backendArguments;
    draft.plan.consoleLimit = config.console.limit;
    draft.plan.onExit = config.onExit;
    draft.plan.onCrash = config.onCrash;
    draft.plan.persistent = config.persistent;
    if (config.persistent && !host.keepsDomains) {
        draft.error("/persistent",
                    formatted("host {} keeps no domains: choose one of libvirt's, or remove \"persistent\"",
                              host.host));
    }
    if (config.console.limit != ConsoleConfig().limit && !host.limitsConsole) {
        draft.warning(
            "/console/limit",
            formatted("host {} keeps of a console what its own log daemon is told to (virtlogd.conf: "
                      "max_size, max_backups): remove \"limit\"",
                      host.host));
    }
    chooseKind(draft);
    const GuestDialect& dialect = chooseDialect(draft);
    chooseMachine(draft);
    chooseSize(draft);
    tellGuest(draft, dialect);
    planInterfaces(draft, dialect);
    planDisks(draft, dialect);
    checkMultibootPaths(draft, dialect);
    planDebug(draft);
    checkXen(draft);
    planSteps(draft, wishes);

    const bool failed =
        std::ranges::any_of(draft.problems, [](const Problem& p) { return p.severity == Severity::Error; });
    PlanResult result{.plan = std::nullopt, .problems = std::move(draft.problems)};
    if (!failed) {
        result.plan = std::move(draft.plan);
    }
    return result;
}

std::string stableMac(std::string_view unikernel, std::size_t index)
{
    // FNV-1a (RFC 9923): the same name gives the same address on every machine
    std::uint32_t hash = 2166136261U;
    for (const char c : formatted("{}/{}", unikernel, index)) {
        hash = (hash ^ static_cast<std::uint8_t>(c)) * 16777619U;
    }
    return formatted("52:54:00:{:02x}:{:02x}:{:02x}", hash >> 16U & 0xffU, hash >> 8U & 0xffU, hash & 0xffU);
}

bool staysPaused(const LaunchPlan& plan)
{
    return std::ranges::contains(plan.steps, LaunchStep::CreatePaused) &&
           (std::ranges::contains(plan.steps, LaunchStep::OpenGdb) ||
            !std::ranges::contains(plan.steps, LaunchStep::Resume));
}

} // namespace rumpus
