// The filter keeps the tree's shape, also while nodes come and go.
// SPDX-License-Identifier: GPL-3.0-or-later
#include <QComboBox>
#include <QLineEdit>
#include <QSignalSpy>
#include <QToolButton>

#include "tests/gui/xenstore/view_case.h"

namespace rumpus::gui {
namespace {

class Sieve : public ViewCase {
protected:
    void filter(const char* text)
    {
        QSignalSpy sifted(&model(), &XenstoreModel::sifted);
        part<QLineEdit>("xenstoreFilter")->setText(QString::fromLatin1(text));
        ASSERT_TRUE(waitFor([&] { return sifted.count() > 0; }));
    }
};

TEST_F(Sieve, ShowsWhatMatchesWithAllAboveIt)
{
    fillHost();
    openView();
    filter("target");
    EXPECT_THAT(rows(),
                testing::ElementsAre(QStringLiteral("local"), QStringLiteral("  domain"),
                                     QStringLiteral("    3 (web)"), QStringLiteral("      memory"),
                                     QStringLiteral("        target"), QStringLiteral("    12 (database)"),
                                     QStringLiteral("      memory"), QStringLiteral("        target")));
    filter("1048576"); // a value
    EXPECT_TRUE(isShown("/local/domain/3/console/limit"));
    EXPECT_FALSE(isShown("/local/domain/3/memory"));
    filter("/local/domain/*/device/vif/0/state"); // the whole path, as a shell has it
    EXPECT_TRUE(isShown("/local/domain/12/device/vif/0/state"));
    EXPECT_FALSE(isShown("/local/domain/12/device/vbd"));
    filter("");
    EXPECT_TRUE(isShown("/vm"));
}

TEST_F(Sieve, TakesRegularExpressionsAndSaysWhatIsNone)
{
    fillHost();
    openView();
    part<QToolButton>("xenstoreRegex")->click();
    filter("v(if|bd)/0/state$");
    EXPECT_TRUE(isShown("/local/domain/3/device/vbd/0/state"));
    EXPECT_FALSE(isShown("/local/domain/3/device/vbd/0/backend"));
    part<QLineEdit>("xenstoreFilter")->setText(QStringLiteral("v(if"));
    EXPECT_TRUE(isShown("/local/domain/3/device/vbd/0/state")) << "what was shown stays";
}

TEST_F(Sieve, FollowsWhatComesAndGoes)
{
    fillHost();
    openView();
    filter("needle");
    EXPECT_EQ(model().rowCount(), 0);
    ASSERT_TRUE(peer->write("/tool/deep/down/needle", "1"));
    ASSERT_TRUE(waitFor([this] { return isShown("/tool/deep/down/needle"); }));
    EXPECT_EQ(model().rowCount(), 1);
    ASSERT_TRUE(peer->write("/tool/deep/other", "a needle"));
    ASSERT_TRUE(waitFor([this] { return isShown("/tool/deep/other"); }));
    ASSERT_TRUE(peer->write("/tool/deep/other", "no more"));
    ASSERT_TRUE(waitFor([this] { return !isShown("/tool/deep/other"); }));
    EXPECT_TRUE(isShown("/tool/deep/down/needle"));
    ASSERT_TRUE(peer->remove("/tool/deep"));
    ASSERT_TRUE(waitFor([this] { return model().rowCount() == 0; }));
}

TEST_F(Sieve, ShowsOneGuestWithItsBackEnds)
{
    fillHost();
    openView();
    QSignalSpy sifted(&model(), &XenstoreModel::sifted);
    auto* scope = part<QComboBox>("xenstoreScope");
    EXPECT_EQ(scope->itemText(3), QStringLiteral("web (3)"));
    view().tree().showGuest(3);
    ASSERT_TRUE(waitFor([&] { return sifted.count() > 0; }));
    EXPECT_TRUE(isShown("/local/domain/3/memory/target"));
    EXPECT_TRUE(isShown("/local/domain/0/backend/vif/3/0/state"));
    EXPECT_TRUE(isShown("/vm/6d6c1b0e-0000-4000-8000-000000000003/name"));
    EXPECT_FALSE(isShown("/local/domain/12"));
    EXPECT_FALSE(isShown("/local/domain/0/name"));
    EXPECT_TRUE(tree().isExpanded(model().reach("/local/domain/3"))) << "the guest is what is looked for";
}

TEST_F(Sieve, FollowsTheGuestInFront)
{
    static const std::string web = "6d6c1b0e-0000-4000-8000-000000000003";
    fillHost();
    openView();
    QSignalSpy sifted(&model(), &XenstoreModel::sifted);
    view().tree().showFront();
    ASSERT_TRUE(waitFor([&] { return sifted.count() > 0 && model().rowCount() == 0; })) << "none is in front";
    view().tree().setFront(web);
    ASSERT_TRUE(waitFor([&] { return isShown("/local/domain/3/memory/target"); }));
    EXPECT_FALSE(isShown("/local/domain/12"));
    view().tree().setFront("");
    ASSERT_TRUE(waitFor([&] { return model().rowCount() == 0; }));
    view().tree().showGuest(std::nullopt);
    EXPECT_TRUE(waitFor([&] { return isShown("/local/domain/12"); }));
    view().tree().setFront(web);
    EXPECT_TRUE(isShown("/local/domain/12")) << "all are wanted";
}

} // namespace
} // namespace rumpus::gui
