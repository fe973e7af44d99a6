// The nodes: what their rows say, and that a change is seen without anything else being lost.
// SPDX-License-Identifier: GPL-3.0-or-later
#include <QAction>
#include <QApplication>
#include <QClipboard>
#include <QScrollBar>

#include "tests/gui/xenstore/view_case.h"

namespace rumpus::gui {
namespace {

using Mark = XenstoreModel::Mark;

class Tree : public ViewCase {
protected:
    QAction* act(const char* id) { return part<QAction>(id); }
    static std::string clipboard() { return QApplication::clipboard()->text().toStdString(); }
};

TEST_F(Tree, SaysWhatANodeIs)
{
    fillHost();
    openView();
    EXPECT_EQ(text("/local/domain/3", XenstoreModel::Name), QStringLiteral("3 (web)"));
    EXPECT_EQ(text("/local/domain/0/backend/vif/12", XenstoreModel::Name), QStringLiteral("12 (database)"));
    EXPECT_EQ(text("/vm/6d6c1b0e-0000-4000-8000-000000000003", XenstoreModel::Name),
              QStringLiteral("6d6c1b0e-0000-4000-8000-000000000003 (web)"));
    EXPECT_EQ(text("/local/domain/3/device/vif/0/state"), QStringLiteral("4 (Connected)"));
    EXPECT_EQ(text("/local/domain/3/data", XenstoreModel::Permissions), QStringLiteral("n3 r0"));
    const QString words = model()
                              .reach("/local/domain/3/data")
                              .siblingAtColumn(XenstoreModel::Permissions)
                              .data(Qt::ToolTipRole)
                              .toString();
    EXPECT_TRUE(words.contains(QStringLiteral("web (3) owns it"))) << words.toStdString();
    EXPECT_TRUE(text("/local/domain/3/name", XenstoreModel::Changed).isEmpty());
}

TEST_F(Tree, ShowsBytesEscapedAndLongValuesShortened)
{
    ASSERT_TRUE(peer->write("/tool/bytes", std::string_view("a\0\x01\xff\n", 5)));
    ASSERT_TRUE(peer->write("/tool/long", std::string(4000, 'x')));
    ASSERT_TRUE(peer->write("/tool/markup", "<b>bold</b>"));
    openView();
    EXPECT_EQ(text("/tool/bytes"), QStringLiteral("a\\000\\001\\xff\\n"));
    EXPECT_LT(text("/tool/long").size(), 400);
    EXPECT_TRUE(text("/tool/long").contains(QStringLiteral("000 bytes"))) << text("/tool/long").toStdString();
    EXPECT_EQ(text("/tool/markup"), QStringLiteral("<b>bold</b>"));
    ASSERT_TRUE(view().tree().reveal("/tool/long"));
    EXPECT_EQ(tree().visualRect(model().reach("/tool/long")).height(),
              tree().visualRect(model().reach("/tool/bytes")).height());
}

TEST_F(Tree, MarksWhatSomebodyElseWritesUntilItIsSeen)
{
    fillHost();
    openView();
    ASSERT_TRUE(view().tree().reveal("/local/domain/3/name"));
    ASSERT_TRUE(peer->write("/local/domain/3/memory/target", "32768"));
    ASSERT_TRUE(waitFor([this] { return text("/local/domain/3/memory/target") == QStringLiteral("32768"); }));
    EXPECT_EQ(mark("/local/domain/3/memory/target"), Mark::Here);
    EXPECT_EQ(mark("/local/domain/3"), Mark::Below);
    EXPECT_EQ(mark("/local/domain/12"), Mark::None);
    EXPECT_GT(model().reach("/local/domain/3/memory/target").data(XenstoreModel::FlashRole).toDouble(), 0);
    EXPECT_FALSE(text("/local/domain/3/memory/target", XenstoreModel::Changed).isEmpty());
    ASSERT_TRUE(waitFor([this] { return !model().isFlashing(); })) << "it fades";
    EXPECT_EQ(mark("/local/domain/3/memory/target"), Mark::Here) << "but stays marked";
    ASSERT_TRUE(view().tree().reveal("/local/domain/3/memory/target"));
    EXPECT_EQ(mark("/local/domain/3/memory/target"), Mark::None);

    ASSERT_TRUE(peer->write("/local/domain/12/memory/target", "1"));
    ASSERT_TRUE(waitFor([this] { return mark("/local/domain/12/memory/target") == Mark::Here; }));
    EXPECT_TRUE(act("xenstore-see-all")->isEnabled());
    act("xenstore-see-all")->trigger();
    EXPECT_EQ(mark("/local/domain/12"), Mark::None);
    EXPECT_FALSE(act("xenstore-see-all")->isEnabled());
}

TEST_F(Tree, KeepsWhatIsOpenAndSelectedAndInSight)
{
    fillHost();
    for (int i = 0; i < 200; ++i) {
        ASSERT_TRUE(peer->write("/tool/list/" + std::to_string(2 * i), "x"));
    }
    openView();
    ASSERT_TRUE(view().tree().reveal("/local/domain/12/device/vif/0/state"));
    ASSERT_TRUE(view().tree().reveal("/tool/list/300"));
    const int scrolled = tree().verticalScrollBar()->value();
    ASSERT_GT(scrolled, 0);
    // after, before and in between; above the selected one, and at the top
    ASSERT_TRUE(peer->write("/tool/list/301", "new"));
    ASSERT_TRUE(peer->remove("/tool/list/398"));
    ASSERT_TRUE(peer->write("/zz", "new"));
    ASSERT_TRUE(peer->write("/tool/list/300", "y"));
    ASSERT_TRUE(waitFor([this] { return text("/tool/list/300") == QStringLiteral("y") && isShown("/zz"); }));
    EXPECT_EQ(view().tree().currentPath(), "/tool/list/300");
    EXPECT_EQ(tree().verticalScrollBar()->value(), scrolled);
    EXPECT_TRUE(tree().isExpanded(model().reach("/local/domain/12/device/vif/0")));
    // the one above goes and comes: the selected one goes with it, and what is open elsewhere stays
    ASSERT_TRUE(peer->remove("/tool/list"));
    ASSERT_TRUE(waitFor([this] { return !isShown("/tool/list"); }));
    EXPECT_TRUE(tree().isExpanded(model().reach("/local/domain/12/device/vif/0")));
}

TEST_F(Tree, OpensANodeThatGetsItsFirstChild)
{
    ASSERT_TRUE(peer->write("/tool/leaf", ""));
    openView();
    ASSERT_TRUE(view().tree().reveal("/tool/leaf"));
    EXPECT_FALSE(model().hasChildren(model().reach("/tool/leaf")));
    ASSERT_TRUE(peer->write("/tool/leaf/child", "1"));
    ASSERT_TRUE(waitFor([this] { return model().hasChildren(model().reach("/tool/leaf")); }));
    tree().expand(model().reach("/tool/leaf"));
    EXPECT_TRUE(rows().contains(QStringLiteral("    child")));
}

TEST_F(Tree, LeadsFromAFrontEndToItsBackEndAndBack)
{
    fillHost();
    openView();
    ASSERT_TRUE(view().tree().reveal("/local/domain/3/device/vif/0/state"));
    ASSERT_TRUE(act("xenstore-jump")->isEnabled());
    EXPECT_TRUE(act("xenstore-jump")->text().contains(QStringLiteral("Back End")));
    act("xenstore-jump")->trigger();
    EXPECT_EQ(view().tree().currentPath(), "/local/domain/0/backend/vif/3/0");
    EXPECT_TRUE(act("xenstore-jump")->text().contains(QStringLiteral("Front End")));
    act("xenstore-jump")->trigger();
    EXPECT_EQ(view().tree().currentPath(), "/local/domain/3/device/vif/0");
    ASSERT_TRUE(view().tree().reveal("/local/domain/3/vm"));
    act("xenstore-jump")->trigger();
    EXPECT_EQ(view().tree().currentPath(), "/vm/6d6c1b0e-0000-4000-8000-000000000003");
    ASSERT_TRUE(view().tree().reveal("/local/domain/3/memory/target"));
    EXPECT_FALSE(act("xenstore-jump")->isEnabled());
}

TEST_F(Tree, IsCopiedAsPathValueAndCommand)
{
    ASSERT_TRUE(peer->write("/tool/it", "two words\n"));
    openView();
    ASSERT_TRUE(view().tree().reveal("/tool/it"));
    act("xenstore-copy-path")->trigger();
    EXPECT_EQ(clipboard(), "/tool/it");
    act("xenstore-copy-value")->trigger();
    EXPECT_EQ(clipboard(), "two words\n");
    act("xenstore-copy-command")->trigger();
    EXPECT_EQ(clipboard(), "xenstore-write /tool/it 'two words\\n'");
}

} // namespace
} // namespace rumpus::gui
