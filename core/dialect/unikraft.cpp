// Unikraft's command line: library parameters, "--", arguments (lib/uklibparam, lib/ukargparse).
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/text.h"
#include "core/dialect/dialect.h"

#include <format>

namespace rumpus {

namespace {

/// A word as uk_argnparse reads it: double quotes, with a backslash before '"' and '\'.
std::string doubleQuoted(std::string_view word)
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

std::string argument(std::string_view word)
{
    const bool plain = !word.empty() && word.find_first_of(" \t\r\n\v\"'\\") == std::string_view::npos;
    return plain ? std::string(word) : doubleQuoted(word);
}

/// netdev.ip=ADDRESS/BITS:GATEWAY:DNS0:DNS1:HOSTNAME:DOMAIN, one word an interface.
void tellInterfaces(const UnikernelConfig& config, GuestWords& words, std::vector<std::string>& parameters)
{
    for (std::size_t i = 0; i < config.interfaces.size(); ++i) {
        const InterfaceConfig& interface = config.interfaces[i];
        const std::string pointer = std::format("/interfaces/{}", i);
        if (interface.ipv6.method != Ipv6Method::None) {
            words.problems.push_back(
                cannotTell(pointer + "/ipv6", "unikraft", "IPv6", "set its \"method\" to \"none\""));
        }
        if (interface.ipv4.method == Ipv4Method::Static) {
            std::string hostname =
                i == 0 && !config.hostname.empty() ? ":::" + config.hostname : std::string();
            parameters.push_back(
                std::format("netdev.ip={}:{}{}", interface.ipv4.address, interface.ipv4.gateway, hostname));
        }
    }
}

void tellDisks(const UnikernelConfig& config, GuestWords& words, std::vector<std::string>& parameters)
{
    std::vector<std::string> table;
    for (std::size_t i = 0; i < config.disks.size(); ++i) {
        const DiskConfig& disk = config.disks[i];
        if (disk.mountpoint.empty()) {
            continue;
        }
        if (disk.fileSystem != "extract") {
            words.problems.push_back(cannotTell(std::format("/disks/{}/fileSystem", i), "unikraft",
                                                std::format("mounting \"{}\"", printable(disk.fileSystem)),
                                                "use a cpio archive and \"fileSystem\": \"extract\""));
        }
        table.push_back(
            doubleQuoted(std::format("initrd{}:{}:extract:0:ramfs=1", table.size(), disk.mountpoint)));
    }
    if (!table.empty()) {
        parameters.push_back("vfs.fstab=[ " + join(table, " ") + " ]");
    }
}

GuestWords tell(const UnikernelConfig& config, const Image& /*image*/)
{
    GuestWords words;
    std::vector<std::string> parameters = config.kernelParameters;
    tellInterfaces(config, words, parameters);
    tellDisks(config, words, parameters);
    if (!config.environment.empty()) {
        std::vector<std::string> list;
        for (const auto& [name, value] : config.environment) {
            list.push_back(doubleQuoted(name + "=" + value));
        }
        parameters.push_back("env.vars=[ " + join(list, " ") + " ]");
    }
    const bool hasStaticInterface = words.problems.empty() && !config.interfaces.empty() &&
                                    config.interfaces.front().ipv4.method == Ipv4Method::Static;
    if (!config.hostname.empty() && !hasStaticInterface) {
        words.problems.push_back(cannotTell("/hostname", "unikraft", "a hostname without a static address",
                                            "give the first interface one, or remove \"hostname\""));
    }

    // the loader gives the guest argv[0]; and a "--" without parameters before it would be an argument
    std::vector<std::string> line = parameters;
    const std::vector<std::string> program = onlyProgram(config, words.problems, "unikraft");
    if (!parameters.empty() && program.size() > 1) {
        line.emplace_back("--");
    }
    for (std::size_t i = 1; i < program.size(); ++i) {
        line.push_back(argument(program[i]));
    }
    words.commandLine = join(line, " ");
    return words;
}

} // namespace

const GuestDialect unikraftDialect{
    .name = "unikraft",
    .tell = tell,
    .interfaceName = [](std::size_t index) { return std::format("en{}", index + 1); },
    .diskName = [](std::size_t index) { return std::format("initrd{}", index); },
};

} // namespace rumpus
