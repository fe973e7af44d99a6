// Solo5: an image for each target; told by a command line, its devices by the names of its manifest. What it
// prints is in bindings/.
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/format.h"
#include "core/base/text.h"
#include "core/base/units.h"
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

constexpr std::string_view solo5Virtio = "solo5-virtio";

template <std::uint32_t target>
Evidence isSolo5(const KindClues& clues)
{
    const Note* note = findNote(clues.notes, "Solo5", solo5_note::abi);
    if (note == nullptr || note->raw.size() < 8 || clues.elf.number(note->raw, 4) != target) {
        return {};
    }
    const std::uint64_t version = clues.elf.number(std::string_view(note->raw).substr(4), 4);
    return {formatted("a Solo5 ABI1 note with target {}, version {}", target, version)};
}

std::vector<BootEntry> tenderBoot(const KindClues& clues)
{
    return {{BootProtocol::Tender, clues.elf.header().e_entry, 64}};
}

/// It has a multiboot header as well, but needs Xen's hypercalls.
std::vector<BootEntry> onlyPvh(const KindClues& clues)
{
    std::vector<BootEntry> boots = clues.boots.entries;
    std::erase_if(boots, [](const BootEntry& entry) { return entry.protocol != BootProtocol::Pvh; });
    return boots;
}

std::vector<std::string> solo5Names(const Image& image, std::string_view type)
{
    std::vector<std::string> names;
    for (const ManifestDevice& device : image.manifest) {
        if (device.type == type) {
            names.push_back(device.name);
        }
    }
    return names;
}

/// All devices of the manifest must be attached, and no others can be.
void compareWithSolo5Manifest(const Image& image, std::size_t wished, std::string_view type,
                              std::string_view pointer, std::size_t most, GuestWords& words)
{
    const std::vector<std::string> names = solo5Names(image, type);
    if (wished != names.size()) {
        words.problems.push_back(
            {.pointer = std::string(pointer),
             .severity = Severity::Error,
             .text = formatted("the image's manifest declares {} ({}), the config has {}: give as many",
                               counted(names.size(), std::string(type) + " device"),
                               names.empty() ? "none" : printable(join(names, ", ")), wished)});
    } else if (wished > most) {
        words.problems.push_back(cannotTell(formatted("{}/{}", pointer, most), "solo5 virtio",
                                            formatted("a second {} device", type), "use the hvt target"));
    }
}

void tellTender(const UnikernelConfig& config, const Image& image, GuestWords& words)
{
    static constexpr std::uint64_t mebibyte = std::uint64_t{1} << 20U;
    words.tenderArguments.push_back(formatted("--mem={}", (config.memory + mebibyte - 1) / mebibyte));
    const std::vector<std::string> nets = solo5Names(image, "net");
    for (std::size_t i = 0; i < std::min(nets.size(), config.interfaces.size()); ++i) {
        const InterfaceConfig& interface = config.interfaces[i];
        if (interface.backend.type != NetworkBackend::Tap) {
            words.problems.push_back({.pointer = formatted("/interfaces/{}/backend/type", i),
                                      .severity = Severity::Error,
                                      .text = "a Solo5 tender takes a tap interface only: use \"tap\""});
        }
        words.tenderArguments.push_back(formatted("--net:{}={}", nets[i], interface.backend.device));
        if (!interface.mac.empty()) {
            words.tenderArguments.push_back(formatted("--net-mac:{}={}", nets[i], interface.mac));
        }
    }
    const std::vector<std::string> blocks = solo5Names(image, "block");
    for (std::size_t i = 0; i < std::min(blocks.size(), config.disks.size()); ++i) {
        words.tenderArguments.push_back(formatted("--block:{}={}", blocks[i], config.disks[i].file));
    }
}

GuestWords tellSolo5(const UnikernelConfig& config, const Image& image)
{
    // argv[0] is the tender's or the loader's to give
    UnikernelConfig nameless = config;
    if (!config.programs.empty() && !config.programs.front().arguments.empty()) {
        nameless.programs.front().arguments.erase(nameless.programs.front().arguments.begin());
    }
    GuestWords words = tellByCommandLine(nameless, image);
    // bindings/virtio takes the first network and the first block device it finds
    const std::size_t most = key(image.kind) == solo5Virtio ? 1 : 64;
    compareWithSolo5Manifest(image, config.interfaces.size(), "net", "/interfaces", most, words);
    compareWithSolo5Manifest(image, config.disks.size(), "block", "/disks", most, words);
    if (!image.kind->tender.empty()) {
        tellTender(config, image, words);
    }
    return words;
}

const GuestDialect solo5Dialect{
    .name = "solo5",
    .tell = tellSolo5,
    .interfaceName = [](std::size_t index) { return formatted("service{}", index); },
    .diskName = [](std::size_t index) { return formatted("storage{}", index); },
};

constexpr EndWord solo5Ends[] = {
    {"solo5_exit(", How::Ended, "solo5_exit(", true}, {"Solo5: trap: ", How::Crashed, "", false},
    {"Solo5: ABORT", How::Crashed, "", true},         {"Solo5: PANIC", How::Crashed, "", true},
    {"Solo5: Halted", How::Ended, "", true},
};

constexpr BootWord solo5Boot[] = {
    {"Solo5: Bindings version", {}, Banner},
    {"Solo5: PCI:", "configured", Devices},
    {"Solo5: Application acquired '", "as network device", Network},
};

constexpr ComponentRule solo5Paths[] = {
    {"/bindings/", Platform},      {"/nolibc/", Libc}, {"/openlibm/", Libc}, {"/ocaml/runtime/", Libc},
    {"/mirage-tcpip/", KernelNet},
};

constexpr ComponentRule solo5Symbols[] = {
    {"solo5_app_main", Application}, {"solo5_", Platform}, {"virtio_", Platform},
    {"platform_", Platform},         {"cpu_", Platform},   {"_nolibc", Libc},
};

constexpr GuestSpeech solo5Speech{.ends = solo5Ends, .boot = solo5Boot};
constexpr Kernel solo5Kernel{.applicationMain = "solo5_app_main", // include/solo5.h
                             .components = {.ways = {}, .paths = solo5Paths, .symbols = solo5Symbols},
                             .speech = &solo5Speech};
constexpr std::array solo5Dialects{&solo5Dialect};
// bindings/virtio ends the machine by this port
constexpr std::string_view exitPort[] = {"-device", "isa-debug-exit,iobase=0x501,iosize=2"};
constexpr KindTraits solo5[] = {
    {.key = "solo5-hvt",
     .title = "Solo5 (hvt)",
     .kernel = &solo5Kernel,
     .dialects = solo5Dialects,
     .test = isSolo5<1>,
     .boots = tenderBoot,
     .tender = "hvt",
     .usesOneCpu = true},
    {.key = "solo5-spt",
     .title = "Solo5 (spt)",
     .kernel = &solo5Kernel,
     .dialects = solo5Dialects,
     .test = isSolo5<2>,
     .boots = tenderBoot,
     .tender = "spt",
     .usesOneCpu = true},
    {.key = solo5Virtio,
     .title = "Solo5 (virtio)",
     .kernel = &solo5Kernel,
     .dialects = solo5Dialects,
     .test = isSolo5<3>,
     .usesOneCpu = true,
     .qemuArguments = exitPort},
    {.key = "solo5-muen",
     .title = "Solo5 (Muen)",
     .kernel = &solo5Kernel,
     .dialects = solo5Dialects,
     .test = isSolo5<4>,
     .boots = tenderBoot,
     .tender = "muen"},
    {.key = "solo5-genode",
     .title = "Solo5 (Genode)",
     .kernel = &solo5Kernel,
     .dialects = solo5Dialects,
     .test = isSolo5<5>,
     .boots = tenderBoot,
     .tender = "genode"},
    {.key = "solo5-xen",
     .title = "Solo5 (Xen)",
     .kernel = &solo5Kernel,
     .dialects = solo5Dialects,
     .test = isSolo5<6>,
     .boots = onlyPvh,
     .usesOneCpu = true},
};

} // namespace

extern const KindList solo5Kinds{solo5};

} // namespace rumpus
