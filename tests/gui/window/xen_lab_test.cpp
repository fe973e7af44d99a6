// The window with a real Xen host: a guest's run, its console, its Xenstore and its devices, its crash.
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/gui/console/console_view.h"
#include "app/gui/debug/breakpoint_book.h"
#include "app/gui/debug/debug_context.h"
#include "app/gui/timeline/timeline_chart.h"
#include "app/gui/xenstore/xenstore_view.h"

#include <QAbstractItemView>
#include <QApplication>
#include <QDockWidget>
#include <QScrollBar>

#include <cstdlib>

#include "tests/gui/window/window_case.h"

namespace rumpus::gui {
namespace {

using testing::HasSubstr;

class XenWindow : public WindowCase {
protected:
    void SetUp() override
    {
        const char* uri = std::getenv("RUMPUS_XENLAB_URI");
        if (uri == nullptr) {
            GTEST_SKIP() << "is tested in the Xen lab";
        }
        qputenv("RUMPUS_LAB_URI", uri);
        WindowCase::SetUp();
        window().resize(1280, 800);
        window().dock(QStringLiteral("xenstore"))->raise();
    }
    void TearDown() override
    {
        if (!IsSkipped()) {
            WindowCase::TearDown();
        }
    }
    std::string said() { return guest() ? console(guest()->id()).toStdString() : std::string(); }
    bool says(const char* words)
    {
        return waitFor([&] { return said().contains(words); });
    }
    XenstoreTreePane& xenstore() { return window().xenstore().tree(); }
    std::optional<std::string> node(const std::string& path)
    {
        XenstoreLink* const link = window().xenstore().link();
        const XenstoreNode* const found = link != nullptr ? link->tree().find(path) : nullptr;
        return found != nullptr ? std::optional(std::string(found->value())) : std::nullopt;
    }
    /// What the timeline of the run that it shows tells of a device.
    QStringList frontStates(const char* device)
    {
        const auto* chart = window().findChild<TimelineChart*>();
        const TimelineRun* const run = window().timeline().run(chart->run());
        QStringList words;
        for (const TimelineDevice& known : run != nullptr ? run->devices : std::vector<TimelineDevice>()) {
            for (const TimelineState& state :
                 known.name == QLatin1StringView(device) ? known.front : std::vector<TimelineState>()) {
                words << state.words;
            }
        }
        return words;
    }
    /// The guest's number as Xen counts.
    std::optional<std::uint32_t> domain()
    {
        for (const XenstoreDomain& domain : xenstore().model().domains()) {
            if (guest() && domain.uuid == guest()->id()) {
                return domain.number;
            }
        }
        return std::nullopt;
    }
};

TEST_F(XenWindow, RunsAGuestAndShowsItsConsoleItsXenstoreAndItsDevices)
{
    const Json bridge{{"backend", {{"type", "bridge"}, {"device", "xenbr0"}}},
                      {"ipv4", {{"method", "static"}, {"address", "10.10.0.2/16"}}}};
    const Json disk{{"file", (guestsFolder() / "disk/data.ext2").native()}, {"mountpoint", "/data"}};
    window().openPlace(sample(QStringLiteral("net"),
                              {{"interfaces", Json::array({bridge})}, {"disks", Json::array({disk})}}));
    ASSERT_TRUE(waitFor([this] {
        const XenstoreLink* link = window().xenstore().link();
        return link != nullptr && link->state() == XenstoreLink::State::Live;
    })) << "the dock follows the host of the config";
    press(Act::Run);
    ASSERT_TRUE(says("Echoing datagrams to 10.10.0.2 port 7"));
    EXPECT_THAT(said(), testing::StartsWith("sprig"));
    ASSERT_TRUE(waitFor([this] { return domain().has_value(); }));
    const std::string place = "/local/domain/" + std::to_string(*domain());
    ASSERT_TRUE(waitFor([&] { return node(place + "/data/sprig/state") == "running"; }));
    for (const char* device : {"vbd 51712", "vif 0"}) {
        EXPECT_TRUE(waitFor([&] {
            return frontStates(device).value(frontStates(device).size() - 1) == QStringLiteral("Connected");
        })) << device
            << ": " << frontStates(device).join(u' ').toStdString();
    }
    xenstore().showFront();
    ASSERT_TRUE(waitFor([&] {
        return !xenstore().model().reach("/tool").isValid() && xenstore().reveal(place + "/data/sprig/state");
    }));
    window().dock(QStringLiteral("xenstore"))->raise();
    shoot(QStringLiteral("xen-run"));
    window().dock(QStringLiteral("timeline"))->raise();
    QApplication::processEvents();
    auto* chart = window().findChild<TimelineChart*>();
    chart->verticalScrollBar()->setValue(chart->verticalScrollBar()->maximum());
    shoot(QStringLiteral("xen-timeline"));
    press(Act::Stop);
    ASSERT_TRUE(waitFor([this] { return guest()->phase() == GuestSession::Phase::Ended; }));
    EXPECT_THAT(guest()->words(), HasSubstr("powered off"));
    EXPECT_TRUE(says("powering off\n"));
    EXPECT_TRUE(waitFor([&] { return !node(place); }));
}

TEST_F(XenWindow, DebugsAGuestOnTheHypervisorAsItIs)
{
    window().openPlace(sample(QStringLiteral("threads"), {{"arguments", {"threads", "0"}}}));
    press(Act::Debug);
    ASSERT_TRUE(stops());
    const auto stopsIn = [this](const char* function) {
        return waitFor([this, function] {
            return window().debugContext().mayAsk() && window().debugContext().frame()->function == function;
        });
    };
    ASSERT_TRUE(stopsIn("main"));
    trigger(Act::StepOver);
    ASSERT_TRUE(stopsIn("main"));
    window().debugContext().breakpoints().add(breakpointAt("sprig_semaphore_post"));
    trigger(Act::Debug);
    ASSERT_TRUE(stopsIn("sprig_semaphore_post"));
    auto* const threads = window().dock(QStringLiteral("threads"));
    threads->raise();
    const auto* const list = threads->findChild<QAbstractItemView*>();
    ASSERT_NE(list, nullptr);
    EXPECT_TRUE(waitFor([&] { return list->model()->rowCount(list->model()->index(1, 0)) > 4; }))
        << "the threads of the guest's kernel";
    shoot(QStringLiteral("xen-debug"));
    window().debugContext().breakpoints().remove(window().debugContext().breakpoints().all().front().id);
    const std::size_t heard = said().size();
    trigger(Act::Detach);
    EXPECT_TRUE(waitFor([&] { return guest()->phase() == GuestSession::Phase::Running; }));
    EXPECT_TRUE(waitFor([&] { return said().size() > heard; })) << "it goes on";
    press(Act::Stop);
    EXPECT_TRUE(waitFor([this] { return guest()->phase() == GuestSession::Phase::Ended; }));
}

TEST_F(XenWindow, KeepsACrashedGuest)
{
    window().openPlace(sample(QStringLiteral("crash")));
    press(Act::Run);
    ASSERT_TRUE(says("sprig: halted by trap"));
    ASSERT_TRUE(waitFor([this] { return guest()->phase() == GuestSession::Phase::Held; }));
    EXPECT_THAT(guest()->words(), HasSubstr("page fault"));
    EXPECT_TRUE(window().actions()[Act::Dump]->isEnabled());
    shoot(QStringLiteral("xen-crash"));
    press(Act::Stop);
    EXPECT_TRUE(waitFor([this] { return guest()->phase() == GuestSession::Phase::Ended; }));
}

} // namespace
} // namespace rumpus::gui
