// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/session/rumprun_command.h"

#include "app/session/shell_words.h"
#include "core/base/format.h"
#include "core/base/text.h"
#include "core/base/units.h"
#include "core/config/json_text.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <filesystem>
#include <map>
#include <optional>
#include <span>

namespace rumpus {

namespace {

// app-tools/rumprun: scriptopts, and guestopts with the old -n
constexpr std::string_view scriptOptions = "DhSt:T:";
constexpr std::string_view guestOptions = "b:dD:e:g:iI:M:n:N:pW:";
constexpr std::array<std::string_view, 6> platforms{"qemu", "kvm", "xen", "hvf", "iso", "ec2"};

struct Option {
    char letter = 0;
    std::string value;
};

/// The words of a command and how far they are read, with getopts' rules for options.
class Words {
public:
    explicit Words(std::span<const std::string> words) : words_(words) {}

    bool atEnd() const { return at_ == words_.size(); }
    const std::string& peek() const { return words_[at_]; }
    const std::string& take() { return words_[at_++]; }
    std::span<const std::string> rest() const { return words_.subspan(at_); }

    Result<std::vector<Option>> options(std::string_view known)
    {
        std::vector<Option> found;
        while (!atEnd() && peek().size() > 1 && peek()[0] == '-') {
            const std::string word = take();
            if (word == "--") {
                break;
            }
            if (const Result<void> read = letters(word, known, found); !read) {
                return std::unexpected(read.error());
            }
        }
        return found;
    }

private:
    Result<void> letters(const std::string& word, std::string_view known, std::vector<Option>& found)
    {
        for (std::size_t i = 1; i < word.size(); ++i) {
            const std::size_t place = word[i] == ':' ? std::string_view::npos : known.find(word[i]);
            if (place == std::string_view::npos) {
                return inputError(formatted("rumprun has no option -{}", printable(word.substr(i, 1))),
                                  "correct it; if it is for the application, write it after the image");
            }
            const bool takesValue = place + 1 < known.size() && known[place + 1] == ':';
            if (!takesValue) {
                found.push_back({.letter = word[i], .value = {}});
                continue;
            }
            if (i + 1 == word.size() && atEnd()) {
                return inputError(formatted("the option -{} has no value", word[i]), "add it after a blank");
            }
            found.push_back({.letter = word[i], .value = i + 1 < word.size() ? word.substr(i + 1) : take()});
            break;
        }
        return {};
    }

    std::span<const std::string> words_;
    std::size_t at_ = 0;
};

/// "value" of "key=value" among options between commas.
std::optional<std::string> optionOf(std::string_view options, std::string_view key)
{
    for (const std::string& option : split(options, ',')) {
        if (option.starts_with(key) && option.size() > key.size() && option[key.size()] == '=') {
            return option.substr(key.size() + 1);
        }
    }
    return std::nullopt;
}

std::optional<std::uint16_t> portOf(std::string_view text)
{
    std::uint16_t port = 0;
    const auto [end, status] = std::from_chars(text.data(), text.data() + text.size(), port);
    const bool whole = status == std::errc{} && end == text.data() + text.size() && port != 0;
    return whole ? std::optional(port) : std::nullopt;
}

/// QEMU's hostfwd: [tcp|udp]:[hostaddr]:hostport-[guestaddr]:guestport
std::optional<PortForward> forwardOf(std::string_view text)
{
    const std::size_t dash = text.find('-');
    if (dash == std::string_view::npos) {
        return std::nullopt;
    }
    const std::vector<std::string> host = split(text.substr(0, dash), ':');
    const std::vector<std::string> guest = split(text.substr(dash + 1), ':');
    const auto hostPort = portOf(host.back());
    const auto guestPort = portOf(guest.back());
    if (host.size() != 3 || guest.size() != 2 || !hostPort || !guestPort ||
        (!host[0].empty() && host[0] != "tcp" && host[0] != "udp")) {
        return std::nullopt;
    }
    PortForward forward;
    forward.transport = host[0] == "udp" ? Transport::Udp : Transport::Tcp;
    forward.hostPort = *hostPort;
    forward.guestPort = *guestPort;
    return forward;
}

/// From the options to the config, one after the other.
class Translator {
public:
    Translator(std::string platform, RumprunConfig& result)
        : xen_(platform == "xen"), config_(result.config), notes_(result.notes)
    {
    }

    Result<void> take(const Option& option);

private:
    Result<void> createInterface(const std::string& spec);
    Result<void> configureInterface(const std::string& spec);
    Result<void> oldInterface(std::string spec);
    Result<void> netSpec(InterfaceConfig& interface, const std::string& spec);
    Result<void> qemuBackend(InterfaceBackend& backend, const std::string& options);
    void userBackend(InterfaceBackend& backend, const std::string& options);
    Result<void> block(const std::string& spec);
    Result<void> memory(const std::string& value);
    Result<void> backendArguments(const std::string& value);
    void note(std::string text) { notes_.push_back(std::move(text)); }

    bool xen_;
    UnikernelConfig& config_;
    std::vector<std::string>& notes_;
    std::map<std::string, std::size_t> tags_; ///< iftag → interface
    bool oldStyle_ = false;
};

Result<void> Translator::take(const Option& option)
{
    switch (option.letter) {
    case 'b': return block(option.value);
    case 'd': config_.onExit = config_.onCrash = AfterEnd::Destroy; return {};
    case 'D':
        note(formatted("-D {} is left out: Debug opens its own connection, without a port", option.value));
        return {};
    case 'e': {
        const std::size_t equals = option.value.find('=');
        config_.environment.emplace_back(option.value.substr(0, equals),
                                         equals == std::string::npos ? std::string()
                                                                     : option.value.substr(equals + 1));
        return {};
    }
    case 'g': return backendArguments(option.value);
    case 'I': return createInterface(option.value);
    case 'M': return memory(option.value);
    case 'n': return oldInterface(option.value);
    case 'N':
        // the script gives the name to the guest as its host name too
        config_.name = config_.hostname = option.value;
        return {};
    case 'p': note("-p is left out: a config does not say how it is started, choose Run paused"); return {};
    case 'W': return configureInterface(option.value);
    default: // -i: a console is always open
        return {};
    }
}

Result<void> Translator::createInterface(const std::string& spec)
{
    const std::vector<std::string> parts = split(spec, ',');
    if (parts.size() < 2 || parts[0].empty() || parts[1].empty()) {
        return inputError(formatted("-I {} names no interface", inQuotes(spec)),
                          "write it as -I TAG,vioif,'-net user'");
    }
    if (oldStyle_) {
        return inputError("-n and -I exclude each other", "use -I and -W");
    }
    InterfaceConfig interface;
    interface.name = parts[1] + std::to_string(config_.interfaces.size());
    // the script tells the guest of an interface only what -W says
    interface.ipv4.method = Ipv4Method::None;
    const std::size_t used = parts[0].size() + 1 + parts[1].size();
    const std::string options = used < spec.size() ? spec.substr(used + 1) : std::string();
    if (xen_) {
        interface.backend.type = NetworkBackend::Bridge;
        interface.backend.device = optionOf(options, "bridge").value_or("xenbr0");
        interface.mac = optionOf(options, "mac").value_or("");
    } else if (const Result<void> read = qemuBackend(interface.backend, options); !read) {
        return read;
    }
    tags_[parts[0]] = config_.interfaces.size();
    config_.interfaces.push_back(std::move(interface));
    return {};
}

/// What the script adds to QEMU's command line for an interface: '-net user', '-net tap,ifname=tap0', …
Result<void> Translator::qemuBackend(InterfaceBackend& backend, const std::string& options)
{
    const Result<std::vector<std::string>> words = shellWords(options);
    if (!words) {
        return std::unexpected(words.error());
    }
    if (words->empty()) {
        backend.type = NetworkBackend::None;
        note("the interface has no back end in the command, so it is not connected: choose one on the form");
        return {};
    }
    const std::string net = words->size() > 1 ? (*words)[1] : "";
    const std::string type = net.substr(0, net.find_first_of(",="));
    if ((*words)[0] != "-net" && (*words)[0] != "-netdev") {
        return inputError(formatted("{} is no network back end", inQuotes(options)),
                          "write one such as '-net user' or '-net tap,ifname=tap0'");
    }
    if (type == "user") {
        userBackend(backend, net);
    } else if (type == "tap") {
        backend.type = NetworkBackend::Tap;
        backend.device = optionOf(net, "ifname").value_or("tap0");
        if (const auto given = net.find("/dev/"); !optionOf(net, "ifname") && given != std::string::npos) {
            backend.device = net.substr(given + 5, net.find(',', given) - given - 5);
        }
    } else if (type == "bridge") {
        backend.type = NetworkBackend::Bridge;
        backend.device = optionOf(net, "br").value_or("br0");
    } else if (type == "none") {
        backend.type = NetworkBackend::None;
    } else {
        return inputError(formatted("the network back end {} has no counterpart in a config", inQuotes(type)),
                          "use user, tap or bridge, or add it to the backend arguments later");
    }
    return {};
}

void Translator::userBackend(InterfaceBackend& backend, const std::string& options)
{
    backend.type = NetworkBackend::User;
    for (const std::string& option : split(options, ',')) {
        if (!option.starts_with("hostfwd=")) {
            if (option != "user") {
                note(formatted("{} of the user network is left out: a config has no key for it",
                               inQuotes(option)));
            }
            continue;
        }
        if (const auto forward = forwardOf(std::string_view(option).substr(8))) {
            backend.forwards.push_back(*forward);
        } else {
            note(formatted("{} is left out: write a forward as hostfwd=tcp::8080-:80", inQuotes(option)));
        }
    }
}

Result<void> Translator::configureInterface(const std::string& spec)
{
    const std::string tag = spec.substr(0, spec.find(','));
    const auto found = tags_.find(tag);
    if (found == tags_.end()) {
        return inputError(
            formatted("-W configures an interface {} that no -I before it makes", inQuotes(tag)),
            formatted("add -I {},vioif,'-net user' before it", printable(tag)));
    }
    return netSpec(config_.interfaces[found->second], spec.substr(std::min(tag.size() + 1, spec.size())));
}

/// -n: interface and address in one; with colons in November 2014.
Result<void> Translator::oldInterface(std::string spec)
{
    if (!tags_.empty()) {
        return inputError("-n and -I exclude each other", "use -I and -W");
    }
    oldStyle_ = true;
    if (!spec.contains(',')) {
        std::ranges::replace(spec, ':', ',');
    }
    InterfaceConfig interface;
    interface.name = (xen_ ? "xenif" : "vioif") + std::to_string(config_.interfaces.size());
    interface.ipv4.method = Ipv4Method::None;
    if (xen_) {
        interface.backend.type = NetworkBackend::Bridge;
        interface.backend.device = "xenbr0";
    }
    const Result<void> read = netSpec(interface, spec);
    config_.interfaces.push_back(std::move(interface));
    return read;
}

/// inet,dhcp · inet,static,ADDRESS/MASK[,GATEWAY] · inet6,auto
Result<void> Translator::netSpec(InterfaceConfig& interface, const std::string& spec)
{
    const std::vector<std::string> parts = split(spec, ',');
    const std::string method = parts.size() > 1 ? parts[1] : "";
    const bool isStatic = method == "static" && parts.size() > 2 && parts[2].contains('/');
    if (parts[0] == "inet" && method == "dhcp") {
        interface.ipv4.method = Ipv4Method::Dhcp;
    } else if (parts[0] == "inet" && isStatic) {
        interface.ipv4.method = Ipv4Method::Static;
        interface.ipv4.address = parts[2];
        interface.ipv4.gateway = parts.size() > 3 ? parts[3] : "";
    } else if (parts[0] == "inet6" && method == "auto") {
        interface.ipv6.method = Ipv6Method::Auto;
    } else if (parts[0] == "inet6" && isStatic) {
        interface.ipv6.method = Ipv6Method::Static;
        interface.ipv6.address = parts[2];
        interface.ipv6.gateway = parts.size() > 3 ? parts[3] : "";
    } else {
        return inputError(formatted("{} configures no network", inQuotes(spec)),
                          "write inet,dhcp or inet,static,10.0.0.2/24,10.0.0.1 or inet6,auto");
    }
    return {};
}

Result<void> Translator::block(const std::string& spec)
{
    // hostpath,mountpoint; with a colon in November 2014
    const std::size_t comma = spec.rfind(',');
    const std::size_t cut = comma != std::string::npos ? comma : spec.find(":/");
    DiskConfig disk;
    disk.file = spec.substr(0, cut);
    disk.mountpoint = cut == std::string::npos ? "" : spec.substr(cut + 1);
    if (disk.file.empty()) {
        return inputError(formatted("-b {} names no file", inQuotes(spec)), "write it as -b data.img,/data");
    }
    config_.disks.push_back(std::move(disk));
    return {};
}

Result<void> Translator::memory(const std::string& value)
{
    // a number alone is megabytes, for xl as for QEMU
    const bool digits = !value.empty() && value.find_first_not_of("0123456789") == std::string::npos;
    const Result<std::uint64_t> size = parseSize(digits ? value + "M" : value);
    if (!size) {
        return inputError(formatted("-M {} is no size", inQuotes(value)), "write megabytes, such as -M 64");
    }
    config_.memory = *size;
    return {};
}

Result<void> Translator::backendArguments(const std::string& value)
{
    const Result<std::vector<std::string>> words = shellWords(value);
    if (!words) {
        return std::unexpected(words.error());
    }
    config_.backendArguments.insert(config_.backendArguments.end(), words->begin(), words->end());
    return {};
}

/// Drops what a shell would have used up itself: a prompt, variables, sudo, what comes after the command.
std::vector<std::string> commandOnly(std::vector<std::string> words, std::vector<std::string>& notes)
{
    static constexpr std::array<std::string_view, 8> ends{"|", ">", ">>", "<", "&", "&&", "||", ";"};
    const auto begin = std::ranges::find_if(
        words, [](const std::string& word) { return std::filesystem::path(word).filename() == "rumprun"; });
    words.erase(words.begin(), begin == words.end() ? words.begin() : begin);
    const auto end = std::ranges::find_if(
        words, [](const std::string& word) { return std::ranges::contains(ends, word); });
    if (end != words.end()) {
        if (*end != "&") {
            notes.push_back(
                formatted("everything from {} on is left out: it is for the shell", inQuotes(*end)));
        }
        words.erase(end, words.end());
    }
    for (const std::string& word : words) {
        if (word.contains('$') || word.contains('`')) {
            notes.push_back(formatted("{} is for the shell to fill in: write its value", inQuotes(word)));
        }
    }
    return words;
}

Result<std::string> platformOf(Words& words, std::vector<std::string>& notes)
{
    const Result<std::vector<Option>> options = words.options(scriptOptions);
    if (!options) {
        return std::unexpected(options.error());
    }
    if (words.atEnd()) {
        return inputError("the command names no platform", "add one after rumprun: qemu, kvm or xen");
    }
    const std::string platform = words.take();
    if (!std::ranges::contains(platforms, platform)) {
        const std::optional<std::string> near = nearestWord(platform, platforms);
        return inputError(formatted("rumprun has no platform {}", inQuotes(platform)),
                          near ? formatted("did you mean {}?", *near) : "use qemu, kvm or xen");
    }
    if (platform == "iso" || platform == "ec2") {
        notes.push_back(
            formatted("{} makes an image for elsewhere; this config runs it on this machine", platform));
    } else if (platform == "xen") {
        notes.emplace_back("the command is for Xen: choose a host that runs Xen guests");
    }
    return platform;
}

} // namespace

Result<RumprunConfig> configFromRumprun(std::string_view command)
{
    RumprunConfig result;
    Result<std::vector<std::string>> split = shellWords(command);
    if (!split) {
        return std::unexpected(split.error());
    }
    const std::vector<std::string> line = commandOnly(std::move(*split), result.notes);
    if (line.empty() || std::filesystem::path(line[0]).filename() != "rumprun") {
        return inputError("this is no rumprun command",
                          "paste one such as `rumprun qemu -i -M 64 hello.bin one two`");
    }
    Words words(line);
    words.take();
    const Result<std::string> platform = platformOf(words, result.notes);
    if (!platform) {
        return std::unexpected(platform.error());
    }
    const Result<std::vector<Option>> options = words.options(guestOptions);
    if (!options) {
        return std::unexpected(options.error());
    }
    Translator translator(*platform, result);
    for (const Option& option : *options) {
        if (const Result<void> taken = translator.take(option); !taken) {
            return std::unexpected(taken.error());
        }
    }
    if (words.atEnd()) {
        return inputError("the command names no image", "add the unikernel's file after the options");
    }
    UnikernelConfig& config = result.config;
    config.image = words.take();
    const std::filesystem::path image(config.image);
    if (config.name.empty()) {
        config.name = image.stem().native();
    }
    if (!words.atEnd() && words.peek() == "--") {
        words.take();
    }
    Program program;
    program.arguments = {image.stem().native()};
    program.arguments.insert(program.arguments.end(), words.rest().begin(), words.rest().end());
    config.programs = {std::move(program)};
    return result;
}

} // namespace rumpus
