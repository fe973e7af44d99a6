// Text → config: what is accepted, what is told, and where.
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/files.h"
#include "core/config/document.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <gmock/gmock.h>
#include <string>
#include <string_view>

#include "example.h"

namespace rumpus {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::Field;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Pair;

TEST(ReadConfig, FindsEveryValueOfAFullConfig)
{
    const ReadConfig read = readConfig(fullExample());
    EXPECT_THAT(read.problems, IsEmpty());
    EXPECT_TRUE(read.hadComments);
    const UnikernelConfig& config = read.config;
    EXPECT_EQ(config.schema, "../../../resources/unikernel.schema.json");
    EXPECT_EQ(config.name, "full");
    EXPECT_EQ(config.image, "full.elf");
    EXPECT_EQ(config.kind, "rumprun-hw");
    ASSERT_TRUE(config.build);
    EXPECT_EQ(config.build->directory, "source");
    EXPECT_THAT(config.build->command, ElementsAre("make", "-j2"));
    EXPECT_THAT(config.build->environment, ElementsAre(Pair("ZLIB", "no"), Pair("CC", "gcc")));
    EXPECT_THAT(config.build->outputs, ElementsAre("../full.elf", "../data.ext2"));
    EXPECT_EQ(config.host, "xen-lab");
    EXPECT_EQ(config.memory, 1536U << 20U);
    EXPECT_EQ(config.vcpus, 2U);
    EXPECT_THAT(config.programs, ElementsAre(Program{{"httpd", "80"}, RunMode::Background},
                                             Program{{"cat", "/data/a file"}, RunMode::Piped},
                                             Program{{"wc"}, RunMode::Foreground}));
    EXPECT_THAT(config.environment, ElementsAre(Pair("TZ", "UTC"), Pair("GREETING", "grüß \"dich\"\n")));
    EXPECT_EQ(config.hostname, "full.example");
    EXPECT_THAT(config.disks, ElementsAre(DiskConfig{"data.ext2", DiskFormat::Qcow2, true, "/data", "ext2"}));
    EXPECT_THAT(config.kernelParameters, ElementsAre("-v"));
    EXPECT_THAT(config.xenstore, ElementsAre(Pair("data/greeting", "hello"), Pair("rumpus/a", "")));
    EXPECT_THAT(config.backendArguments, ElementsAre("-device", "virtio-rng-pci"));
    EXPECT_EQ(config.onExit, AfterEnd::Restart);
    EXPECT_EQ(config.onCrash, AfterEnd::Debug);
    EXPECT_TRUE(config.persistent);
    EXPECT_EQ(config.debug.stopAt, StopAt::Entry);
    EXPECT_THAT(config.debug.sourceMap,
                ElementsAre(Pair("/build/src", "/home/me/src"), Pair("/build/lib", "lib")));
    EXPECT_EQ(config.debug.symbolFile, "full.dbg");
    EXPECT_EQ(config.console.limit, 16U << 20U);
}

TEST(ReadConfig, FindsEveryValueOfAnInterface)
{
    const ReadConfig read = readConfig(fullExample());
    ASSERT_EQ(read.config.interfaces.size(), 2U);
    const InterfaceConfig& first = read.config.interfaces[0];
    EXPECT_EQ(first.name, "vioif0");
    EXPECT_EQ(first.backend.type, NetworkBackend::User);
    EXPECT_THAT(first.backend.forwards,
                ElementsAre(PortForward{Transport::Tcp, 8080, 80}, PortForward{Transport::Udp, 8080, 53}));
    EXPECT_EQ(first.mac, "52:54:00:12:34:56");
    EXPECT_EQ(first.ipv4, (Ipv4Config{Ipv4Method::Static, "10.0.2.15/24", "10.0.2.2"}));
    EXPECT_EQ(first.ipv6, (Ipv6Config{Ipv6Method::Static, "fd00::15/64", "fd00::2"}));
    EXPECT_EQ(first.capture, "net.pcap");
    const InterfaceConfig& second = read.config.interfaces[1];
    EXPECT_EQ(second.backend.type, NetworkBackend::Bridge);
    EXPECT_EQ(second.backend.device, "br0");
    EXPECT_EQ(second.ipv4.method, Ipv4Method::Dhcp);
    EXPECT_EQ(second.ipv6.method, Ipv6Method::Auto);
}

TEST(ReadConfig, NeedsNothingButAnObject)
{
    const ReadConfig read = readConfig("{}");
    EXPECT_EQ(read.config, UnikernelConfig{});
    EXPECT_THAT(read.problems, IsEmpty());
    EXPECT_FALSE(read.hadComments);
}

TEST(ReadConfig, TakesArgumentsAsOneProgram)
{
    EXPECT_THAT(readConfig(R"({"arguments": ["hello", "one"]})").config.programs,
                ElementsAre(Program{{"hello", "one"}, RunMode::Foreground}));
    EXPECT_THAT(readConfig(R"({"arguments": []})").config.programs, IsEmpty());
}

TEST(ReadConfig, DoesNotTakeSlashesInTextForComments)
{
    const ReadConfig read = readConfig(R"({"name": "a // b /* c */"})");
    EXPECT_EQ(read.config.name, "a // b /* c */");
    EXPECT_FALSE(read.hadComments);
}

struct Accepted {
    std::string_view name, text;
    std::uint64_t memory;
};

void PrintTo(const Accepted& row, std::ostream* out)
{
    *out << row.name;
}

class ReadConfigTakes : public testing::TestWithParam<Accepted> {};

TEST_P(ReadConfigTakes, AsPeopleWriteIt)
{
    const ReadConfig read = readConfig(GetParam().text);
    EXPECT_THAT(read.problems, IsEmpty());
    EXPECT_EQ(read.config.memory, GetParam().memory);
}

INSTANTIATE_TEST_SUITE_P(
    Table, ReadConfigTakes,
    testing::Values(Accepted{"Text", R"({"memory": "32 MiB"})", 32U << 20U},
                    Accepted{"Bytes", R"({"memory": 4096})", 4096},
                    Accepted{"AWholeNumberWithAnExponent", R"({"memory": 1e6})", 1'000'000},
                    Accepted{"ATrailingComma", "{\"memory\": 4096,}", 4096},
                    Accepted{"ALineComment", "{ // a } here\n\"memory\": 4096}", 4096},
                    Accepted{"ACommentBetweenAll", "/*1*/{/*2*/\"memory\"/*3*/:/**/4096/* * / */,//\n}//5",
                             4096},
                    Accepted{"AByteOrderMark", "\xef\xbb\xbf{\"memory\": 4096}", 4096},
                    Accepted{"CarriageReturns", "{\r\n\"memory\": 4096\r\n}\r\n", 4096},
                    Accepted{"EscapesInAKey", R"({"\u006demory": 4096})", 4096}),
    caseName);

struct Refused {
    std::string_view name, text, pointer;
    Severity severity;
    std::size_t line, column;
    std::string_view says;
};

void PrintTo(const Refused& row, std::ostream* out)
{
    *out << row.name;
}

class ReadConfigTells : public testing::TestWithParam<Refused> {};

TEST_P(ReadConfigTells, WhatIsWrongWhereAndTheCure)
{
    const Refused& wanted = GetParam();
    EXPECT_THAT(readConfig(wanted.text).problems,
                ElementsAre(AllOf(Field("pointer", &Problem::pointer, wanted.pointer),
                                  Field("severity", &Problem::severity, wanted.severity),
                                  Field("line", &Problem::line, wanted.line),
                                  Field("column", &Problem::column, wanted.column),
                                  Field("text", &Problem::text, HasSubstr(wanted.says)))));
}

INSTANTIATE_TEST_SUITE_P(
    Syntax, ReadConfigTells,
    testing::Values(
        Refused{"Nothing", "", "", error, 1, 1, "nothing here: write a config such as"},
        Refused{"OnlyAComment", "// x\n", "", error, 2, 1, "nothing here"},
        Refused{"AnOpenObject", "{\n \"disks\": [ {\n", "", error, 2, 13,
                "the { here is never closed: add the }"},
        Refused{"TheWrongBracket", "{\"disks\": [ } ", "", error, 1, 13,
                "} does not close the [ of line 1, column 11"},
        Refused{"AMissingComma", "{\"name\": \"a\"\n \"image\": \"b\"}", "", error, 2, 2,
                "a comma is missing before this"},
        Refused{"AMissingCommaInAList", "{\"arguments\": [\"a\" \"b\"]}", "", error, 1, 20,
                "a comma is missing"},
        Refused{"TwoCommas", "{\"name\": \"a\",, }", "", error, 1, 14, "nothing stands before this comma"},
        Refused{"AFirstComma", "{\"arguments\": [,]}", "", error, 1, 16, "nothing stands before this comma"},
        Refused{"AMissingColon", "{\"name\" \"a\"}", "", error, 1, 9,
                "a colon is missing after the key \"name\""},
        Refused{"AnEqualsSign", "{\"name\" = \"a\"}", "", error, 1, 9, "a colon is missing"},
        Refused{"AMissingValue", "{\"name\": }", "", error, 1, 10,
                "unexpected character '}': a value belongs here"},
        Refused{"TheEndInsteadOfAValue", "{\"name\":", "", error, 1, 9,
                "the text ends where a value belongs"},
        Refused{"AKeyWithoutQuotes", "{ name: \"a\" }", "", error, 1, 3, "write \"name\""},
        Refused{"AKeyInSingleQuotes", "{ 'name': \"a\" }", "", error, 1, 3, "write \"name\""},
        Refused{"ANumberAsAKey", "{ 12: \"a\" }", "", error, 1, 3, "\"12\" is no key"},
        Refused{"TextInSingleQuotes", "{\"name\": 'a'}", "", error, 1, 10, "use double quotes"},
        Refused{"TextWithoutQuotes", "{\"name\": hello}", "", error, 1, 10, "put text in double quotes"},
        Refused{"ASizeWithoutQuotes", "{\"memory\": 64 MiB}", "", error, 1, 15,
                "in double quotes, such as \"64 MiB\""},
        Refused{"ASizeInOneWord", "{\"memory\": 64M}", "", error, 1, 12, "and text in double quotes"},
        Refused{"AHexadecimalNumber", "{\"memory\": 0x1000}", "", error, 1, 12, "decimal digits"},
        Refused{"TrueAsInPython", R"({"x": True})", "", error, 1, 7, "in lower case and without quotes"},
        Refused{"AHashComment", "{\n# memory\n}", "", error, 2, 1, "begin a comment with //"},
        Refused{"AnOpenComment", "{ /* x }", "", error, 1, 3, "never closed: end it with */"},
        Refused{"ASingleSlash", "{ / x }", "", error, 1, 3, "begin a comment with //"},
        Refused{"OpenText", "{\"name\": \"a\n}", "", error, 1, 10, "not closed in its line"},
        Refused{"AnUnknownEscape", R"({"image": "C:\hello"})", "", error, 1, 14,
                "write \\\\ for a backslash"},
        Refused{"AShortEscape", R"({"image": "\u12"})", "", error, 1, 12, "four hexadecimal digits"},
        Refused{"HalfASurrogatePair", R"({"image": "\ud83d"})", "", error, 1, 11, "half of a \\u pair"},
        Refused{"ATabInText", "{\"name\": \"a\tb\"}", "", error, 1, 12, "write \\t"},
        Refused{"TextAfterTheEnd", "{}\n}", "", error, 2, 1, "text after the config's end"},
        Refused{"BytesThatAreNoText", "{\"name\":\n\"\xff\"}", "", error, 2, 2, "\\xff is not UTF-8"},
        Refused{"UnexpectedCharacters", "{\"name\": §}", "", error, 1, 10, "§"}),
    caseName);

INSTANTIATE_TEST_SUITE_P(
    Keys, ReadConfigTells,
    testing::Values(
        Refused{"AKeyNearAKnownOne", R"({"memroy": 1})", "/memroy", warning, 1, 2,
                "unknown key \"memroy\": did you mean \"memory\"?"},
        Refused{"AKeyInAnotherCase", R"({"disks": [{"file": "a", "readonly": true}]})", "/disks/0/readonly",
                warning, 1, 26, "did you mean \"readOnly\"?"},
        Refused{"AKeyFarFromAll", R"({"frobnicate": 1})", "/frobnicate", warning, 1, 2, "it has no effect"},
        Refused{"AKeyWithASlash", R"({"build": {"a/b~c": 1}})", "/build/a~1b~0c", warning, 1, 12,
                "unknown key \"a/b~c\""},
        Refused{"AKeyTwice", "{\"memory\": 1,\n\"memory\": 2}", "/memory", error, 2, 1, "already in line 1"},
        Refused{"ATwinInsideAList", R"({"disks": [{"file": "a"}, {"file": "b", "file": "c"}]})",
                "/disks/1/file", error, 1, 41, "already in line 1"},
        Refused{"ArgumentsAndPrograms", R"({"arguments": ["a"], "programs": []})", "/programs", error, 1, 22,
                "keep one of them"}),
    caseName);

INSTANTIATE_TEST_SUITE_P(
    Values, ReadConfigTells,
    testing::Values(
        Refused{"AListForAConfig", "[]", "", error, 1, 1, "this is a list: write an object"},
        Refused{"ANumberForText", R"({"name": 5})", "/name", error, 1, 10,
                "write it in double quotes, \"5\""},
        Refused{"ANumberInAList", R"({"arguments": ["httpd", 80]})", "/arguments/1", error, 1, 25, "\"80\""},
        Refused{"TextForAList", R"({"arguments": "hello one"})", "/arguments", error, 1, 15,
                "this is text: write a list of texts"},
        Refused{"AListForAMap", R"({"environment": ["A=b"]})", "/environment", error, 1, 17,
                "write an object"},
        Refused{"ABooleanInAMap", R"({"environment": {"A/b": true}})", "/environment/A~1b", error, 1, 25,
                "\"true\""},
        Refused{"TextForABoolean", R"({"disks": [{"readOnly": "yes"}]})", "/disks/0/readOnly", error, 1, 25,
                "true or false, without quotes"},
        Refused{"TextForANumber", R"({"vcpus": "2"})", "/vcpus", error, 1, 11,
                "a whole number from 1 to 255, without quotes"},
        Refused{"Null", R"({"memory": null})", "/memory", error, 1, 12, "remove the key to have its default"},
        Refused{"AnObjectForAWord", R"({"onExit": {}})", "/onExit", error, 1, 12,
                "a word such as \"destroy\""},
        Refused{"AWordNearAKnownOne", R"({"onExit": "destory"})", "/onExit", error, 1, 12,
                "did you mean \"destroy\"?"},
        Refused{"AWordFarFromAll", R"({"onCrash": "celebrate"})", "/onCrash", error, 1, 13,
                "write \"destroy\", \"preserve\", \"restart\" or \"debug\""},
        Refused{"AnUnknownUnit", R"({"memory": "64 MiBs"})", "/memory", error, 1, 12,
                "unknown unit 'MiBs': use B, KiB"},
        Refused{"ASizeThatIsNone", R"({"memory": "much"})", "/memory", error, 1, 12, "is not a size"},
        Refused{"ANegativeSize", R"({"memory": -1})", "/memory", error, 1, 12, "out of range"},
        Refused{"AHalfByte", R"({"memory": 1.5})", "/memory", error, 1, 12, "a whole number"},
        Refused{"AHugeSize", R"({"memory": 18446744073709551615})", "/memory", error, 1, 12, "out of range"},
        Refused{"NoVcpus", R"({"vcpus": 0})", "/vcpus", error, 1, 11, "from 1 to 255"},
        Refused{"TooManyVcpus", R"({"vcpus": 256})", "/vcpus", error, 1, 11, "from 1 to 255"},
        Refused{"APortOutOfRange",
                R"({"interfaces": [{"backend": {"forward": [{"host": 65536, "guest": 1}]}}]})",
                "/interfaces/0/backend/forward/0/host", error, 1, 51, "from 1 to 65535"},
        Refused{"AnItemOfTheWrongType", R"({"disks": ["a.img"]})", "/disks/0", error, 1, 12,
                "this is text: write an object"},
        Refused{"ANewerVersion", R"({"version": 2})", "/version", error, 1, 13, "update Rumpus"},
        Refused{"AVersionThatIsNone", R"({"version": 0})", "/version", error, 1, 13, "out of range"}),
    caseName);

TEST(ReadConfig, TellsAllProblemsInTheirOrder)
{
    const ReadConfig read =
        readConfig("{\n\"vcpus\": 0,\n\"memroy\": 1,\n\"memory\": \"x\",\n\"vcpus\": 1\n}");
    std::vector<std::size_t> lines;
    for (const Problem& problem : read.problems) {
        lines.push_back(problem.line);
    }
    EXPECT_THAT(lines, ElementsAre(2, 3, 4, 5));
}

TEST(ReadConfig, KeepsWhatItCouldReadBesideAnError)
{
    const ReadConfig read = readConfig(R"({"name": "a", "memory": "x", "vcpus": 3})");
    EXPECT_EQ(read.config.name, "a");
    EXPECT_EQ(read.config.memory, UnikernelConfig::defaultMemory);
    EXPECT_EQ(read.config.vcpus, 3U);
}

class LoadConfigFile : public testing::Test {
protected:
    TemporaryFolder folder_;
};

TEST_F(LoadConfigFile, NamesTheConfigByItsFile)
{
    const auto file = folder_.write("hello.unikernel.json", R"({"image": "hello.elf"})");
    folder_.write("hello.elf", "");
    const Result<ConfigFile> loaded = loadConfigFile(file);
    ASSERT_TRUE(loaded);
    EXPECT_EQ(loaded->config.name, "hello");
    EXPECT_EQ(loaded->imagePath(), folder_.path() / "hello.elf");
    EXPECT_THAT(loaded->problems, IsEmpty());
}

TEST_F(LoadConfigFile, SaysTheLineOfWhatValidationFinds)
{
    const auto file =
        folder_.write("a.unikernel.json", "{\n  \"programs\": [\n    { \"arguments\": [\"\\u0000\"] }\n  ],\n"
                                          "  \"hostname\": \"-\"\n}");
    const Result<ConfigFile> loaded = loadConfigFile(file);
    ASSERT_TRUE(loaded);
    ASSERT_EQ(loaded->problems.size(), 3U);
    EXPECT_TRUE(loaded->hasErrors());
    EXPECT_THAT(toString(loaded->problems[0], "a.json"),
                testing::StartsWith("a.json:1:1: error: /image: there is no image"));
    EXPECT_THAT(toString(loaded->problems[1], "a.json"),
                testing::StartsWith("a.json:3:21: error: /programs/0/arguments/0: "));
    EXPECT_THAT(toString(loaded->problems[2], "a.json"),
                testing::StartsWith("a.json:5:15: error: /hostname: "));
}

TEST_F(LoadConfigFile, ComplainsOnlyOnceAboutAValueThatCannotBeRead)
{
    const Result<ConfigFile> wrongType = loadConfigFile(folder_.write("a.unikernel.json", R"({"image": 5})"));
    ASSERT_TRUE(wrongType);
    EXPECT_EQ(wrongType->problems.size(), 1U);
    const Result<ConfigFile> noJson = loadConfigFile(folder_.write("b.unikernel.json", "\x7f"
                                                                                       "ELF"));
    ASSERT_TRUE(noJson);
    EXPECT_EQ(noJson->problems.size(), 1U);
}

TEST_F(LoadConfigFile, SaysWhyAFileCannotBeRead)
{
    const Result<ConfigFile> missing = loadConfigFile(folder_.path() / "none.unikernel.json");
    ASSERT_FALSE(missing);
    EXPECT_THAT(toString(missing.error()), HasSubstr("none.unikernel.json: No such file"));
    EXPECT_EQ(missing.error().fault, Fault::Input);
    const Result<ConfigFile> directory = loadConfigFile(folder_.path());
    ASSERT_FALSE(directory);
    EXPECT_THAT(toString(directory.error()), HasSubstr("it is a directory"));
    const Result<ConfigFile> large =
        loadConfigFile(folder_.write("large.unikernel.json", std::string(2U << 20U, ' ')));
    ASSERT_FALSE(large);
    EXPECT_THAT(toString(large.error()), HasSubstr("at most 1.00 MiB"));
}

TEST(ProblemText, HasNoPlaceWhereThereIsNone)
{
    EXPECT_EQ(toString(Problem{"", Severity::Warning, "odd"}, "a\nb.json"), "a\\x0ab.json: warning: odd");
}

} // namespace
} // namespace rumpus
