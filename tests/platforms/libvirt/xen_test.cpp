// What a Xen host is asked and told by libvirt: what its guests boot by, and their domains.
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/format.h"
#include "platforms/libvirt/domain_import.h"
#include "platforms/libvirt/domain_xml.h"
#include "platforms/libvirt/host_capabilities.h"
#include "platforms/libvirt/xml_tree.h"

#include <gtest/gtest.h>

#include <gmock/gmock.h>
#include <string>

#include "../../core/kinds.h"
#include "tests/platforms/libvirt/plans.h"

namespace rumpus {

namespace {

using testing::ElementsAre;
using testing::HasSubstr;

LaunchPlan pvPlan()
{
    return {.name = "box",
            .host = "rack2",
            .kind = kinds::RumprunXen,
            .boot = BootProtocol::XenPv,
            .image = "/images/a.elf",
            .dialect = "rumprun-xen",
            .commandLine = "one two",
            .xenstore = {{"rumprun/cfg", "{}"}},
            .machine = "xenpv",
            .bus = DeviceBus::Xen,
            .accelerator = Accelerator::Xen,
            .memory = std::uint64_t{8} << 20U,
            .onCrash = AfterEnd::Preserve,
            .steps = {LaunchStep::CreatePaused, LaunchStep::WriteXenstore, LaunchStep::OpenConsole,
                      LaunchStep::Resume}};
}

PlannedDisk rawDisk(std::string file, bool readOnly = false)
{
    return {.guestName = "xvda", .file = std::move(file), .readOnly = readOnly, .model = "xen-vbd"};
}

InterfaceBackend bridge(std::string name)
{
    return {.type = NetworkBackend::Bridge, .device = std::move(name)};
}

XmlElement domainOf(const LaunchPlan& plan, const DomainWishes& wishes = {})
{
    const Result<std::string> xml = domainXml(plan, wishes);
    EXPECT_TRUE(xml) << toString(xml.error());
    return readXml(xml.value_or("<none/>")).value_or(XmlElement());
}

std::string_view attributeOf(const XmlElement& element, std::string_view child, std::string_view name)
{
    return element.child(child).attribute(name);
}

/// As the libxl driver of libvirt 11.3 prints it, of a hypervisor with these <guest> elements.
HostAnswers answersWith(const std::string& guests)
{
    return {.name = "rack2",
            .capabilities =
                "<capabilities><host><cpu><arch>x86_64</arch></cpu></host>" + guests + "</capabilities>",
            .domain = "<domainCapabilities><machine>xenpv</machine><vcpu max='512'/></domainCapabilities>",
            .memory = std::uint64_t{767} << 20U,
            .xen = true};
}

std::string guestElement(const std::string& type, const std::string& arch, const std::string& machine)
{
    return formatted("<guest><os_type>{}</os_type><arch name='{}'><machine>{}</machine>"
                     "<domain type='xen'/></arch></guest>",
                     type, arch, machine);
}

} // namespace

TEST(XenDomain, isWhatTheImageIs)
{
    const XmlElement domain =
        domainOf(pvPlan(), {.name = "box-2", .files = {.places = {{"/images/a.elf", "/there"}}}});
    EXPECT_EQ(domain.attribute("type"), "xen");
    EXPECT_EQ(domain.child("name").text, "box-2");
    EXPECT_EQ(domain.child("memory").text, "8");
    const XmlElement& os = domain.child("os");
    EXPECT_EQ(attributeOf(os, "type", "machine"), "xenpv");
    EXPECT_EQ(os.child("type").text, "linux");
    EXPECT_EQ(os.child("kernel").text, "/there");
    EXPECT_EQ(os.child("cmdline").text, "one two");
    EXPECT_EQ(attributeOf(domain.child("devices"), "console", "type"), "pty");

    LaunchPlan pvh = pvPlan();
    pvh.boot = BootProtocol::Pvh;
    EXPECT_EQ(attributeOf(domainOf(pvh).child("os"), "type", "machine"), "xenpvh");
    EXPECT_EQ(domainOf(pvh).child("os").child("type").text, "xenpvh");
}

TEST(XenDomain, carriesItsPlan)
{
    EXPECT_EQ(planFromMetadata(domainXml(pvPlan(), {}).value_or("")), pvPlan());
}

TEST(XenDomain, endsAsItsPlanSays)
{
    LaunchPlan plan = pvPlan();
    EXPECT_EQ(domainOf(plan).child("on_poweroff").text, "destroy");
    EXPECT_EQ(domainOf(plan).child("on_crash").text, "preserve");
    plan.onExit = AfterEnd::Preserve;
    plan.onCrash = AfterEnd::Restart;
    EXPECT_EQ(domainOf(plan).child("on_poweroff").text, "preserve");
    EXPECT_EQ(domainOf(plan).child("on_crash").text, "restart");
}

TEST(XenDomain, hasItsDisksAndInterfaces)
{
    const LaunchPlan plan =
        with(with(with(pvPlan(), rawDisk("/data.img")), rawDisk("/dev/vg/logs", true)), bridge("xenbr0"));
    const XmlElement domain = domainOf(plan, {.files = {.blockDevices = {"/dev/vg/logs"}}});
    const auto disks = domain.child("devices").all("disk");
    ASSERT_EQ(disks.size(), 2U);
    EXPECT_EQ(disks[0]->attribute("type"), "file");
    EXPECT_EQ(attributeOf(*disks[0], "source", "file"), "/data.img");
    EXPECT_EQ(attributeOf(*disks[0], "target", "dev"), "xvda");
    EXPECT_FALSE(disks[0]->has("readonly"));
    EXPECT_EQ(disks[1]->attribute("type"), "block");
    EXPECT_EQ(attributeOf(*disks[1], "source", "dev"), "/dev/vg/logs");
    EXPECT_EQ(attributeOf(*disks[1], "target", "dev"), "xvdb");
    EXPECT_TRUE(disks[1]->has("readonly"));
    EXPECT_EQ(attributeOf(domain.child("devices").child("interface"), "source", "bridge"), "xenbr0");
    EXPECT_EQ(attributeOf(domain.child("devices").child("interface"), "mac", "address"), "52:54:00:00:00:01");
}

TEST(XenDomain, refusesWhatXensGuestsHaveNot)
{
    const auto why = [](const LaunchPlan& plan) {
        const Result<std::string> xml = domainXml(plan, {});
        return xml ? std::string("it was taken") : toString(xml.error());
    };
    LaunchPlan multiboot = pvPlan();
    multiboot.boot = BootProtocol::Multiboot1;
    EXPECT_THAT(why(multiboot), HasSubstr("Xen PV or PVH"));
    EXPECT_THAT(why(with(pvPlan(), planDisk("/data.qcow2"))), HasSubstr("qemu-img convert"));
    EXPECT_THAT(why(with(pvPlan(), InterfaceBackend{.type = NetworkBackend::User})), HasSubstr("bridge"));
}

TEST(XenDomain, becomesAConfigWithoutWarnings)
{
    const LaunchPlan plan = with(with(pvPlan(), rawDisk("/data.img")), bridge("xenbr0"));
    const Result<DomainImport> import = configFromDomain(domainXml(plan, {}).value_or(""));
    ASSERT_TRUE(import);
    EXPECT_EQ(import->config.image, "/images/a.elf");
    EXPECT_EQ(import->config.memory, plan.memory);
    ASSERT_EQ(import->config.interfaces.size(), 1U);
    EXPECT_EQ(import->config.interfaces[0].backend.device, "xenbr0");
    for (const Problem& problem : import->problems) {
        EXPECT_EQ(problem.pointer, "/kernelParameters") << problem.text; // of the command line alone
    }
}

TEST(XenHost, startsWhatItsHypervisorSays)
{
    const auto pvOnly = capabilitiesFrom(answersWith(guestElement("xen", "x86_64", "xenpv")));
    ASSERT_TRUE(pvOnly);
    EXPECT_EQ(pvOnly->accelerator, Accelerator::Xen);
    EXPECT_TRUE(pvOnly->hasXenstore);
    EXPECT_EQ(pvOnly->maxVcpus, 512U);
    EXPECT_THAT(pvOnly->networkBackends, ElementsAre(NetworkBackend::Bridge, NetworkBackend::None));
    ASSERT_EQ(pvOnly->machines.size(), 1U);
    EXPECT_EQ(pvOnly->machines[0].name, "xenpv");
    EXPECT_EQ(pvOnly->machines[0].bits, 64);

    const auto all = capabilitiesFrom(
        answersWith(guestElement("xen", "x86_64", "xenpv") + guestElement("xen", "i686", "xenpv") +
                    guestElement("hvm", "x86_64", "xenfv") + guestElement("xenpvh", "x86_64", "xenpvh")));
    ASSERT_TRUE(all);
    ASSERT_EQ(all->machines.size(), 3U); // no HVM: that is a QEMU in dom0
    EXPECT_EQ(all->machines[1].bits, 32);
    EXPECT_THAT(all->machines[2].bootProtocols, ElementsAre(BootProtocol::Pvh));
}

TEST(XenHost, withoutAnyGuestIsRefused)
{
    const auto none = capabilitiesFrom(answersWith(guestElement("hvm", "x86_64", "xenfv")));
    ASSERT_FALSE(none);
    EXPECT_THAT(toString(none.error()), HasSubstr("xen_caps"));
}

} // namespace rumpus
