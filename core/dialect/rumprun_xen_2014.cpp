// The Xenstore nodes that rumprun-xen of November 2014 reads: one node a value, below "rumprun/".
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/format.h"
#include "core/dialect/rumprun_json.h"

namespace rumpus {

namespace {

void tellInterface(GuestWords& words, const InterfaceConfig& interface, std::size_t index, std::size_t device)
{
    const std::string base = formatted("rumprun/net/{}/", device);
    if (interface.ipv6.method != Ipv6Method::None) {
        words.problems.push_back(cannotTell(formatted("/interfaces/{}/ipv6", index), "rumprun-xen 2014",
                                            "IPv6", "set its \"method\" to \"none\""));
    }
    if (interface.ipv4.method == Ipv4Method::None) {
        return;
    }
    const bool isStatic = interface.ipv4.method == Ipv4Method::Static;
    words.xenstore.emplace_back(base + "type", "inet");
    words.xenstore.emplace_back(base + "method", isStatic ? "static" : "dhcp");
    if (isStatic) {
        const std::string& cidr = interface.ipv4.address;
        words.xenstore.emplace_back(base + "addr", cidr.substr(0, cidr.find('/')));
        words.xenstore.emplace_back(base + "netmask", dottedNetmask(cidr));
        if (!interface.ipv4.gateway.empty()) {
            words.xenstore.emplace_back(base + "gw", interface.ipv4.gateway);
        }
    }
}

void tellDisk(GuestWords& words, const DiskConfig& disk, std::size_t index)
{
    if (disk.mountpoint.empty()) {
        return;
    }
    const std::string base = formatted("rumprun/blk/{}/", index);
    if (disk.fileSystem != "ffs" && disk.fileSystem != "cd9660") {
        words.problems.push_back(cannotTell(formatted("/disks/{}/fileSystem", index), "rumprun-xen 2014",
                                            "any file system but ffs and cd9660", "name one of the two"));
    }
    words.xenstore.emplace_back(base + "type", "etfs");
    words.xenstore.emplace_back(base + "mountpoint", disk.mountpoint);
    words.xenstore.emplace_back(base + "fstype", disk.fileSystem);
}

GuestWords tellByNodes(const UnikernelConfig& config, const Image& /*image*/)
{
    GuestWords words;
    const std::vector<std::string> arguments = onlyProgram(config, words.problems, "rumprun-xen 2014");
    for (std::size_t i = 1; i < arguments.size(); ++i) {
        if (arguments[i].empty() || arguments[i].find_first_of(" \t\n'\"\\") != std::string::npos) {
            words.problems.push_back(cannotTell(argumentPointer(config, 0, i), "rumprun-xen 2014",
                                                "an empty argument or one with blanks, quotes or backslashes",
                                                "leave these characters out"));
        }
        words.commandLine += (words.commandLine.empty() ? "" : " ") + arguments[i];
    }
    if (!config.environment.empty()) {
        words.problems.push_back(cannotTell("/environment", "rumprun-xen 2014", "environment variables",
                                            "remove \"environment\""));
    }
    refuseHostname(config, "rumprun-xen 2014", words.problems);
    if (!config.kernelParameters.empty()) {
        words.problems.push_back(cannotTell("/kernelParameters", "rumprun-xen 2014", "kernel parameters",
                                            "remove \"kernelParameters\""));
    }
    std::size_t device = 0;
    for (std::size_t i = 0; i < config.interfaces.size(); ++i) {
        if (!isAttached(config.interfaces[i])) {
            continue;
        }
        tellInterface(words, config.interfaces[i], i, device++);
    }
    for (std::size_t i = 0; i < config.disks.size(); ++i) {
        tellDisk(words, config.disks[i], i);
    }
    return words;
}

} // namespace

const GuestDialect rumprunXen2014Dialect{
    .name = "rumprun-xen-2014",
    .tell = tellByNodes,
    .interfaceName = [](std::size_t index) { return formatted("xenif{}", index); },
    .diskName = [](std::size_t index) { return formatted("hd{}", static_cast<char>('a' + index % 26)); },
    .mountsAs = "as the file system that is named",
    .makesInterfaces = true,
};

} // namespace rumpus
