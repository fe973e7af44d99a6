// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/session/rumprun/network.h"

#include "app/session/shell_words.h"
#include "core/base/format.h"
#include "core/base/text.h"
#include "core/config/json_text.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>

namespace rumpus {

namespace {

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

/// What is wrong with a method that is none, or one that is not of its type.
std::unexpected<Error> wrongMethod(const std::string& type, const std::string& method)
{
    static constexpr std::array<std::string_view, 2> ofInet{"dhcp", "static"};
    static constexpr std::array<std::string_view, 2> ofInet6{"auto", "static"};
    const bool four = type == "inet";
    const std::string example = four ? "inet,dhcp or inet,static,10.0.0.2/24,10.0.0.1" : "inet6,auto";
    if (method.empty()) {
        return inputError(formatted("a network of the type {} has no method", type), "write " + example);
    }
    const std::optional<std::string> near = nearestWord(method, four ? ofInet : ofInet6);
    return inputError(formatted("{} is no method to configure {} with", inQuotes(method),
                                four ? "IPv4 (inet)" : "IPv6 (inet6)"),
                      near ? formatted("did you mean {}?", *near) : "write " + example);
}

} // namespace

Result<void> readNetSpec(InterfaceConfig& interface, const std::string& spec)
{
    std::vector<std::string> parts = split(spec, ',');
    parts.resize(std::max<std::size_t>(parts.size(), 4));
    const std::string& type = parts[0];
    const std::string& method = parts[1];
    const bool four = type == "inet";
    if (!four && type != "inet6") {
        return inputError(formatted("{} is no type of a network", inQuotes(type)),
                          "write inet for IPv4 or inet6 for IPv6, such as inet,dhcp");
    }
    if (four && method == "dhcp") {
        interface.ipv4.method = Ipv4Method::Dhcp;
        return {};
    }
    if (!four && method == "auto") {
        interface.ipv6.method = Ipv6Method::Auto;
        return {};
    }
    if (method != "static") {
        return wrongMethod(type, method);
    }
    const std::string example = four ? "inet,static,10.0.0.2/24" : "inet6,static,fd00::2/64";
    if (parts[2].empty()) {
        return inputError("a static network has no address", "write " + example);
    }
    if (!parts[2].contains('/')) {
        return inputError(formatted("the address {} has no mask", inQuotes(parts[2])),
                          "add its bits, as in " + example);
    }
    if (four) {
        interface.ipv4 = {.method = Ipv4Method::Static,
                          .address = parts[2],
                          .gateway = parts[3],
                          .unknown = Json::object()};
    } else {
        interface.ipv6 = {.method = Ipv6Method::Static,
                          .address = parts[2],
                          .gateway = parts[3],
                          .unknown = Json::object()};
    }
    return {};
}

/// A new one; the script tells the guest of an interface only what -W or -n say.
InterfaceConfig& RumprunNetwork::add(const std::string& driver)
{
    InterfaceConfig& interface = interfaces_.emplace_back();
    interface.name = driver + std::to_string(drivers_[driver]++);
    interface.ipv4.method = Ipv4Method::None;
    if (backend_ == RumprunBackend::Xen) {
        interface.backend.type = NetworkBackend::Bridge;
        interface.backend.device = "xenbr0";
    }
    return interface;
}

Result<void> RumprunNetwork::create(const std::string& spec)
{
    const std::vector<std::string> parts = split(spec, ',');
    if (parts.size() < 2 || parts[0].empty() || parts[1].empty()) {
        return inputError(formatted("-I {} names no interface", inQuotes(spec)),
                          "write it as -I TAG,vioif,'-net user'");
    }
    if (oldStyle_) {
        return inputError("-n and -I exclude each other", "use -I and -W");
    }
    if (tags_.contains(parts[0])) {
        return inputError(formatted("two -I make an interface {}", inQuotes(parts[0])), "rename one");
    }
    tags_[parts[0]] = interfaces_.size();
    InterfaceConfig& interface = add(parts[1]);
    const std::size_t used = parts[0].size() + 1 + parts[1].size();
    const std::string options = used < spec.size() ? spec.substr(used + 1) : std::string();
    switch (backend_) {
    case RumprunBackend::Qemu: return readBackend(interface.backend, options);
    case RumprunBackend::Xen: readXenBackend(interface, options); break;
    case RumprunBackend::Medium: break;
    }
    return {};
}

void RumprunNetwork::readXenBackend(InterfaceConfig& interface, const std::string& options)
{
    for (const std::string& option : options.empty() ? std::vector<std::string>() : split(options, ',')) {
        const std::string key = option.substr(0, option.find('='));
        const std::string value = optionOf(option, key).value_or("");
        if (key == "bridge") {
            interface.backend.device = value;
        } else if (key == "script" && !value.contains('/')) {
            interface.backend.script = value;
        } else if (key == "mac") {
            interface.mac = value;
        } else {
            note(formatted("{} of the interface is left out: a config has no key for it", inQuotes(option)));
        }
    }
}

/// What the script adds to QEMU's command line for an interface: '-net user', '-net tap,ifname=tap0', …
Result<void> RumprunNetwork::readBackend(InterfaceBackend& backend, const std::string& options)
{
    const Result<std::vector<std::string>> words = shellWords(options);
    if (!words) {
        return std::unexpected(words.error());
    }
    if (words->empty()) {
        backend.type = NetworkBackend::None;
        note("the interface has no back end in the command, so it is not connected: choose one");
        return {};
    }
    const std::string net = words->size() > 1 ? (*words)[1] : "";
    const std::string type = net.substr(0, net.find_first_of(",="));
    if ((*words)[0] != "-net" && (*words)[0] != "-netdev") {
        return inputError(formatted("{} is no network back end", inQuotes(options)),
                          "write one such as '-net user' or '-net tap,ifname=tap0'");
    }
    if (type == "user") {
        readUserBackend(backend, net);
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

void RumprunNetwork::readUserBackend(InterfaceBackend& backend, const std::string& options)
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

Result<void> RumprunNetwork::configure(const std::string& spec)
{
    const std::string tag = spec.substr(0, spec.find(','));
    const auto found = tags_.find(tag);
    if (found == tags_.end()) {
        return inputError(
            formatted("-W configures an interface {} that no -I before it makes", inQuotes(tag)),
            formatted("add -I {},vioif,'-net user' before it", printable(tag)));
    }
    return readNetSpec(interfaces_[found->second], spec.substr(std::min(tag.size() + 1, spec.size())));
}

Result<void> RumprunNetwork::createConfigured(std::string spec)
{
    if (!tags_.empty()) {
        return inputError("-n and -I exclude each other", "use -I and -W");
    }
    oldStyle_ = true;
    if (!spec.contains(',')) {
        std::ranges::replace(spec, ':', ',');
    }
    return readNetSpec(add(backend_ == RumprunBackend::Xen ? "xenif" : "vioif"), spec);
}

} // namespace rumpus
