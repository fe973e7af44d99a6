// SPDX-License-Identifier: GPL-3.0-or-later
#include "platforms/libvirt/xen_domain_xml.h"

#include "platforms/libvirt/domain_parts.h"
#include "platforms/libvirt/xen_devices.h"

#include <algorithm>
#include <utility>

namespace rumpus {

namespace {

class XenDomainWriter {
public:
    XenDomainWriter(const LaunchPlan& plan, const DomainWishes& wishes) : plan_(plan), wishes_(wishes) {}

    Result<std::string> write()
    {
        xml_.open("domain");
        xml_.attribute("type", "xen");
        writeHead(xml_, plan_, wishes_);
        writeBoot();
        if (std::ranges::contains(plan_.steps, LaunchStep::OpenGdb)) {
            writeClock();
        }
        xml_.element("on_poweroff", lifecycleWord(plan_.onExit));
        xml_.element("on_reboot", plan_.onExit == AfterEnd::Restart ? "restart" : "destroy");
        xml_.element("on_crash", lifecycleWord(plan_.onCrash));
        xml_.open("devices");
        writeDisks();
        writeInterfaces();
        xml_.open("console");
        xml_.attribute("type", "pty");
        xml_.empty("target", {{"type", "xen"}, {"port", "0"}});
        xml_.close();
        xml_.close();
        xml_.close();
        return std::move(xml_).finish();
    }

private:
    void writeBoot()
    {
        const bool pvh = plan_.boot == BootProtocol::Pvh;
        xml_.open("os");
        xml_.open("type");
        xml_.attribute("arch", "x86_64");
        xml_.attribute("machine", pvh ? "xenpvh" : "xenpv");
        xml_.text(pvh ? "xenpvh" : "linux"); // libvirt's word for any PV guest
        xml_.close();
        xml_.element("kernel", wishes_.files.at(plan_.image).native());
        if (const std::string initrd = initrdOf(xml_, plan_, wishes_); !initrd.empty()) {
            xml_.element("initrd", initrd);
        }
        if (!plan_.commandLine.empty()) {
            xml_.element("cmdline", plan_.commandLine);
        }
        xml_.close();
    }

    /// An rdtsc that Xen emulates would end a single step in the guest itself.
    void writeClock()
    {
        xml_.open("clock");
        xml_.attribute("offset", "utc");
        xml_.empty("timer", {{"name", "tsc"}, {"mode", "native"}});
        xml_.close();
    }

    void writeDisks()
    {
        std::size_t index = 0;
        for (const PlannedDisk& disk : plan_.disks) {
            if (disk.model == "initrd") {
                continue;
            }
            // without a driver libxl takes dom0's own: a loop device, or the block device itself
            const bool block = wishes_.files.blockDevices.contains(disk.file);
            xml_.open("disk");
            xml_.attribute("type", block ? "block" : "file");
            xml_.attribute("device", "disk");
            xml_.empty("source", {{block ? "dev" : "file", wishes_.files.at(disk.file).native()}});
            xml_.empty("target", {{"dev", xenDiskTarget(plan_, index++)}, {"bus", "xen"}});
            if (disk.readOnly) {
                xml_.empty("readonly");
            }
            xml_.close();
        }
    }

    void writeInterfaces()
    {
        for (const PlannedInterface& interface : plan_.interfaces) {
            xml_.open("interface");
            xml_.attribute("type", "bridge");
            xml_.empty("mac", {{"address", interface.mac}});
            xml_.empty("source", {{"bridge", interface.backend.device}});
            if (!interface.backend.script.empty()) {
                xml_.empty("script", {{"path", interface.backend.script}});
            }
            xml_.close();
        }
    }

    const LaunchPlan& plan_;
    const DomainWishes& wishes_;
    XmlWriter xml_;
};

} // namespace

Result<std::string> xenDomainXml(const LaunchPlan& plan, const DomainWishes& wishes)
{
    if (const Result<void> fits = fitsXen(plan); !fits) {
        return std::unexpected(fits.error());
    }
    return XenDomainWriter(plan, wishes).write();
}

} // namespace rumpus
