// What libvirt is told of a plan.
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/format.h"
#include "platforms/libvirt/domain_xml.h"

#include <QProcess>
#include <QStandardPaths>
#include <QTemporaryFile>
#include <QXmlStreamReader>
#include <gtest/gtest.h>

#include <cstdlib>
#include <gmock/gmock.h>
#include <map>
#include <vector>

#include "tests/platforms/libvirt/plans.h"

namespace rumpus {

namespace {

using testing::AllOf;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

/// Everything of a document as "domain/devices/disk/source@file=/a" and "domain/name=box", in its order.
std::vector<std::string> factsOf(const std::string& xml)
{
    std::vector<std::string> facts;
    std::vector<std::string> path;
    std::string text;
    QXmlStreamReader reader(QByteArray::fromStdString(xml));
    const auto place = [&] {
        std::string joined;
        for (const std::string& name : path) {
            joined += (joined.empty() ? "" : "/") + name;
        }
        return joined;
    };
    while (!reader.atEnd()) {
        reader.readNext();
        if (reader.isStartElement()) {
            path.push_back(reader.qualifiedName().toString().toStdString());
            text.clear();
            for (const QXmlStreamAttribute& attribute : reader.attributes()) {
                facts.push_back(formatted("{}@{}={}", place(),
                                          attribute.qualifiedName().toString().toStdString(),
                                          attribute.value().toString().toStdString()));
            }
        } else if (reader.isCharacters()) {
            text += reader.text().toString().toStdString();
        } else if (reader.isEndElement()) {
            if (text.find_first_not_of(" \n") != std::string::npos) {
                facts.push_back(place() + "=" + text);
            }
            text.clear();
            path.pop_back();
        }
    }
    EXPECT_FALSE(reader.hasError()) << reader.errorString().toStdString() << "\n" << xml;
    return facts;
}

std::vector<std::string> factsFor(const LaunchPlan& plan, const DomainWishes& wishes = {})
{
    const Result<std::string> xml = domainXml(plan, wishes);
    EXPECT_TRUE(xml) << toString(xml.error());
    return factsOf(xml.value_or("<none/>"));
}

std::vector<std::string> argumentsFor(const LaunchPlan& plan, const DomainWishes& wishes = {})
{
    static const std::string argument = "domain/qemu:commandline/qemu:arg@value=";
    std::vector<std::string> words;
    for (const std::string& fact : factsFor(plan, wishes)) {
        if (fact.starts_with(argument)) {
            words.push_back(fact.substr(argument.size()));
        }
    }
    return words;
}

Error errorFor(const LaunchPlan& plan, const DomainWishes& wishes = {})
{
    const Result<std::string> xml = domainXml(plan, wishes);
    EXPECT_FALSE(xml);
    return xml ? Error{} : xml.error();
}

InterfaceBackend user(std::vector<PortForward> forwards = {})
{
    return {.type = NetworkBackend::User, .forwards = std::move(forwards)};
}

const PortForward web{.transport = Transport::Tcp, .hostPort = 8080, .guestPort = 80};

} // namespace

TEST(DomainXml, saysHowTheGuestBootsAndHowLargeItIs)
{
    LaunchPlan plan = pcPlan();
    plan.memory += 1;
    plan.vcpus = 3;
    const auto facts = factsFor(plan, {.uuid = "c7a5fdbd-edaf-9455-926a-d65c16db1809"});
    for (const char* fact :
         {"domain@type=qemu", "domain/name=box", "domain/memory@unit=MiB", "domain/memory=65",
          "domain/vcpu=3", "domain/os/type@machine=pc", "domain/os/type=hvm",
          "domain/os/kernel=/images/a.elf", "domain/uuid=c7a5fdbd-edaf-9455-926a-d65c16db1809",
          "domain/os/cmdline={\"cmdline\":\"a 'two words'\"}", "domain/cpu@mode=maximum"}) {
        EXPECT_THAT(facts, Contains(fact));
    }
    plan.accelerator = Accelerator::Kvm;
    EXPECT_THAT(factsFor(plan),
                AllOf(Contains("domain@type=kvm"), Contains("domain/cpu@mode=host-passthrough")));
}

TEST(DomainXml, asksForNoDeviceThatThePlanHasNot)
{
    const auto facts = factsFor(pcPlan());
    EXPECT_THAT(facts, AllOf(Contains("domain/devices/video/model@type=none"),
                             Contains("domain/devices/memballoon@model=none"),
                             Contains("domain/devices/controller@model=none")));
    EXPECT_THAT(facts, Not(Contains(HasSubstr("graphics"))));
    EXPECT_THAT(facts, Not(Contains(HasSubstr("devices/interface"))));
    EXPECT_THAT(argumentsFor(pcPlan()), IsEmpty());
}

TEST(DomainXml, aMicrovmHasAPcsClocksAndACommandLineOfItsOwn)
{
    EXPECT_THAT(argumentsFor(microvmPlan()),
                ElementsAre("-bios", "qboot.rom", "-machine",
                            "auto-kernel-cmdline=off,pit=on,pic=on,rtc=on,x-option-roms=off"));
}

TEST(DomainXml, firmwareWithAPathIsALoader)
{
    LaunchPlan plan = pcPlan();
    plan.firmware = "/usr/share/seabios/bios.bin";
    EXPECT_THAT(factsFor(plan), Contains("domain/os/loader=/usr/share/seabios/bios.bin"));
}

TEST(DomainXml, filesAreWhereTheHostHasThem)
{
    LaunchPlan plan = with(with(pcPlan(), planDisk("/here/data.qcow2", true)), planDisk("/both/b.qcow2"));
    plan.module = "{}";
    const auto facts = factsFor(plan, {.emulator = "/opt/qemu",
                                       .files = {.places = {{"/images/a.elf", "/there/a.elf"},
                                                            {"/here/data.qcow2", "/there/data.qcow2"}},
                                                 .module = "/there/module"}});
    EXPECT_THAT(facts,
                AllOf(Contains("domain/os/kernel=/there/a.elf"), Contains("domain/os/initrd=/there/module"),
                      Contains("domain/devices/emulator=/opt/qemu"),
                      Contains("domain/devices/disk/source@file=/there/data.qcow2"),
                      Contains("domain/devices/disk/source@file=/both/b.qcow2"),
                      Contains("domain/devices/disk/driver@type=qcow2"),
                      Contains("domain/devices/disk/target@dev=vda"),
                      Contains("domain/devices/disk/target@dev=vdb")));
}

TEST(DomainXml, serialPortsAsWished)
{
    EXPECT_THAT(factsFor(pcPlan(), {.consoleLog = "/logs/c"}),
                AllOf(Contains("domain/devices/serial@type=pty"),
                      Contains("domain/devices/serial/log@file=/logs/c")));
    EXPECT_THAT(factsFor(pcPlan(), {.serial = SerialKind::Unix, .serialPath = "/run/s"}),
                AllOf(Contains("domain/devices/serial@type=unix"),
                      Contains("domain/devices/serial/source@path=/run/s")));
    EXPECT_THAT(factsFor(pcPlan(), {.serial = SerialKind::File, .serialPath = "/logs/f"}),
                AllOf(Contains("domain/devices/serial@type=file"),
                      Contains("domain/devices/serial/source@path=/logs/f")));
}

TEST(DomainXml, networksThatLibvirtHasWordsFor)
{
    const std::string interface = "domain/devices/interface";
    EXPECT_THAT(factsFor(with(pcPlan(), user())), Contains(interface + "@type=user"));
    EXPECT_THAT(factsFor(with(pcPlan(), {.type = NetworkBackend::Tap, .device = "tap7"})),
                AllOf(Contains(interface + "@type=ethernet"), Contains(interface + "/target@dev=tap7"),
                      Contains(interface + "/target@managed=no")));
    EXPECT_THAT(factsFor(with(pcPlan(), {.type = NetworkBackend::Bridge, .device = "br0"})),
                AllOf(Contains(interface + "@type=bridge"), Contains(interface + "/source@bridge=br0")));
}

TEST(DomainXml, forwardedPortsAreQemusUnlessTheHostHasPasst)
{
    const LaunchPlan plan = with(pcPlan(), user({web}));
    EXPECT_THAT(argumentsFor(plan),
                ElementsAre("-netdev", "user,id=own-net0,hostfwd=tcp:127.0.0.1:8080-:80", "-device",
                            "virtio-net-pci,romfile=,netdev=own-net0,mac=52:54:00:00:00:01,addr=0x10"));
    EXPECT_THAT(factsFor(plan), Not(Contains(HasSubstr("devices/interface"))));
    const auto passt = factsFor(plan, {.passt = true});
    EXPECT_THAT(passt, AllOf(Contains("domain/devices/interface/backend@type=passt"),
                             Contains("domain/devices/interface/portForward@address=127.0.0.1"),
                             Contains("domain/devices/interface/portForward/range@start=8080"),
                             Contains("domain/devices/interface/portForward/range@to=80")));
    EXPECT_THAT(passt, Not(Contains(HasSubstr("hostfwd"))));
}

TEST(DomainXml, networkCardsKeepTheirOrderHoweverTheyAreSaid)
{
    const LaunchPlan plan =
        with(with(pcPlan(), user({web})), {.type = NetworkBackend::Bridge, .device = "br0"});
    EXPECT_THAT(argumentsFor(plan), Contains(HasSubstr("addr=0x10")));
    EXPECT_THAT(factsFor(plan), Contains("domain/devices/interface/address@slot=0x11"));
}

TEST(DomainXml, capturesComeFromTheRightCard)
{
    EXPECT_THAT(argumentsFor(with(pcPlan(), user(), "/c,d.pcap")),
                ElementsAre("-object", "filter-dump,id=dump0,netdev=hostua-net0,file=/c,,d.pcap"));
    EXPECT_THAT(argumentsFor(with(pcPlan(), user({web}), "/c.pcap")),
                Contains("filter-dump,id=dump0,netdev=own-net0,file=/c.pcap"));
}

TEST(DomainXml, whatHappensAtTheEndIsWhatTheQemuDriverTakes)
{
    struct Row {
        AfterEnd onExit;
        AfterEnd onCrash;
        const char* poweroff;
        const char* reboot;
        const char* crash;
    };
    using enum AfterEnd;
    for (const Row& row : {Row{Destroy, Preserve, "destroy", "destroy", "preserve"},
                           Row{Destroy, Debug, "destroy", "destroy", "preserve"},
                           Row{Destroy, Restart, "destroy", "restart", "restart"},
                           Row{Restart, Destroy, "restart", "restart", "destroy"},
                           Row{Preserve, Destroy, "destroy", "destroy", "destroy"}}) {
        LaunchPlan plan = pcPlan();
        plan.onExit = row.onExit;
        plan.onCrash = row.onCrash;
        EXPECT_THAT(factsFor(plan), AllOf(Contains(std::string("domain/on_poweroff=") + row.poweroff),
                                          Contains(std::string("domain/on_reboot=") + row.reboot),
                                          Contains(std::string("domain/on_crash=") + row.crash)));
    }
}

TEST(DomainXml, hostileTextsStayTexts)
{
    for (const std::string text : {"]]></cmdline><x/>", "\" onload='x' &amp; <b>", "tab\there\nand there\r!",
                                   "  blanks  ", "<![CDATA[ ü € \U0001F600"}) {
        LaunchPlan plan = with(pcPlan(), planDisk("/d" + text));
        plan.commandLine = text;
        plan.image = "/i" + text;
        plan.backendArguments = {"-x" + text};
        EXPECT_THAT(factsFor(plan),
                    AllOf(Contains("domain/os/cmdline=" + text), Contains("domain/os/kernel=/i" + text),
                          Contains("domain/devices/disk/source@file=/d" + text)));
        EXPECT_THAT(argumentsFor(plan), ElementsAre("-x" + text));
    }
}

TEST(DomainXml, whatXmlCannotHoldIsRefusedWithItsPlace)
{
    for (const std::string& bad : {std::string("a\0b", 3), std::string("\x1b[31m"), std::string("\xff"),
                                   std::string("\xEF\xBF\xBF")}) {
        LaunchPlan plan = pcPlan();
        plan.commandLine = bad;
        EXPECT_THAT(errorFor(plan).what, HasSubstr("<cmdline>"));
        plan = pcPlan();
        plan.backendArguments = {bad};
        EXPECT_THAT(errorFor(plan).what, HasSubstr("<qemu:arg>"));
    }
}

TEST(DomainXml, refusesWhatADomainOfQemuCannotBe)
{
    LaunchPlan xen = pcPlan();
    xen.accelerator = Accelerator::Xen;
    EXPECT_THAT(errorFor(xen).what, HasSubstr("Xen"));
    EXPECT_THAT(errorFor(pcPlan(), {.name = "a/b"}).what, HasSubstr("a/b"));
    EXPECT_THAT(errorFor(pcPlan(), {.name = " "}).what, HasSubstr("named"));
    LaunchPlan module = pcPlan();
    module.module = "{}";
    EXPECT_THAT(errorFor(module).what, HasSubstr("file"));
    EXPECT_THAT(errorFor(module, {.files = {.module = "/a,b"}}).what, HasSubstr("/a,b"));
}

TEST(DomainXml, namesAreMadeForLibvirt)
{
    EXPECT_EQ(domainName("web server/2"), "web-server-2");
    EXPECT_EQ(domainName(".."), "guest..");
    EXPECT_EQ(domainName(""), "guest");
    EXPECT_LE(domainName(std::string(10000, 'x')).size(), 100U);
}

TEST(DomainMetadata, carriesThePlanWhateverIsInIt)
{
    LaunchPlan plan = with(with(microvmPlan(), user({web}), "/c"), planDisk("/d"));
    plan.name = "zwölf <&\"'";
    plan.commandLine = "esc \x1b nul-free \r\n ]]>";
    plan.backendArguments = {"\t"};
    EXPECT_EQ(planFromMetadata(rumpusMetadata(plan)), plan);
    plan.commandLine = "plain";
    const Result<std::string> xml = domainXml(plan, {});
    ASSERT_TRUE(xml) << toString(xml.error());
    EXPECT_EQ(planFromMetadata(*xml), plan);
}

TEST(DomainMetadata, isNothingWhereItIsNotOurs)
{
    for (const std::string xml :
         {"", "<domain><metadata/></domain>", "<plan>{}</plan>",
          "<a:plan xmlns:a='urn:rumpus:plan:1'>{}</a:plan>", "<a:plan xmlns:a='urn:rumpus:plan:1'>[[[",
          "<a:plan xmlns:a='urn:other'>{}</a:plan>", "\xff\xfe<"}) {
        EXPECT_EQ(planFromMetadata(xml), std::nullopt) << xml;
    }
    EXPECT_EQ(planFromMetadata(std::string(std::size_t{8} << 20U, '<')), std::nullopt);
}

TEST(DomainXml, isValidByLibvirtsOwnSchema)
{
    if (QStandardPaths::findExecutable(QStringLiteral("virt-xml-validate")).isEmpty()) {
        GTEST_SKIP() << "NOT TESTED: virt-xml-validate is missing (Debian: apt install libvirt-clients)";
    }
    LaunchPlan full = with(with(pcPlan(), user({web}), "/c.pcap"), user());
    full = with(with(full, {.type = NetworkBackend::Tap, .device = "tap0"}),
                {.type = NetworkBackend::Bridge, .device = "br0"});
    full = with(with(full, planDisk("/a.qcow2", true)), planDisk("/b.qcow2"));
    full.module = "{}";
    full.firmware = "/bios.bin";
    full.backendArguments = {"-d", "cpu_reset"};
    const DomainWishes wishes{.uuid = "c7a5fdbd-edaf-9455-926a-d65c16db1809",
                              .emulator = "/usr/bin/qemu-system-x86_64",
                              .files = {.module = "/module"},
                              .serial = SerialKind::Unix,
                              .serialPath = "/run/serial",
                              .consoleLog = "/console.log",
                              .passt = true,
                              .keepOwners = true};
    const LaunchPlan small = with(with(microvmPlan(), user({web})), planDisk("/a"));
    struct Row {
        LaunchPlan plan;
        DomainWishes wishes;
    };
    for (const Row& row : {Row{full, wishes}, Row{small, {}},
                           Row{pcPlan(), {.serial = SerialKind::File, .serialPath = "/f"}}}) {
        const Result<std::string> xml = domainXml(row.plan, row.wishes);
        ASSERT_TRUE(xml) << toString(xml.error());
        QTemporaryFile file;
        ASSERT_TRUE(file.open());
        file.write(QByteArray::fromStdString(*xml));
        file.close();
        QProcess validator;
        validator.setProcessChannelMode(QProcess::MergedChannels);
        validator.start(QStringLiteral("virt-xml-validate"), {file.fileName(), QStringLiteral("domain")});
        ASSERT_TRUE(validator.waitForFinished());
        EXPECT_EQ(validator.exitCode(), 0) << validator.readAll().toStdString() << *xml;
    }
}

} // namespace rumpus
