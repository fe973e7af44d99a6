// What guests are told: word for word, and as their own parsers read it.
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/format.h"
#include "core/dialect/rumprun_json.h"

#include <gtest/gtest.h>

#include <gmock/gmock.h>
#include <ostream>
#include <string>
#include <vector>

#include "../config/example.h"
#include "../kinds.h"
#include "guests.h"
#include "telling.h"

namespace rumpus {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Pair;
using testing::SizeIs;

UnikernelConfig configOf(const std::string& members)
{
    const ReadConfig read =
        readConfig(R"({"image": "a.elf")" + (members.empty() ? "" : ", " + members) + "}");
    EXPECT_THAT(read.problems, IsEmpty()) << "the table's text itself is wrong";
    return read.config;
}

struct Line {
    std::string name;
    ImageKind kind;
    std::string json; ///< the members beside "image"
    std::string commandLine;
};
void PrintTo(const Line& row, std::ostream* out)
{
    *out << row.name;
}

class CommandLine : public testing::TestWithParam<Line> {};

TEST_P(CommandLine, IsWhatTheGuestReads)
{
    const GuestWords words = told(configOf(GetParam().json), GetParam().kind);
    EXPECT_THAT(words.problems, IsEmpty());
    EXPECT_EQ(words.commandLine, GetParam().commandLine);
    EXPECT_EQ(words.module, "");
    EXPECT_THAT(words.xenstore, IsEmpty());
}

const ImageKind virtio = kinds::Solo5Virtio;

INSTANTIATE_TEST_SUITE_P(
    Rumprun, CommandLine,
    testing::Values(
        Line{"Nothing", rumprun, "", ""},
        Line{"Arguments", rumprun, R"("arguments": ["hello", "one", "two"])",
             R"({"cmdline":"hello one two"})"},
        Line{"Blanks", rumprun, R"("arguments": ["a", "b c", "\t"])", "{\"cmdline\":\"a 'b c' '\t'\"}"},
        Line{"EmptyArgument", rumprun, R"("arguments": ["a", ""])", R"({"cmdline":"a ''"})"},
        Line{"DoubleQuote", rumprun, R"("arguments": ["a", "say \"hi\""])",
             R"({"cmdline":"a 'say \"hi\"'"})"},
        Line{"Backslash", rumprun, R"("arguments": ["a", "C:\\new"])", R"({"cmdline":"a C:\\new"})"},
        Line{"CommasAndBraces", rumprun, R"("arguments": ["a", "{x,y}", "[]"])",
             R"({"cmdline":"a {x,y} []"})"},
        Line{"Newline", rumprun, R"("arguments": ["a", "b\nc"])", "{\"cmdline\":\"a 'b\nc'\"}"},
        Line{"Utf8", rumprun, R"("arguments": ["grüß", "世界"])", R"({"cmdline":"grüß 世界"})"},
        Line{"SingleQuote", rumprun, R"("arguments": ["a", "it's", "b c"])",
             R"({"rc":[{"bin":"a","argv":["it's","b c"]}]})"},
        Line{"Environment", rumprun,
             R"("arguments": ["a"], "environment": {"Z": "1", "A": "b, {c}", "E": ""})",
             R"({"cmdline":"a","env":"Z=1","env":"A=b, {c}","env":"E="})"},
        Line{"EnvironmentWithoutProgram", rumprun, R"("environment": {"A": "b"})",
             R"({"env":"A=b","cmdline":"rumprun"})"},
        Line{"Hostname", rumprun, R"("arguments": ["a"], "hostname": "box")",
             R"({"cmdline":"a","hostname":"box"})"},
        Line{"Programs", rumprun,
             R"("programs": [{"arguments": ["httpd", "80"], "mode": "background"},
                             {"arguments": ["cat"], "mode": "piped"}, {"arguments": ["wc"]}])",
             R"({"rc":[{"bin":"httpd","argv":["80"],"runmode":"&"},)"
             R"({"bin":"cat","argv":[],"runmode":"|"},{"bin":"wc","argv":[]}]})"},
        Line{"OneInTheBackground", rumprun, R"("programs": [{"arguments": ["a"], "mode": "background"}])",
             R"({"rc":[{"bin":"a","argv":[],"runmode":"&"}]})"}),
    caseName);

INSTANTIATE_TEST_SUITE_P(
    RumprunDevices, CommandLine,
    testing::Values(
        Line{"Dhcp", rumprun, R"("arguments": ["a"], "interfaces": [{}])",
             R"({"cmdline":"a","net":{"if":"vioif0","type":"inet","method":"dhcp"}})"},
        Line{"Static", rumprun,
             R"("arguments": ["a"], "interfaces": [{"name": "wm0", "ipv4": {"method": "static",
                "address": "10.0.2.15/24", "gateway": "10.0.2.2"}}])",
             R"({"cmdline":"a","net":{"if":"wm0","type":"inet","method":"static","addr":"10.0.2.15",)"
             R"("mask":"24","gw":"10.0.2.2"}})"},
        Line{
            "WithoutGateway", rumprun,
            R"("arguments": ["a"], "interfaces": [{"ipv4": {"method": "static", "address": "10.0.2.15/8"}}])",
            R"({"cmdline":"a","net":{"if":"vioif0","type":"inet","method":"static","addr":"10.0.2.15",)"
            R"("mask":"8"}})"},
        Line{
            "Ipv6", rumprun,
            R"("arguments": ["a"], "interfaces": [{"ipv4": {"method": "none"}, "ipv6": {"method": "auto"}}])",
            R"({"cmdline":"a","net":{"if":"vioif0","type":"inet6","method":"auto"}})"},
        Line{"NoAddress", rumprun, R"("arguments": ["a"], "interfaces": [{"ipv4": {"method": "none"}}])",
             R"({"cmdline":"a"})"},
        Line{"NotConnected", rumprun,
             R"("arguments": ["a"], "interfaces": [{"backend": {"type": "none"}}, {}])",
             R"({"cmdline":"a","net":{"if":"vioif0","type":"inet","method":"dhcp"}})"},
        Line{"OtherDriver", rumprun,
             R"("arguments": ["a"], "interfaces": [{"name": "wm0", "ipv4": {"method": "none"}}, {}])",
             R"({"cmdline":"a","net":{"if":"vioif0","type":"inet","method":"dhcp"}})"},
        Line{
            "Mountpoint", rumprun,
            R"("arguments": ["a"], "disks": [{"file": "x"}, {"file": "y", "mountpoint": "/data"}])",
            R"({"cmdline":"a","blk":{"source":"dev","path":"/dev/ld1a","fstype":"blk","mountpoint":"/data"}})"},
        Line{"Sprig", kinds::Sprig, R"("arguments": ["a"], "interfaces": [{}])",
             R"({"cmdline":"a","net":{"if":"vioif0","type":"inet","method":"dhcp"}})"},
        Line{"SprigWithoutProgram", kinds::Sprig, R"("hostname": "b")", R"({"hostname":"b"})"}),
    caseName);

INSTANTIATE_TEST_SUITE_P(
    Unikraft, CommandLine,
    testing::Values(
        Line{"Nothing", unikraft, R"("arguments": ["name"])", ""},
        Line{"Arguments", unikraft, R"("arguments": ["name", "a", "b c", "d\"e\\f"])",
             R"(a "b c" "d\"e\\f")"},
        Line{"FirstDashes", unikraft, R"("arguments": ["name", "--", "a"])", "-- a"},
        Line{"Parameters", unikraft, R"("arguments": ["name", "a"], "kernelParameters": ["x.y=1"])",
             "x.y=1 -- a"},
        Line{"OnXenItIsNamed", kinds::UnikraftXen,
             R"("arguments": ["name", "a"], "kernelParameters": ["x.y=1"])", "name x.y=1 -- a"},
        Line{"OnXenItIsNamedAlone", kinds::UnikraftXen, R"("arguments": ["name"])", "name"},
        Line{"OnXenItIsNamedWithoutAWish", kinds::UnikraftXen, R"("kernelParameters": ["x.y=1"])",
             "unikraft x.y=1 --"},
        Line{"ParametersAlone", unikraft, R"("kernelParameters": ["x.y=1"])", "x.y=1 --"},
        Line{"Environment", unikraft, R"("arguments": ["n", "a"], "environment": {"FOO": "b r", "L": "[x]"})",
             R"(env.vars="FOO=b r" env.vars=L=[x] -- a)"},
        Line{"Dhcp", unikraft, R"("arguments": ["n", "a"], "interfaces": [{}])", "a"},
        Line{"Static", unikraft,
             R"("hostname": "box", "interfaces": [{"ipv4": {"method": "static", "address": "10.0.2.15/24",
                "gateway": "10.0.2.2"}}])",
             "netdev.ip=10.0.2.15/24:10.0.2.2:::box --"},
        Line{"StaticSecond", unikraft,
             R"("interfaces": [{"backend": {"type": "none"}}, {}, {"ipv4": {"method": "static",
                "address": "10.0.2.15/24"}}])",
             "netdev.ip= netdev.ip=10.0.2.15/24: --"},
        Line{"Initrd", unikraft, R"("disks": [{"file": "x", "mountpoint": "/a b", "fileSystem": "extract"}])",
             R"(vfs.fstab=[ "initrd0:/a b:extract:0:ramfs=1" ] --)"}),
    caseName);

INSTANTIATE_TEST_SUITE_P(
    OneString, CommandLine,
    testing::Values(
        Line{"Generic", kinds::Generic, R"("arguments": ["a", "b c", ""], "kernelParameters": ["-v"])",
             R"(-v a "b c" "")"},
        Line{"OsvEnvironment", kinds::Osv, R"("arguments": ["/a"], "environment": {"A": "b c"})",
             R"(--env=A=b\ c /a)"},
        Line{"Hermit", kinds::Hermit,
             R"("arguments": ["a", "b c"], "environment": {"A": "b c"}, "kernelParameters": ["-freq"],
                            "interfaces": [{"backend": {"type": "user"}, "ipv4": {"method": "static",
                            "address": "10.0.2.15/24", "gateway": "10.0.2.2"}}])",
             "-freq 'env=A=b c' -ip 10.0.2.15 -mask 255.255.255.0 -gateway 10.0.2.2 -- 'b c'"},
        Line{"HermitWithoutArguments", kinds::Hermit, R"("arguments": ["a"])", ""},
        Line{"OsvArguments", kinds::Osv, R"("arguments": ["/a", "b c", "x;y", "q\"r", ""])",
             R"(/a "b c" "x;y" "q\"r" "")"},
        Line{"OsvAddress", kinds::Osv,
             R"("arguments": ["/a"], "interfaces": [{"backend": {"type": "user"},
                            "ipv4": {"method": "static", "address": "10.0.2.15/24", "gateway": "10.0.2.2"}}])",
             "--ip=eth0,10.0.2.15,255.255.255.0 --defaultgw=10.0.2.2 /a"},
        Line{"Solo5LeavesTheNameOut", virtio, R"("arguments": ["name", "a", "b c"])", R"(a "b c")"},
        Line{"Solo5WithoutArguments", virtio, "", ""}),
    caseName);

struct Refusal {
    std::string name;
    ImageKind kind;
    std::string json;
    std::string pointer;
    std::string says;
};
void PrintTo(const Refusal& row, std::ostream* out)
{
    *out << row.name;
}

class Refused : public testing::TestWithParam<Refusal> {};

TEST_P(Refused, WithThePlaceAndAReason)
{
    const GuestWords words = told(configOf(GetParam().json), GetParam().kind);
    ASSERT_THAT(words.problems, SizeIs(1)) << words.commandLine;
    EXPECT_EQ(words.problems[0].pointer, GetParam().pointer);
    EXPECT_EQ(words.problems[0].severity, Severity::Error);
    EXPECT_THAT(words.problems[0].text, HasSubstr(GetParam().says));
}

INSTANTIATE_TEST_SUITE_P(
    Rumprun, Refused,
    testing::Values(
        Refusal{"BothQuotes", rumprun, R"("arguments": ["a", "it's", "\"b\""])", "/arguments/2",
                "double quote"},
        Refusal{"QuoteInPrograms", rumprun, R"("programs": [{"arguments": ["a\""]}, {"arguments": ["b"]}])",
                "/programs/0/arguments/0", "double quote"},
        Refusal{"PipeOutOfTheLast", rumprun,
                R"("programs": [{"arguments": ["a"]}, {"arguments": ["b"], "mode": "piped"}])",
                "/programs/1/mode", "last program"},
        Refusal{"PipeInSprig", kinds::Sprig,
                R"("programs": [{"arguments": ["a"], "mode": "piped"}, {"arguments": ["b"]}])",
                "/programs/0/mode", "pipe"},
        Refusal{"Ipv6InSprig", kinds::Sprig,
                R"("interfaces": [{"ipv4": {"method": "none"}, "ipv6": {"method": "auto"}}])",
                "/interfaces/0/ipv6/method", "IPv6"},
        Refusal{"Environment", rumprun, R"("environment": {"A~/B": "say \"hi\""})", "/environment/A~0~1B",
                "leave these characters out"},
        Refusal{"SecondNetwork", rumprun, R"("interfaces": [{}, {}])", "/interfaces/1", "second network"},
        Refusal{"BothVersionsOfIp", rumprun, R"("interfaces": [{"ipv6": {"method": "auto"}}])",
                "/interfaces/0", "second network"},
        Refusal{"FileSystem", rumprun,
                R"("disks": [{"file": "x", "mountpoint": "/a", "fileSystem": "ntfs"}])",
                "/disks/0/fileSystem", "ntfs"},
        Refusal{"KernelParameters", rumprun, R"("kernelParameters": ["-v"])", "/kernelParameters", "remove"}),
    caseName);

INSTANTIATE_TEST_SUITE_P(
    Unikraft, Refused,
    testing::Values(
        Refusal{"Programs", unikraft, R"("programs": [{"arguments": ["a"]}, {"arguments": ["b"]}])",
                "/programs/1", "one program"},
        Refusal{"RunMode", unikraft, R"("programs": [{"arguments": ["a"], "mode": "background"}])",
                "/programs/0/mode", "run mode"},
        Refusal{"EmptyArgument", unikraft, R"("arguments": ["a", ""])", "/arguments/1", "empty argument"},
        Refusal{"LaterDashes", unikraft, R"("arguments": ["a", "b", "--"])", "/arguments/2",
                "kernelParameters"},
        Refusal{"Ipv6", unikraft,
                R"("hostname": "box", "interfaces": [{"ipv4": {"method": "static", "address": "10.0.0.1/8"},
                   "ipv6": {"method": "auto"}}])",
                "/interfaces/0/ipv6", "IPv6"},
        Refusal{"HostnameWithoutAddress", unikraft, R"("hostname": "box", "interfaces": [{}])", "/hostname",
                "static address"},
        Refusal{"FileSystem", unikraft,
                R"("disks": [{"file": "x", "mountpoint": "/a", "fileSystem": "ext2"}])",
                "/disks/0/fileSystem", "cpio"}),
    caseName);

INSTANTIATE_TEST_SUITE_P(
    OneString, Refused,
    testing::Values(
        Refusal{"Environment", kinds::Generic, R"("environment": {"A": "b"})", "/environment", "environment"},
        Refusal{"Hostname", kinds::Hermit, R"("hostname": "box")", "/hostname", "hostname"},
        Refusal{"HermitDisk", kinds::Hermit, R"("disks": [{"file": "x"}])", "/disks/0", "a disk"},
        Refusal{"StaticAddress", kinds::MiniOs,
                R"("interfaces": [{"ipv4": {"method": "static", "address": "10.0.0.1/8"}}])", "/interfaces/0",
                "kernelParameters"},
        Refusal{"Mountpoint", kinds::Linux, R"("disks": [{"file": "x", "mountpoint": "/a"}])",
                "/disks/0/mountpoint", "mountpoint"},
        Refusal{"Solo5Network", virtio, R"("interfaces": [{}])", "/interfaces", "0 net devices (none)"},
        Refusal{"Solo5Disk", virtio, R"("disks": [{"file": "x"}])", "/disks", "the config has 1"}),
    caseName);

TEST(TellRumprun, PutsALongConfigurationIntoAModule)
{
    // a buffer of 4096 bytes holds the image's path, a blank, the JSON and a NUL (platform/hw/multiboot.c)
    const std::string overhead = R"({"cmdline":""})";
    const std::size_t path = std::string("/images/a.elf ").size();
    const std::size_t most = 4095 - path - overhead.size();
    for (const auto& [size, inModule] : {std::pair{most, false}, std::pair{most + 1, true}}) {
        const GuestWords words = told(configWith({std::string(size, 'x')}), rumprun);
        EXPECT_THAT(words.problems, IsEmpty());
        EXPECT_EQ(words.module.size(), inModule ? overhead.size() + size : 0);
        EXPECT_EQ(words.commandLine.empty(), inModule);
    }
}

TEST(TellRumprun, RefusesAConfigurationThatNoBufferHolds)
{
    const std::size_t overhead = std::string(R"({"cmdline":""})").size();
    EXPECT_THAT(told(configWith({std::string(4094 - overhead, 'x')}), rumprun).problems, IsEmpty());
    const GuestWords words = told(configWith({std::string(4095 - overhead, 'x')}), rumprun);
    ASSERT_THAT(words.problems, SizeIs(1));
    EXPECT_EQ(words.problems[0].pointer, "/arguments");
    EXPECT_THAT(words.problems[0].text, HasSubstr("by 1"));
    EXPECT_THAT(told(configWith({std::string(9000, 'x')}), kinds::Sprig).problems, IsEmpty());
}

TEST(TellRumprun, DoesNotLetAPathWithABraceMislead)
{
    const GuestWords words = dialectOf(rumprun).tell(configWith({"a"}), imageOf(rumprun, "/work/{a}/b.elf"));
    EXPECT_EQ(words.commandLine, "");
    EXPECT_EQ(words.module, R"({"cmdline":"a"})");
}

TEST(TellRumprunXen, WritesOneNode)
{
    const UnikernelConfig config =
        configOf(R"("arguments": ["hello"], "interfaces": [{}], "disks": [{"file": "x"},
                    {"file": "y", "mountpoint": "/d"}])");
    const GuestWords words = told(config, kinds::RumprunXen);
    EXPECT_EQ(words.commandLine, "");
    ASSERT_THAT(words.xenstore, ElementsAre(Pair("rumprun/cfg", testing::_)));
    const RumprunConfig guest(words.xenstore[0].second);
    EXPECT_THAT(guest.programs, ElementsAre(RumprunProgram{.arguments = {"hello"}}));
    using Settings = RumprunConfig::Settings;
    EXPECT_THAT(guest.nets, ElementsAre(Settings{
                                {"if", "xenif0"}, {"cloner", "true"}, {"type", "inet"}, {"method", "dhcp"}}));
    EXPECT_THAT(
        guest.blocks,
        ElementsAre(
            Settings{{"source", "dev"}, {"path", "virtual"}, {"fstype", "kernfs"}, {"mountpoint", "/kern"}},
            Settings{{"source", "etfs"}, {"path", "xvda"}},
            Settings{{"source", "etfs"}, {"path", "xvdb"}, {"fstype", "blk"}, {"mountpoint", "/d"}}));
}

TEST(TellSprig, WritesItsWordsIntoXenstoreWhereItIsBuiltForXen)
{
    Image image = imageOf(kinds::Sprig);
    image.boots = {{.protocol = BootProtocol::XenPv}};
    const GuestDialect& dialect = dialectOf(kinds::Sprig);
    const GuestWords words = dialect.tell(configOf(R"("arguments": ["a"], "hostname": "b")"), image);
    EXPECT_EQ(words.commandLine, "");
    EXPECT_THAT(words.xenstore, ElementsAre(Pair("rumprun/cfg", R"({"cmdline":"a","hostname":"b"})")));
    EXPECT_THAT(dialect.tell({}, image).xenstore, IsEmpty());
}

TEST(TellRumprunXen, GivesEvenAnEmptyConfigItsProgram)
{
    const GuestWords words = told({}, kinds::RumprunXen);
    EXPECT_THAT(RumprunConfig(words.xenstore.at(0).second).programs,
                ElementsAre(RumprunProgram{.arguments = {"rumprun"}}));
}

TEST(TellRumprunXen2014, WritesANodeAValue)
{
    const UnikernelConfig config = configOf(R"("arguments": ["mathopd", "-n", "-f"],
                    "interfaces": [{"ipv4": {"method": "static", "address": "10.10.10.10/16",
                                             "gateway": "10.10.0.1"}}, {}, {"ipv4": {"method": "none"}}],
                    "disks": [{"file": "x"}, {"file": "y", "mountpoint": "/data", "fileSystem": "cd9660"}])");
    const GuestWords words = rumprunXen2014Dialect.tell(config, imageOf(kinds::RumprunXen));
    EXPECT_THAT(words.problems, IsEmpty());
    EXPECT_EQ(words.commandLine, "-n -f");
    EXPECT_THAT(
        words.xenstore,
        ElementsAre(Pair("rumprun/net/0/type", "inet"), Pair("rumprun/net/0/method", "static"),
                    Pair("rumprun/net/0/addr", "10.10.10.10"), Pair("rumprun/net/0/netmask", "255.255.0.0"),
                    Pair("rumprun/net/0/gw", "10.10.0.1"), Pair("rumprun/net/1/type", "inet"),
                    Pair("rumprun/net/1/method", "dhcp"), Pair("rumprun/blk/1/type", "etfs"),
                    Pair("rumprun/blk/1/mountpoint", "/data"), Pair("rumprun/blk/1/fstype", "cd9660")));
}

TEST(TellRumprunXen2014, WritesNetmasksAsDottedQuads)
{
    for (const auto& [bits, mask] :
         {std::pair{0, "0.0.0.0"}, std::pair{1, "128.0.0.0"}, std::pair{24, "255.255.255.0"},
          std::pair{25, "255.255.255.128"}, std::pair{32, "255.255.255.255"}}) {
        UnikernelConfig config;
        config.interfaces.push_back(
            {.ipv4 = {.method = Ipv4Method::Static, .address = formatted("10.1.2.3/{}", bits)}});
        EXPECT_THAT(rumprunXen2014Dialect.tell(config, {}).xenstore,
                    Contains(Pair("rumprun/net/0/netmask", mask)));
    }
}

TEST(TellRumprunXen2014, RefusesWhatItHasNoNodeFor)
{
    const std::vector<std::pair<std::string, std::string>> table{
        {R"("arguments": ["a", "b c"])", "/arguments/1"},
        {R"("arguments": ["a", "it's"])", "/arguments/1"},
        {R"("environment": {"A": "b"})", "/environment"},
        {R"("hostname": "box")", "/hostname"},
        {R"("kernelParameters": ["-v"])", "/kernelParameters"},
        {R"("interfaces": [{"ipv6": {"method": "auto"}}])", "/interfaces/0/ipv6"},
        {R"("disks": [{"file": "x", "mountpoint": "/a"}])", "/disks/0/fileSystem"},
        {R"("disks": [{"file": "x", "mountpoint": "/a", "fileSystem": "ext2"}])", "/disks/0/fileSystem"},
        {R"("programs": [{"arguments": ["a"]}, {"arguments": ["b"]}])", "/programs/1"},
    };
    for (const auto& [json, pointer] : table) {
        const GuestWords words = rumprunXen2014Dialect.tell(configOf(json), imageOf(kinds::RumprunXen));
        ASSERT_THAT(words.problems, SizeIs(1)) << json;
        EXPECT_EQ(words.problems[0].pointer, pointer) << json;
    }
}

TEST(TellSolo5, GivesTheTenderTheDevicesByTheirNames)
{
    Image image = imageOf(kinds::Solo5Hvt);
    image.manifest = {{.name = "service", .type = "net"}, {.name = "storage", .type = "block"}};
    const UnikernelConfig config = configOf(R"("memory": "32 MiB", "arguments": ["n", "a"],
        "interfaces": [{"backend": {"type": "tap", "device": "tap7"}, "mac": "52:54:00:00:00:01"}],
        "disks": [{"file": "/d.img"}])");
    const GuestWords words = dialectOf(kinds::Solo5Hvt).tell(config, image);
    EXPECT_THAT(words.problems, IsEmpty());
    EXPECT_THAT(words.tenderArguments,
                ElementsAre("--mem=32", "--net:service=tap7", "--net-mac:service=52:54:00:00:00:01",
                            "--block:storage=/d.img"));
    EXPECT_EQ(words.commandLine, "a");
}

TEST(TellSolo5, ComparesWithTheManifest)
{
    struct Row {
        std::vector<ManifestDevice> manifest;
        std::string json, pointer, says;
    };
    const ManifestDevice lan{.name = "lan", .type = "net"};
    const ManifestDevice wan{.name = "wan", .type = "net"};
    const std::vector<Row> table{
        {.manifest = {lan},
         .json = "",
         .pointer = "/interfaces",
         .says = "1 net device (lan), the config has 0"},
        {.manifest = {lan, wan},
         .json = R"("interfaces": [{}])",
         .pointer = "/interfaces",
         .says = "lan, wan"},
        {.manifest = {lan, wan},
         .json = R"("interfaces": [{}, {}])",
         .pointer = "/interfaces/1",
         .says = "use the hvt target"},
    };
    for (const Row& row : table) {
        Image image = imageOf(virtio);
        image.manifest = row.manifest;
        const GuestWords words = dialectOf(kinds::Solo5Hvt).tell(configOf(row.json), image);
        ASSERT_THAT(words.problems, SizeIs(1)) << row.says;
        EXPECT_EQ(words.problems[0].pointer, row.pointer);
        EXPECT_THAT(words.problems[0].text, HasSubstr(row.says));
    }
}

} // namespace
} // namespace rumpus
