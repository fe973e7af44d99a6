// What the dock says where there is no Xenstore, or not any more; and how it looks.
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/gui/base/theme.h"
#include "app/gui/xenstore/xenstore_place_box.h"
#include "app/session/host_book.h"

#include <QLabel>
#include <QPushButton>

#include "tests/gui/xenstore/view_case.h"

namespace rumpus::gui {
namespace {

class States : public ViewCase {
protected:
    bool isVisible(const char* name) { return part<QWidget>(name)->isVisible(); }
    QString state() { return part<QLabel>("xenstoreState")->text(); }
};

TEST_F(States, WithoutAXenstoreItSaysHowToGetOne)
{
    view_->show();
    EXPECT_TRUE(isVisible("xenstoreNone"));
    EXPECT_FALSE(isVisible("xenstoreTree"));
    EXPECT_FALSE(isVisible("xenstoreFilter"));
    EXPECT_TRUE(isVisible("xenstorePlace"));
    shoot(QStringLiteral("xenstore-none"));
    // a host that is none of Xen's is not followed
    view().followHost(QStringLiteral("qemu+ssh://root@nowhere/system"));
    EXPECT_TRUE(isVisible("xenstoreNone"));
    qputenv("XENSTORED_PATH", QByteArray::fromStdString(lab->socket().native()));
    part<XenstorePlaceBox>("xenstorePlace")->choose(QStringLiteral("local"));
    ASSERT_TRUE(waitFor([this] { return isLive(); }));
    EXPECT_EQ(state(), QStringLiteral("live"));
    EXPECT_TRUE(isVisible("xenstoreTree"));
    qunsetenv("XENSTORED_PATH");
}

TEST_F(States, ThatFailedSaysWhyAndTriesAgain)
{
    ASSERT_TRUE(peer->write("/tool/it", "1"));
    lab->kill();
    view().showPlace(lab->place());
    view_->show();
    ASSERT_TRUE(waitFor([&] { return isVisible("xenstoreFailed"); }));
    EXPECT_EQ(state(), QStringLiteral("failed"));
    shoot(QStringLiteral("xenstore-failed"));
    ASSERT_TRUE(lab->startAgain());
    part<QWidget>("xenstoreFailed")->findChild<QPushButton*>()->click();
    ASSERT_TRUE(waitFor([this] { return isLive(); }));
}

TEST_F(States, ThatIsLostKeepsWhatWasKnownAndComesBack)
{
    fillHost();
    openView();
    ASSERT_TRUE(view().tree().reveal("/local/domain/3/memory/target"));
    lab->kill();
    ASSERT_TRUE(waitFor([this] { return state() == QStringLiteral("lost"); }));
    EXPECT_TRUE(problem().contains(QStringLiteral("from before"))) << problem().toStdString();
    EXPECT_EQ(text("/local/domain/3/memory/target"), QStringLiteral("65536"));
    EXPECT_FALSE(part<QAction>("xenstore-remove")->isEnabled());
    shoot(QStringLiteral("xenstore-lost"));
    ASSERT_TRUE(lab->startAgain());
    Peer again(lab->socket());
    ASSERT_TRUE(again.write("/local/domain/3/memory/target", "1"));
    ASSERT_TRUE(waitFor([this] { return isLive(); }));
    ASSERT_TRUE(waitFor([this] { return text("/local/domain/3/memory/target") == QStringLiteral("1"); }));
    EXPECT_EQ(problem(), QString());
    EXPECT_EQ(view().tree().currentPath(), "/local/domain/3/memory/target") << "it was never away";
    EXPECT_FALSE(isShown("/local/domain/12"));
}

TEST_F(States, OfAHostThatSshDoesNotReachAreTold)
{
    view_->show();
    view().followHost(QStringLiteral("xen+tls://nowhere/"));
    ASSERT_TRUE(isVisible("xenstoreFailed"));
    shoot(QStringLiteral("xenstore-no-ssh"));
}

TEST_F(States, LookLikeThis)
{
    for (const char* scheme : {"light", "dark"}) {
        Settings::instance().set(settings::scheme, QString::fromLatin1(scheme));
        applyScheme();
        fillHost();
        openView();
        ASSERT_TRUE(view().tree().reveal("/local/domain/12/device/vif/0/state"));
        ASSERT_TRUE(view().tree().reveal("/local/domain/3/device/vif/0/state"));
        ASSERT_TRUE(peer->write("/local/domain/3/device/vbd/0/state", "4"));
        ASSERT_TRUE(peer->write("/local/domain/3/data/greeting", "hello\n"));
        ASSERT_TRUE(peer->write("/local/domain/12/memory/target", "131072"));
        ASSERT_TRUE(peer->write("/local/domain/3/control/shutdown", "poweroff"));
        ASSERT_TRUE(peer->remove("/local/domain/3/console"));
        ASSERT_TRUE(
            peer->setPermissions("/local/domain/3/data/greeting",
                                 {{.id = 3, .perms = XS_PERM_NONE}, {.id = 0, .perms = XS_PERM_READ}}));
        ASSERT_TRUE(waitFor([this] { return journal().rowCount() >= 7; }));
        shoot(QStringLiteral("xenstore-%1").arg(QString::fromLatin1(scheme)));
        view_->showPlace(lab->place());
        ASSERT_TRUE(peer->remove("/local/domain"));
    }
    Settings::instance().forget(settings::scheme.key);
    applyScheme();
}

} // namespace
} // namespace rumpus::gui
