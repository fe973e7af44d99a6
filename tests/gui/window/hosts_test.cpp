// Hosts in the window: the user's list and its test, and which of them Run is for.
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/gui/base/error_bar.h"
#include "app/gui/config/config_page.h"
#include "app/gui/window/editor_area.h"
#include "app/gui/window/host_box.h"
#include "app/gui/window/host_question_dialog.h"
#include "app/gui/window/hosts_page.h"
#include "app/gui/window/unikernel_tree.h"
#include "app/session/host_book.h"

#include <QApplication>
#include <QLineEdit>
#include <QMenu>
#include <QPushButton>
#include <QSignalSpy>
#include <QToolButton>
#include <QTreeWidget>

#include <cstdlib>
#include <fstream>

#include "tests/gui/window/window_case.h"

namespace rumpus::gui {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

/// A daemon that is not there answers at once.
constexpr const char* nowhere = "qemu:///system?socket=/nowhere/libvirt-sock";

class Hosts : public WindowCase {
protected:
    void TearDown() override
    {
        WindowCase::TearDown();
        EXPECT_TRUE(saveHostBook({}));
    }
    static std::vector<std::string> book()
    {
        std::vector<std::string> names;
        const Result<HostBook> book = loadHostBook();
        for (const HostEntry& host : book->hosts) {
            names.push_back(host.name);
        }
        return names;
    }
    static void list(const std::string& uri, const std::string& name)
    {
        HostBook book;
        ASSERT_TRUE(addHost(book, uri, name));
        ASSERT_TRUE(saveHostBook(book));
    }
    HostBox& box() { return *window().findChild<HostBox*>(QStringLiteral("hosts")); }
    void choose(const QString& host)
    {
        box().setCurrentIndex(box().findData(host));
        Q_EMIT box().activated(box().currentIndex());
    }
    bool shows(const QString& host)
    {
        return waitFor([&] { return box().host() == host; });
    }
};

TEST_F(Hosts, AreAddedTestedAndRemoved)
{
    HostsPage page;
    page.resize(700, 500);
    page.show();
    auto* list = page.findChild<QTreeWidget*>(QStringLiteral("hostList"));
    auto* checks = page.findChild<QTreeWidget*>(QStringLiteral("hostChecks"));
    auto* uri = page.findChild<QLineEdit*>(QStringLiteral("hostUri"));
    auto* add = page.findChild<QPushButton*>(QStringLiteral("addHost"));
    ASSERT_EQ(list->topLevelItemCount(), 1);
    EXPECT_FALSE(add->isEnabled());
    QSignalSpy tested(&page, &HostsPage::tested);
    QTest::keyClicks(uri, QString::fromLatin1(nowhere));
    QTest::keyClicks(page.findChild<QLineEdit*>(QStringLiteral("hostName")), QStringLiteral("far"));
    QTest::mouseClick(add, Qt::LeftButton);
    EXPECT_THAT(book(), ElementsAre("far"));
    ASSERT_EQ(list->topLevelItemCount(), 2);
    ASSERT_TRUE(tested.count() > 0 || tested.wait(patience));
    ASSERT_GT(checks->topLevelItemCount(), 0);
    EXPECT_EQ(checks->topLevelItem(0)->text(0), QStringLiteral("daemon"));
    ASSERT_EQ(checks->topLevelItemCount(), 2);
    EXPECT_THAT(checks->topLevelItem(1)->text(1).toStdString(), HasSubstr("systemctl start"));
    page.grab().save(QStringLiteral(RUMPUS_BINARY_DIR "/shots/hosts-page.png"));

    QTest::mouseClick(page.findChild<QToolButton*>(QStringLiteral("removeHost")), Qt::LeftButton);
    EXPECT_THAT(book(), testing::IsEmpty());
    EXPECT_FALSE(checks->isVisible());
}

TEST_F(Hosts, ThatAreNoneAreRefusedAndWhatWasTypedStays)
{
    HostsPage page;
    page.show();
    auto* uri = page.findChild<QLineEdit*>(QStringLiteral("hostUri"));
    QTest::keyClicks(uri, QStringLiteral("lxc:///"));
    QTest::keyClick(uri, Qt::Key_Return);
    EXPECT_TRUE(page.findChild<ErrorBar*>()->isVisible());
    EXPECT_EQ(uri->text(), QStringLiteral("lxc:///"));
    EXPECT_THAT(book(), testing::IsEmpty());
}

TEST_F(Hosts, OfAConfigIsTheOneThatRunIsFor)
{
    list(nowhere, "far");
    closeWindow();
    openWindow();
    const QString there = sample(QStringLiteral("hello"), {{"host", "far"}});
    const QString here = sample(QStringLiteral("echo"), {{"host", "local"}});
    window().openPlace(there);
    EXPECT_TRUE(shows(QStringLiteral("far")));
    window().openPlace(here);
    EXPECT_TRUE(shows(QStringLiteral("local")));
    choose(QStringLiteral("far"));
    window().openPlace(there);
    choose(QStringLiteral("local"));
    window().openPlace(here);
    EXPECT_TRUE(shows(QStringLiteral("far"))) << "the choice is the unikernel's";
    window().openPlace(there);
    EXPECT_TRUE(shows(QStringLiteral("local")));
}

TEST_F(Hosts, ThatCannotBeReachedAreToldAndStartNothing)
{
    list(nowhere, "far");
    closeWindow();
    openWindow();
    window().openPlace(sample(QStringLiteral("hello"), {{"host", "far"}}));
    ASSERT_TRUE(shows(QStringLiteral("far")));
    press(Act::Run);
    ASSERT_TRUE(waitFor([this] { return window().problems().isVisible(); }));
    EXPECT_THAT(window().problems().text().toStdString(), HasSubstr("/nowhere/libvirt-sock"));
    EXPECT_TRUE(window().workbench().guests().empty());
    EXPECT_TRUE(window().actions()[Act::Run]->isEnabled());
    shoot(QStringLiteral("host-unreachable"));
}

TEST_F(Hosts, ThatWereRemovedGiveTheirPlaceToNoOther)
{
    list(nowhere, "far");
    closeWindow();
    openWindow();
    window().openPlace(sample(QStringLiteral("hello"), {{"host", "far"}}));
    ASSERT_TRUE(shows(QStringLiteral("far")));
    ASSERT_TRUE(saveHostBook({}));
    ASSERT_TRUE(window().workbench().watchHosts());
    EXPECT_EQ(box().host(), QStringLiteral("far")) << "no guest starts where nobody wanted it";
    press(Act::Run);
    ASSERT_TRUE(waitFor([this] { return window().problems().isVisible(); }));
    EXPECT_THAT(window().problems().text().toStdString(), HasSubstr("no host \"far\""));
}

TEST_F(Hosts, WithParametersCannotBeNamedByAConfig)
{
    const QString config = sample(QStringLiteral("hello"), {{"host", nowhere}});
    window().openPlace(config);
    window().editors().findConfig(config)->setView(ConfigPage::View::Plan);
    press(Act::Run);
    ASSERT_TRUE(waitFor([this] { return window().problems().isVisible(); }));
    EXPECT_THAT(window().problems().text().toStdString(), HasSubstr("rumpus hosts add"));
}

TEST(HostQuestions, AreAskedWithTheirSecretsHidden)
{
    const HostQuestionDialog dialog(
        {{.prompt = "Name", .suggestion = "ada"}, {.prompt = "Password", .secret = true}});
    const auto edits = dialog.findChildren<QLineEdit*>();
    ASSERT_EQ(edits.size(), 2);
    EXPECT_EQ(edits[1]->echoMode(), QLineEdit::Password);
    QTest::keyClicks(edits[1], QStringLiteral("sesame"));
    EXPECT_THAT(dialog.answers(), ElementsAre("ada", "sesame"));
}

/// Run by tests/app/polkit_test.py: a host that lets this user in while there is a file, which is not there.
class Refusal : public Hosts {
protected:
    void SetUp() override
    {
        if (std::getenv("RUMPUS_GATE") == nullptr) {
            GTEST_SKIP() << "is tested where polkit decides who comes in";
        }
        Hosts::SetUp();
    }
    HostCondition condition() { return window().workbench().hosts().find("guarded")->condition(); }
    /// The words of its row in the list, and what its menu offers.
    QStringList menuOf(const QString& host, const QString& chosen = {})
    {
        auto* tree = window().findChild<UnikernelTree*>();
        for (QModelIndex index = tree->model()->index(0, 0); index.isValid();
             index = tree->indexBelow(index)) {
            if (index.data().toString().startsWith(host)) {
                tree->setCurrentIndex(index);
            }
        }
        EXPECT_EQ(tree->currentHost(), host);
        QStringList offered;
        Q_EMIT tree->menuWanted({});
        auto* menu = qobject_cast<QMenu*>(QApplication::activePopupWidget());
        if (menu == nullptr) {
            ADD_FAILURE() << "there is no menu";
            return {};
        }
        for (QAction* action : menu->actions()) {
            offered << action->text();
            if (action->text() == chosen) {
                action->trigger();
            }
        }
        menu->close();
        return offered;
    }
};

TEST_F(Refusal, IsTakenBackByConnectInTheHostsMenu)
{
    using Reach = HostCondition::Reach;
    list("qemu:///system", "guarded");
    ASSERT_TRUE(window().workbench().watchHosts());
    ASSERT_TRUE(waitFor([&] { return condition().reach == Reach::Refused; }));
    EXPECT_THAT(condition().words, HasSubstr("polkit does not let you in"));
    EXPECT_THAT(menuOf(QStringLiteral("guarded")), testing::Contains(QStringLiteral("Connect")));
    shoot(QStringLiteral("host-refused"));
    menuOf(QStringLiteral("guarded"), QStringLiteral("Connect"));
    EXPECT_TRUE(waitFor([&] { return condition().reach == Reach::Refused; })) << "nothing has changed";
    std::ofstream(std::getenv("RUMPUS_GATE")) << "open";
    menuOf(QStringLiteral("guarded"), QStringLiteral("Connect"));
    ASSERT_TRUE(waitFor([&] { return condition().reach == Reach::Connected; }));
    EXPECT_THAT(menuOf(QStringLiteral("guarded")),
                testing::Not(testing::Contains(QStringLiteral("Connect"))));
}

} // namespace
} // namespace rumpus::gui
