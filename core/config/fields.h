// The keys of every object in a config file, in the file's order: one list for the reader and the writer.
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/config/config.h"

#include <cstdint>

namespace rumpus {

/// The numbers that a key takes, both ends included.
struct Range {
    std::uint64_t least = 0;
    std::uint64_t most = 0;
};

inline constexpr Range vcpuRange{.least = 1, .most = 255};
inline constexpr Range portRange{.least = 1, .most = 65535};

/// Fields<T>::visit(v) calls v(key, member) for each key of T's object. Members of type std::uint64_t
/// are sizes: bytes, or text with a unit. `v.version` and `v.programs` stand for the keys that are more
/// than a value in a member.
template <typename T>
struct Fields;

template <>
struct Fields<BuildStep> {
    template <typename Visitor>
    static void visit(Visitor& v)
    {
        v("command", &BuildStep::command);
        v("inputs", &BuildStep::inputs);
        v("outputs", &BuildStep::outputs);
    }
};

template <>
struct Fields<BuildConfig> {
    template <typename Visitor>
    static void visit(Visitor& v)
    {
        v("directory", &BuildConfig::directory);
        v("command", &BuildConfig::command);
        v("environment", &BuildConfig::environment);
        v("inputs", &BuildConfig::inputs);
        v("outputs", &BuildConfig::outputs);
        v("steps", &BuildConfig::steps);
    }
};

template <>
struct Fields<Program> {
    template <typename Visitor>
    static void visit(Visitor& v)
    {
        v("arguments", &Program::arguments);
        v("mode", &Program::mode);
    }
};

template <>
struct Fields<PortForward> {
    template <typename Visitor>
    static void visit(Visitor& v)
    {
        v("protocol", &PortForward::transport);
        v("host", &PortForward::hostPort, portRange);
        v("guest", &PortForward::guestPort, portRange);
    }
};

template <>
struct Fields<InterfaceBackend> {
    template <typename Visitor>
    static void visit(Visitor& v)
    {
        v("type", &InterfaceBackend::type);
        v("device", &InterfaceBackend::device);
        v("script", &InterfaceBackend::script);
        v("forward", &InterfaceBackend::forwards);
    }
};

template <>
struct Fields<Ipv4Config> {
    template <typename Visitor>
    static void visit(Visitor& v)
    {
        v("method", &Ipv4Config::method);
        v("address", &Ipv4Config::address);
        v("gateway", &Ipv4Config::gateway);
    }
};

template <>
struct Fields<Ipv6Config> {
    template <typename Visitor>
    static void visit(Visitor& v)
    {
        v("method", &Ipv6Config::method);
        v("address", &Ipv6Config::address);
        v("gateway", &Ipv6Config::gateway);
    }
};

template <>
struct Fields<InterfaceConfig> {
    template <typename Visitor>
    static void visit(Visitor& v)
    {
        v("name", &InterfaceConfig::name);
        v("backend", &InterfaceConfig::backend);
        v("mac", &InterfaceConfig::mac);
        v("ipv4", &InterfaceConfig::ipv4);
        v("ipv6", &InterfaceConfig::ipv6);
        v("capture", &InterfaceConfig::capture);
    }
};

template <>
struct Fields<DiskConfig> {
    template <typename Visitor>
    static void visit(Visitor& v)
    {
        v("file", &DiskConfig::file);
        v("format", &DiskConfig::format);
        v("readOnly", &DiskConfig::readOnly);
        v("mountpoint", &DiskConfig::mountpoint);
        v("fileSystem", &DiskConfig::fileSystem);
    }
};

template <>
struct Fields<DebugConfig> {
    template <typename Visitor>
    static void visit(Visitor& v)
    {
        v("stopAt", &DebugConfig::stopAt);
        v("sourceMap", &DebugConfig::sourceMap);
        v("symbolFile", &DebugConfig::symbolFile);
    }
};

template <>
struct Fields<ConsoleConfig> {
    template <typename Visitor>
    static void visit(Visitor& v)
    {
        v("limit", &ConsoleConfig::limit);
    }
};

template <>
struct Fields<UnikernelConfig> {
    template <typename Visitor>
    static void visit(Visitor& v)
    {
        v("$schema", &UnikernelConfig::schema);
        v.version("version", &UnikernelConfig::version);
        v("name", &UnikernelConfig::name);
        v("image", &UnikernelConfig::image);
        v("kind", &UnikernelConfig::kind);
        v("dialect", &UnikernelConfig::dialect);
        v("build", &UnikernelConfig::build);
        v("host", &UnikernelConfig::host);
        v("memory", &UnikernelConfig::memory);
        v("vcpus", &UnikernelConfig::vcpus, vcpuRange);
        v.programs("arguments", "programs", &UnikernelConfig::programs);
        v("environment", &UnikernelConfig::environment);
        v("hostname", &UnikernelConfig::hostname);
        v("interfaces", &UnikernelConfig::interfaces);
        v("disks", &UnikernelConfig::disks);
        v("kernelParameters", &UnikernelConfig::kernelParameters);
        v("xenstore", &UnikernelConfig::xenstore);
        v("backendArguments", &UnikernelConfig::backendArguments);
        v("onExit", &UnikernelConfig::onExit);
        v("onCrash", &UnikernelConfig::onCrash);
        v("persistent", &UnikernelConfig::persistent);
        v("debug", &UnikernelConfig::debug);
        v("console", &UnikernelConfig::console);
    }
};

} // namespace rumpus
