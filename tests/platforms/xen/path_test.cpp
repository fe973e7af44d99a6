// Paths and permissions of Xenstore, as values.
// SPDX-License-Identifier: GPL-3.0-or-later
#include "platforms/xen/xenstore_path.h"
#include "platforms/xen/xenstore_permissions.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <gmock/gmock.h>

namespace rumpus {

using testing::ElementsAre;
using testing::HasSubstr;

TEST(XenstorePath, whatIsOne)
{
    for (const char* path : {"/", "/local", "/local/domain/0/name", "/a-b_c@D/9"}) {
        EXPECT_TRUE(checkXenstorePath(path)) << path;
    }
    EXPECT_TRUE(checkXenstorePath("/" + std::string(3071, 'a')));
}

TEST(XenstorePath, whatIsNoneIsToldWithTheReason)
{
    const auto why = [](std::string_view path) {
        const Result<void> checked = checkXenstorePath(path);
        return checked ? std::string() : toString(checked.error());
    };
    EXPECT_THAT(why(""), HasSubstr("slash"));
    EXPECT_THAT(why("local"), HasSubstr("slash"));
    EXPECT_THAT(why("/a/"), HasSubstr("empty name"));
    EXPECT_THAT(why("/a//b"), HasSubstr("empty name"));
    EXPECT_THAT(why("/a b"), HasSubstr("\" \""));
    EXPECT_THAT(why(std::string_view("/a\0b", 4)), HasSubstr("\\x00"));
    EXPECT_THAT(why("/a\x1b[2J"), HasSubstr("\\x1b"));
    EXPECT_THAT(why("/" + std::string(3072, 'a')), HasSubstr("3072"));
    EXPECT_THAT(why("@releaseDomain"), HasSubstr("slash"));
    EXPECT_TRUE(checkXenstoreWatch("@releaseDomain"));
    EXPECT_FALSE(checkXenstoreWatch("@"));
}

TEST(XenstorePath, partsFitTogether)
{
    EXPECT_EQ(parentPath("/a/b"), "/a");
    EXPECT_EQ(parentPath("/a"), "/");
    EXPECT_EQ(nameIn("/a/b"), "b");
    EXPECT_EQ(nameIn("/"), "");
    EXPECT_EQ(childPath("/", "a"), "/a");
    EXPECT_EQ(childPath("/a", "b"), "/a/b");
    EXPECT_TRUE(isAtOrBelow("/a", "/"));
    EXPECT_TRUE(isAtOrBelow("/a/b", "/a"));
    EXPECT_TRUE(isAtOrBelow("/a", "/a"));
    EXPECT_FALSE(isAtOrBelow("/ab", "/a"));
}

TEST(XenstorePath, namesStandInTheOrderOfTheirNumbers)
{
    std::vector<std::string> names{"vif10", "2", "10", "vif2", "1", "name", "01", "vif"};
    std::ranges::sort(names, namesInOrder);
    EXPECT_THAT(names, ElementsAre("01", "1", "2", "10", "name", "vif", "vif2", "vif10"));
}

TEST(XenstorePermissions, readAndPrinted)
{
    const Result<XenstorePermissions> read = parsePermissions("n0 r5,b7");
    ASSERT_TRUE(read);
    EXPECT_EQ(toString(*read), "n0,r5,b7");
    EXPECT_EQ(parsePermissions(toString(*read)), read);
    EXPECT_EQ(inWords(*read),
              "domain 0 owns it; domain 5 may read; domain 7 may read and write; others may do nothing");
    EXPECT_EQ(inWords(*read, [](std::uint32_t domain) { return domain == 0 ? "dom0" : "web"; }),
              "dom0 owns it; web may read; web may read and write; others may do nothing");
}

TEST(XenstorePermissions, whatIsNoneIsRefused)
{
    for (const char* text : {"", "x0", "r", "r-1", "r5x", "5", "r99999999999"}) {
        EXPECT_FALSE(parsePermissions(text)) << text;
    }
}

} // namespace rumpus
