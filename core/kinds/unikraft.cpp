// Unikraft: told by a command line, library parameters before "--" and arguments behind it (lib/uklibparam,
// lib/ukargparse); what it prints is in lib/ukboot and in lwip's callbacks.
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/format.h"
#include "core/base/text.h"
#include "core/dialect/dialect.h"
#include "core/dialect/guest_speech.h"
#include "core/image/input_file.h"
#include "core/image/kind_clues.h"
#include "core/image/symbol_table.h"

#include <algorithm>
#include <array>
#include <utility>

namespace rumpus {

namespace {

using enum Component;
using enum BootPhase;
using How = SpokenEnd::How;
using State = KeyVerdict::State;

constexpr std::string_view unikraftQemu = "unikraft-qemu";
constexpr std::string_view unikraftSection = ".uk_bootinfo";

/// For images that are not stripped, which are those with the debug information: the entry's name.
std::string unikraftEntry(const KindClues& clues)
{
    return symbolAt(clues.elf, clues.elf.header().e_entry,
                    {"_multiboot_entry", "_lxboot_entry", "uk_efi_entry64"});
}

Evidence ifUnikraft(const KindClues& clues, std::string_view entry, std::string_view debugFileOf)
{
    if (!hasSection(clues, unikraftSection)) {
        return {};
    }
    Evidence evidence{"a section .uk_bootinfo"};
    if (!entry.empty()) {
        evidence.push_back(formatted("enters at {}", entry));
    }
    if (!debugFileOf.empty()) {
        evidence.push_back(formatted("this is the file with the debug information: {}", debugFileOf));
    }
    return evidence;
}

Evidence isUnikraftXen(const KindClues& clues)
{
    Evidence evidence = ifGuestOs(clues, "Unikraft");
    if (!evidence.empty() && hasSection(clues, unikraftSection)) {
        evidence.emplace_back("a section .uk_bootinfo");
    }
    return evidence;
}

Evidence isUnikraftQemu(const KindClues& clues)
{
    if (bootsBy(clues, BootProtocol::Multiboot1)) {
        Evidence evidence = ifUnikraft(clues, {}, {});
        if (!evidence.empty()) {
            evidence.emplace_back("a multiboot header");
        }
        return evidence;
    }
    return hasSection(clues, unikraftSection) && unikraftEntry(clues) == "_multiboot_entry"
               ? ifUnikraft(clues, "_multiboot_entry", "boot the one beside it without .dbg")
               : Evidence{};
}

Evidence isUnikraftEfi(const KindClues& clues)
{
    return hasSection(clues, unikraftSection) && unikraftEntry(clues) == "uk_efi_entry64"
               ? ifUnikraft(clues, "uk_efi_entry64", "boot the one beside it without .dbg")
               : Evidence{};
}

Evidence isUnikraftFirecracker(const KindClues& clues)
{
    Evidence evidence = ifUnikraft(clues, hasSection(clues, unikraftSection) ? unikraftEntry(clues) : "", {});
    if (!evidence.empty()) {
        evidence.emplace_back("neither a multiboot header nor a Xen note");
    }
    return evidence;
}

Evidence isUnikraftEfiFile(const Image& image)
{
    // support/scripts/mkefi.py names its sections "UK_PHDR"
    const auto found = std::ranges::find_if(image.sections, [](const Section& section) {
        return section.name == "UK_PHDR" || section.name.starts_with(".uk_");
    });
    return image.canBootBy(BootProtocol::Efi) && found != image.sections.end()
               ? Evidence{formatted("a section {}", found->name)}
               : Evidence{};
}

/// Of a .dbg file nothing is left then.
std::vector<BootEntry> withoutPlainEntry(const KindClues& clues)
{
    std::vector<BootEntry> boots = clues.boots.entries;
    std::erase_if(boots, [](const BootEntry& entry) { return entry.protocol == BootProtocol::PlainElf; });
    return boots;
}

/// Firecracker enters an ELF file with Linux's boot_params in hand (docs: "Linux 64-bit boot protocol").
std::vector<BootEntry> firecrackerBoot(const KindClues& clues)
{
    return {{BootProtocol::LinuxBoot, clues.elf.header().e_entry, 64}};
}

/// A word as uk_argnparse reads it (0.17): double quotes, with a backslash before '"' and '\'.
std::string unikraftQuoted(std::string_view word)
{
    std::string text = "\"";
    for (const char c : word) {
        if (c == '"' || c == '\\') {
            text += '\\';
        }
        text += c;
    }
    return text + '"';
}

std::string unikraftWord(std::string_view word)
{
    const bool plain = !word.empty() && word.find_first_of(" \t\r\n\v\"'\\") == std::string_view::npos;
    return plain ? std::string(word) : unikraftQuoted(word);
}

/// netdev.ip=ADDRESS/BITS:GATEWAY:DNS0:DNS1:HOSTNAME:DOMAIN; the n-th word is the n-th device's, and an
/// empty one leaves that device alone (lib/uknetdev).
void tellUnikraftInterfaces(const UnikernelConfig& config, GuestWords& words,
                            std::vector<std::string>& parameters)
{
    std::vector<std::string> waiting;
    bool first = true;
    for (std::size_t i = 0; i < config.interfaces.size(); ++i) {
        const InterfaceConfig& interface = config.interfaces[i];
        if (!isAttached(interface)) {
            continue;
        }
        const std::string pointer = formatted("/interfaces/{}", i);
        if (interface.ipv6.method != Ipv6Method::None) {
            words.problems.push_back(
                cannotTell(pointer + "/ipv6", "unikraft", "IPv6", "set its \"method\" to \"none\""));
        }
        if (interface.ipv4.method == Ipv4Method::Static) {
            const std::string hostname = first && !config.hostname.empty() ? ":::" + config.hostname : "";
            parameters.insert(parameters.end(), waiting.begin(), waiting.end());
            waiting.clear();
            parameters.push_back(
                formatted("netdev.ip={}:{}{}", interface.ipv4.address, interface.ipv4.gateway, hostname));
        } else {
            waiting.emplace_back("netdev.ip=");
        }
        first = false;
    }
}

void tellUnikraftDisks(const UnikernelConfig& config, GuestWords& words, std::vector<std::string>& parameters)
{
    std::vector<std::string> table;
    for (std::size_t i = 0; i < config.disks.size(); ++i) {
        const DiskConfig& disk = config.disks[i];
        if (disk.mountpoint.empty()) {
            continue;
        }
        if (disk.fileSystem != "extract") {
            words.problems.push_back(cannotTell(formatted("/disks/{}/fileSystem", i), "unikraft",
                                                formatted("mounting \"{}\"", printable(disk.fileSystem)),
                                                "use a cpio archive and \"fileSystem\": \"extract\""));
        }
        table.push_back(
            unikraftQuoted(formatted("initrd{}:{}:extract:0:ramfs=1", table.size(), disk.mountpoint)));
    }
    if (!table.empty()) {
        parameters.push_back("vfs.fstab=[ " + join(table, " ") + " ]");
    }
}

void tellUnikraftArguments(const UnikernelConfig& config, bool afterParameters, GuestWords& words,
                           std::vector<std::string>& line)
{
    const std::vector<std::string> program = onlyProgram(config, words.problems, "unikraft");
    for (std::size_t i = 1; i < program.size(); ++i) {
        if (program[i].empty()) {
            words.problems.push_back(
                cannotTell(argumentPointer(config, 0, i), "unikraft", "an empty argument", "remove it"));
        }
        // the first "--" that something stands before ends the kernel's parameters
        if (program[i] == "--" && i > 1 && !afterParameters) {
            words.problems.push_back(cannotTell(argumentPointer(config, 0, i), "unikraft",
                                                "an argument \"--\" without kernel parameters",
                                                "add one under \"kernelParameters\""));
        }
        line.push_back(unikraftWord(program[i]));
    }
}

/// The EFI stub ends without a word where its disk lacks a file that it was built to read (plat/kvm/efi.c).
void warnOfMissingFiles(const Image& image, GuestWords& words)
{
    using namespace std::string_view_literals;
    const Result<InputFile> file = InputFile::open(image.path);
    for (const auto& [ending, option] : {std::pair(".initrd\0"sv, "INITRD"), std::pair(".dtb\0"sv, "DTB")}) {
        if (file && file->contains(0, file->size(), ending)) {
            words.problems.push_back(
                {.pointer = "/image",
                 .severity = Severity::Warning,
                 .text = formatted("it ends without a word where \\EFI\\BOOT\\NAME{} is missing on its disk: "
                                   "build it with CONFIG_KVM_BOOT_PROTO_EFI_STUB_{}_FNAME=\"\"",
                                   ending.substr(0, ending.size() - 1), option)});
        }
    }
}

GuestWords tellUnikraft(const UnikernelConfig& config, const Image& image)
{
    GuestWords words;
    const bool isEfi = image.canBootBy(BootProtocol::Efi);
    if (isEfi) {
        warnOfMissingFiles(image, words);
    }
    std::vector<std::string> parameters = config.kernelParameters;
    tellUnikraftInterfaces(config, words, parameters);
    tellUnikraftDisks(config, words, parameters);
    for (const auto& [name, value] : config.environment) {
        // a word each: in a list, a value that ends in ']' would end the list
        parameters.push_back("env.vars=" + unikraftWord(name + "=" + value));
    }
    const auto device = std::ranges::find_if(config.interfaces, isAttached);
    const bool hasStaticInterface =
        device != config.interfaces.end() && device->ipv4.method == Ipv4Method::Static;
    if (!config.hostname.empty() && !hasStaticInterface) {
        words.problems.push_back(cannotTell("/hostname", "unikraft", "a hostname without a static address",
                                            "give the first interface one, or remove \"hostname\""));
    }

    // without a "--" behind them parameters are arguments, and without parameters before it a "--" is one
    // (lib/ukboot/early_init.c)
    std::vector<std::string> line = parameters;
    if (!parameters.empty()) {
        line.emplace_back("--");
    }
    tellUnikraftArguments(config, !parameters.empty(), words, line);
    // the first word of all is argv[0]: QEMU puts the image's path there for multiboot, and nobody else does
    const bool named = !config.programs.empty() && !config.programs.front().arguments.empty();
    // without any word the EFI stub reads them from a file on its disk, which there is none of
    if (key(image.kind) != unikraftQemu && (named || !line.empty() || isEfi)) {
        line.insert(line.begin(),
                    unikraftWord(named ? config.programs.front().arguments.front() : "unikraft"));
    }
    words.commandLine = join(line, " ");
    return words;
}

const GuestDialect unikraftDialect{
    .name = "unikraft",
    .tell = tellUnikraft,
    .interfaceName = [](std::size_t index) { return formatted("en{}", index + 1); },
    .diskName = [](std::size_t index) { return formatted("initrd{}", index); },
};

constexpr EndWord unikraftEnds[] = {
    {"main returned ", How::Ended, "main returned ", false},
    {"Unikraft crash", How::Crashed, "", true},
    {"Crashing", How::Crashed, "", true},
    {"Unikraft halted", How::Ended, "", true},
    {"Could not initialize the HWRNG", How::Crashed, "", false}, // it wants RDRAND, or no ukrandom
};

constexpr BootWord unikraftBoot[] = {
    {"Powered by", {}, Banner},
    {"Welcome to  _ __", {}, Banner},
    {"Set IPv4 address ", {}, Network},
    {"Calling main(", {}, Main},
};

constexpr KeySign unikraftSigns[] = {
    {GuestTopic::Address, State::Done, "{s}: Set IPv4 address"},
    {GuestTopic::Mount, State::Failed, "Failed to mount "},
    {GuestTopic::Mount, State::Failed, "Failed to extract "},
};

constexpr ComponentRule unikraftPaths[] = {
    {"/libuklibid/", KernelCore}, // generated into the build folder
    {"/lib/nolibc/", Libc},
    {"/lib/musl/", Libc},
    {"/libs/musl/", Libc},
    {"/libs/newlib/", Libc},
    {"/lib-musl/", Libc},
    {"/lib-newlib/", Libc},
    {"/lib/isrlib/", Libc},
    {"/lib/posix-libdl/", Libc},
    {"/lib/compiler-rt/", Compiler},
    {"/libs/compiler-rt/", Compiler},
    {"/lib/lwip/", KernelNet},
    {"/libs/lwip/", KernelNet},
    {"/lib-lwip/", KernelNet},
    {"/lib/uknetdev/", KernelNet},
    {"/lib/posix-socket/", KernelNet},
    {"/lib/vfscore/", KernelVfs},
    {"/lib/posix-vfs", KernelVfs},
    {"/lib/ramfs/", KernelVfs},
    {"/lib/devfs/", KernelVfs},
    {"/lib/9pfs/", KernelVfs},
    {"/lib/ukcpio/", KernelVfs},
    {"/lib/uk9p/", KernelVfs},
    {"/lib/ukblkdev/", KernelVfs},
    {"/lib/posix-fd", KernelVfs},
    {"/lib/ukconsole/", Platform},
    {"/drivers/ukconsole/", Platform},
    {"/drivers/ukintctlr/", Platform},
    {"/drivers/", KernelDev},
    {"/lib/ukbus/", KernelDev},
    {"/unikraft/plat/", Platform},
    {"/plat/common/", Platform},
    {"/plat/kvm/", Platform},
    {"/plat/xen/", Platform},
    {"/unikraft/arch/", Platform},
    {"/unikraft/lib/", KernelCore},
    {"/lib/uk", KernelCore},
    {"/lib/posix-", KernelCore},
};

constexpr ComponentRule unikraftSymbols[] = {
    {"ukplat_", Platform},   {"_ukplat_", Platform},   {"_multiboot_entry", Platform},
    {"ukarch_", Platform},   {"uk_netdev", KernelNet}, {"lwip_", KernelNet},
    {"vfscore_", KernelVfs}, {"uk_", KernelCore},      {"_uk_", KernelCore},
};

constexpr GuestSpeech unikraftSpeech{.ends = unikraftEnds,
                                     .boot = unikraftBoot,
                                     .signs = unikraftSigns,
                                     .call = "Calling main(",
                                     .callNamesProgram = false};
constexpr Kernel unikraftKernel{
    .components = {.ways = {}, .paths = unikraftPaths, .symbols = unikraftSymbols},
    .speech = &unikraftSpeech};
constexpr std::array unikraftDialects{&unikraftDialect};
constexpr UnfitMachine unikraftUnfit[] = {{"microvm", "qboot.rom"}};
constexpr KindTraits unikraft[] = {
    {.key = "unikraft-xen",
     .title = "Unikraft (Xen)",
     .kernel = &unikraftKernel,
     .dialects = unikraftDialects,
     .test = isUnikraftXen},
    {.key = unikraftQemu,
     .title = "Unikraft (QEMU)",
     .kernel = &unikraftKernel,
     .dialects = unikraftDialects,
     .test = isUnikraftQemu,
     .boots = withoutPlainEntry,
     .unfitMachines = unikraftUnfit},
    {.key = "unikraft-efi",
     .title = "Unikraft (EFI)",
     .kernel = &unikraftKernel,
     .dialects = unikraftDialects,
     .test = isUnikraftEfi,
     .testForeign = isUnikraftEfiFile,
     .boots = withoutPlainEntry},
    {.key = "unikraft-firecracker",
     .title = "Unikraft (Firecracker)",
     .kernel = &unikraftKernel,
     .dialects = unikraftDialects,
     .test = isUnikraftFirecracker,
     .boots = firecrackerBoot},
};

} // namespace

extern const KindList unikraftKinds{unikraft};

} // namespace rumpus
