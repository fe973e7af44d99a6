// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/format.h"
#include "core/base/text.h"
#include "core/config/addresses.h"
#include "core/config/checks.h"
#include "core/config/json_text.h"
#include "core/config/words.h"

#include <algorithm>
#include <system_error>

namespace rumpus {

namespace fs = std::filesystem;

namespace {

/// What IPv4 and IPv6 settings have in common.
struct IpSettings {
    IpVersion version = IpVersion::V4;
    std::string pointer;
    std::string_view method;
    bool isStatic = false;
    const std::string& address;
    const std::string& gateway;
};

void checkStaticIp(const IpSettings& ip, ProblemList& problems)
{
    const std::string_view example = ip.version == IpVersion::V4 ? "10.0.2.15/24" : "fd00::15/64";
    if (ip.address.empty()) {
        problems.error(
            ip.pointer + "/address",
            formatted("a static configuration needs an address: write one such as \"{}\"", example));
    }
    const Result<Cidr> address = parseCidr(ip.address, ip.version);
    if (!ip.address.empty() && !address) {
        problems.error(ip.pointer + "/address", toString(address.error()));
    }
    if (ip.gateway.empty()) {
        return;
    }
    const Result<IpAddress> gateway = parseIpAddress(ip.gateway, ip.version);
    if (!gateway) {
        problems.error(ip.pointer + "/gateway", toString(gateway.error()));
    } else if (address && !contains(*address, *gateway) && !isLinkLocal(*gateway)) {
        problems.warning(ip.pointer + "/gateway",
                         formatted("{} is outside of {}, so the guest cannot reach it: correct one of them",
                                   ip.gateway, ip.address));
    }
}

void checkIp(const IpSettings& ip, ProblemList& problems)
{
    if (ip.isStatic) {
        checkStaticIp(ip, problems);
        return;
    }
    for (const auto& [key, value] : {std::pair{"address", &ip.address}, std::pair{"gateway", &ip.gateway}}) {
        if (!value->empty()) {
            problems.warning(
                ip.pointer + '/' + key,
                formatted("this has no effect with the method \"{}\": write \"method\": \"static\"",
                          ip.method));
        }
    }
}

/// Names that Linux gives to network devices: dev_valid_name() in net/core/dev.c.
bool isDeviceName(std::string_view name)
{
    static constexpr std::size_t longest = 15;
    return !name.empty() && name.size() <= longest && name != "." && name != ".." &&
           std::ranges::none_of(name, [](char c) { return c == '/' || c == ':' || c <= ' ' || c == 0x7f; });
}

void checkBackend(const InterfaceBackend& backend, const std::string& pointer, UsedValues& hostPorts,
                  ProblemList& problems)
{
    const bool needsDevice = backend.type == NetworkBackend::Tap || backend.type == NetworkBackend::Bridge;
    const std::string_view type = wordFor(backend.type);
    if (needsDevice && backend.device.empty()) {
        problems.error(pointer + "/device",
                       formatted("a {} needs the name of the host's device: add \"device\"", type));
    } else if (needsDevice && !isDeviceName(backend.device)) {
        problems.error(
            pointer + "/device",
            formatted("{} is no name of a device: write up to 15 characters without spaces, / and :",
                      inQuotes(backend.device)));
    } else if (!needsDevice && !backend.device.empty()) {
        problems.warning(
            pointer + "/device",
            formatted("a device has no effect with the type \"{}\": write \"tap\" or \"bridge\"", type));
    }
    if (!backend.script.empty() && backend.type != NetworkBackend::Bridge) {
        problems.warning(pointer + "/script",
                         formatted("a script has no effect with the type \"{}\": write \"bridge\"", type));
    } else if (backend.script.contains('/')) {
        // it is run by root
        problems.error(
            pointer + "/script",
            formatted("{} is a path: write the name of a script in the host's /etc/xen/scripts, such "
                      "as \"vif-bridge\"",
                      inQuotes(backend.script)));
    }
    if (backend.type != NetworkBackend::User && !backend.forwards.empty()) {
        problems.error(
            pointer + "/forward",
            formatted("ports are forwarded only by the type \"user\", not by \"{}\": change one of them",
                      type));
        return;
    }
    for (std::size_t i = 0; i < backend.forwards.size(); ++i) {
        const PortForward& forward = backend.forwards[i];
        const std::string place = formatted("{}/forward/{}", pointer, i);
        for (const auto& [key, port] :
             {std::pair{"/host", forward.hostPort}, std::pair{"/guest", forward.guestPort}}) {
            if (port == 0) {
                problems.error(place + key, "the port is missing or 0: write one from 1 to 65535");
            }
        }
        const std::string_view transport = wordFor(forward.transport);
        const auto earlier = hostPorts.note(formatted("{} {}", transport, forward.hostPort), place + "/host");
        if (earlier && forward.hostPort != 0) {
            problems.error(place + "/host",
                           formatted("the host's {} port {} is used at {} already: choose another", transport,
                                     forward.hostPort, *earlier));
        }
    }
}

void checkCapture(const fs::path& folder, const std::string& capture, const std::string& pointer,
                  UsedValues& captures, ProblemList& problems)
{
    const fs::path file = (folder / capture).lexically_normal();
    const fs::path parent = file.has_parent_path() ? file.parent_path() : ".";
    std::error_code failed;
    if (!fs::is_directory(parent, failed)) {
        problems.error(pointer, formatted("there is no folder {}: make it, or correct the path",
                                          printable(parent.native())));
    } else if (fs::is_directory(file, failed)) {
        problems.error(pointer, formatted("{} is a folder: name a file", printable(file.native())));
    }
    if (const auto earlier = captures.note(file.native(), pointer)) {
        problems.error(pointer, formatted("{} is the capture at {} already: choose another",
                                          inQuotes(capture), *earlier));
    }
}

/// Values that only one interface can have.
struct Taken {
    UsedValues names, macs, hostPorts, captures;
};

void checkInterface(const InterfaceConfig& interface, const fs::path& folder, const std::string& place,
                    Taken& taken, ProblemList& problems)
{
    if (!interface.name.empty()) {
        if (const auto earlier = taken.names.note(interface.name, place + "/name")) {
            problems.error(place + "/name", formatted("{} is the name at {} already: choose another",
                                                      inQuotes(interface.name), *earlier));
        }
    }
    checkBackend(interface.backend, place + "/backend", taken.hostPorts, problems);
    if (!interface.mac.empty()) {
        const Result<MacAddress> mac = parseMac(interface.mac);
        if (!mac) {
            problems.error(place + "/mac", toString(mac.error()));
        } else if (const auto earlier =
                       taken.macs.note(std::string(mac->begin(), mac->end()), place + "/mac")) {
            problems.error(place + "/mac", formatted("{} is the address at {} already: choose another",
                                                     interface.mac, *earlier));
        }
    }
    checkIp({.version = IpVersion::V4,
             .pointer = place + "/ipv4",
             .method = wordFor(interface.ipv4.method),
             .isStatic = interface.ipv4.method == Ipv4Method::Static,
             .address = interface.ipv4.address,
             .gateway = interface.ipv4.gateway},
            problems);
    checkIp({.version = IpVersion::V6,
             .pointer = place + "/ipv6",
             .method = wordFor(interface.ipv6.method),
             .isStatic = interface.ipv6.method == Ipv6Method::Static,
             .address = interface.ipv6.address,
             .gateway = interface.ipv6.gateway},
            problems);
    if (!interface.capture.empty()) {
        checkCapture(folder, interface.capture, place + "/capture", taken.captures, problems);
    }
}

} // namespace

void checkNetwork(const UnikernelConfig& config, const fs::path& folder, ProblemList& problems)
{
    if (config.interfaces.size() > mostDevices) {
        problems.error("/interfaces", formatted("{} interfaces are more than a guest can have: at most {}",
                                                config.interfaces.size(), mostDevices));
        return;
    }
    Taken taken;
    for (std::size_t i = 0; i < config.interfaces.size(); ++i) {
        checkInterface(config.interfaces[i], folder, formatted("/interfaces/{}", i), taken, problems);
    }
}

} // namespace rumpus
