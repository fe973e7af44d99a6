// SPDX-License-Identifier: GPL-3.0-or-later
#include "platforms/qemu/qemu_command.h"

#include "core/base/format.h"
#include "core/image/kind.h"
#include "platforms/microvm.h"

#include <algorithm>
#include <cctype>

namespace rumpus {

namespace {

using Words = std::vector<std::string>;

void add(Words& words, std::initializer_list<std::string> more)
{
    words.insert(words.end(), more);
}

std::string machineOption(const LaunchPlan& plan)
{
    if (plan.machine != "microvm") {
        return plan.machine + ",usb=off";
    }
    return formatted("{},{}", plan.machine, microvmOptions(plan));
}

void addMachine(Words& words, const LaunchPlan& plan)
{
    static constexpr std::uint64_t mebibyte = std::uint64_t{1} << 20U;
    add(words, {"-nodefaults", "-no-user-config", "-display", "none", "-machine", machineOption(plan)});
    // under KVM what the processor has; TCG's "max" has what newer guests insist on
    add(words, {"-accel", std::string(key(plan.accelerator)), "-cpu",
                plan.accelerator == Accelerator::Kvm ? "host" : "max"});
    add(words, {"-m", formatted("{}M", (plan.memory + mebibyte - 1) / mebibyte), "-smp",
                std::to_string(plan.vcpus)});
    if (!plan.firmware.empty()) {
        add(words, {"-bios", plan.firmware});
    }
    for (const std::string_view argument : plan.kind->qemuArguments) {
        words.emplace_back(argument);
    }
}

void addImage(Words& words, const LaunchPlan& plan, const std::string& module)
{
    add(words, {"-kernel", plan.loader.empty() ? plan.image.native() : plan.loader.native()});
    if (!plan.commandLine.empty()) {
        add(words, {"-append", plan.commandLine});
    }
    // for a multiboot image this is a list of modules, and commas are between them (hw/i386/multiboot.c)
    const auto initrd = [&](const std::string& file) {
        add(words, {"-initrd", plan.boot == BootProtocol::Multiboot1 ? optionValue(file) : file});
    };
    if (!plan.loader.empty()) {
        initrd(plan.image.native());
    }
    if (!module.empty()) {
        initrd(module);
    }
    for (const PlannedDisk& disk : plan.disks) {
        if (disk.model == "initrd") {
            initrd(disk.file.native());
        }
    }
}

std::string netdevOption(const PlannedInterface& interface, const std::string& id)
{
    const InterfaceBackend& backend = interface.backend;
    switch (backend.type) {
    case NetworkBackend::User: {
        std::string option = "user,id=" + id;
        for (const PortForward& forward : backend.forwards) {
            option +=
                formatted(",hostfwd={}:127.0.0.1:{}-:{}", forward.transport == Transport::Tcp ? "tcp" : "udp",
                          forward.hostPort, forward.guestPort);
        }
        return option;
    }
    case NetworkBackend::Tap:
        return formatted("tap,id={},ifname={},script=no,downscript=no", id, optionValue(backend.device));
    case NetworkBackend::Bridge: return formatted("bridge,id={},br={}", id, optionValue(backend.device));
    case NetworkBackend::None: break;
    }
    return "user,restrict=on,id=" + id;
}

void addInterfaces(Words& words, const LaunchPlan& plan)
{
    for (std::size_t i = 0; i < plan.interfaces.size(); ++i) {
        const PlannedInterface& interface = plan.interfaces[i];
        const std::string id = formatted("net{}", i);
        add(words, {"-netdev", netdevOption(interface, id)});
        // no boot ROM: nothing boots from this card, and loading it takes time
        const std::string_view model = plan.bus == DeviceBus::VirtioMmio ? "virtio-net-device"
                                       : interface.model == "e1000"      ? "e1000,romfile="
                                                                         : "virtio-net-pci,romfile=";
        add(words, {"-device", formatted("{},netdev={},mac={}", model, id, interface.mac)});
        if (!interface.capture.empty()) {
            add(words, {"-object", formatted("filter-dump,id=dump{},netdev={},file={}", i, id,
                                             optionValue(interface.capture))});
        }
    }
}

void addDisks(Words& words, const LaunchPlan& plan)
{
    for (std::size_t i = 0; i < plan.disks.size(); ++i) {
        const PlannedDisk& disk = plan.disks[i];
        if (disk.model == "initrd") {
            continue;
        }
        add(words, {"-drive", formatted("if=none,id=disk{},format={},readonly={},file={}", i,
                                        disk.format == DiskFormat::Raw ? "raw" : "qcow2",
                                        disk.readOnly ? "on" : "off", optionValue(disk.file.native()))});
        add(words, {"-device", formatted("virtio-blk-{},drive=disk{}",
                                         plan.bus == DeviceBus::VirtioMmio ? "device" : "pci", i)});
    }
}

void addPlan(Words& words, const LaunchPlan& plan, const std::string& module)
{
    addMachine(words, plan);
    addImage(words, plan, module);
    addInterfaces(words, plan);
    addDisks(words, plan);
    if (std::ranges::contains(plan.steps, LaunchStep::CreatePaused)) {
        words.emplace_back("-S");
    }
    // a guest that ends is held, so that how it ended can be seen
    add(words, {"-action", "reboot=shutdown,shutdown=pause,panic=pause"});
}

} // namespace

std::string optionValue(std::string_view value)
{
    std::string escaped;
    for (const char c : value) {
        escaped += c;
        if (c == ',') {
            escaped += ',';
        }
    }
    return escaped;
}

std::vector<std::string> qemuCommand(const LaunchPlan& plan, const std::string& emulator,
                                     const RunDirectory& run)
{
    Words words{emulator, "-name", optionValue(run.id())};
    addPlan(words, plan, plan.module.empty() ? std::string() : run.module().native());
    const auto file = [](const char* id, const std::filesystem::path& log, const std::filesystem::path& in) {
        return formatted("file,id={},path={},input-path={}", id, optionValue(log.native()),
                         optionValue(in.native()));
    };
    add(words,
        {"-chardev", file("console", run.consoleLog(), run.consoleIn()), "-serial", "chardev:console"});
    add(words,
        {"-chardev", file("events", run.eventLog(), run.eventIn()), "-mon", "chardev=events,mode=control"});
    add(words, {"-chardev",
                formatted("socket,id=qmp,server=on,wait=off,path={}", optionValue(run.qmpSocket().native())),
                "-mon", "chardev=qmp,mode=control"});
    add(words, {"-d", "cpu_reset", "-D", run.cpuLog().native()});
    words.insert(words.end(), plan.backendArguments.begin(), plan.backendArguments.end());
    return words;
}

std::vector<std::vector<std::string>> qemuCommandsForPeople(const LaunchPlan& plan,
                                                            const std::string& emulator)
{
    std::vector<Words> commands;
    const std::string module =
        plan.module.empty() ? std::string() : "/tmp/" + safeFileName(plan.name) + ".module";
    if (!module.empty()) {
        commands.push_back({"sh", "-c", R"(printf %s "$1" >"$2")", "sh", plan.module, module});
    }
    Words words{emulator};
    addPlan(words, plan, module);
    add(words, {"-serial", "mon:stdio"});
    words.insert(words.end(), plan.backendArguments.begin(), plan.backendArguments.end());
    commands.push_back(std::move(words));
    return commands;
}

} // namespace rumpus
