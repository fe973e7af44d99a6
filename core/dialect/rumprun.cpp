// The JSON that rumprun's guests read (lib/librumprun_base/config.c of rumprun), on QEMU and on Xen.
//
// It looks like JSON but is not quite: keys repeat, all values are strings, and the guest's parser
// checks escapes without undoing them. So the text is written by hand here, and what cannot pass
// through unharmed is refused.
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/format.h"
#include "core/base/text.h"
#include "core/config/json_text.h"
#include "core/dialect/dialect.h"

#include <algorithm>
#include <array>
#include <span>

namespace rumpus {

namespace {

/// What differs between the guests that read this JSON.
struct Platform {
    std::string_view dialect;
    std::string_view diskSource = "dev";
    bool clonesInterfaces = false;
    bool mountsKernfs = false;
    bool needsProgram = true; ///< a configuration without a program ends the guest
    bool knowsPipes = true;
    bool knowsIpv6 = true;
};

constexpr Platform sprigPlatform{
    .dialect = "sprig", .needsProgram = false, .knowsPipes = false, .knowsIpv6 = false};
constexpr Platform hardwarePlatform{.dialect = "rumprun"};
constexpr Platform mediumPlatform{.dialect = "rumprun", .diskSource = "vnd"};
constexpr Platform ec2Platform{.dialect = "rumprun", .diskSource = "vnd", .clonesInterfaces = true};
constexpr Platform xenPlatform{
    .dialect = "rumprun-xen", .diskSource = "etfs", .clonesInterfaces = true, .mountsKernfs = true};

class JsonWriter {
public:
    void open(std::string_view key) { addRaw(key, "{"); }
    void close() { text_ += '}'; }
    void add(std::string_view key, std::string_view rawValue) { addRaw(key, formatted("\"{}\"", rawValue)); }
    void addRaw(std::string_view key, std::string_view json)
    {
        const bool first = text_.empty() || text_.back() == '{';
        text_ += formatted("{}\"{}\":{}", first ? "" : ",", key, json);
    }
    bool isEmpty() const { return text_.empty(); }
    std::string finish() && { return text_.empty() ? std::string() : "{" + text_ + "}"; }

private:
    std::string text_;
};

/// True where the guest, which undoes no escapes, gets the value as it is.
bool passesRaw(std::string_view value)
{
    return value.find_first_of("\"\\") == std::string_view::npos;
}

std::string checkedRaw(std::string value, std::string pointer, std::string_view dialect, GuestWords& words)
{
    if (!passesRaw(value)) {
        words.problems.push_back(cannotTell(std::move(pointer), dialect, "a double quote or a backslash here",
                                            "leave these characters out"));
    }
    return value;
}

/// One argument for "cmdline", which rumprun_parseargs splits: single quotes keep blanks, and the
/// backslashes that JSON wants before '"' and '\' are undone by it and by nothing else.
std::string cmdlineWord(std::string_view argument)
{
    const bool quoted = argument.empty() || argument.find_first_of(" \t\n") != std::string_view::npos;
    std::string word;
    for (const char c : argument) {
        if (c == '"' || c == '\\') {
            word += '\\';
        }
        word += c;
    }
    return quoted ? "'" + word + "'" : word;
}

std::string argvJson(std::span<const std::string> arguments)
{
    std::string list;
    for (const std::string& argument : arguments) {
        list += formatted("{}\"{}\"", list.empty() ? "" : ",", argument);
    }
    return "[" + list + "]";
}

void checkProgram(const UnikernelConfig& config, std::size_t index, const Platform& platform,
                  GuestWords& words)
{
    const Program& program = config.programs[index];
    for (std::size_t j = 0; j < program.arguments.size(); ++j) {
        if (!passesRaw(program.arguments[j])) {
            words.problems.push_back(
                cannotTell(argumentPointer(config, index, j), platform.dialect,
                           "a double quote or a backslash in an argument that stands beside a single quote "
                           "or in one of several programs",
                           "leave these characters out"));
        }
    }
    if (program.mode != RunMode::Piped) {
        return;
    }
    const std::string pointer = formatted("/programs/{}/mode", index);
    if (!platform.knowsPipes) {
        words.problems.push_back(
            cannotTell(pointer, platform.dialect, "a pipe", "write \"foreground\" or \"background\""));
    } else if (index + 1 == config.programs.size()) {
        // lib/librumprun_base/config.c: "last bin may not output to pipe"
        words.problems.push_back(cannotTell(pointer, platform.dialect, "a pipe out of the last program",
                                            "write \"foreground\", or add the program that reads it"));
    }
}

/// The "rc" form: every string as it is, so it takes what "cmdline" cannot (') and cannot what that can.
void writePrograms(JsonWriter& json, const UnikernelConfig& config, const Platform& platform,
                   GuestWords& words)
{
    const std::vector<Program>& programs = config.programs;
    std::string list;
    for (std::size_t i = 0; i < programs.size(); ++i) {
        checkProgram(config, i, platform, words);
        const Program& program = programs[i];
        const std::span<const std::string> arguments = program.arguments;
        std::string entry =
            formatted("{{\"bin\":\"{}\",\"argv\":{}", arguments.empty() ? "rumprun" : arguments[0],
                      argvJson(arguments.subspan(arguments.empty() ? 0 : 1)));
        if (program.mode != RunMode::Foreground) {
            entry += formatted(",\"runmode\":\"{}\"", program.mode == RunMode::Background ? '&' : '|');
        }
        list += (list.empty() ? "" : ",") + entry + "}";
    }
    json.addRaw("rc", "[" + list + "]");
}

void tellPrograms(JsonWriter& json, const UnikernelConfig& config, const Platform& platform,
                  GuestWords& words)
{
    if (config.programs.empty()) {
        return;
    }
    const Program& first = config.programs.front();
    // cmdline cannot say ' : rumprun_parseargs wants a backslash before it, which the JSON parser refuses
    const bool singleQuote =
        std::ranges::any_of(first.arguments, [](const std::string& word) { return word.contains('\''); });
    if (config.programs.size() > 1 || first.mode != RunMode::Foreground || singleQuote) {
        writePrograms(json, config, platform, words);
        return;
    }
    std::vector<std::string> line;
    std::ranges::transform(first.arguments, std::back_inserter(line), cmdlineWord);
    json.add("cmdline", join(line, " "));
}

/// An address of the form A/BITS in two; validation has seen to it that it is one.
std::pair<std::string, std::string> addressAndMask(std::string_view cidr)
{
    const std::size_t slash = cidr.find('/');
    return {std::string(cidr.substr(0, slash)),
            slash == std::string_view::npos ? std::string() : std::string(cidr.substr(slash + 1))};
}

void writeNet(JsonWriter& json, const Platform& platform, std::string_view name, std::string_view type,
              std::string_view method, std::string_view address, std::string_view gateway)
{
    json.open("net");
    json.add("if", name);
    if (platform.clonesInterfaces) {
        json.add("cloner", "true");
    }
    json.add("type", type);
    json.add("method", method);
    if (method == "static") {
        const auto [ip, mask] = addressAndMask(address);
        json.add("addr", ip);
        json.add("mask", mask);
        if (!gateway.empty()) {
            json.add("gw", gateway);
        }
    }
    json.close();
}

void tellInterfaces(JsonWriter& json, const UnikernelConfig& config, const Platform& platform,
                    const GuestDialect& dialect, GuestWords& words)
{
    std::size_t told = 0;
    for (std::size_t i = 0; i < config.interfaces.size(); ++i) {
        const InterfaceConfig& interface = config.interfaces[i];
        const std::string pointer = formatted("/interfaces/{}", i);
        if (!isAttached(interface)) {
            continue;
        }
        const std::string name = guestInterfaceName(config, dialect, i);
        checkedRaw(name, pointer + "/name", platform.dialect, words);
        if (interface.ipv4.method != Ipv4Method::None) {
            const bool isStatic = interface.ipv4.method == Ipv4Method::Static;
            writeNet(json, platform, name, "inet", isStatic ? "static" : "dhcp", interface.ipv4.address,
                     interface.ipv4.gateway);
            ++told;
        }
        if (interface.ipv6.method != Ipv6Method::None && !platform.knowsIpv6) {
            words.problems.push_back(cannotTell(pointer + "/ipv6/method", platform.dialect, "IPv6",
                                                "set the \"method\" to \"none\""));
        } else if (interface.ipv6.method != Ipv6Method::None) {
            const bool isStatic = interface.ipv6.method == Ipv6Method::Static;
            writeNet(json, platform, name, "inet6", isStatic ? "static" : "auto", interface.ipv6.address,
                     interface.ipv6.gateway);
            ++told;
        }
        if (told > 1) {
            words.problems.push_back(
                cannotTell(pointer, platform.dialect, "a second network address",
                           "set its \"method\" to \"none\"; rumprun's guests configure one"));
            told = 1;
        }
    }
}

void tellDisks(JsonWriter& json, const UnikernelConfig& config, const Platform& platform,
               const GuestDialect& dialect, GuestWords& words)
{
    static constexpr std::array<std::string_view, 4> guessed{"", "ffs", "ext2", "cd9660"};
    if (platform.mountsKernfs) {
        json.addRaw("blk", R"({"source":"dev","path":"virtual","fstype":"kernfs","mountpoint":"/kern"})");
    }
    for (std::size_t i = 0; i < config.disks.size(); ++i) {
        const DiskConfig& disk = config.disks[i];
        if (!std::ranges::contains(guessed, disk.fileSystem)) {
            words.problems.push_back(
                cannotTell(formatted("/disks/{}/fileSystem", i), platform.dialect,
                           formatted("the file system \"{}\"", printable(disk.fileSystem)),
                           "use ffs, ext2 or cd9660, or leave it out"));
        }
        // a disk without a mountpoint need be told only where the guest does not find it by itself
        if (disk.mountpoint.empty() && platform.diskSource != "etfs") {
            continue;
        }
        json.open("blk");
        json.add("source", platform.diskSource);
        json.add("path", platform.diskSource == "vnd"
                             ? checkedRaw(mediumDiskPath(config, i), formatted("/disks/{}/file", i),
                                          platform.dialect, words)
                             : dialect.diskName(i));
        if (!disk.mountpoint.empty()) {
            // "blk" makes the guest try ffs, ext2 and cd9660 in turn
            json.add("fstype", "blk");
            json.add("mountpoint", checkedRaw(disk.mountpoint, formatted("/disks/{}/mountpoint", i),
                                              platform.dialect, words));
        }
        json.close();
    }
}

std::string toldAsJson(const UnikernelConfig& config, const Platform& platform, const GuestDialect& dialect,
                       GuestWords& words)
{
    JsonWriter json;
    tellPrograms(json, config, platform, words);
    for (const auto& [name, value] : config.environment) {
        checkedRaw(name + value, pointerBelow("/environment", name), platform.dialect, words);
        json.add("env", name + "=" + value);
    }
    if (!config.hostname.empty()) {
        json.add("hostname", checkedRaw(config.hostname, "/hostname", platform.dialect, words));
    }
    tellDisks(json, config, platform, dialect, words);
    tellInterfaces(json, config, platform, dialect, words);
    if (!config.kernelParameters.empty()) {
        words.problems.push_back(cannotTell("/kernelParameters", platform.dialect, "kernel parameters",
                                            "remove \"kernelParameters\""));
    }
    if (config.programs.empty() && platform.needsProgram && !json.isEmpty()) {
        json.add("cmdline", "rumprun"); // the name that it has where there is no configuration at all
    }
    return std::move(json).finish();
}

GuestWords tellRumprun(const UnikernelConfig& config, const Image& image)
{
    GuestWords words;
    const bool sprig = image.kind == ImageKind::Sprig;
    std::string json = toldAsJson(config, sprig ? sprigPlatform : hardwarePlatform, rumprunDialect, words);
    if (sprig && image.canBootBy(BootProtocol::XenPv)) {
        if (!json.empty()) {
            words.xenstore.emplace_back("rumprun/cfg", std::move(json));
        }
        return words;
    }
    // BMK_MULTIBOOT_CMDLINE_SIZE of rumprun (platform/hw): the buffer for the command line and for a
    // module, which the guest halts over, the module a byte earlier
    static constexpr std::size_t buffer = 4096;
    // the loader puts the image's path before the command line, and the guest takes the first '{' for the
    // JSON's
    const std::string& path = image.path.native();
    if (!path.contains('{') && path.size() + 1 + json.size() < buffer) {
        words.commandLine = std::move(json);
        return words;
    }
    if (!sprig && json.size() >= buffer - 1) {
        words.problems.push_back(cannotTell(
            config.programs.size() > 1 ? "/programs" : "/arguments", hardwarePlatform.dialect,
            formatted("a configuration of {} bytes", json.size()),
            formatted("shorten the arguments and the environment by {}", json.size() - (buffer - 2))));
    }
    words.module = std::move(json);
    return words;
}

GuestWords tellOnXen(const UnikernelConfig& config, const Image& /*image*/)
{
    GuestWords words;
    words.xenstore.emplace_back("rumprun/cfg", toldAsJson(config, xenPlatform, rumprunXenDialect, words));
    return words;
}

} // namespace

GuestWords tellRumprunOnMedium(const UnikernelConfig& config, const Image& image, bool onXen)
{
    GuestWords words;
    const Platform& platform = image.kind == ImageKind::Sprig ? sprigPlatform
                               : onXen                        ? ec2Platform
                                                              : mediumPlatform;
    words.module = toldAsJson(config, platform, onXen ? rumprunXenDialect : rumprunDialect, words);
    return words;
}

std::string mediumDiskPath(const UnikernelConfig& config, std::size_t index)
{
    const auto nameOf = [](const DiskConfig& disk) {
        return std::filesystem::path(disk.file).filename().native();
    };
    const std::string name = nameOf(config.disks[index]);
    const auto before = config.disks.begin() + static_cast<std::ptrdiff_t>(index);
    const bool taken = std::any_of(config.disks.begin(), before,
                                   [&](const DiskConfig& disk) { return nameOf(disk) == name; });
    return taken ? formatted("images/{}-{}", index, name) : "images/" + name;
}

const GuestDialect rumprunDialect{
    .name = "rumprun",
    .tell = tellRumprun,
    .interfaceName = [](std::size_t index) { return formatted("vioif{}", index); },
    .diskName = [](std::size_t index) { return formatted("/dev/ld{}a", index); },
    .findsItsWords = true, // behind the first '{'
};

const GuestDialect rumprunXenDialect{
    .name = "rumprun-xen",
    .tell = tellOnXen,
    .interfaceName = [](std::size_t index) { return formatted("xenif{}", index); },
    .diskName = [](std::size_t index) { return formatted("xvd{}", static_cast<char>('a' + index % 26)); },
};

} // namespace rumpus
