// HostUri: what people call a host of libvirt's, taken apart and checked (https://libvirt.org/uri.html).
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/error.h"
#include "platforms/ssh/ssh_destination.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace rumpus {

struct HostUri {
    std::string driver;    ///< "qemu" or "xen"; "xl": Xen without libvirt, driven by xl(1)
    std::string transport; ///< "ssh", "tls", "tcp", "libssh", "libssh2", "unix"; empty: libvirt's choice
    std::string user;
    std::string host; ///< empty: this machine; an IPv6 address without brackets
    std::uint16_t port = 0;
    std::string path;                                            ///< "/system", "/session", "/embed"
    std::vector<std::pair<std::string, std::string>> parameters; ///< decoded, in the URI's order

    bool operator==(const HostUri&) const = default;

    /// The value of a parameter; empty where it is not there.
    std::string_view parameter(std::string_view name) const;
};

/// Reads a URI, or a short form of one: "session" and "system" for this machine's daemons, USER@HOST for
/// qemu+ssh://USER@HOST/system. Errors say what is wrong with it and how it should look: nothing is accepted
/// that could be taken for an option of ssh's, or that libvirt would read as a script.
Result<HostUri> parseHostUri(std::string_view text);

/// Its hypervisor is Xen.
bool isXen(const HostUri& uri);

/// The URI in its full form.
std::string toString(const HostUri& uri);

/// The guests run on another machine, or at least behind a connection that leaves this process.
bool isRemote(const HostUri& uri);

/// How ssh reaches the host: by the URI's user, host and port and its parameters keyfile, known_hosts and
/// no_verify. Nothing where the host is not reached by ssh.
std::optional<SshDestination> sshDestination(const HostUri& uri);

/// The URI for virConnectOpen: with ssh, it never asks at a terminal, and is run by `sshProgram` where that
/// is not empty and the URI names no other (libvirt's parameters no_tty and command).
std::string connectionUri(const HostUri& uri, std::string_view sshProgram);

} // namespace rumpus
