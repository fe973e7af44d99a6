// Unikraft's command line: library parameters, "--", arguments (lib/uklibparam, lib/ukargparse).
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/format.h"
#include "core/base/text.h"
#include "core/dialect/dialect.h"

#include <algorithm>

namespace rumpus {

namespace {

/// A word as uk_argnparse reads it (0.17): double quotes, with a backslash before '"' and '\'.
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

/// netdev.ip=ADDRESS/BITS:GATEWAY:DNS0:DNS1:HOSTNAME:DOMAIN; the n-th word is the n-th device's, and an
/// empty one leaves that device alone (lib/uknetdev).
void tellInterfaces(const UnikernelConfig& config, GuestWords& words, std::vector<std::string>& parameters)
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

void tellDisks(const UnikernelConfig& config, GuestWords& words, std::vector<std::string>& parameters)
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
            doubleQuoted(formatted("initrd{}:{}:extract:0:ramfs=1", table.size(), disk.mountpoint)));
    }
    if (!table.empty()) {
        parameters.push_back("vfs.fstab=[ " + join(table, " ") + " ]");
    }
}

void tellArguments(const UnikernelConfig& config, bool afterParameters, GuestWords& words,
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
        line.push_back(argument(program[i]));
    }
}

GuestWords tellUnikraft(const UnikernelConfig& config, const Image& /*image*/)
{
    GuestWords words;
    std::vector<std::string> parameters = config.kernelParameters;
    tellInterfaces(config, words, parameters);
    tellDisks(config, words, parameters);
    for (const auto& [name, value] : config.environment) {
        // a word each: in a list, a value that ends in ']' would end the list
        parameters.push_back("env.vars=" + argument(name + "=" + value));
    }
    const auto device = std::ranges::find_if(config.interfaces, isAttached);
    const bool hasStaticInterface =
        device != config.interfaces.end() && device->ipv4.method == Ipv4Method::Static;
    if (!config.hostname.empty() && !hasStaticInterface) {
        words.problems.push_back(cannotTell("/hostname", "unikraft", "a hostname without a static address",
                                            "give the first interface one, or remove \"hostname\""));
    }

    // the loader gives the guest argv[0]; without a "--" behind them parameters are arguments, and without
    // parameters before it a "--" is one (lib/ukboot/early_init.c)
    std::vector<std::string> line = parameters;
    if (!parameters.empty()) {
        line.emplace_back("--");
    }
    tellArguments(config, !parameters.empty(), words, line);
    words.commandLine = join(line, " ");
    return words;
}

} // namespace

const GuestDialect unikraftDialect{
    .name = "unikraft",
    .tell = tellUnikraft,
    .interfaceName = [](std::size_t index) { return formatted("en{}", index + 1); },
    .diskName = [](std::size_t index) { return formatted("initrd{}", index); },
};

} // namespace rumpus
