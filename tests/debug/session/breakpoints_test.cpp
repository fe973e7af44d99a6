// Breakpoints as values: how they are written, kept in a file, and followed through an edit.
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/files.h"
#include "core/base/format.h"
#include "debug/session/breakpoints.h"

#include <QTemporaryDir>
#include <gtest/gtest.h>

#include <gmock/gmock.h>

namespace rumpus {
namespace {

using Kind = Breakpoint::Kind;
using testing::HasSubstr;
namespace fs = std::filesystem;

TEST(BreakpointAt, UnderstandsWhatAUserWrites)
{
    struct Case {
        std::string text;
        Kind kind;
        std::string where;
        int line;
    };
    for (const Case& c :
         {Case{"main", Kind::Function, "main", 0}, Case{"hello.c:12", Kind::Line, "hello.c", 12},
          Case{"/a b/c.c:7", Kind::Line, "/a b/c.c", 7}, Case{"*0x1000", Kind::Address, "0x1000", 0},
          Case{"*main + 4", Kind::Address, "main + 4", 0},
          Case{"Class::method", Kind::Function, "Class::method", 0},
          Case{"c.c:0", Kind::Function, "c.c:0", 0}, Case{"c.c:-3", Kind::Function, "c.c:-3", 0},
          Case{"c.c:12x", Kind::Function, "c.c:12x", 0},
          Case{"c.c:99999999999", Kind::Function, "c.c:99999999999", 0},
          Case{":12", Kind::Function, ":12", 0}, Case{"", Kind::Function, "", 0}}) {
        const Breakpoint breakpoint = breakpointAt(c.text);
        EXPECT_EQ(breakpoint.kind, c.kind) << c.text;
        EXPECT_EQ(breakpoint.where, c.where);
        EXPECT_EQ(breakpoint.line, c.line);
        EXPECT_EQ(describe(breakpoint), c.text);
    }
}

TEST(Describe, SaysWhatIsWatched)
{
    EXPECT_EQ(describe({.kind = Kind::Write, .where = "x"}), "write of x");
    EXPECT_EQ(describe({.kind = Kind::Read, .where = "x"}), "read of x");
    EXPECT_EQ(describe({.kind = Kind::Access, .where = "a[1]"}), "access to a[1]");
}

TEST(InsertCommand, IsOneCommandWhateverTheWishHolds)
{
    struct Case {
        Breakpoint wish;
        std::string command;
    };
    for (const Case& c :
         {Case{{.kind = Kind::Line, .where = "c.c", .line = 3},
               R"(-break-insert --source "/x/c.c" --line 3)"},
          Case{{.kind = Kind::Function, .where = "main", .condition = "s == \"a\"", .ignore = 2},
               R"(-break-insert -c "s == \"a\"" -i 2 --function "main")"},
          Case{
              {.kind = Kind::Address, .where = "0x10", .temporary = true, .hardware = true, .enabled = false},
              R"(-break-insert -t -h -d "*0x10")"},
          Case{{.kind = Kind::Expression, .where = "c.c:3"}, R"(-break-insert "c.c:3")"},
          Case{{.kind = Kind::Write, .where = "x"}, R"(-break-watch "x")"},
          Case{{.kind = Kind::Read, .where = "x"}, R"(-break-watch -r "x")"},
          Case{{.kind = Kind::Access, .where = "x"}, R"(-break-watch -a "x")"}}) {
        EXPECT_EQ(insertCommand(c.wish, "/x/c.c"), c.command);
    }
    EXPECT_THAT(insertCommand({.kind = Kind::Function, .where = "a\n-gdb-exit"}, ""),
                testing::Not(HasSubstr("\n")));
}

class BreakpointFile : public testing::Test {
protected:
    fs::path path(const std::string& name) const { return fs::path(folder_.path().toStdString()) / name; }

private:
    QTemporaryDir folder_;
};

TEST_F(BreakpointFile, IsBesideItsConfig)
{
    EXPECT_EQ(breakpointFile("/a/hello.unikernel.json"), "/a/hello.breakpoints.json");
    EXPECT_EQ(breakpointFile("/a/odd.json"), "/a/odd.breakpoints.json");
    EXPECT_EQ(breakpointFile("hello.unikernel.json"), "hello.breakpoints.json");
}

TEST_F(BreakpointFile, KeepsEveryWish)
{
    const fs::path file = path("a.breakpoints.json");
    const std::vector<Breakpoint> all{
        {.kind = Kind::Line, .where = path("src/a.c").native(), .line = 12, .lineText = "x = \"ü\";"},
        {.kind = Kind::Line, .where = "/elsewhere/b.c", .line = 3},
        {.kind = Kind::Function, .where = "main", .condition = "argc > 1", .ignore = 3, .thread = "worker"},
        {.kind = Kind::Address, .where = "0x1000", .hardware = true, .enabled = false},
        {.kind = Kind::Expression, .where = "f", .message = "{x}", .commands = {"bt", "print x"}},
        {.kind = Kind::Write, .where = "counter"},
        {.kind = Kind::Read, .where = "counter"},
        {.kind = Kind::Access, .where = "counter"}};
    ASSERT_TRUE(saveBreakpoints(file, all));
    const Result<std::vector<Breakpoint>> loaded = loadBreakpoints(file);
    ASSERT_TRUE(loaded);
    EXPECT_EQ(*loaded, all);

    const std::string text = readFile(file).value_or("");
    EXPECT_THAT(text, HasSubstr("\"src/a.c\"")) << "a path below the folder is relative";
    EXPECT_THAT(text, HasSubstr("/elsewhere/b.c"));
    fs::rename(path("a.breakpoints.json"), path("moved.json"));
    fs::create_directory(path("other"));
    fs::rename(path("moved.json"), path("other/a.breakpoints.json"));
    EXPECT_EQ(loadBreakpoints(path("other/a.breakpoints.json"))->front().where,
              path("other/src/a.c").native());
}

TEST_F(BreakpointFile, ForgetsTemporaryOnesAndIsNotMadeForNone)
{
    const fs::path file = path("a.breakpoints.json");
    ASSERT_TRUE(saveBreakpoints(file, {}));
    EXPECT_FALSE(fs::exists(file));
    EXPECT_TRUE(loadBreakpoints(file)->empty());
    ASSERT_TRUE(saveBreakpoints(file, {{.kind = Kind::Function, .where = "a", .temporary = true},
                                       {.kind = Kind::Function, .where = "b"}}));
    ASSERT_EQ(loadBreakpoints(file)->size(), 1U);
    EXPECT_EQ(loadBreakpoints(file)->front().where, "b");
    ASSERT_TRUE(saveBreakpoints(file, {}));
    EXPECT_TRUE(loadBreakpoints(file)->empty());
}

TEST_F(BreakpointFile, ThatIsBrokenIsAnErrorThatNamesItAndStays)
{
    const fs::path file = path("broken.breakpoints.json");
    for (const std::string& text :
         {std::string("{"), std::string("[]"), std::string("{\"breakpoints\": 3}"),
          std::string("{\"breakpoints\": [1]}"), std::string("{\"breakpoints\": [{\"line\": 3}]}"),
          std::string("{\"breakpoints\": [{\"where\": 3}]}"),
          std::string("{\"breakpoints\": [{\"where\": \"a\", \"line\": \"x\"}]}"),
          std::string("{\"breakpoints\": [{\"kind\": \"new\", \"where\": \"a\"}]}"),
          std::string("{\"breakpoints\": [{\"where\": \"a\", \"line\": 1e300}]}"),
          std::string("{\"breakpoints\": [{\"where\": \"a\", \"ignore\": -1}]}"), std::string("\xff\xfe"),
          std::string(), std::string(100'000, '[')}) {
        ASSERT_TRUE(saveFile(file, text));
        const Result<std::vector<Breakpoint>> loaded = loadBreakpoints(file);
        ASSERT_FALSE(loaded) << text.substr(0, 80);
        EXPECT_THAT(toString(loaded.error()), HasSubstr("broken.breakpoints.json"));
        EXPECT_EQ(readFile(file), text);
    }
}

TEST_F(BreakpointFile, ThatIsAFolderIsAnError)
{
    fs::create_directory(path("folder"));
    const Result<std::vector<Breakpoint>> loaded = loadBreakpoints(path("folder"));
    ASSERT_FALSE(loaded);
    EXPECT_THAT(toString(loaded.error()), HasSubstr("folder"));
}

TEST(LineNow, FollowsTheTextOfTheLine)
{
    struct Case {
        std::string name;
        int line;
        std::string text;
        std::string source;
        int now;
    };
    for (const Case& c :
         {Case{"unchanged", 2, "b", "a\nb\nc\n", 2}, Case{"lines above", 2, "b", "x\ny\na\nb\nc\n", 4},
          Case{"lines taken away", 4, "b", "b\nc\n", 1}, Case{"other blanks", 2, "  b ", "a\n\tb\r\n", 2},
          Case{"text is gone", 2, "b", "a\nx\nc\n", 2},
          Case{"nearest of several", 5, "b", "b\n\n\nb\n\n\n\n\nb\n", 4},
          Case{"the first of two as near", 3, "b", "\nb\n\nb\n", 2}, Case{"no text kept", 2, "", "a\nb\n", 2},
          Case{"empty source", 2, "b", "", 2}, Case{"no newline at the end", 1, "b", "a\nb", 2}}) {
        EXPECT_EQ(lineNow({.line = c.line, .lineText = c.text}, c.source), c.now) << c.name;
    }
}

TEST(LineNow, OfALargeSourceIsFound)
{
    std::string source;
    for (int i = 1; i <= 200'000; ++i) {
        source += formatted("line {};\n", i);
    }
    EXPECT_EQ(lineNow({.line = 1, .lineText = "line 150000;"}, source), 150'000);
}

TEST(BreakpointList, FindsByNumberAndByLocation)
{
    BreakpointList list;
    const int first = list.add({.where = "a"}).id;
    PlacedBreakpoint& second = list.add({.where = "b"});
    second.number = "3";
    EXPECT_NE(first, second.id);
    EXPECT_EQ(list.findNumber("3")->wish.where, "b");
    EXPECT_EQ(list.findNumber("3.2")->wish.where, "b");
    EXPECT_EQ(list.findNumber("33"), nullptr);
    EXPECT_EQ(list.findNumber(""), nullptr) << "one that is not placed has no number";
    list.forgetPlaces();
    EXPECT_EQ(list.findNumber("3"), nullptr);
    list.remove(first);
    EXPECT_EQ(list.find(first), nullptr);
    EXPECT_EQ(list.all().size(), 1U);
    EXPECT_NE(list.add({.where = "c"}).id, first) << "a number is not used twice";
}

} // namespace
} // namespace rumpus
