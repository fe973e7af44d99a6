// Whose a path is, what a device's state means, how bytes are written as text.
// SPDX-License-Identifier: GPL-3.0-or-later
#include "platforms/xen/xenstore_words.h"

#include <gtest/gtest.h>

#include <gmock/gmock.h>
#include <random>

namespace rumpus {

using testing::Optional;

namespace {

std::optional<XenstoreOwner> domain(std::uint32_t number)
{
    return XenstoreOwner{.domain = number, .uuid = {}};
}

} // namespace

TEST(XenstoreWords, aPathBelongsToAGuest)
{
    EXPECT_EQ(ownerOf("/local/domain/5"), domain(5));
    EXPECT_EQ(ownerOf("/local/domain/5/device/vif/0/state"), domain(5));
    EXPECT_EQ(ownerOf("/local/domain/0/name"), domain(0));
    EXPECT_EQ(ownerOf("/local/domain/0/backend"), domain(0));
    EXPECT_EQ(ownerOf("/local/domain/0/backend/vif/7/0/state"), domain(7));
    EXPECT_EQ(ownerOf("/local/domain/3/backend/vbd/7/51712"), domain(7));
    EXPECT_EQ(ownerOf("/libxl/12/type"), domain(12));
    EXPECT_EQ(ownerOf("/vm/6ab0-1/name"), (XenstoreOwner{.domain = {}, .uuid = "6ab0-1"}));
    for (const char* path :
         {"/", "/local", "/local/domain", "/local/domain/x", "/tool/xenstored", "/vm", "/libxl"}) {
        EXPECT_EQ(ownerOf(path), std::nullopt) << path;
    }
}

TEST(XenstoreWords, devicesAreKnownByBothTheirEnds)
{
    EXPECT_EQ(deviceOf("/local/domain/5/device/vif/0/mac"),
              (XenstoreDevice{.kind = "vif", .number = "0", .domain = 5, .backend = false}));
    EXPECT_EQ(deviceOf("/local/domain/0/backend/vbd/5/51712/state"),
              (XenstoreDevice{.kind = "vbd", .number = "51712", .domain = 5, .backend = true}));
    EXPECT_EQ(deviceOf("/local/domain/5/device/vif"), std::nullopt);
    EXPECT_EQ(deviceOf("/local/domain/0/backend/vif/x/0"), std::nullopt);
}

TEST(XenstoreWords, statesOfDevicesAreWords)
{
    EXPECT_THAT(stateInWords("/local/domain/5/device/vif/0/state", "1"),
                Optional(std::string("Initialising")));
    EXPECT_THAT(stateInWords("/local/domain/0/backend/vif/5/0/state", "4"),
                Optional(std::string("Connected")));
    EXPECT_THAT(stateInWords("/local/domain/5/device/vif/0/state", "6"), Optional(std::string("Closed")));
    EXPECT_EQ(stateInWords("/local/domain/5/device/vif/0/state", "9"), std::nullopt);
    EXPECT_EQ(stateInWords("/local/domain/5/device/vif/0/state", ""), std::nullopt);
    EXPECT_EQ(stateInWords("/local/domain/5/device/vif/0/queue/state", "4"), std::nullopt);
    EXPECT_EQ(stateInWords("/local/domain/5/state", "4"), std::nullopt);
}

TEST(XenstoreWords, bytesAreWrittenAsTheToolsOfXenDo)
{
    EXPECT_EQ(escapedValue("plain text"), "plain text");
    EXPECT_EQ(escapedValue(std::string_view("a\0b\tc\nd\\e\x1b\x7f", 11)), "a\\000b\\tc\\nd\\\\e\\x1b\\x7f");
    EXPECT_EQ(escapedValue("zwölf"), "zwölf");
    EXPECT_EQ(escapedValue("\xc3"), "\\xc3");
    EXPECT_EQ(escapedValue("\xc2\x9b[2J"), "\\xc2\\x9b[2J");
    EXPECT_EQ(unescapedValue("\\x41\\102\\q\\"), "ABq\\");
}

TEST(XenstoreWords, everyValueSurvivesBeingText)
{
    std::mt19937 random(1);
    for (int i = 0; i < 2000; ++i) {
        std::string value(random() % 40, '\0');
        for (char& c : value) {
            c = static_cast<char>(random());
        }
        EXPECT_EQ(unescapedValue(escapedValue(value)), value);
    }
}

} // namespace rumpus
