//
// It looks like JSON but is not quite: keys repeat, all values are strings, and the guest's parser
// checks escapes without undoing them. So the text is written by hand here, and what cannot pass
// through unharmed is refused.
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/dialect/rumprun_json.h"

#include "core/base/format.h"
#include "core/base/text.h"
#include "core/config/json_text.h"

#include <algorithm>
#include <array>
#include <span>

namespace rumpus {

namespace {

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

void checkProgram(const UnikernelConfig& config, std::size_t index, const RumprunReader& reader,
                  GuestWords& words)
{
    const Program& program = config.programs[index];
    for (std::size_t j = 0; j < program.arguments.size(); ++j) {
        if (!passesRaw(program.arguments[j])) {
            words.problems.push_back(
                cannotTell(argumentPointer(config, index, j), reader.dialect,
                           "a double quote or a backslash in an argument that stands beside a single quote "
                           "or in one of several programs",
                           "leave these characters out"));
        }
    }
    if (program.mode != RunMode::Piped) {
        return;
    }
    const std::string pointer = formatted("/programs/{}/mode", index);
    if (!reader.knowsPipes) {
        words.problems.push_back(
            cannotTell(pointer, reader.dialect, "a pipe", "write \"foreground\" or \"background\""));
    } else if (index + 1 == config.programs.size()) {
        // lib/librumprun_base/config.c: "last bin may not output to pipe"
        words.problems.push_back(cannotTell(pointer, reader.dialect, "a pipe out of the last program",
                                            "write \"foreground\", or add the program that reads it"));
    }
}

/// The "rc" form: every string as it is, so it takes what "cmdline" cannot (') and cannot what that can.
void writePrograms(JsonWriter& json, const UnikernelConfig& config, const RumprunReader& reader,
                   GuestWords& words)
{
    const std::vector<Program>& programs = config.programs;
    std::string list;
    for (std::size_t i = 0; i < programs.size(); ++i) {
        checkProgram(config, i, reader, words);
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

void tellPrograms(JsonWriter& json, const UnikernelConfig& config, const RumprunReader& reader,
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
        writePrograms(json, config, reader, words);
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

void writeNet(JsonWriter& json, const RumprunReader& reader, std::string_view name, std::string_view type,
              std::string_view method, std::string_view address, std::string_view gateway)
{
    json.open("net");
    json.add("if", name);
    if (reader.clonesInterfaces) {
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

void tellInterfaces(JsonWriter& json, const UnikernelConfig& config, const RumprunReader& reader,
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
        checkedRaw(name, pointer + "/name", reader.dialect, words);
        if (interface.ipv4.method != Ipv4Method::None) {
            const bool isStatic = interface.ipv4.method == Ipv4Method::Static;
            writeNet(json, reader, name, "inet", isStatic ? "static" : "dhcp", interface.ipv4.address,
                     interface.ipv4.gateway);
            ++told;
        }
        if (interface.ipv6.method != Ipv6Method::None && !reader.knowsIpv6) {
            words.problems.push_back(cannotTell(pointer + "/ipv6/method", reader.dialect, "IPv6",
                                                "set the \"method\" to \"none\""));
        } else if (interface.ipv6.method != Ipv6Method::None) {
            const bool isStatic = interface.ipv6.method == Ipv6Method::Static;
            writeNet(json, reader, name, "inet6", isStatic ? "static" : "auto", interface.ipv6.address,
                     interface.ipv6.gateway);
            ++told;
        }
        if (told > 1) {
            words.problems.push_back(
                cannotTell(pointer, reader.dialect, "a second network address",
                           "set its \"method\" to \"none\"; rumprun's guests configure one"));
            told = 1;
        }
    }
}

void tellDisks(JsonWriter& json, const UnikernelConfig& config, const RumprunReader& reader,
               const GuestDialect& dialect, GuestWords& words)
{
    static constexpr std::array<std::string_view, 4> guessed{"", "ffs", "ext2", "cd9660"};
    if (reader.mountsKernfs) {
        json.addRaw("blk", R"({"source":"dev","path":"virtual","fstype":"kernfs","mountpoint":"/kern"})");
    }
    for (std::size_t i = 0; i < config.disks.size(); ++i) {
        const DiskConfig& disk = config.disks[i];
        if (!std::ranges::contains(guessed, disk.fileSystem)) {
            words.problems.push_back(
                cannotTell(formatted("/disks/{}/fileSystem", i), reader.dialect,
                           formatted("the file system \"{}\"", printable(disk.fileSystem)),
                           "use ffs, ext2 or cd9660, or leave it out"));
        }
        // a disk without a mountpoint need be told only where the guest does not find it by itself
        if (disk.mountpoint.empty() && reader.diskSource != "etfs") {
            continue;
        }
        json.open("blk");
        json.add("source", reader.diskSource);
        json.add("path", reader.diskSource == "vnd"
                             ? checkedRaw(mediumDiskPath(config, i), formatted("/disks/{}/file", i),
                                          reader.dialect, words)
                             : dialect.diskName(i));
        if (!disk.mountpoint.empty()) {
            // "blk" makes the guest try ffs, ext2 and cd9660 in turn
            json.add("fstype", "blk");
            json.add("mountpoint", checkedRaw(disk.mountpoint, formatted("/disks/{}/mountpoint", i),
                                              reader.dialect, words));
        }
        json.close();
    }
}

} // namespace

std::string rumprunJson(const UnikernelConfig& config, const RumprunReader& reader,
                        const GuestDialect& dialect, GuestWords& words)
{
    JsonWriter json;
    tellPrograms(json, config, reader, words);
    for (const auto& [name, value] : config.environment) {
        checkedRaw(name + value, pointerBelow("/environment", name), reader.dialect, words);
        json.add("env", name + "=" + value);
    }
    if (!config.hostname.empty()) {
        json.add("hostname", checkedRaw(config.hostname, "/hostname", reader.dialect, words));
    }
    tellDisks(json, config, reader, dialect, words);
    tellInterfaces(json, config, reader, dialect, words);
    if (!config.kernelParameters.empty()) {
        words.problems.push_back(cannotTell("/kernelParameters", reader.dialect, "kernel parameters",
                                            "remove \"kernelParameters\""));
    }
    if (config.programs.empty() && reader.needsProgram && !json.isEmpty()) {
        json.add("cmdline", "rumprun"); // the name that it has where there is no configuration at all
    }
    return std::move(json).finish();
}

std::string vioifName(std::size_t index)
{
    return formatted("vioif{}", index);
}

std::string ldName(std::size_t index)
{
    return formatted("/dev/ld{}a", index);
}

GuestWords tellRumprunJson(const UnikernelConfig& config, const Image& image, const RumprunReader& reader,
                           const GuestDialect& dialect)
{
    GuestWords words;
    std::string json = rumprunJson(config, reader, dialect, words);
    // the loader puts the image's path before the command line, and the guest takes the first '{' for the
    // JSON's
    const std::string& path = image.path.native();
    if (!path.contains('{') && path.size() + 1 + json.size() < reader.commandLineSize) {
        words.commandLine = std::move(json);
        return words;
    }
    if (reader.moduleSize != 0 && json.size() >= reader.moduleSize) {
        words.problems.push_back(cannotTell(config.programs.size() > 1 ? "/programs" : "/arguments",
                                            reader.dialect,
                                            formatted("a configuration of {} bytes", json.size()),
                                            formatted("shorten the arguments and the environment by {}",
                                                      json.size() - (reader.moduleSize - 1))));
    }
    words.module = std::move(json);
    return words;
}

} // namespace rumpus
