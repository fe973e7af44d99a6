// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/gui/image/size_tree.h"

#include <QLocale>
#include <gtest/gtest.h>

#include "rows.h"

namespace rumpus::gui {
namespace {

TEST(SizeTree, SumsUpFromSymbolsToTheImage)
{
    const SizeTree tree = SizeTree::from(testing::smallImage());
    EXPECT_EQ(tree.at(SizeTree::root).bytes, (Bytes{15500, 26564}));
    const auto components = tree.childrenBySize(SizeTree::root, SizeOf::Memory);
    ASSERT_EQ(components.size(), 5U);
    const SizeNode& net = tree.at(components.front());
    EXPECT_EQ(net.component, Component::KernelNet);
    EXPECT_EQ(net.bytes, (Bytes{14000, 5000}));
    EXPECT_EQ(net.children, 2);
}

TEST(SizeTree, OrdersByTheSizeThatIsMeant)
{
    const SizeTree tree = SizeTree::from(testing::smallImage());
    const int inFile = tree.childrenBySize(SizeTree::root, SizeOf::File).front();
    EXPECT_EQ(tree.at(inFile).component, Component::Debug);
    const int udp = tree.nearest({QStringLiteral("kernel-net"), QStringLiteral("/x/net/udp.c")});
    EXPECT_EQ(tree.at(tree.childrenBySize(udp, SizeOf::Memory).front()).name, QStringLiteral("udp_table"));
    EXPECT_EQ(tree.at(tree.childrenBySize(udp, SizeOf::File).front()).name, QStringLiteral("udp_input"));
}

TEST(SizeTree, FindsANodeOrTheNearestByItsKey)
{
    const SizeTree tree = SizeTree::from(testing::smallImage());
    for (int node = 0; node < tree.size(); ++node) {
        EXPECT_EQ(tree.nearest(tree.keyOf(node)), node) << tree.keyOf(node).join(u'|').toStdString();
    }
    const int gone = tree.nearest({QStringLiteral("kernel-net"), QStringLiteral("/x/net/gone.c")});
    EXPECT_EQ(tree.at(gone).what, SizeNode::What::Component);
    EXPECT_EQ(tree.nearest({QStringLiteral("nothing")}), SizeTree::root);
}

TEST(SizeTree, SearchesSymbolsAndFilesInAnyCase)
{
    const SizeTree tree = SizeTree::from(testing::smallImage());
    const SizeMatches symbols = tree.search(QStringLiteral("UDP_in"));
    EXPECT_EQ(symbols.count, 1);
    EXPECT_EQ(symbols.bytes, (Bytes{4000, 4000}));
    // a file's name finds all that is in it
    const SizeMatches file = tree.search(QStringLiteral("udp.c"));
    EXPECT_EQ(file.count, 2);
    EXPECT_EQ(file.bytes.memory, 13000U);
    EXPECT_EQ(tree.search(QStringLiteral("trap")).count, 1);
    EXPECT_EQ(tree.search(QStringLiteral("nowhere")).count, 0);
}

TEST(SizeWords, AreExactAndGrouped)
{
    QLocale::setDefault(QLocale(QLocale::English, QLocale::UnitedStates));
    EXPECT_EQ(exactText(1234567), QStringLiteral("1,234,567 bytes"));
    EXPECT_EQ(changeText({1000, 0}, {13288, 0}, SizeOf::Memory), QStringLiteral("+12.0 KiB"));
    EXPECT_EQ(changeText({1340, 5}, {1000, 5}, SizeOf::Memory), QStringLiteral("−340 B"));
    EXPECT_EQ(changeText({1340, 5}, {1000, 5}, SizeOf::File), QStringLiteral("±0"));
}

TEST(SizeWords, NameWhatHasNoName)
{
    EXPECT_EQ(shortName({.what = SizeNode::What::File}), QStringLiteral("No source file"));
    EXPECT_EQ(shortName({.what = SizeNode::What::Section}), QStringLiteral("Headers and gaps"));
    EXPECT_EQ(shortName({.what = SizeNode::What::File, .name = QStringLiteral("/x/net/udp.c")}),
              QStringLiteral("udp.c"));
}

} // namespace
} // namespace rumpus::gui
