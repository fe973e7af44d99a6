// SPDX-License-Identifier: GPL-3.0-or-later
#include "platforms/libvirt/xl_config.h"

#include "core/base/format.h"
#include "core/base/text.h"
#include "platforms/libvirt/domain_parts.h"
#include "platforms/libvirt/domain_xml.h"
#include "platforms/libvirt/xen_devices.h"

#include <algorithm>
#include <vector>

namespace rumpus {

namespace {

class XlConfigWriter {
public:
    void number(std::string_view key, std::uint64_t value) { text_ += formatted("{} = {}\n", key, value); }
    void word(std::string_view key, std::string_view value)
    {
        text_ += formatted("{} = {}\n", key, quoted(value));
    }
    void list(std::string_view key, const std::vector<std::string>& values)
    {
        text_ += formatted("{} = [", key);
        for (const std::string& value : values) {
            text_ += formatted(" {},", quoted(value));
        }
        text_ += " ]\n";
    }
    Result<std::string> finish() &&
    {
        if (!refused_.empty()) {
            return inputError(formatted("xl cannot be told of {}", printable(refused_)),
                              "leave control characters out");
        }
        return std::move(text_);
    }

private:
    /// xl reads escapes of C's within quotes (xl.cfg(5), SYNTAX).
    std::string quoted(std::string_view value)
    {
        const auto isControl = [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == '\x7f'; };
        if (std::ranges::any_of(value, isControl)) {
            refused_ = value;
        }
        std::string text = "\"";
        for (const char c : value) {
            if (c == '"' || c == '\\') {
                text += '\\';
            }
            text += c;
        }
        return text + '"';
    }

    std::string text_;
    std::string refused_;
};

std::vector<std::string> disksOf(const LaunchPlan& plan, const HostFiles& files)
{
    std::vector<std::string> disks;
    for (const PlannedDisk& disk : plan.disks) {
        if (disk.model != "initrd") {
            // the target is last: it goes up to the end, commas and all (xl-disk-configuration(5))
            disks.push_back(formatted("format=raw, vdev={}, access={}, target={}",
                                      xenDiskTarget(plan, disks.size()), disk.readOnly ? "r" : "w",
                                      files.at(disk.file).native()));
        }
    }
    return disks;
}

std::vector<std::string> interfacesOf(const LaunchPlan& plan)
{
    std::vector<std::string> interfaces;
    for (const PlannedInterface& interface : plan.interfaces) {
        const InterfaceBackend& backend = interface.backend;
        interfaces.push_back(formatted("mac={}, bridge={}{}", interface.mac, backend.device,
                                       backend.script.empty() ? "" : ", script=" + backend.script));
    }
    return interfaces;
}

} // namespace

Result<std::string> xlConfig(const LaunchPlan& plan, const HostFiles& files, std::string_view name,
                             std::string_view uuid)
{
    Result<void> fits = fitsXen(plan);
    const Result<std::filesystem::path> initrd = files.initrdOf(plan);
    fits = fits && !initrd ? std::unexpected(initrd.error()) : fits;
    if (!fits) {
        return std::unexpected(fits.error());
    }
    static constexpr std::uint64_t mebibyte = std::uint64_t{1} << 20U;
    XlConfigWriter config;
    config.word("name", name);
    if (!uuid.empty()) {
        config.word("uuid", uuid);
    }
    config.word("type", plan.boot == BootProtocol::Pvh ? "pvh" : "pv");
    config.word("kernel", files.at(plan.image).native());
    if (!initrd->empty()) {
        config.word("ramdisk", initrd->native());
    }
    if (!plan.commandLine.empty()) {
        config.word("cmdline", plan.commandLine);
    }
    config.number("memory", (plan.memory + mebibyte - 1) / mebibyte);
    config.number("vcpus", plan.vcpus);
    if (std::ranges::contains(plan.steps, LaunchStep::OpenGdb)) {
        // an rdtsc that Xen emulates would end a single step in the guest itself
        config.word("tsc_mode", "native");
    }
    config.word("on_poweroff", lifecycleWord(plan.onExit));
    config.word("on_reboot", plan.onExit == AfterEnd::Restart ? "restart" : "destroy");
    config.word("on_crash", lifecycleWord(plan.onCrash));
    config.list("disk", disksOf(plan, files));
    config.list("vif", interfacesOf(plan));
    return std::move(config).finish();
}

std::vector<std::vector<std::string>> xlCommandsForPeople(const LaunchPlan& plan)
{
    using Words = std::vector<std::string>;
    const std::string name = domainName(plan.name);
    const std::string file = "/tmp/" + name + ".cfg";
    HostFiles files;
    std::vector<Words> commands;
    const auto write = [&](const std::string& text, const std::string& to) {
        commands.push_back({"sh", "-c", R"(printf %s "$1" >"$2")", "sh", text, to});
    };
    if (!plan.module.empty()) {
        files.module = "/tmp/" + name + ".module";
        write(plan.module, files.module.native());
    }
    const Result<std::string> config = xlConfig(plan, files, name, {});
    write(config ? *config : "# " + toString(config.error()) + "\n", file);
    const bool paused = std::ranges::contains(plan.steps, LaunchStep::CreatePaused);
    commands.push_back(paused ? Words{"xl", "create", "-p", file} : Words{"xl", "create", file});
    for (const auto& [path, value] : plan.xenstore) {
        commands.push_back({"sh", "-c", R"(xenstore-write "/local/domain/$(xl domid "$1")/$2" "$3")", "sh",
                            name, path, value});
    }
    if (std::ranges::contains(plan.steps, LaunchStep::Resume)) {
        commands.push_back({"xl", "unpause", name});
    }
    commands.push_back({"xl", "console", name});
    return commands;
}

} // namespace rumpus
