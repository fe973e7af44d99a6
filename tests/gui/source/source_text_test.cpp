// What a source file's text tells by itself.
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/gui/source/source_area.h"
#include "app/gui/source/source_text.h"

#include <gtest/gtest.h>

namespace rumpus::gui {
namespace {

TEST(ExpressionAt, IsTheNameWithAllThatItIsReachedThrough)
{
    struct Case {
        const char* line; ///< the mouse is at the bar
        const char* expression;
    };
    for (const Case& c :
         {Case{"sum += le|af->age;", "leaf"}, Case{"sum += leaf->a|ge;", "leaf->age"},
          Case{"x = a.b.c|;", "a.b.c"}, Case{"x = list[i].na|me;", "list[i].name"},
          Case{"x = list[i + 1][2].na|me;", "list[i + 1][2].name"}, Case{"x = f(y).na|me;", ""},
          Case{"x = list[f(1)].na|me;", ""}, Case{"pri|ntf (x);", ""}, Case{"  |  ", ""},
          Case{"x = 12|3;", ""}, Case{"|count", "count"}, Case{"count|", "count"}, Case{"", ""},
          Case{"->a|ge", ""}, Case{"this->a|ge", "this->age"}}) {
        QString line = QString::fromLatin1(c.line);
        const qsizetype column = line.indexOf(u'|');
        line.remove(u'|');
        EXPECT_EQ(expressionAt(line, column).toStdString(), c.expression) << c.line;
    }
}

const QStringList source = QString::fromLatin1("#include <a.h>\n"                 // 0
                                               "\n"                               // 1
                                               "static int twice(int n)\n"        // 2
                                               "{\n"                              // 3
                                               "    int n2 = n * 2; // n\n"       // 4
                                               "    return n2;\n"                 // 5
                                               "}\n"                              // 6
                                               "\n"                               // 7
                                               "int main(int argc,\n"             // 8
                                               "         char** argv)\n"          // 9
                                               "{\n"                              // 10
                                               "    int sum = 0;\n"               // 11
                                               "again:\n"                         // 12
                                               "    sum += twice(argc);\n"        // 13
                                               "    say(\"sum argc\", p->sum);\n" // 14
                                               "    return sum;\n"                // 15
                                               "}\n")
                               .split(u'\n');

TEST(FunctionLines, AreFoundByIndentation)
{
    EXPECT_EQ(functionLines(source, 5), std::pair(2, 6));
    EXPECT_EQ(functionLines(source, 14), std::pair(8, 16));
    EXPECT_EQ(functionLines(source, 100), std::pair(100, 100));
    EXPECT_EQ(functionLines({}, 0), std::pair(0, 0));
}

TEST(ValuesBeside, StandOnLinesOfTheFunctionUpToTheCurrentOne)
{
    const std::vector<Variable> variables{{.name = "argc", .value = "1", .type = "int", .argument = true},
                                          {.name = "sum", .value = "2", .type = "int"},
                                          {.name = "list", .value = "", .type = "int [3]"},
                                          {.name = "n", .value = "9", .type = "int"}};
    const QMap<int, QString> beside = valuesBeside(source, 14, variables);
    EXPECT_EQ(beside.value(8), QStringLiteral("argc = 1"));
    EXPECT_EQ(beside.value(13), QStringLiteral("sum = 2   argc = 1"));
    EXPECT_FALSE(beside.contains(4)) << "another function's";
    EXPECT_FALSE(beside.contains(14)) << "words in a string, and a member";
    EXPECT_FALSE(beside.contains(15)) << "not come to yet";
    EXPECT_TRUE(valuesBeside(source, 100, variables).isEmpty());
}

TEST(DefinitionLine, IsWhereTheBodyBegins)
{
    EXPECT_EQ(definitionLine(source, QStringLiteral("twice")), 3);
    EXPECT_EQ(definitionLine(source, QStringLiteral("main")), 9);
    EXPECT_EQ(definitionLine(source, QStringLiteral("nothing")), 0);
    EXPECT_EQ(
        definitionLine({QStringLiteral("int f(void);"), QStringLiteral("int f(void)")}, QStringLiteral("f")),
        2);
    EXPECT_EQ(
        definitionLine({QStringLiteral("    call start"), QStringLiteral("start:")}, QStringLiteral("start")),
        2);
}

TEST(MapRule, IsWhatDiffersBeforeTheCommonTail)
{
    EXPECT_EQ(mapRule(QStringLiteral("/build/k/net/a.c"), QStringLiteral("/home/me/k/net/a.c")),
              std::pair(QStringLiteral("/build"), QStringLiteral("/home/me")));
    EXPECT_TRUE(mapRule(QStringLiteral("/build/a.c"), QStringLiteral("/home/b.c")).first.isEmpty());
}

} // namespace
} // namespace rumpus::gui
