// LaunchPlan: everything that will be done to start a guest, decided beforehand, as pure data.
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/config/document.h"
#include "core/dialect/guest_keys.h"
#include "core/image/image.h"

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace rumpus {

enum class DeviceBus : std::uint8_t { None, Pci, VirtioMmio, Xen, Tender };
enum class Accelerator : std::uint8_t {
    Tcg,
    Kvm,
    Xen,
    Tender, ///< none of QEMU's: a process that a Solo5 tender keeps apart
};
std::string_view key(Accelerator accelerator);
/// For people: "KVM".
std::string_view title(Accelerator accelerator);
std::string_view key(DeviceBus bus);

/// A machine that a host can make. Hosts list them leanest first; the plan takes the first that fits.
struct MachineCapability {
    std::string name;                        ///< the host's word for it: "microvm", "pc", "pv"
    std::vector<BootProtocol> bootProtocols; ///< how it can enter an image
    DeviceBus bus = DeviceBus::None;         ///< where network and block devices go; None: it has none
    std::string firmware;                    ///< what enters the image; empty: the machine's own
    int bits = 0;                            ///< of the code that it enters; 0: any
    bool operator==(const MachineCapability&) const = default;
};

/// What a host can do, asked from the host itself.
struct HostCapabilities {
    std::string host;     ///< "local"
    std::string emulator; ///< the program that will run the guest; empty: not one of ours
    Accelerator accelerator = Accelerator::Tcg;
    std::string acceleratorNote; ///< why not a better one, with the cure; empty: nothing to say
    std::vector<MachineCapability> machines;
    std::vector<NetworkBackend> networkBackends;
    std::vector<DiskFormat> diskFormats{DiskFormat::Raw, DiskFormat::Qcow2};
    std::uint64_t memory = 0; ///< bytes; 0: unknown
    std::uint32_t maxVcpus = 0;
    bool hasXenstore = false;
    std::vector<std::string> tenders; ///< Solo5 tenders there: "hvt", "spt"
    bool keepsDomains = false;        ///< a domain can stay defined when its guest has ended
    bool limitsConsole = true;        ///< keeps of a console what the config says, not what the host likes
};

struct PlannedInterface {
    std::string guestName; ///< what the guest calls it
    InterfaceBackend backend;
    std::string mac;
    std::string model;   ///< the device: "virtio-net", "e1000", "xen-vif"
    std::string capture; ///< absolute; empty: none
    bool operator==(const PlannedInterface&) const = default;
};

struct PlannedDisk {
    std::string guestName;
    std::filesystem::path file; ///< absolute
    DiskFormat format = DiskFormat::Raw;
    bool readOnly = false;
    std::string model; ///< "virtio-blk", "xen-vbd", "initrd"
    bool operator==(const PlannedDisk&) const = default;
};

/// Where a gdbstub listens. Lives here because hosts open it and debuggers connect to it.
struct GdbEndpoint {
    std::string address; ///< a unix socket's path, or host:port on loopback
    /// GDB commands that it wants to be met with: what GDB would take it for otherwise.
    std::vector<std::string> before;
    bool canInterrupt = true; ///< a running guest can be stopped by it
    bool operator==(const GdbEndpoint&) const = default;
};

/// Where a debugger finds what the image was built from; all paths are absolute.
struct PlannedDebug {
    std::filesystem::path symbols; ///< the file with the debug information; empty: the image knows
    std::filesystem::path sources; ///< the folder in which sources are looked for first; empty: none
    std::vector<std::pair<std::string, std::string>> sourceMap; ///< path prefix in the image → prefix here
    bool operator==(const PlannedDebug&) const = default;
};

/// What is done, in this order.
enum class LaunchStep : std::uint8_t {
    Create,
    CreatePaused,
    WriteXenstore,
    OpenConsole,
    OpenGdb,
    Resume,
};
std::string_view key(LaunchStep step);
std::string_view key(GuestTopic topic);

struct LaunchPlan {
    std::string name; ///< the unikernel's
    std::string host;
    ImageKind kind;
    BootProtocol boot = BootProtocol::PlainElf;
    std::filesystem::path image;  ///< absolute
    std::filesystem::path loader; ///< booted in the image's place, which it gets as a module; empty: none
    std::string dialect;
    std::string commandLine;
    std::string module; ///< content of the multiboot module or initrd; empty: none
    std::vector<std::string> tenderArguments;
    std::vector<std::pair<std::string, std::string>> xenstore;
    std::string machine;
    std::string firmware;
    DeviceBus bus = DeviceBus::None;
    int bits = 64; ///< of the image's file class: a 32-bit image under a 64-bit CPU needs care in GDB
    Accelerator accelerator = Accelerator::Tcg;
    std::uint64_t memory = 0; ///< bytes
    std::uint32_t vcpus = 1;
    std::vector<PlannedInterface> interfaces;
    std::vector<PlannedDisk> disks;
    std::vector<std::string> backendArguments;
    std::uint64_t consoleLimit = 0; ///< bytes
    AfterEnd onExit = AfterEnd::Destroy;
    AfterEnd onCrash = AfterEnd::Preserve;
    bool persistent = false;
    bool startPaused = false;
    std::vector<LaunchStep> steps;
    PlannedDebug debug;         ///< for who looks at the guest later, without its config
    std::vector<GuestKey> keys; ///< what the guest is told, for who explains it or follows what becomes of it

    bool operator==(const LaunchPlan&) const = default;
};

/// The guest is not to run before somebody lets it: the user, or a debugger.
bool staysPaused(const LaunchPlan& plan);

/// What the user asks for at this launch, over and above the config.
struct LaunchWishes {
    bool paused = false;
    bool debug = false;
    std::optional<StopAt> stopAt;           ///< the first stop; nothing: as the config says
    std::optional<Accelerator> accelerator; ///< this one and no other; nothing: the host's best
};

/// A plan with what is doubtful about it, or none and what is wrong.
struct PlanResult {
    std::optional<LaunchPlan> plan;
    std::vector<Problem> problems; ///< pointers into the config
};

/// What a config wishes for more of than a host has, whatever the image.
std::vector<Problem> problemsOnHost(const UnikernelConfig& config, const HostCapabilities& host);

/// Decides everything. Problems hold the config's own ones, wishes that the kind cannot be told, and
/// wishes that the host cannot grant; there is a plan only where none of them is an error.
PlanResult makePlan(const ConfigFile& file, const Image& image, const HostCapabilities& host,
                    const LaunchWishes& wishes = {});

/// A stable MAC address for a unikernel's n-th interface, in QEMU's range 52:54:00.
std::string stableMac(std::string_view unikernel, std::size_t index);

/// A plan as JSON and back, for `rumpus plan --json` and for the run directory.
Json toJson(const LaunchPlan& plan);
Result<LaunchPlan> planFromJson(const Json& json);

} // namespace rumpus
