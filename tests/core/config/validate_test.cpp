// What validation finds: the place, the severity and the cure, and that good configs are left alone.
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/format.h"
#include "core/config/addresses.h"
#include "core/config/document.h"

#include <gtest/gtest.h>

#include <gmock/gmock.h>
#include <string>
#include <vector>

#include "example.h"

namespace rumpus {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::Field;
using testing::HasSubstr;
using testing::IsEmpty;

struct Case {
    std::string name;
    std::string json; ///< the members beside "image"
    std::string pointer;
    Severity severity = Severity::Error;
    std::string says;
};

void PrintTo(const Case& row, std::ostream* out)
{
    *out << row.name;
}

/// In a folder that holds an image, two disks and a folder.
std::vector<Problem> problemsOf(const std::string& json,
                                const std::optional<ImageFacts>& image = std::nullopt)
{
    const TemporaryFolder folder;
    folder.write("a.elf", "");
    folder.write("a.img", "");
    folder.write("b.img", "");
    folder.write("sub/c.img", "");
    std::filesystem::create_symlink("a.img", folder.path() / "link.img");
    const ReadConfig read = readConfig(json);
    EXPECT_THAT(read.problems, IsEmpty()) << "the table's text itself is wrong";
    return validate(read.config, folder.path(), image);
}

std::string withImage(const std::string& members)
{
    return R"({"image": "a.elf")" + (members.empty() ? "" : ", " + members) + "}";
}

class Validate : public testing::TestWithParam<Case> {};

TEST_P(Validate, TellsTheOneProblem)
{
    const Case& wanted = GetParam();
    EXPECT_THAT(problemsOf(withImage(wanted.json)),
                ElementsAre(AllOf(Field("pointer", &Problem::pointer, wanted.pointer),
                                  Field("severity", &Problem::severity, wanted.severity),
                                  Field("text", &Problem::text, HasSubstr(wanted.says)))));
}

INSTANTIATE_TEST_SUITE_P(
    Machine, Validate,
    testing::Values(
        Case{"NoMemory", R"("memory": 0)", "/memory", error, "write a size such as \"64 MiB\""},
        Case{"ANameWithASlash", R"("name": "a/b")", "/name", error, "without /"},
        Case{"ANameWithALineBreak", R"("name": "a\nb")", "/name", error, "\"a\\x0ab\" is no name"},
        Case{"ANameThatIsAFolder", R"("name": "..")", "/name", error, "is no name"},
        Case{"AHostnameWithAnUnderscore", R"("hostname": "my_host")", "/hostname", warning, "use a hyphen"},
        Case{"AHostnameWithABlank", R"("hostname": "my host")", "/hostname", error,
             "letters, digits, hyphens"},
        Case{"AHostnameWithAHyphenAtTheEnd", R"("hostname": "host-")", "/hostname", error, "hyphens inside"},
        Case{"AHostnameWithAnEmptyPart", R"("hostname": "a..b")", "/hostname", error, "is no host name"},
        Case{"AHostnameWithALongPart", formatted(R"("hostname": "{}")", std::string(64, 'a')), "/hostname",
             error, "63"},
        Case{"AProgramWithoutArguments", R"("programs": [{"arguments": ["a"]}, {}])", "/programs/1/arguments",
             error, "the first is its name"},
        Case{"AnEndingPipe", R"("programs": [{"arguments": ["a"], "mode": "piped"}])", "/programs/0/mode",
             warning, "no program follows"},
        Case{"AnEmptyVariable", R"("environment": {"": "a"})", "/environment/", error, "has no name"},
        Case{"AVariableWithAnEqualsSign", R"("environment": {"A=b": "c"})", "/environment/A=b", error,
             "before the ="},
        Case{"ANulInAnArgument", R"("arguments": ["a", "b\u0000"])", "/arguments/1", error, "NUL"},
        Case{"ANulInAVariable", R"("environment": {"A~": "\u0000"})", "/environment/A~0", error, "NUL"},
        Case{"ANulInAVariablesName", R"("environment": {"\u0000": ""})", std::string("/environment/\0", 14),
             error, "NUL"}),
    caseName);

INSTANTIATE_TEST_SUITE_P(
    Build, Validate,
    testing::Values(
        Case{"NoBuildCommand", R"("build": {})", "/build/command", error, "or remove \"build\""},
        Case{"AnEmptyBuildCommand", R"("build": {"command": [""]})", "/build/command", error, "no command"},
        Case{"AnEmptyOutput", R"("build": {"command": ["make"], "outputs": [""]})", "/build/outputs/0", error,
             "no name"},
        Case{"AMissingBuildFolder", R"("build": {"command": ["make"], "directory": "src"})",
             "/build/directory", error, "is no folder"},
        Case{"ABuildVariableWithAnEqualsSign", R"("build": {"command": ["make"], "environment": {"=": ""}})",
             "/build/environment/=", error, "before the ="},
        Case{"AMissingSymbolFile", R"("debug": {"symbolFile": "a.dbg"})", "/debug/symbolFile", error,
             "is not there"},
        Case{"AnEmptySourcePath", R"("debug": {"sourceMap": {"": "/src"}})", "/debug/sourceMap/", error,
             "the folder that the image was built in"}),
    caseName);

INSTANTIATE_TEST_SUITE_P(
    Disks, Validate,
    testing::Values(
        Case{"ADiskWithoutAFile", R"("disks": [{}])", "/disks/0/file", error, "name one"},
        Case{"AMissingDisk", R"("disks": [{"file": "none.img"}])", "/disks/0/file", error,
             "none.img is not there"},
        Case{"AFolderForADisk", R"("disks": [{"file": "sub"}])", "/disks/0/file", error,
             "is a folder: name a file"},
        Case{"ADiskBelowAFile", R"("disks": [{"file": "a.img/b"}])", "/disks/0/file", error, "a.img/b"},
        Case{"OneFileTwice", R"("disks": [{"file": "a.img"}, {"file": "sub/../a.img", "readOnly": true}])",
             "/disks/1/file", error, "the disk at /disks/0/file too"},
        Case{"OneFileByALink", R"("disks": [{"file": "link.img"}, {"file": "a.img"}])", "/disks/1/file",
             error, "make both readOnly"},
        Case{"ARelativeMountpoint", R"("disks": [{"file": "a.img", "mountpoint": "data"}])",
             "/disks/0/mountpoint", error, "write \"/data\""},
        Case{"OneMountpointTwice",
             R"("disks": [{"file": "a.img", "mountpoint": "/d"}, {"file": "b.img", "mountpoint": "//d/"}])",
             "/disks/1/mountpoint", error, "the disk at /disks/0/mountpoint"},
        Case{"AFileSystemWithoutAMountpoint", R"("disks": [{"file": "a.img", "fileSystem": "ext2"}])",
             "/disks/0/fileSystem", warning, "add \"mountpoint\""}),
    caseName);

INSTANTIATE_TEST_SUITE_P(
    Interfaces, Validate,
    testing::Values(
        Case{"OneNameTwice", R"("interfaces": [{"name": "a"}, {"name": "a"}])", "/interfaces/1/name", error,
             "at /interfaces/0/name already"},
        Case{"AMacThatIsNone", R"("interfaces": [{"mac": "52:54:00:12:34"}])", "/interfaces/0/mac", error,
             "six pairs"},
        Case{"AMacWithOtherSeparators", R"("interfaces": [{"mac": "52-54-00-12-34-56"}])",
             "/interfaces/0/mac", error, "such as 52:54:00"},
        Case{"AMulticastMac", R"("interfaces": [{"mac": "53:54:00:12:34:56"}])", "/interfaces/0/mac", error,
             "multicast address: one interface has an even first byte"},
        Case{"AnEmptyMac", R"("interfaces": [{"mac": "00:00:00:00:00:00"}])", "/interfaces/0/mac", error,
             "empty"},
        Case{"OneMacTwice", R"("interfaces": [{"mac": "52:54:00:aa:34:56"}, {"mac": "52:54:00:AA:34:56"}])",
             "/interfaces/1/mac", error, "at /interfaces/0/mac already"},
        Case{"ATapWithoutADevice", R"("interfaces": [{"backend": {"type": "tap"}}])",
             "/interfaces/0/backend/device", error, "a tap needs the name"},
        Case{"ABridgeWithoutADevice", R"("interfaces": [{"backend": {"type": "bridge"}}])",
             "/interfaces/0/backend/device", error, "a bridge needs the name"},
        Case{"ADeviceWithASpace", R"("interfaces": [{"backend": {"type": "tap", "device": "a b"}}])",
             "/interfaces/0/backend/device", error, "is no name of a device"},
        Case{"ADeviceThatIsNotUsed", R"("interfaces": [{"backend": {"device": "br0"}}])",
             "/interfaces/0/backend/device", warning, "no effect with the type \"user\""},
        Case{
            "ForwardsOfATap",
            R"("interfaces": [{"backend": {"type": "tap", "device": "t", "forward": [{"host": 1, "guest": 1}]}}])",
            "/interfaces/0/backend/forward", error, "only by the type \"user\", not by \"tap\""},
        Case{"AMissingPort", R"("interfaces": [{"backend": {"forward": [{"host": 80}]}}])",
             "/interfaces/0/backend/forward/0/guest", error, "from 1 to 65535"},
        Case{"OnePortTwice",
             R"("interfaces": [{"backend": {"forward": [{"host": 80, "guest": 1}]}},
                               {"backend": {"forward": [{"host": 80, "guest": 2}]}}])",
             "/interfaces/1/backend/forward/0/host", error,
             "tcp port 80 is used at /interfaces/0/backend/forward/0/host"},
        Case{"ACaptureInAMissingFolder", R"("interfaces": [{"capture": "log/net.pcap"}])",
             "/interfaces/0/capture", error, "there is no folder"},
        Case{"ACaptureThatIsAFolder", R"("interfaces": [{"capture": "sub"}])", "/interfaces/0/capture", error,
             "name a file"},
        Case{"OneCaptureTwice", R"("interfaces": [{"capture": "n.pcap"}, {"capture": "sub/../n.pcap"}])",
             "/interfaces/1/capture", error, "at /interfaces/0/capture"},
        Case{"TooManyInterfaces",
             [] {
                 std::string list = "{}";
                 for (int i = 1; i <= 32; ++i) {
                     list += ", {}";
                 }
                 return R"("interfaces": [)" + list + "]";
             }(),
             "/interfaces", error, "33 interfaces are more than"}),
    caseName);

Case addressCase(std::string name, std::string_view ip, std::string_view members, std::string_view key,
                 Severity severity, std::string says)
{
    return {std::move(name), formatted(R"("interfaces": [{{"{}": {{{}}}}}])", ip, members),
            formatted("/interfaces/0/{}/{}", ip, key), severity, std::move(says)};
}

INSTANTIATE_TEST_SUITE_P(
    Addresses, Validate,
    testing::Values(addressCase("StaticWithoutAnAddress", "ipv4", R"("method": "static")", "address", error,
                                "10.0.2.15/24"),
                    addressCase("StaticIpv6WithoutAnAddress", "ipv6", R"("method": "static")", "address",
                                error, "fd00::15/64"),
                    addressCase("NoPrefix", "ipv4", R"("method": "static", "address": "10.0.2.15")",
                                "address", error, "such as 10.0.2.15/24"),
                    addressCase("APrefixTooLong", "ipv4", R"("method": "static", "address": "10.0.2.15/33")",
                                "address", error, "from 0 to 32"),
                    addressCase("ANegativePrefix", "ipv4", R"("method": "static", "address": "10.0.2.15/-1")",
                                "address", error, "'-1' is no prefix length"),
                    addressCase("AnEmptyPrefix", "ipv4", R"("method": "static", "address": "10.0.2.15/")",
                                "address", error, "is no prefix length"),
                    addressCase("AByteTooLarge", "ipv4", R"("method": "static", "address": "10.0.2.256/24")",
                                "address", error, "'10.0.2.256' is no IPv4 address"),
                    addressCase("ThreeBytes", "ipv4", R"("method": "static", "address": "10.0.2/24")",
                                "address", error, "no IPv4 address"),
                    addressCase("Ipv6InIpv4", "ipv4", R"("method": "static", "address": "fd00::15/64")",
                                "address", error, "no IPv4 address"),
                    addressCase("Ipv4InIpv6", "ipv6", R"("method": "static", "address": "10.0.2.15/24")",
                                "address", error, "no IPv6 address"),
                    addressCase("AnIpv6PrefixTooLong", "ipv6",
                                R"("method": "static", "address": "fd00::15/129")", "address", error,
                                "from 0 to 128"),
                    addressCase("AGatewayThatIsNone", "ipv4",
                                R"("method": "static", "address": "10.0.2.15/24", "gateway": "router")",
                                "gateway", error, "'router' is no IPv4 address"),
                    addressCase("AGatewayWithAPrefix", "ipv4",
                                R"("method": "static", "address": "10.0.2.15/24", "gateway": "10.0.2.2/24")",
                                "gateway", error, "no IPv4 address"),
                    addressCase("AGatewayOutside", "ipv4",
                                R"("method": "static", "address": "10.0.2.15/24", "gateway": "10.0.3.2")",
                                "gateway", warning, "outside of 10.0.2.15/24"),
                    addressCase("AGatewayJustOutside", "ipv4",
                                R"("method": "static", "address": "10.0.2.15/25", "gateway": "10.0.2.129")",
                                "gateway", warning, "outside"),
                    addressCase("AnIpv6GatewayOutside", "ipv6",
                                R"("method": "static", "address": "fd00::15/64", "gateway": "fd01::2")",
                                "gateway", warning, "outside"),
                    addressCase("AnAddressWithDhcp", "ipv4", R"("address": "10.0.2.15/24")", "address",
                                warning, "no effect with the method \"dhcp\": write \"method\": \"static\""),
                    addressCase("AGatewayWithNoIpv6", "ipv6", R"("gateway": "fd00::2")", "gateway", warning,
                                "method \"none\"")),
    caseName);

Case xenstoreCase(std::string name, const std::string& path, const std::string& value, std::string says)
{
    Json::json_pointer pointer("/xenstore");
    pointer.push_back(path);
    return {std::move(name), R"("xenstore": )" + Json{{path, value}}.dump(), pointer.to_string(), error,
            std::move(says)};
}

INSTANTIATE_TEST_SUITE_P(
    Xenstore, Validate,
    testing::Values(xenstoreCase("AnEmptyPath", "", "a", "the path is empty"),
                    xenstoreCase("AnAbsolutePath", "/local/domain/0/a", "a", "below the guest's own"),
                    xenstoreCase("AnEmptyPart", "a//b", "a", "remove the superfluous /"),
                    xenstoreCase("AnEndingSlash", "a/", "a", "remove the superfluous /"),
                    xenstoreCase("ASpaceInAPath", "a b", "a", "use letters, digits and - _ @"),
                    xenstoreCase("ADotInAPath", "a.b", "a", "does not take"),
                    xenstoreCase("ALongPath", std::string(3053, 'a'), "a", "Xenstore takes 3052: shorten it"),
                    xenstoreCase("ALongValue", "a", std::string(4075, 'b'),
                                 "1 bytes too long for one message")),
    caseName);

struct Good {
    std::string name, json;
};

void PrintTo(const Good& row, std::ostream* out)
{
    *out << row.name;
}

class ValidateLeavesAlone : public testing::TestWithParam<Good> {};

TEST_P(ValidateLeavesAlone, WhatIsRight)
{
    EXPECT_THAT(problemsOf(withImage(GetParam().json)), IsEmpty());
}

INSTANTIATE_TEST_SUITE_P(
    Table, ValidateLeavesAlone,
    testing::Values(
        Good{"AnImageAlone", ""}, Good{"TheMostVcpus", R"("vcpus": 255)"},
        Good{"AHostname", formatted(R"("hostname": "a-1.{}.9")", std::string(63, 'b'))},
        Good{"APipe", R"("programs": [{"arguments": ["a"], "mode": "piped"}, {"arguments": ["b"]}])"},
        Good{"LineBreaksInArguments", R"("arguments": ["a\nb"], "environment": {"A": "b\nc=d"})"},
        Good{"ReadersOfOneDisk",
             R"("disks": [{"file": "a.img", "readOnly": true}, {"file": "a.img", "readOnly": true}])"},
        Good{
            "ADiskThatTheBuildMakes",
            R"("build": {"command": ["make"], "directory": "sub", "outputs": ["../n.img"]}, "disks": [{"file": "n.img"}])"},
        Good{"ARootFileSystem", R"("disks": [{"file": "a.img", "mountpoint": "/", "fileSystem": "ext2"}])"},
        Good{
            "OnePortOfTwoProtocols",
            R"("interfaces": [{"backend": {"forward": [{"host": 53, "guest": 1}, {"protocol": "udp", "host": 53, "guest": 1}]}}])"},
        Good{
            "ALinkLocalGateway",
            R"("interfaces": [{"ipv6": {"method": "static", "address": "fd00::15/64", "gateway": "fe80::1"}}])"},
        Good{"AnAddressAlone",
             R"("interfaces": [{"ipv4": {"method": "static", "address": "10.0.2.15/32"}}])"},
        Good{
            "ABridge",
            R"("interfaces": [{"backend": {"type": "bridge", "device": "br0"}, "ipv4": {"method": "none"}}])"},
        Good{"ACaptureInAFolder", R"("interfaces": [{"capture": "sub/net.pcap"}])"},
        Good{"TheLongestXenstoreMessage", formatted(R"("xenstore": {{"{}": "", "{}": "{}"}})",
                                                    std::string(3052, 'a'), "b", std::string(4074, 'c'))}),
    caseName);

TEST(ValidateImage, MustBeNamed)
{
    EXPECT_THAT(problemsOf("{}"),
                ElementsAre(AllOf(Field(&Problem::pointer, "/image"),
                                  Field(&Problem::text, HasSubstr("name the ELF file to boot")))));
}

TEST(ValidateImage, MustBeThereOrBeMadeByTheBuild)
{
    const auto only = [](Severity severity, std::string_view says) {
        return ElementsAre(AllOf(Field(&Problem::pointer, "/image"), Field(&Problem::severity, severity),
                                 Field(&Problem::text, HasSubstr(says))));
    };
    EXPECT_THAT(problemsOf(R"({"image": "n.elf"})"), only(error, "n.elf is not there: correct the path"));
    EXPECT_THAT(problemsOf(R"({"image": "sub"})"), only(error, "is a folder"));
    EXPECT_THAT(problemsOf(R"({"image": "n.elf", "build": {"command": ["make"]}})"),
                only(warning, "build it"));
    EXPECT_THAT(problemsOf(R"({"image": "n.elf", "build": {"command": ["make"], "outputs": ["./n.elf"]}})"),
                only(warning, "build it"));
    EXPECT_THAT(problemsOf(R"({"image": "n.elf", "build": {"command": ["make"], "outputs": ["o.elf"]}})"),
                only(error, "name it in build.outputs"));
}

TEST(ValidateImage, SaysHowMuchMemoryItNeeds)
{
    const ImageFacts facts{.memoryNeeded = (17U << 20U) + 1};
    EXPECT_THAT(problemsOf(withImage(R"("memory": "16 MiB")"), facts),
                ElementsAre(AllOf(
                    Field(&Problem::pointer, "/memory"),
                    Field(&Problem::text, AllOf(HasSubstr("16 MiB is too little"), HasSubstr("17.0 MiB"),
                                                HasSubstr("at least \"18 MiB\""))))));
    EXPECT_THAT(problemsOf(withImage(R"("memory": "18 MiB")"), facts), IsEmpty());
}

TEST(ValidateConfig, TellsAllProblemsAtOnce)
{
    const std::vector<Problem> problems =
        problemsOf(R"({"memory": 0, "hostname": "-", "disks": [{"file": "none"}],
        "interfaces": [{"mac": "x", "ipv4": {"method": "static"}}], "xenstore": {"/": ""}})");
    std::vector<std::string> pointers;
    for (const Problem& problem : problems) {
        pointers.push_back(problem.pointer);
    }
    EXPECT_THAT(pointers, testing::UnorderedElementsAre("/image", "/memory", "/hostname", "/disks/0/file",
                                                        "/interfaces/0/mac", "/interfaces/0/ipv4/address",
                                                        "/xenstore/~1"));
}

TEST(ValidateConfig, FindsWhatOnlyAProgramCanMake)
{
    UnikernelConfig config;
    config.environment = {{"A", "1"}, {"A", "2"}};
    config.xenstore = {{"a", "1"}, {"a", "2"}};
    config.debug.sourceMap = {{"/a", "1"}, {"/a", "2"}};
    config.vcpus = 256;
    const std::vector<Problem> problems = validate(config, "/", std::nullopt);
    std::vector<std::string> pointers;
    for (const Problem& problem : problems) {
        pointers.push_back(problem.pointer);
    }
    EXPECT_THAT(pointers, testing::UnorderedElementsAre("/image", "/environment/A", "/xenstore/a",
                                                        "/debug/sourceMap/~1a", "/vcpus"));
}

TEST(ValidateConfig, StopsTellingWhereNobodyWouldReadOn)
{
    UnikernelConfig config;
    for (int i = 0; i < 1000; ++i) {
        config.environment.emplace_back(formatted("A={}", i), "");
    }
    const std::vector<Problem> problems = validate(config, "/", std::nullopt);
    EXPECT_EQ(problems.size(), 101U);
    EXPECT_THAT(problems.back().text, HasSubstr("there are more errors"));
}

TEST(Addresses, KnowWhatIsInANetwork)
{
    const auto inside = [](std::string_view network, std::string_view address, IpVersion version) {
        return contains(parseCidr(network, version).value(), parseIpAddress(address, version).value());
    };
    EXPECT_TRUE(inside("10.0.2.15/24", "10.0.2.255", IpVersion::V4));
    EXPECT_FALSE(inside("10.0.2.15/24", "10.0.3.0", IpVersion::V4));
    EXPECT_TRUE(inside("10.0.2.15/0", "192.168.0.1", IpVersion::V4));
    EXPECT_TRUE(inside("10.0.2.15/32", "10.0.2.15", IpVersion::V4));
    EXPECT_FALSE(inside("10.0.2.15/31", "10.0.2.16", IpVersion::V4));
    EXPECT_TRUE(inside("fd00::15/127", "fd00::14", IpVersion::V6));
    EXPECT_FALSE(inside("fd00::15/127", "fd00::16", IpVersion::V6));
    EXPECT_TRUE(inside("fd00::15/128", "fd00:0::15", IpVersion::V6));
}

TEST(Addresses, MakeAMaskOfAPrefix)
{
    const auto mask = [](unsigned prefix) {
        const IpAddress address = netmask(prefix);
        return std::vector<int>(address.bytes().begin(), address.bytes().end());
    };
    EXPECT_THAT(mask(0), ElementsAre(0, 0, 0, 0));
    EXPECT_THAT(mask(20), ElementsAre(255, 255, 240, 0));
    EXPECT_THAT(mask(24), ElementsAre(255, 255, 255, 0));
    EXPECT_THAT(mask(32), ElementsAre(255, 255, 255, 255));
}

TEST(Addresses, AreRefusedWithANulInside)
{
    EXPECT_FALSE(parseIpAddress(std::string_view("10.0.2.15\0x", 11), IpVersion::V4));
    EXPECT_FALSE(parseCidr(std::string_view("10.0.2.15/2\0", 12), IpVersion::V4));
}

} // namespace
} // namespace rumpus
