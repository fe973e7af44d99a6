// Domains as configs: ours come back as they were, others' with words for what they lost.
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/files.h"
#include "platforms/libvirt/domain_import.h"
#include "platforms/libvirt/domain_xml.h"

#include <QTemporaryDir>
#include <gtest/gtest.h>

#include <gmock/gmock.h>
#include <optional>

#include "../../core/kinds.h"

namespace rumpus {

namespace {

using testing::AllOf;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

DomainImport imported(std::string_view xml)
{
    Result<DomainImport> result = configFromDomain(xml);
    EXPECT_TRUE(result) << toString(result.error());
    return result ? std::move(*result) : DomainImport{};
}

std::vector<std::string> textsOf(const DomainImport& import)
{
    std::vector<std::string> texts;
    for (const Problem& problem : import.problems) {
        texts.push_back(problem.pointer + ": " + problem.text);
    }
    return texts;
}

/// A config on a host with all that a domain can have.
class RoundTrip : public testing::Test {
protected:
    RoundTrip()
    {
        image.path = file("image.elf");
        image.kind = kinds::RumprunHw;
        image.boots = {{.protocol = BootProtocol::Multiboot1, .bits = 32}};
        image.memoryNeeded = 1U << 20U;
        host.host = "lab";
        host.machines = {{.name = "pc", .bootProtocols = {BootProtocol::Multiboot1}, .bus = DeviceBus::Pci}};
        host.networkBackends = {NetworkBackend::User, NetworkBackend::Tap, NetworkBackend::Bridge};
        config.name = "box";
        config.image = image.path;
    }

    std::string file(const std::string& name)
    {
        const std::filesystem::path path = std::filesystem::path(folder.path().toStdString()) / name;
        EXPECT_TRUE(saveFile(path, "x"));
        return path;
    }

    LaunchPlan plan(const UnikernelConfig& of)
    {
        const ConfigFile asFile{.path = folder.path().toStdString() + "/box.unikernel.json", .config = of};
        const PlanResult result = makePlan(asFile, image, host);
        for (const Problem& problem : result.problems) {
            EXPECT_EQ(problem.severity, Severity::Warning) << problem.pointer << ": " << problem.text;
        }
        EXPECT_TRUE(result.plan);
        return result.plan.value_or(LaunchPlan{});
    }

    /// The plan of the config that was made of the domain that was made of the plan.
    void expectTheSamePlanAgain(const DomainWishes& wishes = {})
    {
        const LaunchPlan first = plan(config);
        const Result<std::string> xml = domainXml(first, wishes);
        ASSERT_TRUE(xml) << toString(xml.error());
        const DomainImport import = imported(*xml);
        EXPECT_THAT(textsOf(import), IsEmpty());
        EXPECT_EQ(toJson(plan(import.config)).dump(1), toJson(first).dump(1));
    }

    QTemporaryDir folder;
    Image image;
    HostCapabilities host;
    UnikernelConfig config;
};

} // namespace

TEST_F(RoundTrip, programsEnvironmentAndSize)
{
    config.memory = std::uint64_t{96} << 20U;
    config.vcpus = 1;
    config.hostname = "boxhost";
    config.programs = {{.arguments = {"box", "two words", "back\\slash \"quoted\"", "zwölf"}}};
    config.environment = {{"A", "1=2"}, {"B", ""}};
    config.onCrash = AfterEnd::Restart;
    expectTheSamePlanAgain();
}

TEST_F(RoundTrip, logsOfOursAreNoArgumentsOfTheUsers)
{
    config.backendArguments = {"-d", "guest_errors"};
    expectTheSamePlanAgain({.consoleLog = "/run/guest/console.log", .cpuLog = "/run/guest/cpu.log"});
}

TEST_F(RoundTrip, severalProgramsAndTheirModes)
{
    config.programs = {{.arguments = {"one", "it's"}, .mode = RunMode::Background},
                       {.arguments = {"two", "a b"}, .mode = RunMode::Piped},
                       {.arguments = {"three"}}};
    config.onExit = AfterEnd::Restart;
    expectTheSamePlanAgain();
}

TEST_F(RoundTrip, interfacesOfAllSortsInTheirOrder)
{
    config.programs = {{.arguments = {"box"}}};
    const auto add = [&](InterfaceBackend backend, std::string capture = {}) {
        InterfaceConfig interface;
        interface.backend = std::move(backend);
        interface.capture = std::move(capture);
        interface.ipv4.method = Ipv4Method::None;
        config.interfaces.push_back(std::move(interface));
    };
    add({.type = NetworkBackend::Bridge, .device = "br0"});
    add({.type = NetworkBackend::User,
         .forwards = {{.hostPort = 8080, .guestPort = 80},
                      {.transport = Transport::Udp, .hostPort = 5353, .guestPort = 53}}},
        folder.path().toStdString() + "/a,b.pcap");
    add({.type = NetworkBackend::Tap, .device = "tap3"});
    add({.type = NetworkBackend::User}, folder.path().toStdString() + "/c.pcap");
    config.interfaces[1].ipv4 = {
        .method = Ipv4Method::Static, .address = "10.0.2.15/24", .gateway = "10.0.2.2"};
    expectTheSamePlanAgain();
    config.interfaces[1].backend.forwards.pop_back();
    expectTheSamePlanAgain({.passt = true});
}

TEST_F(RoundTrip, disksTheirFormatsAndMountpoints)
{
    config.programs = {{.arguments = {"box"}}};
    config.disks = {{.file = file("a.raw"), .mountpoint = "/a"},
                    {.file = file("b.qcow2"), .format = DiskFormat::Qcow2, .readOnly = true},
                    {.file = file("c.raw"), .mountpoint = "/c"}};
    config.backendArguments = {"-d", "cpu_reset"};
    expectTheSamePlanAgain();
}

TEST(DomainImport, takesOverADomainThatVirtManagerMade)
{
    const DomainImport import = imported(R"(
<domain type='kvm' id='3'>
  <name>web</name>
  <memory unit='KiB'>262144</memory>
  <currentMemory unit='KiB'>131072</currentMemory>
  <vcpu placement='static'>2</vcpu>
  <os><type arch='x86_64' machine='pc-q35-9.2'>hvm</type>
    <kernel>/var/lib/libvirt/images/web.elf</kernel><initrd>/var/lib/libvirt/images/fs.cpio</initrd>
    <cmdline>console=ttyS0  netdev.ip=10.0.0.2/24 -- -p 80</cmdline></os>
  <on_poweroff>destroy</on_poweroff><on_crash>coredump-restart</on_crash>
  <devices>
    <emulator>/usr/bin/qemu-system-x86_64</emulator>
    <disk type='file' device='cdrom'><source file='/iso/a.iso'/><target dev='sda' bus='sata'/></disk>
    <disk type='network' device='disk'><source protocol='rbd' name='x'/><target dev='vdb' bus='virtio'/></disk>
    <interface type='network'><mac address='52:54:00:aa:bb:cc'/><source network='default'/><model type='rtl8139'/></interface>
    <serial type='pty'/><serial type='pty'/>
    <graphics type='vnc'/><memballoon model='virtio'/><input type='mouse' bus='ps2'/>
  </devices>
</domain>)");
    EXPECT_EQ(import.config.name, "web");
    EXPECT_EQ(import.config.image, "/var/lib/libvirt/images/web.elf");
    EXPECT_EQ(import.config.memory, std::uint64_t{256} << 20U);
    EXPECT_EQ(import.config.vcpus, 2U);
    EXPECT_EQ(import.config.onCrash, AfterEnd::Restart);
    EXPECT_THAT(import.config.kernelParameters,
                ElementsAre("console=ttyS0", "netdev.ip=10.0.0.2/24", "--", "-p", "80"));
    ASSERT_THAT(import.config.disks, SizeIs(2));
    EXPECT_TRUE(import.config.disks[0].readOnly);
    EXPECT_EQ(import.config.disks[1].fileSystem, "extract");
    ASSERT_THAT(import.config.interfaces, SizeIs(1));
    EXPECT_EQ(import.config.interfaces[0].mac, "52:54:00:aa:bb:cc");
    EXPECT_THAT(textsOf(import),
                AllOf(Contains(HasSubstr("\"vdb\"")), Contains(HasSubstr("type \"network\"")),
                      Contains(HasSubstr("rtl8139")), Contains(HasSubstr("a display")),
                      Contains(HasSubstr("serial ports")), Contains(HasSubstr("word by word"))));
}

TEST(DomainImport, aDomainWithoutAKernelIsToldAsNoUnikernel)
{
    const DomainImport import =
        imported("<domain type='kvm'><name>debian</name><memory>1</memory><os/><devices/></domain>");
    ASSERT_THAT(import.problems, Contains(testing::Field(&Problem::pointer, "/image")));
    EXPECT_EQ(import.problems.front().severity, Severity::Error);
}

TEST(DomainImport, whatIsNoDomainIsRefused)
{
    std::string deep;
    for (int i = 0; i < 100000; ++i) {
        deep += "<a>";
    }
    for (const std::string& xml :
         {std::string(), std::string("hello"), std::string("<network/>"), std::string("<domain><name>"), deep,
          std::string(std::size_t{5} << 20U, ' '), std::string("\0\1\2", 3)}) {
        EXPECT_FALSE(configFromDomain(xml)) << xml.substr(0, 40);
    }
}

TEST(DomainImport, hostileValuesDoNoHarm)
{
    const DomainImport import = imported(R"(
<domain type='qemu'><name>  </name><memory unit='TiB'>99999999999999999</memory><vcpu>-4000000000</vcpu>
  <os><kernel>/k</kernel><cmdline>{"net":{"if":"vioif99999999999999999999"},"blk":{"path":"/dev/ld77a"},
   "env":"","rc":[1,{"bin":2,"argv":[3]}],"odd":[]}</cmdline></os>
  <devices><interface type='user'><portForward proto='tcp'><range start='99999'/></portForward></interface>
    <interface type='user'><alias name='ua-net4000000000'/></interface><disk/></devices>
  <qemu:commandline xmlns:qemu='x'><qemu:arg value='-netdev'/><qemu:arg value='user,id=own-net9,hostfwd=:::,hostfwd=tcp::9-:9'/>
    <qemu:arg value='-device'/><qemu:arg/><qemu:arg value='-object'/></qemu:commandline>
</domain>)");
    EXPECT_EQ(import.config.vcpus, 1U);
    EXPECT_EQ(import.config.memory, UnikernelConfig::defaultMemory);
    EXPECT_LE(import.config.interfaces.size(), 3U);
    EXPECT_THAT(textsOf(import), Contains(HasSubstr("\"odd\"")));
}

} // namespace rumpus
