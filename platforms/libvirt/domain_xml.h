// A plan as a libvirt domain (https://libvirt.org/formatdomain.html), and the plan that a domain carries.
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/plan/plan.h"
#include "platforms/libvirt/host_files.h"

#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace rumpus {

/// What libvirt connects a guest's first serial port to.
enum class SerialKind : std::uint8_t { Pty, Unix, File };

/// What a domain needs over and above its plan.
struct DomainWishes {
    std::string name;     ///< the host's name for it, unique there; empty: domainName of the unikernel's
    std::string uuid;     ///< empty: libvirt makes one
    std::string emulator; ///< the host's path of QEMU; empty: libvirt's choice
    HostFiles files;
    SerialKind serial = SerialKind::Pty;
    std::filesystem::path serialPath; ///< the socket, or the file; unused for a pty
    std::filesystem::path consoleLog; ///< a copy of all that the guest prints (`<log>`); empty: none
    bool consoleLogIsMade =
        false;                    ///< it is there already, and is another's than the daemon's: it is added to
    std::filesystem::path cpuLog; ///< where QEMU logs resets of its processors; empty: nowhere
    bool passt = false;           ///< port forwards by passt(1), which the host has, and not by QEMU's slirp
    bool keepOwners = false;      ///< libvirt leaves files to their owners: QEMU can read them as they are
};

/// A domain for virDomainCreateXML (gone when it ends) or virDomainDefineXML (kept), for the driver
/// that the plan's accelerator means. It asks for no device that the plan has not. Errors: no such driver can
/// run it; a text that XML cannot hold (control characters, bytes that are no UTF-8), or a name or path that
/// libvirt cannot take.
Result<std::string> domainXml(const LaunchPlan& plan, const DomainWishes& wishes);

/// A name that libvirt takes for a domain ('/' and newlines are not), made from a unikernel's.
std::string domainName(std::string_view unikernel);

/// The first of NAME, NAME-2, NAME-3 … that nobody has.
std::string freeDomainName(const std::string& name,
                           const std::function<bool(const std::string& candidate)>& isTaken);

/// The namespace of our element in a domain's <metadata>, also for virDomainGetMetadata.
inline constexpr std::string_view metadataNamespace = "urn:rumpus:plan:1";

/// The element that keeps a plan in a domain: its JSON as text.
std::string rumpusMetadata(const LaunchPlan& plan);

/// The plan from a domain's whole XML, or from that element alone; nothing where there is none, or none that
/// this version can read.
std::optional<LaunchPlan> planFromMetadata(std::string_view xml);

/// Where the host writes a copy of all that a domain's console prints (`<log>`); empty: nowhere.
std::filesystem::path consoleLogOf(std::string_view xml);

} // namespace rumpus
