// Config → text: canonical order, defaults left out, nothing lost that the user wrote.
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/config/document.h"

#include <gtest/gtest.h>

#include <gmock/gmock.h>
#include <string>
#include <vector>

#include "example.h"

namespace rumpus {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

std::vector<std::string> keysOf(const Json& object)
{
    std::vector<std::string> keys;
    for (const auto& [key, value] : object.items()) {
        keys.push_back(key);
    }
    return keys;
}

TEST(WriteConfig, LeavesDefaultsOut)
{
    EXPECT_EQ(toText({}), "{\n  \"version\": 1\n}\n");
    const ReadConfig read =
        readConfig(R"({"image": "a", "memory": "65536 KiB", "kind": "auto", "onExit": "destroy",
        "debug": {"stopAt": "main"}, "console": {"limit": 268435456}, "disks": [], "vcpus": 1})");
    EXPECT_EQ(toJson(read.config), (Json{{"version", 1}, {"image", "a"}}));
}

TEST(WriteConfig, ReadsBackAsTheSameConfig)
{
    const ReadConfig read = readConfig(fullExample());
    const ReadConfig again = readConfig(toText(read.config));
    EXPECT_THAT(again.problems, IsEmpty());
    EXPECT_EQ(again.config, read.config);
    EXPECT_EQ(toText(again.config), toText(read.config));
}

TEST(WriteConfig, WritesTheKeysInTheFormatsOrder)
{
    const Json json = toJson(readConfig(fullExample()).config);
    EXPECT_THAT(keysOf(json),
                ElementsAre("$schema", "version", "name", "image", "kind", "dialect", "build", "host",
                            "memory", "vcpus", "programs", "environment", "hostname", "interfaces", "disks",
                            "kernelParameters", "xenstore", "backendArguments", "onExit", "onCrash",
                            "persistent", "debug", "console"));
    EXPECT_THAT(keysOf(json["interfaces"][0]),
                ElementsAre("name", "backend", "mac", "ipv4", "ipv6", "capture"));
    EXPECT_EQ(json["memory"], "1536 MiB");
}

TEST(WriteConfig, KeepsTheOrderOfTheUsersOwnKeys)
{
    const Json json = toJson(readConfig(R"({"environment": {"Z": "1", "A": "2", "M": "3"},
        "build": {"command": ["make"], "environment": {"Z": "1", "A": "2"}},
        "debug": {"sourceMap": {"/z": "1", "/a": "2"}}, "xenstore": {"z": "1", "a": "2"}})")
                                 .config);
    EXPECT_THAT(keysOf(json["environment"]), ElementsAre("Z", "A", "M"));
    EXPECT_THAT(keysOf(json["build"]["environment"]), ElementsAre("Z", "A"));
    EXPECT_THAT(keysOf(json["debug"]["sourceMap"]), ElementsAre("/z", "/a"));
    EXPECT_THAT(keysOf(json["xenstore"]), ElementsAre("z", "a"));
}

TEST(WriteConfig, KeepsUnknownKeysInTheirObjects)
{
    const std::string text = R"({"later": {"z": [1, 2.5, null], "a": true}, "image": "a",
        "build": {"command": ["make"], "jobs": 4}, "programs": [{"arguments": ["a"], "stack": "8 KiB"}],
        "interfaces": [{"speed": 1, "backend": {"vhost": true, "forward": [{"host": 1, "guest": 2, "bind": "::1"}]},
                        "ipv4": {"mtu": 1500}, "ipv6": {"privacy": false}}],
        "disks": [{"file": "a", "cache": "none"}], "debug": {"delay": 3}, "console": {"colour": "no"}})";
    const ReadConfig read = readConfig(text);
    EXPECT_EQ(read.problems.size(), 11U);
    const Json json = toJson(read.config);
    EXPECT_EQ(json["later"].dump(), R"({"z":[1,2.5,null],"a":true})");
    EXPECT_EQ(json["build"]["jobs"], 4);
    EXPECT_EQ(json["programs"][0]["stack"], "8 KiB");
    EXPECT_EQ(json["interfaces"][0]["speed"], 1);
    EXPECT_EQ(json["interfaces"][0]["backend"]["vhost"], true);
    EXPECT_EQ(json["interfaces"][0]["backend"]["forward"][0]["bind"], "::1");
    EXPECT_EQ(json["interfaces"][0]["ipv4"]["mtu"], 1500);
    EXPECT_EQ(json["interfaces"][0]["ipv6"]["privacy"], false);
    EXPECT_EQ(json["disks"][0]["cache"], "none");
    EXPECT_EQ(json["debug"]["delay"], 3);
    EXPECT_EQ(json["console"]["colour"], "no");
    EXPECT_EQ(keysOf(json).back(), "later");
    EXPECT_EQ(readConfig(toText(read.config)).config, read.config);
}

TEST(WriteConfig, WritesOnePlainProgramAsArguments)
{
    UnikernelConfig config;
    config.programs = {Program{{"hello", "one"}}};
    EXPECT_EQ(toJson(config)["arguments"], (Json{"hello", "one"}));
    config.programs = {Program{{"hello"}, RunMode::Background}};
    EXPECT_FALSE(toJson(config).contains("arguments"));
    EXPECT_EQ(toJson(config)["programs"][0]["mode"], "background");
    config.programs = {Program{{"a"}}, Program{{"b"}}};
    EXPECT_EQ(toJson(config)["programs"].size(), 2U);
}

TEST(WriteConfig, LetsAKnownKeyWinOverAnUnknownOneOfItsName)
{
    UnikernelConfig config;
    config.image = "a.elf";
    config.unknown["image"] = 5;
    EXPECT_EQ(readConfig(toText(config)).config.image, "a.elf");
}

TEST(WriteConfig, SurvivesBytesThatAreNoText)
{
    UnikernelConfig config;
    config.image = "a\xff.elf";
    EXPECT_THAT(readConfig(toText(config)).problems, IsEmpty());
}

} // namespace
} // namespace rumpus
