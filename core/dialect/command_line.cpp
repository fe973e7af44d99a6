// A plain command line: kernel parameters, then the program's arguments, in one string.
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/format.h"
#include "core/base/text.h"
#include "core/dialect/dialect.h"

namespace rumpus {

std::string commandLineWord(std::string_view word)
{
    const bool plain = !word.empty() && word.find_first_of(" \t\n\"") == std::string_view::npos;
    if (plain) {
        return std::string(word);
    }
    std::string text = "\"";
    for (const char c : word) {
        text += c == '"' || c == '\\' ? std::string{'\\', c} : std::string{c};
    }
    return text + '"';
}

GuestWords tellByCommandLine(const UnikernelConfig& config, const Image& /*image*/)
{
    GuestWords words;
    std::vector<std::string> line = config.kernelParameters;
    if (!config.environment.empty()) {
        words.problems.push_back(
            cannotTell("/environment", "command line", "environment variables", "remove \"environment\""));
    }
    refuseHostname(config, "command line", words.problems);
    for (std::size_t i = 0; i < config.interfaces.size(); ++i) {
        const InterfaceConfig& interface = config.interfaces[i];
        const bool isStatic =
            interface.ipv4.method == Ipv4Method::Static || interface.ipv6.method == Ipv6Method::Static;
        if (isStatic && isAttached(interface)) {
            words.problems.push_back(
                cannotTell(formatted("/interfaces/{}", i), "command line", "a static address",
                           "say it in the words of this guest under \"kernelParameters\""));
        }
    }
    refuseMountpoints(config, "command line", words.problems);
    for (const std::string& argument : onlyProgram(config, words.problems, "command line")) {
        line.push_back(commandLineWord(argument));
    }
    words.commandLine = join(line, " ");
    return words;
}

const GuestDialect commandLineDialect{
    .name = "command line",
    .tell = tellByCommandLine,
    .interfaceName = [](std::size_t index) { return formatted("eth{}", index); },
    .diskName = [](std::size_t index) { return formatted("disk{}", index); },
};

} // namespace rumpus
