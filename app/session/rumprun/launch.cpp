// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/session/rumprun/launch.h"

#include "core/base/format.h"
#include "core/base/text.h"
#include "core/config/json_text.h"
#include "core/image/file_system.h"
#include "platforms/libvirt/xen_machines.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <iterator>

namespace rumpus {

namespace {

constexpr std::string_view localXen = "xen:///system";

LaunchWishes wishesOf(const RumprunCommand& command)
{
    LaunchWishes wishes{.paused = command.paused};
    if (command.platform == RumprunPlatform::Qemu) {
        wishes.accelerator = Accelerator::Tcg;
    } else if (command.platform == RumprunPlatform::Kvm) {
        wishes.accelerator = Accelerator::Kvm;
    }
    return wishes;
}

/// The script of 2014 looked at the image for what the guest mounts it as.
void findFileSystems(UnikernelConfig& config, const std::filesystem::path& folder)
{
    for (DiskConfig& disk : config.disks) {
        disk.fileSystem = fileSystemIn(folder / disk.file).value_or("");
    }
}

} // namespace

Result<std::unique_ptr<Host>> openRumprunHost(const RumprunCommand& command, const std::string& wish)
{
    if (command.platform == RumprunPlatform::Hvf) {
        return inputError("hvf is the hypervisor of macOS, which Rumpus does not run on",
                          "use kvm, or qemu where there is no KVM");
    }
    if (!wish.empty()) {
        return openHost(wish);
    }
    return openHost(command.platform == RumprunPlatform::Xen ? std::string(localXen) : "local");
}

ConfigFile rumprunConfigFile(const RumprunCommand& command, const std::filesystem::path& folder)
{
    UnikernelConfig config = command.config;
    if (config.name.empty()) {
        config.name = "rumprun-" + std::filesystem::path(config.image).filename().native();
    }
    if (command.gdbPort && command.platform != RumprunPlatform::Xen) {
        // loopback only: the script's `tcp::PORT` let everybody in
        config.backendArguments.insert(config.backendArguments.end(),
                                       {"-gdb", formatted("tcp:127.0.0.1:{}", *command.gdbPort)});
    }
    if (config.dialect == DialectChoice::RumprunXen2014) {
        findFileSystems(config, folder);
    }
    std::vector<Problem> problems = validate(config, folder, std::nullopt);
    return {.path = folder / "rumprun", .config = std::move(config), .problems = std::move(problems)};
}

QCoro::Task<std::expected<Prepared, Refusal>> prepareRumprun(const RumprunCommand& command, Host& host)
{
    ConfigFile file = rumprunConfigFile(command, std::filesystem::current_path());
    if (!command.dump) {
        co_return co_await prepare(std::move(file), host, wishesOf(command));
    }
    const LaunchWishes wishes = wishesOf(command);
    Result<HostCapabilities> capabilities = command.platform == RumprunPlatform::Xen
                                                ? xenCapabilities({.pv = true, .pvh = true}, host.name())
                                                : co_await host.capabilities();
    if (!capabilities) {
        co_return std::unexpected(
            Refusal{.config = file.path, .problems = {}, .error = capabilities.error()});
    }
    capabilities->accelerator = wishes.accelerator.value_or(capabilities->accelerator);
    co_return prepareFor(*capabilities, std::move(file), wishes);
}

std::string_view rumprunOptionOf(std::string_view pointer)
{
    struct Place {
        std::string_view pointer;
        std::string_view option;
    };
    static constexpr std::array<Place, 10> places{{{.pointer = "/memory", .option = "-M"},
                                                   {.pointer = "/name", .option = "-N"},
                                                   {.pointer = "/hostname", .option = "-N"},
                                                   {.pointer = "/interfaces", .option = "-n, -I and -W"},
                                                   {.pointer = "/disks", .option = "-b"},
                                                   {.pointer = "/environment", .option = "-e"},
                                                   {.pointer = "/arguments", .option = "the arguments"},
                                                   {.pointer = "/programs", .option = "the arguments"},
                                                   {.pointer = "/backendArguments", .option = "-g"},
                                                   {.pointer = "/image", .option = "the image"}}};
    const auto found =
        std::ranges::find_if(places, [&](const Place& place) { return pointer.starts_with(place.pointer); });
    return found == places.end() ? std::string_view() : found->option;
}

std::string guestCookie(const RumprunCommand& command, std::uint32_t number)
{
    if (command.edition == RumprunEdition::November2014) {
        return std::to_string(number);
    }
    return formatted("{}:{}", command.platform == RumprunPlatform::Xen ? "xen" : "qemu", number);
}

Result<GuestCookie> readGuestCookie(std::string_view text)
{
    const std::size_t colon = text.find(':');
    const std::string_view stack = text.substr(0, colon);
    const std::string_view digits = colon == std::string_view::npos ? "" : text.substr(colon + 1);
    GuestCookie cookie{.xen = stack == "xen"};
    const auto [end, status] = std::from_chars(digits.data(), digits.data() + digits.size(), cookie.number);
    if ((stack != "xen" && stack != "qemu") || status != std::errc{} ||
        end != digits.data() + digits.size()) {
        return inputError(formatted("{} is no guest's cookie", inQuotes(text)),
                          "give what rumprun printed, such as qemu:4711 or xen:3");
    }
    return cookie;
}

} // namespace rumpus
