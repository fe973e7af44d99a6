// UnikernelConfig: what the user edits, NAME.unikernel.json, as plain values.
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <nlohmann/json.hpp>

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace rumpus {

/// JSON that keeps the order of its keys, so that saving does not shuffle a user's file.
using Json = nlohmann::ordered_json;

/// What happens when the application ends, or when it crashes.
enum class AfterEnd : std::uint8_t {
    Destroy,  ///< the guest is destroyed; its console stays
    Preserve, ///< the guest is kept as it is
    Restart,  ///< the guest boots again
    Debug,    ///< the guest is held for a debugger
};

/// How a program stands to the next one of the same image (rumprun's "runmode").
enum class RunMode : std::uint8_t {
    Foreground, ///< the next one starts when it has ended
    Background, ///< the next one starts at once
    Piped,      ///< its output is the next one's input
};

/// How the guest is told its configuration, where that cannot be seen in the image.
enum class DialectChoice : std::uint8_t {
    ByKind,
    RumprunXen2014, ///< an image of rumprun-xen as it was in November 2014, which looks like later ones
};

enum class StopAt : std::uint8_t { Main, Entry, None };
enum class Transport : std::uint8_t { Tcp, Udp };
enum class NetworkBackend : std::uint8_t { User, Tap, Bridge, None };
enum class Ipv4Method : std::uint8_t { Dhcp, Static, None };
enum class Ipv6Method : std::uint8_t { Auto, Static, None };
enum class DiskFormat : std::uint8_t { Raw, Qcow2 };

/// Every struct keeps the keys it does not know, so that they survive a round trip.
///
/// A command of a build. One with inputs and outputs is left out where no output is older than an input.
struct BuildStep {
    std::vector<std::string> command; ///< program and arguments, no shell
    std::vector<std::string>
        inputs; ///< files, or folders with all in them, relative to the build's directory
    std::vector<std::string> outputs; ///< files the command makes
    Json unknown = Json::object();
    bool operator==(const BuildStep&) const = default;
};

struct BuildConfig {
    std::string directory;            ///< relative to the config's folder; empty: that folder
    std::vector<std::string> command; ///< program and arguments, no shell
    std::vector<std::pair<std::string, std::string>> environment; ///< in the file's order
    std::vector<std::string> inputs;                              ///< what the command reads, as a step's
    std::vector<std::string> outputs; ///< files the command makes, relative to `directory`
    std::vector<BuildStep> steps;     ///< what is done before `command`, one after the other
    Json unknown = Json::object();
    bool operator==(const BuildConfig&) const = default;
};

struct Program {
    std::vector<std::string> arguments; ///< argv; the first is the program's name
    RunMode mode = RunMode::Foreground;
    Json unknown = Json::object();
    bool operator==(const Program&) const = default;
};

/// A port of this machine that reaches one of the guest (user-mode networking).
struct PortForward {
    Transport transport = Transport::Tcp;
    std::uint16_t hostPort = 0;
    std::uint16_t guestPort = 0;
    Json unknown = Json::object();
    bool operator==(const PortForward&) const = default;
};

struct InterfaceBackend {
    NetworkBackend type = NetworkBackend::User;
    std::string device;                ///< the tap's or bridge's name on the host
    std::string script;                ///< Xen's that connects it, of /etc/xen/scripts; empty: its usual one
    std::vector<PortForward> forwards; ///< user-mode only; the host side is loopback
    Json unknown = Json::object();
    bool operator==(const InterfaceBackend&) const = default;
};

struct Ipv4Config {
    Ipv4Method method = Ipv4Method::Dhcp;
    std::string address; ///< "10.0.2.15/24"
    std::string gateway; ///< "10.0.2.2"
    Json unknown = Json::object();
    bool operator==(const Ipv4Config&) const = default;
};

struct Ipv6Config {
    Ipv6Method method = Ipv6Method::None;
    std::string address; ///< "fd00::15/64"
    std::string gateway;
    Json unknown = Json::object();
    bool operator==(const Ipv6Config&) const = default;
};

struct InterfaceConfig {
    std::string name; ///< what the guest calls it, such as vioif0; empty: the kind's usual name
    InterfaceBackend backend;
    std::string mac; ///< empty: made from the unikernel's name
    Ipv4Config ipv4;
    Ipv6Config ipv6;
    std::string capture; ///< a pcap file for its traffic; empty: none
    Json unknown = Json::object();
    bool operator==(const InterfaceConfig&) const = default;
};

struct DiskConfig {
    std::string file; ///< relative to the config's folder
    DiskFormat format = DiskFormat::Raw;
    bool readOnly = false;
    std::string mountpoint; ///< where the guest mounts it; empty: not mounted
    std::string fileSystem; ///< what the guest mounts it as; empty: the guest's own guess
    Json unknown = Json::object();
    bool operator==(const DiskConfig&) const = default;
};

struct DebugConfig {
    StopAt stopAt = StopAt::Main;
    std::vector<std::pair<std::string, std::string>> sourceMap; ///< path prefix in the image → prefix here
    std::string symbolFile;                                     ///< where the image itself has no symbols
    Json unknown = Json::object();
    bool operator==(const DebugConfig&) const = default;
};

struct ConsoleConfig {
    std::uint64_t limit = std::uint64_t{256} << 20U; ///< bytes of the console that are kept
    Json unknown = Json::object();
    bool operator==(const ConsoleConfig&) const = default;
};

struct UnikernelConfig {
    static constexpr int currentVersion = 1;
    static constexpr std::uint64_t defaultMemory = std::uint64_t{64} << 20U;

    std::string schema; ///< "$schema": where editors find the JSON Schema; kept as it is
    int version = currentVersion;
    std::string name;          ///< empty: the file's name without .unikernel.json
    std::string image;         ///< relative to the config's folder
    std::string kind = "auto"; ///< a kind's key (core/image/image.h), or "auto": look at the image
    DialectChoice dialect = DialectChoice::ByKind;
    std::optional<BuildConfig> build;
    std::string host = "local";
    std::uint64_t memory = defaultMemory; ///< bytes
    std::uint32_t vcpus = 1;
    std::vector<Program> programs; ///< "arguments" in the file is one program, "programs" are several
    std::vector<std::pair<std::string, std::string>> environment; ///< in the file's order
    std::string hostname;
    std::vector<InterfaceConfig> interfaces;
    std::vector<DiskConfig> disks;
    std::vector<std::string> kernelParameters;                 ///< added to what the dialect tells the kernel
    std::vector<std::pair<std::string, std::string>> xenstore; ///< path below the guest's own → value
    std::vector<std::string> backendArguments;                 ///< added to the backend's command as they are
    AfterEnd onExit = AfterEnd::Destroy;
    AfterEnd onCrash = AfterEnd::Preserve;
    bool persistent = false; ///< the host keeps the domain's definition when the guest has ended
    DebugConfig debug;
    ConsoleConfig console;
    Json unknown = Json::object();

    bool operator==(const UnikernelConfig&) const = default;
};

} // namespace rumpus
