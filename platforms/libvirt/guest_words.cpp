// SPDX-License-Identifier: GPL-3.0-or-later
#include "platforms/libvirt/guest_words.h"

#include "core/base/format.h"
#include "core/base/text.h"

#include <algorithm>
#include <charconv>
#include <optional>
#include <string>
#include <utility>

namespace rumpus {

namespace {

using Member = std::pair<std::string, Json>;

/// The members of a JSON object, of which rumprun's repeats some.
std::optional<std::vector<Member>> membersOf(std::string_view text)
{
    std::vector<Member> members;
    std::string key;
    const auto note = [&](int depth, Json::parse_event_t event, Json& value) {
        using Event = Json::parse_event_t;
        if (depth == 1 && event == Event::key) {
            key = value.get<std::string>();
        } else if (depth == 1 &&
                   (event == Event::value || event == Event::object_end || event == Event::array_end)) {
            members.emplace_back(key, value);
        }
        return true;
    };
    const Json json = Json::parse(text, note, false);
    return json.is_object() ? std::optional(std::move(members)) : std::nullopt;
}

std::string textOf(const Json& json, const char* key)
{
    const auto found = json.is_object() ? json.find(key) : json.end();
    return json.is_object() && found != json.end() && found->is_string() ? found->get<std::string>()
                                                                         : std::string();
}

/// As rumprun_parseargs splits it: blanks between words, single quotes around those that have some.
std::vector<std::string> argumentsOf(std::string_view line)
{
    std::vector<std::string> words;
    std::string word;
    bool quoted = false;
    bool begun = false;
    for (const char c : line) {
        if (c == '\'') {
            quoted = !quoted;
            begun = true;
        } else if (!quoted && (c == ' ' || c == '\t' || c == '\n')) {
            if (begun) {
                words.push_back(std::exchange(word, {}));
            }
            begun = false;
        } else {
            word += c;
            begun = true;
        }
    }
    if (begun) {
        words.push_back(std::move(word));
    }
    return words;
}

class RumprunWords {
public:
    RumprunWords(UnikernelConfig& config, std::vector<Problem>& problems)
        : config_(config), problems_(problems)
    {
        // what the guest is not told to configure, it leaves alone
        for (InterfaceConfig& interface : config_.interfaces) {
            interface.ipv4.method = Ipv4Method::None;
        }
    }

    void take(const Member& member)
    {
        const auto& [key, value] = member;
        if (key == "cmdline" && value.is_string()) {
            config_.programs.push_back({.arguments = argumentsOf(value.get<std::string>())});
        } else if (key == "rc" && value.is_array()) {
            std::ranges::for_each(value, [this](const Json& program) { takeProgram(program); });
        } else if (key == "env" && value.is_string()) {
            const auto text = value.get<std::string>();
            const std::size_t equals = std::min(text.find('='), text.size());
            config_.environment.emplace_back(text.substr(0, equals),
                                             text.substr(std::min(equals + 1, text.size())));
        } else if (key == "hostname" && value.is_string()) {
            config_.hostname = value;
        } else if (key == "net") {
            takeNet(value);
        } else if (key == "blk") {
            takeBlock(value);
        } else {
            warn("/arguments", formatted("the guest is told \"{}\", which a config has no word for",
                                         printable(key.substr(0, 100))));
        }
    }

private:
    void warn(std::string pointer, std::string text)
    {
        problems_.push_back(
            {.pointer = std::move(pointer), .severity = Severity::Warning, .text = std::move(text)});
    }

    void takeProgram(const Json& json)
    {
        Program program{.arguments = {textOf(json, "bin")}};
        const Json list = json.is_object() ? json.value("argv", Json::array()) : Json::array();
        for (const Json& word : list) {
            program.arguments.push_back(word.is_string() ? word.get<std::string>() : std::string());
        }
        const std::string mode = textOf(json, "runmode");
        program.mode = mode == "&" ? RunMode::Background : mode == "|" ? RunMode::Piped : RunMode::Foreground;
        config_.programs.push_back(std::move(program));
    }

    void takeNet(const Json& json)
    {
        const std::string name = textOf(json, "if");
        InterfaceConfig* interface = interfaceOf(name);
        if (interface == nullptr) {
            warn("/interfaces", formatted("the guest is told of \"{}\", which the domain has not",
                                          printable(name.substr(0, 100))));
            return;
        }
        const std::string method = textOf(json, "method");
        const std::string address = textOf(json, "mask").empty()
                                        ? textOf(json, "addr")
                                        : textOf(json, "addr") + "/" + textOf(json, "mask");
        if (textOf(json, "type") == "inet6") {
            interface->ipv6 = {.method = method == "static" ? Ipv6Method::Static : Ipv6Method::Auto,
                               .address = address,
                               .gateway = textOf(json, "gw")};
        } else {
            interface->ipv4 = {.method = method == "static" ? Ipv4Method::Static : Ipv4Method::Dhcp,
                               .address = address,
                               .gateway = textOf(json, "gw")};
        }
    }

    /// By its number at the end of the name; a name that is not the kind's usual one is kept.
    InterfaceConfig* interfaceOf(const std::string& name)
    {
        const std::size_t digits = name.find_last_not_of("0123456789") + 1;
        std::size_t index = 0;
        std::from_chars(name.data() + digits, name.data() + name.size(), index);
        if (digits == name.size() || index >= config_.interfaces.size()) {
            return nullptr;
        }
        if (!name.starts_with("vioif") && !name.starts_with("xenif")) {
            config_.interfaces[index].name = name;
        }
        return &config_.interfaces[index];
    }

    void takeBlock(const Json& json)
    {
        // "/dev/ld0a", as the dialect has it; the guest's own file systems have no disk
        const std::string path = textOf(json, "path");
        static constexpr std::string_view disk = "/dev/ld";
        std::size_t index = 0;
        if (!path.starts_with(disk)) {
            return;
        }
        std::from_chars(path.data() + disk.size(), path.data() + path.size(), index);
        // initrds stand in the config's list, and not in the guest's
        for (DiskConfig& entry : config_.disks) {
            if (entry.fileSystem != "extract" && index-- == 0) {
                entry.mountpoint = textOf(json, "mountpoint");
                return;
            }
        }
        warn("/disks", formatted("the guest is told of \"{}\", which the domain has not",
                                 printable(path.substr(0, 100))));
    }

    UnikernelConfig& config_;
    std::vector<Problem>& problems_;
};

} // namespace

void takeCommandLine(UnikernelConfig& config, std::string_view line, std::vector<Problem>& problems)
{
    static constexpr std::size_t mostMembers = 1000;
    line = trimmed(line);
    const auto members = line.starts_with('{') ? membersOf(line) : std::nullopt;
    if (members && members->size() <= mostMembers) {
        RumprunWords words(config, problems);
        std::ranges::for_each(*members, [&words](const Member& member) { words.take(member); });
        return;
    }
    for (std::string& word : split(line, ' ')) {
        if (!word.empty()) {
            config.kernelParameters.push_back(std::move(word));
        }
    }
    if (!config.kernelParameters.empty()) {
        problems.push_back(
            {.pointer = "/kernelParameters",
             .severity = Severity::Warning,
             .text = "the domain's command line is taken over word by word: say in \"arguments\" what "
                     "is the application's"});
    }
}

} // namespace rumpus
