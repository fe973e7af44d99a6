// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/dialect/guest_keys.h"

#include "core/base/format.h"
#include "core/base/text.h"
#include "core/config/json_text.h"
#include "core/image/file_system.h"

#include <array>
#include <utility>

namespace rumpus {

namespace {

/// Collects the keys while the config is walked through.
class KeyWriter {
public:
    KeyWriter(const UnikernelConfig& config, const GuestDialect& dialect, const std::filesystem::path& folder)
        : config_(config), dialect_(dialect), folder_(folder)
    {
    }

    std::vector<GuestKey> write()
    {
        for (const auto& [name, value] : config_.environment) {
            add(pointerBelow("/environment", name), GuestTopic::Environment, name, "",
                formatted("getenv(\"{}\") gives {}", printable(name), inQuotes(value)));
        }
        if (!config_.hostname.empty()) {
            add("/hostname", GuestTopic::Hostname, config_.hostname, "",
                formatted("gethostname() gives {}", inQuotes(config_.hostname)));
        }
        writeDisks();
        writeInterfaces();
        for (std::size_t i = 0; i < config_.kernelParameters.size(); ++i) {
            add(formatted("/kernelParameters/{}", i), GuestTopic::Parameter, config_.kernelParameters[i], "",
                "the kernel reads it from its command line");
        }
        for (const auto& [path, value] : config_.xenstore) {
            add(pointerBelow("/xenstore", path), GuestTopic::Xenstore, path, "",
                formatted("stands in Xenstore below the guest's own folder before it starts, as {}",
                          inQuotes(value)));
        }
        writePrograms();
        return std::move(keys_);
    }

private:
    void add(std::string pointer, GuestTopic topic, std::string subject, std::string device,
             std::string intent)
    {
        keys_.push_back({.pointer = std::move(pointer),
                         .topic = topic,
                         .subject = std::move(subject),
                         .device = std::move(device),
                         .intent = std::move(intent)});
    }

    void writePrograms()
    {
        static constexpr std::array<std::string_view, 3> modes{
            "", ", while the next program starts at once", ", what it prints is the next program's input"};
        const std::vector<Program>& programs = config_.programs;
        for (std::size_t i = 0; i < programs.size(); ++i) {
            std::vector<std::string> words;
            for (const std::string& argument : programs[i].arguments) {
                words.push_back(inQuotes(argument));
            }
            const std::string name = programs[i].arguments.empty() ? "" : programs[i].arguments.front();
            add(programs.size() == 1 ? std::string("/arguments") : formatted("/programs/{}", i),
                GuestTopic::Program, name, "",
                formatted("main() is called with {}{}", join(words, " "),
                          modes.at(std::to_underlying(programs[i].mode))));
        }
    }

    void writeDisks()
    {
        for (std::size_t i = 0; i < config_.disks.size(); ++i) {
            const DiskConfig& disk = config_.disks[i];
            const std::string pointer = formatted("/disks/{}", i);
            const std::string name = dialect_.diskName(i);
            add(pointer, GuestTopic::Device, name, name,
                disk.mountpoint.empty() ? formatted("the program can open {}", name)
                                        : formatted("the kernel finds a disk and calls it {}", name));
            if (!disk.mountpoint.empty()) {
                add(pointer + "/mountpoint", GuestTopic::Mount, disk.mountpoint, name, mountIntent(disk));
            }
        }
    }

    std::string mountIntent(const DiskConfig& disk) const
    {
        if (disk.fileSystem == "extract") {
            return formatted("the archive is unpacked to {}", disk.mountpoint);
        }
        const std::optional<std::string> there = fileSystemIn(folder_ / disk.file);
        const std::string holds = there ? formatted("the file holds {}", *there)
                                        : std::string("the file holds none of them that we know");
        return formatted("mounted on {}, {}; {}", disk.mountpoint, dialect_.mountsAs, holds);
    }

    void writeInterfaces()
    {
        for (std::size_t i = 0; i < config_.interfaces.size(); ++i) {
            const InterfaceConfig& interface = config_.interfaces[i];
            if (!isAttached(interface)) {
                continue;
            }
            const std::string pointer = formatted("/interfaces/{}", i);
            const std::string name = guestInterfaceName(config_, dialect_, i);
            add(pointer, GuestTopic::Device, name, name,
                dialect_.makesInterfaces
                    ? formatted("the guest makes an interface {} on its vif {}", name, i)
                    : formatted("the kernel finds a network card and calls it {}", name));
            writeAddress(interface, pointer, name);
            for (std::size_t j = 0; j < interface.backend.forwards.size(); ++j) {
                const PortForward& forward = interface.backend.forwards[j];
                const bool tcp = forward.transport == Transport::Tcp;
                add(formatted("{}/backend/forward/{}", pointer, j), GuestTopic::Forward, name,
                    formatted("{} {}", tcp ? "tcp" : "udp", forward.hostPort),
                    formatted("{} port {} of this machine's loopback reaches the guest's port {}",
                              tcp ? "TCP" : "UDP", forward.hostPort, forward.guestPort));
            }
        }
    }

    void writeAddress(const InterfaceConfig& interface, const std::string& pointer, const std::string& name)
    {
        const Ipv4Config& four = interface.ipv4;
        if (four.method == Ipv4Method::Dhcp) {
            add(pointer + "/ipv4", GuestTopic::Address, name, "",
                formatted("{} asks the network for an address by DHCP; main() waits for the answer", name));
        } else if (four.method == Ipv4Method::Static) {
            add(pointer + "/ipv4/address", GuestTopic::Address, name, reachable(interface, four.address),
                formatted("{} gets the address {}", name, four.address));
            addGateway(pointer + "/ipv4/gateway", four.gateway);
        }
        const Ipv6Config& six = interface.ipv6;
        if (six.method == Ipv6Method::Auto) {
            add(pointer + "/ipv6", GuestTopic::Address, name, "",
                formatted("{} makes itself an address of what a router announces", name));
        } else if (six.method == Ipv6Method::Static) {
            add(pointer + "/ipv6/address", GuestTopic::Address, name, reachable(interface, six.address),
                formatted("{} gets the address {}", name, six.address));
            addGateway(pointer + "/ipv6/gateway", six.gateway);
        }
    }

    /// QEMU's user network is the guest's alone.
    static std::string reachable(const InterfaceConfig& interface, const std::string& cidr)
    {
        return interface.backend.type == NetworkBackend::User ? std::string()
                                                              : cidr.substr(0, cidr.find('/'));
    }

    void addGateway(std::string pointer, const std::string& gateway)
    {
        if (!gateway.empty()) {
            add(std::move(pointer), GuestTopic::Gateway, gateway, "",
                formatted("what is for no network of the guest's goes to {}", gateway));
        }
    }

    const UnikernelConfig& config_;
    const GuestDialect& dialect_;
    const std::filesystem::path& folder_;
    std::vector<GuestKey> keys_;
};

} // namespace

std::vector<GuestKey> guestKeys(const UnikernelConfig& config, const GuestDialect& dialect,
                                const std::filesystem::path& folder)
{
    return KeyWriter(config, dialect, folder).write();
}

} // namespace rumpus
