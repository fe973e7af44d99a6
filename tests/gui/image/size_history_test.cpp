// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/gui/image/size_history.h"

#include <QFile>
#include <QTemporaryDir>
#include <QTimeZone>
#include <gtest/gtest.h>

#include "rows.h"

namespace rumpus::gui {
namespace {

const QDateTime monday(QDate(2026, 1, 5), QTime(10, 0), QTimeZone::UTC);
const QDateTime tuesday(QDate(2026, 1, 6), QTime(10, 0), QTimeZone::UTC);
const QDateTime wednesday(QDate(2026, 1, 7), QTime(10, 0), QTimeZone::UTC);

SizeTree grown(std::uint64_t more)
{
    auto rows = testing::smallImage();
    rows[1].memory += more;
    return SizeTree::from(rows);
}

SizeTree grownBy12KiB()
{
    return grown(12288);
}

int udpInput(const SizeTree& tree)
{
    return tree.nearest(
        {QStringLiteral("kernel-net"), QStringLiteral("/x/net/udp.c"), QStringLiteral("udp_input")});
}

TEST(SizeHistory, ComparesWithTheLastBuildThatHadOtherSizes)
{
    SizeHistory history;
    history.take(BuildSizes::of(grown(0), monday));
    EXPECT_FALSE(history.previous);
    history.take(BuildSizes::of(grownBy12KiB(), tuesday));
    ASSERT_TRUE(history.previous);
    EXPECT_EQ(history.previous->built, monday);
    // the same again: the comparison stays
    history.take(BuildSizes::of(grownBy12KiB(), wednesday));
    EXPECT_EQ(history.previous->built, monday);
    EXPECT_EQ(history.current->built, wednesday);
}

TEST(SizeHistory, TellsWhatGrewInEveryLevel)
{
    SizeTree tree = grownBy12KiB();
    compareWith(tree, BuildSizes::of(grown(0), monday));
    const SizeNode& symbol = tree.at(udpInput(tree));
    const SizeNode& file = tree.at(symbol.parent);
    const std::initializer_list<const SizeNode*> levels{&symbol, &file, &tree.at(file.parent),
                                                        &tree.at(SizeTree::root)};
    for (const SizeNode* node : levels) {
        ASSERT_TRUE(node->before);
        EXPECT_EQ(changeText(*node->before, node->bytes, SizeOf::Memory), QStringLiteral("+12.0 KiB"));
        EXPECT_EQ(changeText(*node->before, node->bytes, SizeOf::File), QStringLiteral("±0"));
    }
}

TEST(SizeHistory, SurvivesOnDiskWithoutItsSymbols)
{
    const QTemporaryDir folder;
    const std::filesystem::path file = std::filesystem::path(folder.path().toStdString()) / "a" / "b.json";
    SizeHistory history;
    history.take(BuildSizes::of(grown(0), monday));
    history.take(BuildSizes::of(grownBy12KiB(), tuesday));
    ASSERT_TRUE(saveHistory(file, history));
    const SizeHistory read = loadHistory(file);
    ASSERT_TRUE(read.current && read.previous);
    EXPECT_EQ(read.current->parts, history.current->parts);
    EXPECT_EQ(read.current->built, tuesday);
    EXPECT_TRUE(read.previous->symbols.isEmpty());

    SizeTree tree = grownBy12KiB();
    compareWith(tree, *read.previous);
    const SizeNode& symbol = tree.at(udpInput(tree));
    EXPECT_FALSE(symbol.before); // unknown is not new
    EXPECT_TRUE(tree.at(symbol.parent).before);
}

TEST(SizeHistory, IsEmptyWhereTheFileIsNone)
{
    const QTemporaryDir folder;
    const QString name = folder.filePath(QStringLiteral("x.json"));
    EXPECT_FALSE(loadHistory(name.toStdString()).current);
    for (const char* text : {"", "[]", "{\"current\": 3}", "{\"current\": {\"built\": 1, \"sizes\": {}}}",
                             "{\"current\": {\"built\": \"x\", \"sizes\": []}}"}) {
        QFile file(name);
        ASSERT_TRUE(file.open(QIODevice::WriteOnly));
        file.write(text);
        file.close();
        EXPECT_FALSE(loadHistory(name.toStdString()).current) << text;
    }
    QFile file(name);
    ASSERT_TRUE(file.open(QIODevice::WriteOnly));
    file.write("{\"current\": {\"built\": \"2026-01-05T10:00:00Z\", \"sizes\": {\"libc\": [1, -2], "
               "\"other\": [3, 4]}}}");
    file.close();
    const SizeHistory history = loadHistory(name.toStdString());
    ASSERT_TRUE(history.current);
    EXPECT_EQ(history.current->parts.size(), 1);
}

} // namespace
} // namespace rumpus::gui
