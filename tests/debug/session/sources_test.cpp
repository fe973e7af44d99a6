// Where a source file is on this machine.
// SPDX-License-Identifier: GPL-3.0-or-later
#include "debug/session/sources.h"

#include <QTemporaryDir>
#include <gtest/gtest.h>

#include <fstream>
#include <gmock/gmock.h>

namespace rumpus {
namespace {

namespace fs = std::filesystem;
using Rules = std::vector<std::pair<std::string, std::string>>;

class Sources : public testing::Test {
protected:
    Sources()
    {
        for (const char* name : {"here/lib/a.c", "here/lib/deep/b.c", "other/lib/a.c", "other/main.c"}) {
            fs::create_directories(path(name).parent_path());
            std::ofstream(path(name)) << name;
        }
    }
    fs::path path(const std::string& name) const { return fs::path(folder_.path().toStdString()) / name; }

private:
    QTemporaryDir folder_;
};

TEST_F(Sources, AreWhereTheImageSaysIfTheyAreThere)
{
    SourceFinder finder;
    const std::string full = path("here/lib/a.c").native();
    EXPECT_EQ(finder.find("a.c", full), full);
    EXPECT_EQ(finder.find("a.c", path("here").native() + "/x/..//./lib/a.c"), full);
    EXPECT_EQ(finder.find("a.c", "/nowhere/a.c"), "");
    EXPECT_EQ(finder.find("", ""), "");
    EXPECT_EQ(finder.find("lib", path("here/lib").native()), "") << "a folder is no source";
    EXPECT_TRUE(finder.guessedRules().empty());
}

TEST_F(Sources, FollowTheRulesInTheirOrder)
{
    SourceFinder finder(Rules{{"/build", path("here").native()}, {"/build/", path("other").native() + "/"}},
                        {});
    EXPECT_EQ(finder.find("a.c", "/build/lib/a.c"), path("here/lib/a.c"));
    EXPECT_EQ(finder.find("main.c", "/build/main.c"), path("other/main.c")) << "the first rule finds nothing";
    EXPECT_EQ(finder.find("x", "/builder/lib/a.c"), "") << "a prefix ends at a slash";
    EXPECT_EQ(finder.find("x", "/build"), "");
    EXPECT_EQ(finder.find("y", "/build/lib/../lib/deep/./b.c"), path("here/lib/deep/b.c"));
    EXPECT_TRUE(finder.guessedRules().empty());
}

TEST_F(Sources, WithARuleForARelativeNameAreFoundThereToo)
{
    SourceFinder finder(Rules{{"../src", path("here/lib").native()}}, {});
    EXPECT_EQ(finder.find("../src/a.c", "/gone/src/a.c"), path("here/lib/a.c"));
}

TEST_F(Sources, AreGuessedByTheirTailAndTheRuleIsTold)
{
    SourceFinder finder({}, {path("here"), path("other")});
    EXPECT_EQ(finder.find("b.c", "/home/someone/project/lib/deep/b.c"), path("here/lib/deep/b.c"));
    EXPECT_EQ(finder.guessedRules(), (Rules{{"/home/someone/project", path("here").native()}}));
    EXPECT_EQ(finder.find("a.c", "/home/someone/project/lib/a.c"), path("here/lib/a.c"));
    EXPECT_EQ(finder.guessedRules().size(), 1U) << "the guess serves the next file";
    EXPECT_EQ(finder.find("main.c", "/home/someone/project/main.c"), path("other/main.c"));
    EXPECT_EQ(finder.find("nothing.c", "/home/someone/project/nothing.c"), "");
}

TEST_F(Sources, OfARelativeNameAreLookedForBelowTheRoots)
{
    SourceFinder finder({}, {path("here")});
    EXPECT_EQ(finder.find("lib/a.c", ""), path("here/lib/a.c"));
    EXPECT_EQ(finder.find("./lib/../lib/a.c", ""), path("here/lib/a.c"));
    EXPECT_EQ(finder.find("build/lib/a.c", ""), path("here/lib/a.c"));
}

TEST(TidyPath, NeedsNoDisk)
{
    EXPECT_EQ(tidyPath("/a/./b//../c"), "/a/c");
    EXPECT_EQ(tidyPath("../a/../b"), "../b");
    EXPECT_EQ(tidyPath("/../a"), "/a");
    EXPECT_EQ(tidyPath(""), "");
}

} // namespace
} // namespace rumpus
