// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/session/rumprun/command.h"

#include "app/session/rumprun/network.h"
#include "app/session/rumprun/options.h"
#include "app/session/shell_words.h"
#include "core/base/format.h"
#include "core/base/text.h"
#include "core/base/units.h"
#include "core/config/json_text.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <filesystem>
#include <iterator>
#include <utility>

namespace rumpus {

namespace {

// app-tools/rumprun: scriptopts, and guestopts with the old -n; rumprun-xen of 2014
constexpr std::string_view scriptOptions = "DhSt:T:";
constexpr std::string_view guestOptions = "b:dD:e:g:iI:M:n:N:pW:";
constexpr std::string_view guestOptions2014 = "n:b:pidN:M:";
constexpr std::uint64_t defaultMemory2014 = std::uint64_t{16} << 20U;

constexpr std::array<std::string_view, 6> platforms{"qemu", "kvm", "xen", "hvf", "iso", "ec2"};

std::string_view word(RumprunPlatform platform)
{
    return platforms.at(std::to_underlying(platform));
}

/// Errors: the script refuses that option for the platform, or does not know it there.
Result<void> checkOption(RumprunPlatform platform, char letter)
{
    const auto refused = [&](std::string_view letters, std::string_view cure) -> Result<void> {
        if (!letters.contains(letter)) {
            return {};
        }
        return inputError(formatted("-{} is not for {}", letter, word(platform)), std::string(cure));
    };
    switch (platform) {
    case RumprunPlatform::Qemu:
    case RumprunPlatform::Kvm:
    case RumprunPlatform::Hvf: return refused("d", "leave it out: a guest of QEMU's goes when it has ended");
    case RumprunPlatform::Xen: return refused("g", "leave it out: a Xen guest has no QEMU to take arguments");
    case RumprunPlatform::Iso:
    case RumprunPlatform::Ec2:
        return refused("dDiMpg", "leave it out: nothing runs here, an image for elsewhere is made");
    }
    std::unreachable();
}

RumprunBackend backendOf(RumprunPlatform platform)
{
    switch (platform) {
    case RumprunPlatform::Qemu:
    case RumprunPlatform::Kvm:
    case RumprunPlatform::Hvf: return RumprunBackend::Qemu;
    case RumprunPlatform::Xen: return RumprunBackend::Xen;
    case RumprunPlatform::Iso:
    case RumprunPlatform::Ec2: return RumprunBackend::Medium;
    }
    std::unreachable();
}

/// From the guest options to the config, one after the other.
class Translator {
public:
    explicit Translator(RumprunCommand& command)
        : command_(command), config_(command.config), network_(backendOf(command.platform), command.notes)
    {
    }

    Result<void> take(const ShellOption& option);
    void finish() { config_.interfaces = std::move(network_).interfaces(); }

private:
    Result<void> block(const std::string& spec);
    Result<void> memory(const std::string& value);
    Result<void> gdbPort(const std::string& value);
    Result<void> backendArguments(const std::string& value);
    void environment(const std::string& value);
    void name(const std::string& value);

    RumprunCommand& command_;
    UnikernelConfig& config_;
    RumprunNetwork network_;
};

Result<void> Translator::take(const ShellOption& option)
{
    if (const Result<void> allowed = checkOption(command_.platform, option.letter); !allowed) {
        return allowed;
    }
    switch (option.letter) {
    case 'b': return block(option.value);
    case 'd': config_.onExit = config_.onCrash = AfterEnd::Destroy; break;
    case 'D': return gdbPort(option.value);
    case 'e': environment(option.value); break;
    case 'g': return backendArguments(option.value);
    case 'i': command_.interactive = true; break;
    case 'I': return network_.create(option.value);
    case 'M': return memory(option.value);
    case 'n': return network_.createConfigured(option.value);
    case 'N': name(option.value); break;
    case 'p': command_.paused = true; break;
    default: return network_.configure(option.value);
    }
    return {};
}

void Translator::name(const std::string& value)
{
    command_.givenName = config_.name = value;
    // the script of 2015 and later gives the name to the guest as its host name too
    config_.hostname = command_.edition == RumprunEdition::Last ? value : "";
}

void Translator::environment(const std::string& value)
{
    const std::size_t equals = value.find('=');
    const std::string variable = value.substr(0, equals);
    // of two the guest takes the later one
    std::erase_if(config_.environment, [&](const auto& earlier) { return earlier.first == variable; });
    config_.environment.emplace_back(variable,
                                     equals == std::string::npos ? std::string() : value.substr(equals + 1));
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
    if (!disk.mountpoint.empty() && !disk.mountpoint.starts_with('/')) {
        disk.mountpoint.insert(0, "/"); // the guest's working directory, where the script has it mounted
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

Result<void> Translator::gdbPort(const std::string& value)
{
    std::uint16_t port = 0;
    const auto [end, status] = std::from_chars(value.data(), value.data() + value.size(), port);
    if (status != std::errc{} || end != value.data() + value.size() || port == 0) {
        return inputError(formatted("-D {} is no port", inQuotes(value)),
                          "write a number from 1 to 65535, such as -D 1234");
    }
    command_.gdbPort = port;
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

Result<RumprunPlatform> takePlatform(OptionWords& words)
{
    if (words.atEnd()) {
        return inputError("the command names no platform",
                          "add one after rumprun: qemu, kvm, xen, iso or ec2");
    }
    const std::string platform = words.take();
    const auto found = std::ranges::find(platforms, platform);
    if (found == platforms.end()) {
        const std::optional<std::string> near = nearestWord(platform, platforms);
        return inputError(formatted("rumprun has no platform {}", inQuotes(platform)),
                          near ? formatted("did you mean {}?", *near) : "use qemu, kvm, xen, iso or ec2");
    }
    return static_cast<RumprunPlatform>(found - platforms.begin());
}

Result<void> takeScriptOptions(OptionWords& words, RumprunCommand& command)
{
    const Result<std::vector<ShellOption>> options = words.options(scriptOptions);
    if (!options) {
        return std::unexpected(options.error());
    }
    for (const ShellOption& option : *options) {
        switch (option.letter) {
        case 'D': command.dump = true; break;
        case 'h': command.help = true; break;
        case 'S': command.sudo = true; break;
        default: command.folder = option.value; command.keepsFolder = option.letter == 'T';
        }
    }
    return {};
}

Result<void> takeGuestOptions(OptionWords& words, RumprunCommand& command)
{
    const bool old = command.edition == RumprunEdition::November2014;
    const Result<std::vector<ShellOption>> options = words.options(old ? guestOptions2014 : guestOptions);
    if (!options) {
        return std::unexpected(options.error());
    }
    UnikernelConfig& config = command.config;
    if (command.platform == RumprunPlatform::Xen) {
        config.onExit = config.onCrash = AfterEnd::Preserve; // -d says otherwise
    }
    if (old) {
        config.memory = defaultMemory2014;
        config.dialect = DialectChoice::RumprunXen2014;
    }
    Translator translator(command);
    for (const ShellOption& option : *options) {
        if (const Result<void> taken = translator.take(option); !taken) {
            return taken;
        }
    }
    translator.finish();
    if (old) {
        config.onCrash = AfterEnd::Preserve; // its -d is about poweroff alone
    }
    return {};
}

/// Drops what a shell would have used up itself: a prompt, variables, sudo, what comes after the command.
std::vector<std::string> commandOnly(std::vector<std::string> words, std::vector<std::string>& notes)
{
    static constexpr std::array<std::string_view, 8> ends{"|", ">", ">>", "<", "&", "&&", "||", ";"};
    const auto begin = std::ranges::find_if(words, [](const std::string& word) {
        const std::string name = std::filesystem::path(word).filename();
        return name == "rumprun" || name == "rumprun-xen";
    });
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

/// What the command says of one run, and a config of all of them does not.
void noteWhatIsOfOneRun(const RumprunCommand& command, std::vector<std::string>& notes)
{
    if (command.gdbPort) {
        notes.push_back(
            formatted("-D {} is left out: Debug opens its own connection, without a port", *command.gdbPort));
    }
    if (command.paused) {
        notes.emplace_back("-p is left out: a config does not say how it is started, choose Run paused");
    }
    if (command.platform == RumprunPlatform::Iso || command.platform == RumprunPlatform::Ec2) {
        notes.push_back(formatted("{} makes an image for elsewhere; this config runs it on this machine",
                                  word(command.platform)));
    } else if (command.platform == RumprunPlatform::Xen) {
        notes.emplace_back("the command is for the Xen of its own machine: choose another host where that is "
                           "not this one");
    }
}

} // namespace

Result<RumprunCommand> readRumprun(std::span<const std::string> list, RumprunEdition edition)
{
    RumprunCommand command{.edition = edition};
    const bool old = edition == RumprunEdition::November2014;
    OptionWords words(list, old ? "rumprun-xen" : "rumprun");
    Result<void> read;
    if (old) {
        command.platform = RumprunPlatform::Xen;
        if (!words.atEnd() && (words.peek() == "-D" || words.peek() == "-h")) {
            // the later script's; this one had neither
            command.dump = words.peek() == "-D";
            command.help = words.take() == "-h";
        }
        if (command.help) {
            return command;
        }
    } else {
        read = takeScriptOptions(words, command);
        if (!read || command.help) {
            return read ? Result<RumprunCommand>(command) : std::unexpected(read.error());
        }
        const Result<RumprunPlatform> platform = takePlatform(words);
        if (!platform) {
            return std::unexpected(platform.error());
        }
        command.platform = *platform;
    }
    read = takeGuestOptions(words, command);
    if (!read) {
        return std::unexpected(read.error());
    }
    if (words.atEnd() || words.peek().empty()) {
        return inputError("the command names no image", "add the unikernel's file after the options");
    }
    UnikernelConfig& config = command.config;
    config.image = words.take();
    if (!words.atEnd() && words.peek() == "--") {
        words.take();
    }
    Program program;
    program.arguments = {config.image};
    program.arguments.insert(program.arguments.end(), words.rest().begin(), words.rest().end());
    config.programs = {std::move(program)};
    return command;
}

Result<RumprunConfig> configFromRumprun(std::vector<std::string> words)
{
    RumprunConfig result;
    const std::vector<std::string> line = commandOnly(std::move(words), result.notes);
    const std::string name =
        line.empty() ? std::string() : std::filesystem::path(line[0]).filename().native();
    if (name != "rumprun" && name != "rumprun-xen") {
        return inputError("this is no rumprun command",
                          "paste one such as `rumprun qemu -i -M 64 hello.bin one two`");
    }
    const Result<RumprunCommand> command = readRumprun(
        std::span(line).subspan(1), name == "rumprun" ? RumprunEdition::Last : RumprunEdition::November2014);
    if (!command) {
        return std::unexpected(command.error());
    }
    if (command->help) {
        return inputError("the command starts nothing", "paste one without -h");
    }
    result.config = command->config;
    std::ranges::copy(command->notes, std::back_inserter(result.notes));
    noteWhatIsOfOneRun(*command, result.notes);
    if (result.config.name.empty()) {
        result.config.name = std::filesystem::path(result.config.image).stem().native();
    }
    if (command->platform == RumprunPlatform::Xen) {
        result.config.host = "xen:///system";
    }
    return result;
}

Result<RumprunConfig> configFromRumprun(std::string_view line)
{
    Result<std::vector<std::string>> words = shellWords(line);
    return words ? configFromRumprun(std::move(*words)) : std::unexpected(words.error());
}

} // namespace rumpus
