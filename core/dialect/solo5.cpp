// Solo5: arguments on a command line; devices by the names of the image's manifest.
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/format.h"
#include "core/base/text.h"
#include "core/base/units.h"
#include "core/dialect/dialect.h"

#include <algorithm>

namespace rumpus {

namespace {

std::vector<std::string> namesOf(const Image& image, std::string_view type)
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
void compareWithManifest(const Image& image, std::size_t wished, std::string_view type,
                         std::string_view pointer, std::size_t most, GuestWords& words)
{
    const std::vector<std::string> names = namesOf(image, type);
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
    const std::vector<std::string> nets = namesOf(image, "net");
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
    const std::vector<std::string> blocks = namesOf(image, "block");
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
    GuestWords words = commandLineDialect.tell(nameless, image);
    const bool tender = image.kind == ImageKind::Solo5Hvt || image.kind == ImageKind::Solo5Spt;
    // bindings/virtio takes the first network and the first block device it finds
    const std::size_t most = image.kind == ImageKind::Solo5Virtio ? 1 : 64;
    compareWithManifest(image, config.interfaces.size(), "net", "/interfaces", most, words);
    compareWithManifest(image, config.disks.size(), "block", "/disks", most, words);
    if (tender) {
        tellTender(config, image, words);
    }
    return words;
}

} // namespace

const GuestDialect solo5Dialect{
    .name = "solo5",
    .tell = tellSolo5,
    .interfaceName = [](std::size_t index) { return formatted("service{}", index); },
    .diskName = [](std::size_t index) { return formatted("storage{}", index); },
};

} // namespace rumpus
