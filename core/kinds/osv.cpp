// OSv: a kernel for one Linux program, which it loads from its own files or from a disk. It is told by a
// command line (loader.cc, core/commands.cc); what it prints is in loader.cc and runtime.cc.
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/format.h"
#include "core/base/text.h"
#include "core/config/json_text.h"
#include "core/dialect/dialect.h"
#include "core/dialect/guest_speech.h"
#include "core/image/kind_clues.h"

#include <algorithm>
#include <array>

namespace rumpus {

namespace {

using enum Component;
using enum BootPhase;
using How = SpokenEnd::How;

Evidence isOsv(const KindClues& clues)
{
    const Evidence evidence = ifGuestOs(clues, "osv");
    return evidence.empty() ? ifGuestOs(clues, "OSv") : evidence;
}

/// A word as OSv's grammar of commands reads it: ';', '&' and '!' end a command, a backslash begins an
/// escape.
std::string osvWord(std::string_view word)
{
    const bool plain = !word.empty() && word.find_first_of(" \t\n\"'\\;&!") == std::string_view::npos;
    std::string text;
    for (const char c : word) {
        text += c == '"' || c == '\\' ? std::string{'\\', c} : std::string{c};
    }
    return plain ? text : '"' + text + '"';
}

/// An option as loader_parse_cmdline reads it: a backslash keeps a blank, there are no quotes.
std::string osvOption(std::string_view option, std::string pointer, GuestWords& words)
{
    if (option.contains('\\')) {
        words.problems.push_back(
            cannotTell(std::move(pointer), "osv", "a backslash in an option", "leave it out"));
    }
    std::string text;
    for (const char c : option) {
        text += c == ' ' || c == '\t' || c == '\n' ? std::string{'\\', c} : std::string{c};
    }
    return text;
}

void tellOsvInterfaces(const UnikernelConfig& config, std::vector<std::string>& line, GuestWords& words)
{
    std::size_t card = 0;
    for (std::size_t i = 0; i < config.interfaces.size(); ++i) {
        const InterfaceConfig& interface = config.interfaces[i];
        if (!isAttached(interface)) {
            continue;
        }
        if (interface.ipv6.method != Ipv6Method::None) {
            words.problems.push_back(cannotTell(formatted("/interfaces/{}/ipv6", i), "osv", "IPv6",
                                                "set its \"method\" to \"none\""));
        }
        if (interface.ipv4.method == Ipv4Method::Static) {
            const std::string& cidr = interface.ipv4.address;
            line.push_back(
                formatted("--ip=eth{},{},{}", card, cidr.substr(0, cidr.find('/')), dottedNetmask(cidr)));
            if (!interface.ipv4.gateway.empty()) {
                line.push_back("--defaultgw=" + interface.ipv4.gateway);
            }
        }
        ++card;
    }
}

GuestWords tellOsv(const UnikernelConfig& config, const Image& /*image*/)
{
    GuestWords words;
    std::vector<std::string> line = config.kernelParameters;
    for (const auto& [name, value] : config.environment) {
        line.push_back(osvOption("--env=" + name + "=" + value, pointerBelow("/environment", name), words));
    }
    tellOsvInterfaces(config, line, words);
    refuseHostname(config, "osv", words.problems);
    refuseMountpoints(config, "osv", words.problems,
                      "say --mount-fs under \"kernelParameters\", and remove \"mountpoint\"");
    for (const std::string& argument : onlyProgram(config, words.problems, "osv")) {
        line.push_back(osvWord(argument));
    }
    words.commandLine = join(line, " ");
    return words;
}

const GuestDialect osvDialect{
    .name = "osv",
    .tell = tellOsv,
    .interfaceName = [](std::size_t index) { return formatted("eth{}", index); },
    .diskName = [](std::size_t index) { return formatted("/dev/vblk{}", index); },
};

constexpr EndWord osvEnds[] = {
    {"program exited with status ", How::Ended, "program exited with status ", false},
    {"program /", How::Ended, " returned ", false}, // nothing where that is 0
    {"page fault outside application", How::Crashed, "", false},
    {"Assertion failed: ", How::Crashed, "", false},
    {"Aborted", How::Crashed, "", true, {}, true},
};

constexpr BootWord osvBoot[] = {
    {"OSv v", {}, Banner},
    {"eth0: ", ".", Network},
    {"Booted up in ", {}, Main},
};

constexpr ComponentRule osvPaths[] = {
    {"/bsd/sys/net", KernelNet},
    {"/bsd/sys/dev/", KernelDev},
    {"/bsd/sys/", KernelVfs},
    {"/bsd/porting/", KernelCore},
    {"/drivers/", KernelDev},
    {"/fs/", KernelVfs},
    {"/musl", Libc},
    {"/libc/", Libc},
    {"/arch/", Platform},
    {"/core/", KernelCore},
};

constexpr GuestSpeech osvSpeech{.ends = osvEnds, .boot = osvBoot};
constexpr Kernel osvKernel{.components = {.ways = {}, .paths = osvPaths, .symbols = {}},
                           .speech = &osvSpeech};
constexpr std::array osvDialects{&osvDialect};
constexpr UnfitMachine osvUnfit[] = {{"microvm", ""}};
constexpr KindTraits osv{.key = "osv",
                         .title = "OSv",
                         .kernel = &osvKernel,
                         .dialects = osvDialects,
                         .test = isOsv,
                         .unfitMachines = osvUnfit};

} // namespace

extern const KindList osvKinds{&osv, 1};

} // namespace rumpus
