// What xl is told of a guest, and what is understood of what it says.
// SPDX-License-Identifier: GPL-3.0-or-later
#include "platforms/libvirt/xl_answers.h"
#include "platforms/libvirt/xl_config.h"

#include <gtest/gtest.h>

#include <gmock/gmock.h>
#include <string>

namespace rumpus {

namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

constexpr const char* heading =
    "Name                                        ID   Mem VCPUs\tState\tTime(s)   "
    "UUID                            Reason-Code\tSecurity Label\n";
constexpr const char* dom0 =
    "Domain-0                                     0   320     1     r-----     186.3 "
    "00000000-0000-0000-0000-000000000000        -                -\n";

std::string row(const std::string& name, const std::string& number, const std::string& state,
                const std::string& reason)
{
    return name + "   " + number + "     8     2     " + state +
           "       1.5 80277217-9b1b-4834-914a-cf8d41f15dc7        " + reason + "                -\n";
}

XlDomain only(const std::string& text, const char* json = "[]")
{
    const auto domains = xlDomains(std::string(heading) + dom0 + text, json);
    EXPECT_TRUE(domains) << toString(domains.error());
    EXPECT_EQ(domains->size(), 1U);
    return domains->empty() ? XlDomain{} : domains->front();
}

LaunchPlan plan()
{
    return {.name = "box",
            .host = "rack2",
            .boot = BootProtocol::XenPv,
            .image = "/images/a.elf",
            .commandLine = R"(say "a\b")",
            .memory = (std::uint64_t{8} << 20U) + 1,
            .vcpus = 2,
            .onExit = AfterEnd::Destroy,
            .onCrash = AfterEnd::Preserve};
}

std::string configOf(const LaunchPlan& plan, const HostFiles& files = {})
{
    const Result<std::string> config = xlConfig(plan, files, "box-2", "80277217-9b1b-4834-914a-cf8d41f15dc7");
    EXPECT_TRUE(config) << toString(config.error());
    return config.value_or("");
}

std::string refusalOf(const LaunchPlan& plan)
{
    const Result<std::string> config = xlConfig(plan, {}, "box", "80277217-9b1b-4834-914a-cf8d41f15dc7");
    return config ? "" : toString(config.error());
}

} // namespace

TEST(XlAnswers, aDomainIsWhatTheTableSays)
{
    const XlDomain runs = only(row("a name", "12", "-b----", "-"));
    EXPECT_EQ(runs.name, "a name");
    EXPECT_EQ(runs.number, 12U);
    EXPECT_EQ(runs.uuid, "80277217-9b1b-4834-914a-cf8d41f15dc7");
    EXPECT_EQ(runs.memory, std::uint64_t{8} << 20U);
    EXPECT_EQ(runs.vcpus, 2U);
    EXPECT_EQ(runs.cpu, std::chrono::milliseconds(1500));
    EXPECT_FALSE(runs.paused || runs.dying || runs.shutdown);

    EXPECT_TRUE(only(row("a", "1", "--p---", "-")).paused);
    EXPECT_TRUE(only(row("a", "1", "--ps-d", "0")).dying);
    EXPECT_EQ(only(row("a", "1", "---s--", "0")).shutdown, XenShutdown::PowerOff);
    EXPECT_EQ(only(row("a", "1", "---s--", "1")).shutdown, XenShutdown::Reboot);
    EXPECT_EQ(only(row("a", "1", "---sc-", "3")).shutdown, XenShutdown::Crash);
    EXPECT_EQ(only(row("\x1b[31mred", "1", "-b----", "-")).name.find('\x1b'), std::string::npos);
}

TEST(XlAnswers, theJsonTellsWhatADomainWasMadeOf)
{
    const XlDomain pv = only(row("a", "3", "-b----", "-"),
                             R"([{"domid": 3, "config": {"c_info": {"type": "pv"},
                                  "b_info": {"kernel": "/k", "cmdline": "one two"}}}])");
    EXPECT_EQ(pv.type, "pv");
    EXPECT_EQ(pv.kernel, "/k");
    EXPECT_EQ(pv.commandLine, "one two");
    for (const char* odd : {"", "{", "{}", "[1]", R"([{"domid": 3}])", R"([{"domid": "3", "config": {}}])",
                            R"([{"domid": 3, "config": {"c_info": 7, "b_info": {"kernel": 7}}}])"}) {
        EXPECT_EQ(only(row("a", "3", "-b----", "-"), odd).kernel, "") << odd;
    }
}

TEST(XlAnswers, aTableOfAnotherFormIsToldAsItIs)
{
    const auto domains = xlDomains(std::string(heading) + "something else\n", "[]");
    ASSERT_FALSE(domains);
    EXPECT_THAT(toString(domains.error()), HasSubstr("something else"));
}

TEST(XlAnswers, theHostIsAskedWhatItStarts)
{
    const auto pv = xlCapabilities("xen_major : 4\nxen_minor : 20\nnr_cpus : 3\ntotal_memory : 767\n"
                                   "xen_caps : xen-3.0-x86_64 \n",
                                   "rack");
    ASSERT_TRUE(pv);
    ASSERT_EQ(pv->machines.size(), 1U);
    EXPECT_EQ(pv->machines[0].bootProtocols, std::vector{BootProtocol::XenPv});
    EXPECT_EQ(pv->memory, std::uint64_t{767} << 20U);
    EXPECT_EQ(pv->maxVcpus, 3U);
    const char* both = "xen_caps : xen-3.0-x86_64 hvm-3.0-x86_32 hvm-3.0-x86_64\nxen_major : 4\nxen_minor : ";
    EXPECT_EQ(xlCapabilities(std::string(both) + "14\n", "rack")->machines.size(), 2U);
    EXPECT_EQ(xlCapabilities(std::string(both) + "9\n", "rack")->machines.size(), 1U)
        << "it is too old to start PVH guests";
    const auto none = xlCapabilities("xen_caps : \n", "rack");
    ASSERT_FALSE(none);
    EXPECT_THAT(toString(none.error()), HasSubstr("xl info"));
}

TEST(XlAnswers, howADomainEndedIsInItsLog)
{
    const char* log =
        "Waiting for domain tiny (domid 3) to die [pid 9]\n"
        "Domain 3 has shut down, reason code 3 0x3\nAction for shutdown reason code 3 is destroy\n";
    EXPECT_EQ(xlShutdown(log, 3), XenShutdown::Crash);
    EXPECT_EQ(xlShutdown(log, 33), std::nullopt);
    EXPECT_EQ(xlShutdown("Domain 3 has been destroyed.\n", 3), std::nullopt);
}

TEST(XlConfig, isWhatThePlanSays)
{
    const std::string config = configOf(plan(), {.places = {{"/images/a.elf", "/there/a"}}});
    EXPECT_THAT(config, AllOf(HasSubstr("name = \"box-2\"\n"), HasSubstr("type = \"pv\"\n"),
                              HasSubstr("kernel = \"/there/a\"\n"), HasSubstr("memory = 9\n"),
                              HasSubstr("vcpus = 2\n"), HasSubstr("on_poweroff = \"destroy\"\n"),
                              HasSubstr("on_crash = \"preserve\"\n")));
    EXPECT_THAT(config, HasSubstr(R"(cmdline = "say \"a\\b\"")"));
    EXPECT_THAT(config, Not(HasSubstr("tsc_mode")));

    LaunchPlan debugged = plan();
    debugged.boot = BootProtocol::Pvh;
    debugged.steps = {LaunchStep::CreatePaused, LaunchStep::OpenGdb};
    EXPECT_THAT(configOf(debugged),
                AllOf(HasSubstr("type = \"pvh\"\n"), HasSubstr("tsc_mode = \"native\"\n")));
}

TEST(XlConfig, hasItsDisksAndInterfaces)
{
    LaunchPlan full = plan();
    full.disks = {{.guestName = "xvda", .file = "/data, all.img", .model = "xen-vbd"},
                  {.guestName = "xvdb", .file = "/logs", .readOnly = true, .model = "xen-vbd"}};
    full.interfaces = {
        {.backend = {.type = NetworkBackend::Bridge, .device = "xenbr0"}, .mac = "00:16:3e:00:00:07"}};
    const std::string config = configOf(full);
    EXPECT_THAT(config, HasSubstr("\"format=raw, vdev=xvda, access=w, target=/data, all.img\""));
    EXPECT_THAT(config, HasSubstr("\"format=raw, vdev=xvdb, access=r, target=/logs\""));
    EXPECT_THAT(config, HasSubstr("\"mac=00:16:3e:00:00:07, bridge=xenbr0\""));
}

TEST(XlConfig, whatXenCannotDoIsRefused)
{
    LaunchPlan other = plan();
    other.boot = BootProtocol::Multiboot1;
    EXPECT_THAT(refusalOf(other), HasSubstr("image for Xen"));
    LaunchPlan qcow = plan();
    qcow.disks = {{.guestName = "xvda", .file = "/a", .format = DiskFormat::Qcow2, .model = "xen-vbd"}};
    EXPECT_THAT(refusalOf(qcow), HasSubstr("qemu-img convert"));
    LaunchPlan user = plan();
    user.interfaces = {{.backend = {.type = NetworkBackend::User}}};
    EXPECT_THAT(refusalOf(user), HasSubstr("bridge"));
    LaunchPlan control = plan();
    control.commandLine = "a\nb = 1";
    EXPECT_THAT(refusalOf(control), HasSubstr("control characters"));
}

} // namespace rumpus
