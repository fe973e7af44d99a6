// The Xenstore dock in the window: where it stands, and which host it follows.
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/gui/base/theme.h"
#include "app/gui/timeline/timeline_chart.h"
#include "app/gui/window/host_box.h"
#include "app/gui/xenstore/xenstore_place_box.h"
#include "app/gui/xenstore/xenstore_view.h"
#include "app/session/host_book.h"

#include <QAction>
#include <QDockWidget>
#include <QMenuBar>
#include <QScrollBar>

#include "tests/gui/window/window_case.h"
#include "tests/platforms/xen/lab.h"

namespace rumpus::gui {
namespace {

class XenstoreDock : public WindowCase {
protected:
    void SetUp() override
    {
        Result<std::unique_ptr<XenstoreLab>> started = XenstoreLab::start();
        if (!started) {
            GTEST_SKIP() << "NOT TESTED: no xenstored of our own here: " << toString(started.error());
        }
        lab_ = std::move(*started);
        qputenv("XENSTORED_PATH", QByteArray::fromStdString(lab_->socket().native()));
        Settings::instance().forget("xenstore/host");
        WindowCase::SetUp();
        window().resize(1280, 800);
    }
    void TearDown() override
    {
        if (lab_) {
            WindowCase::TearDown();
        }
        EXPECT_TRUE(saveHostBook({}));
        qunsetenv("XENSTORED_PATH");
    }
    QDockWidget* dock() { return window().dock(QStringLiteral("xenstore")); }
    bool isLive()
    {
        return waitFor([this] {
            const XenstoreLink* link = window().xenstore().link();
            return link != nullptr && link->state() == XenstoreLink::State::Live;
        });
    }
    void write(std::vector<std::pair<std::string, std::string>> nodes)
    {
        std::vector<XenstoreEdit> edits;
        for (auto& [path, value] : nodes) {
            edits.push_back({.path = path, .value = value, .permissions = {}});
        }
        XenstoreClient client(lab_->place());
        XenstoreEditor editor(client);
        const Result<void> written = QCoro::waitFor(editor.apply(std::move(edits)));
        ASSERT_TRUE(written) << toString(written.error());
    }

    std::unique_ptr<XenstoreLab> lab_;
};

TEST_F(XenstoreDock, StandsWithTheConsoleAndConnectsOnceItIsLookedAt)
{
    EXPECT_TRUE(window().tabifiedDockWidgets(window().dock(QStringLiteral("console"))).contains(dock()));
    EXPECT_EQ(window().xenstore().link(), nullptr);
    dock()->raise();
    ASSERT_TRUE(isLive()) << "this machine has one";
    const auto all = window().actions().all();
    EXPECT_TRUE(all.contains(dock()->toggleViewAction()));
    EXPECT_TRUE(std::ranges::contains(all, QStringLiteral("xenstore-undo"), &QAction::objectName));
}

TEST_F(XenstoreDock, FollowsTheToolBarToAXenHost)
{
    HostBook book;
    ASSERT_TRUE(addHost(book, "xen+ssh://root@nowhere.invalid/system", "rack2"));
    ASSERT_TRUE(saveHostBook(book));
    closeWindow();
    openWindow();
    dock()->raise();
    ASSERT_TRUE(isLive());
    auto* box = window().findChild<HostBox*>(QStringLiteral("hosts"));
    auto* places = window().findChild<XenstorePlaceBox*>();
    EXPECT_GE(places->findData(QStringLiteral("rack2")), 0);
    box->setCurrentIndex(box->findData(QStringLiteral("rack2")));
    Q_EMIT box->activated(box->currentIndex());
    EXPECT_EQ(places->host(), QStringLiteral("rack2"));
    box->setCurrentIndex(box->findData(QStringLiteral("local")));
    Q_EMIT box->activated(box->currentIndex());
    EXPECT_EQ(places->host(), QStringLiteral("rack2")) << "this machine's QEMU has none";
}

TEST_F(XenstoreDock, TellsTheTimelineOfDevicesAndFollowsTheGuestInFront)
{
    dock()->raise();
    ASSERT_TRUE(isLive());
    window().openPlace(sample(QStringLiteral("echo")));
    press(Act::Run);
    ASSERT_TRUE(
        waitFor([this] { return guest() && console(guest()->id()).contains(QStringLiteral("Type")); }));
    // a QEMU guest has no Xenstore of its own: the test is its Xen
    const std::string front = "/local/domain/5/device/vif/0";
    const std::string back = "/local/domain/0/backend/vif/5/0";
    write({{"/local/domain/5/name", "echo"}, {"/local/domain/5/vm", "/vm/" + guest()->id()}});
    write({{back + "/state", "2"}, {front + "/state", "1"}});
    write({{front + "/state", "4"}});
    write({{back + "/state", "4"}});
    auto* chart = window().findChild<TimelineChart*>();
    ASSERT_TRUE(waitFor([&] {
        const TimelineRun* run = window().timeline().run(chart->run());
        return run != nullptr && run->devices.size() == 1 && run->devices[0].back.size() == 2 &&
               run->devices[0].front.back().words == QStringLiteral("Connected");
    }));
    const TimelineDevice& vif = window().timeline().run(chart->run())->devices[0];
    EXPECT_EQ(vif.name, QStringLiteral("vif 0"));
    EXPECT_EQ(vif.front.front().words, QStringLiteral("Initialising"));
    EXPECT_LE(vif.front.front().at, vif.front.back().at);
    window().xenstore().tree().showFront();
    ASSERT_TRUE(waitFor([this] {
        const QModelIndex index = window().xenstore().tree().model().reach("/local/domain/5/device/vif/0");
        return index.isValid() && !window().xenstore().tree().model().reach("/tool").isValid();
    })) << "the guest in front is the one that runs";
    dock()->raise();
    shoot(QStringLiteral("xenstore-front"));
    window().dock(QStringLiteral("timeline"))->raise();
    window().resize(1280, 1000);
    QApplication::processEvents();
    chart->verticalScrollBar()->setValue(chart->verticalScrollBar()->maximum());
    shoot(QStringLiteral("timeline-devices"));
}

TEST_F(XenstoreDock, TellsTheTimelineOfDevicesThatWereThereBefore)
{
    window().openPlace(sample(QStringLiteral("echo")));
    press(Act::Run);
    ASSERT_TRUE(
        waitFor([this] { return guest() && console(guest()->id()).contains(QStringLiteral("Type")); }));
    write({{"/local/domain/5/name", "echo"}, {"/local/domain/5/vm", "/vm/" + guest()->id()}});
    write({{"/local/domain/5/device/vif/0/state", "4"}, {"/local/domain/0/backend/vif/5/0/state", "4"}});
    dock()->raise();
    ASSERT_TRUE(isLive());
    const auto* chart = window().findChild<TimelineChart*>();
    ASSERT_TRUE(waitFor([&] {
        const TimelineRun* run = window().timeline().run(chart->run());
        return run != nullptr && run->devices.size() == 1 && run->devices[0].front.size() == 1 &&
               run->devices[0].back.size() == 1;
    }));
    EXPECT_EQ(window().timeline().run(chart->run())->devices[0].front[0].words, QStringLiteral("Connected"));
}

class XenstoreShots : public XenstoreDock, public testing::WithParamInterface<const char*> {};

TEST_P(XenstoreShots, OfAGuestsStart)
{
    Settings::instance().set(settings::scheme, QString::fromLatin1(GetParam()));
    applyScheme();
    const auto device = [this](const std::string& kind, const char* state) {
        const std::string front = "/local/domain/5/device/" + kind + "/0";
        const std::string back = "/local/domain/0/backend/" + kind + "/5/0";
        write({{front + "/backend", back},
               {front + "/state", state},
               {back + "/frontend", front},
               {back + "/state", state}});
    };
    write({{"/local/domain/0/name", "Domain-0"},
           {"/local/domain/2/name", "database"},
           {"/local/domain/2/vm", "/vm/0f0a5b1e-52c0-4b7e-9d2a-5f1f8f6b2c02"},
           {"/local/domain/2/memory/target", "65536"},
           {"/vm/0f0a5b1e-52c0-4b7e-9d2a-5f1f8f6b2c02/name", "database"},
           {"/tool/xenstored", ""}});
    dock()->raise();
    ASSERT_TRUE(isLive());
    write({{"/local/domain/5/name", "hello"},
           {"/local/domain/5/vm", "/vm/7c8d1f90-1b1e-4f5e-8f53-1b1d3f0e5a05"},
           {"/local/domain/5/rumprun/cfg", "{\"cmdline\": \"hello one\", \"net\": {\"if\": \"xenif0\"}}"}});
    device("vif", "1");
    device("vif", "4");
    write({{"/local/domain/5/data/sprig", "running"}});
    XenstoreJournalModel& journal = window().xenstore().journal().model();
    ASSERT_TRUE(waitFor([&] { return journal.rowCount() >= 20; }));
    ASSERT_TRUE(window().xenstore().tree().reveal("/local/domain/5/device/vif/0/state"));
    ASSERT_TRUE(window().xenstore().tree().reveal("/local/domain/5/name"));
    shoot(QStringLiteral("shot-xenstore-%1").arg(QString::fromLatin1(GetParam())));
    Settings::instance().forget(settings::scheme.key);
    applyScheme();
}

INSTANTIATE_TEST_SUITE_P(Scheme, XenstoreShots, testing::Values("light", "dark"));

} // namespace
} // namespace rumpus::gui
