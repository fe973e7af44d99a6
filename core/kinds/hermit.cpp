// Hermit: a kernel in Rust, linked with its program and entered by a loader of its own, which gets it as a
// module. It is told by words as a shell reads them (src/env/mod.rs).
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/format.h"
#include "core/base/text.h"
#include "core/dialect/dialect.h"
#include "core/dialect/guest_speech.h"
#include "core/image/kind_clues.h"
#include "core/image/notes.h"

#include <algorithm>
#include <array>

namespace rumpus {

namespace {

using enum Component;
using enum BootPhase;
using How = SpokenEnd::How;
using State = KeyVerdict::State;

Evidence isHermit(const KindClues& clues)
{
    return findNote(clues.notes, "HERMIT", hermitNote) != nullptr
               ? Evidence{"a note of owner \"HERMIT\", type 0x5a00: it wants the loader hermit-loader"}
               : Evidence{};
}

/// It is entered by its own loader only.
std::vector<BootEntry> noBoot(const KindClues& /*clues*/)
{
    return {};
}

void tellHermitAddress(const UnikernelConfig& config, std::vector<std::string>& line, GuestWords& words)
{
    bool told = false;
    for (std::size_t i = 0; i < config.interfaces.size(); ++i) {
        const InterfaceConfig& interface = config.interfaces[i];
        if (!isAttached(interface)) {
            continue;
        }
        if (interface.ipv6.method != Ipv6Method::None || told) {
            words.problems.push_back(cannotTell(formatted("/interfaces/{}", i), "hermit",
                                                told ? "a second interface" : "IPv6",
                                                "keep one interface, without \"ipv6\""));
        }
        told = true;
        if (interface.ipv4.method != Ipv4Method::Static) {
            continue;
        }
        const std::string& cidr = interface.ipv4.address;
        line.insert(line.end(), {"-ip", cidr.substr(0, cidr.find('/')), "-mask", dottedNetmask(cidr)});
        if (!interface.ipv4.gateway.empty()) {
            line.insert(line.end(), {"-gateway", interface.ipv4.gateway});
        }
    }
}

/// It has drivers for network cards and for its host's folders (virtio-fs), none for disks.
void refuseDisks(const UnikernelConfig& config, std::vector<Problem>& problems)
{
    for (std::size_t i = 0; i < config.disks.size(); ++i) {
        problems.push_back(cannotTell(formatted("/disks/{}", i), "hermit", "a disk", "remove it"));
    }
}

GuestWords tellHermit(const UnikernelConfig& config, const Image& /*image*/)
{
    GuestWords words;
    std::vector<std::string> line = config.kernelParameters;
    for (const auto& [name, value] : config.environment) {
        line.push_back("env=" + name + "=" + value);
    }
    tellHermitAddress(config, line, words);
    refuseHostname(config, "hermit", words.problems);
    refuseDisks(config, words.problems);
    const std::vector<std::string> program = onlyProgram(config, words.problems, "hermit");
    if (program.size() > 1) { // argv[0] is the kernel's to give
        line.emplace_back("--");
        line.insert(line.end(), program.begin() + 1, program.end());
    }
    words.commandLine = shellCommand(line);
    return words;
}

const GuestDialect hermitDialect{
    .name = "hermit",
    .tell = tellHermit,
    .interfaceName = [](std::size_t index) { return formatted("eth{}", index); },
    .diskName = [](std::size_t index) { return formatted("disk{}", index); },
};

// src/syscalls/mod.rs and src/lib.rs; an exception ends its task only, for which the others may wait for ever
// (src/arch/x86_64/kernel/interrupts.rs)
constexpr EndWord hermitEnds[] = {
    {"exit status ", How::Ended, "exit status ", true},
    {"[PANIC]", How::Crashed, "", false},
    {"] Page fault (#PF)!", How::Crashed, "", true},
    {") Exception: InterruptStackFrame", How::Crashed, "", true},
};

// src/lib.rs, src/drivers/, src/executor/; a line begins with the time, the CPU and the module
constexpr BootWord hermitBoot[] = {
    {"Welcome to Hermit ", {}, Banner},
    {"] Initialized PCI", {}, Devices},
    {"] IP address:", {}, Network},
    {" hermit    ] Jumping into application", {}, Main},
};

constexpr KeySign hermitSigns[] = {
    {GuestTopic::Device, State::Done, "] Virtio network driver initialized."},
    {GuestTopic::Device, State::Failed, "] Could not initialize virtio-pci device: "},
    {GuestTopic::Address, State::Done, "] IP address:"},
    {GuestTopic::Gateway, State::Done, "] Gateway:"},
};

constexpr ComponentRule hermitPaths[] = {
    {"smoltcp", KernelNet},
    {"/src/fs/", KernelVfs},
    {"/src/drivers/", KernelDev},
    {"/src/arch/", Platform},
    {"/rustc/", Libc},
    {"/library/std/", Libc},
    {"/library/core/", Libc},
    {"/library/alloc/", Libc},
    {"/compiler-builtins/", Libc},
    {"hermit-kernel", KernelCore},
    {"/kernel/src/", KernelCore},
};

constexpr GuestSpeech hermitSpeech{.ends = hermitEnds,
                                   .boot = hermitBoot,
                                   .signs = hermitSigns,
                                   .call = " hermit    ] Jumping into application",
                                   .callNamesProgram = false,
                                   .goesOnWithoutNetwork = true};
constexpr Kernel hermitKernel{.components = {.ways = {}, .paths = hermitPaths, .symbols = {}},
                              .speech = &hermitSpeech};
constexpr std::array hermitDialects{&hermitDialect};
// as they are released, and as one is built
constexpr std::string_view hermitLoaders[] = {"hermit-loader-x86_64-multiboot", "hermit-loader-x86_64-linux",
                                              "hermit-loader-x86_64", "hermit-loader"};
// it ends QEMU by this port (src/arch/x86_64/kernel/processor.rs), and knows cards of virtio 1.0 only
constexpr std::string_view hermitArguments[] = {"-device", "isa-debug-exit,iobase=0xf4,iosize=0x04",
                                                "-global", "virtio-net-pci.disable-legacy=on"};
constexpr KindTraits hermit{.key = "hermit",
                            .title = "Hermit",
                            .kernel = &hermitKernel,
                            .dialects = hermitDialects,
                            .test = isHermit,
                            .boots = noBoot,
                            .loaders = hermitLoaders,
                            .qemuArguments = hermitArguments};

} // namespace

extern const KindList hermitKinds{&hermit, 1};

} // namespace rumpus
