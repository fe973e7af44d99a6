// The Status dock: what a guest did of what it was told, on real guests.
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/gui/status/status_view.h"

#include <QDockWidget>
#include <QLabel>
#include <QToolButton>

#include <fstream>

#include "tests/gui/window/window_case.h"

namespace rumpus::gui {
namespace {

using testing::HasSubstr;

class StatusDock : public WindowCase {
protected:
    const StatusModel& model() { return window().status().model(); }
    /// What the dock says of a key: "Failed: words".
    std::string said(const std::string& pointer)
    {
        for (int row = 0; row < model().rowCount(); ++row) {
            const auto text = [&](int column) {
                return model().index(row, column).data().toString().toStdString();
            };
            if (text(StatusModel::Key) == pointer) {
                return text(StatusModel::State) + ": " + text(StatusModel::Words);
            }
        }
        return "no such key";
    }
    void raise()
    {
        window().dock(QStringLiteral("status"))->raise();
        EXPECT_TRUE(waitFor([this] { return window().status().isVisible(); }));
    }
};

TEST_F(StatusDock, TellsWhatANetworkedGuestDid)
{
    window().openPlace(
        sample(QStringLiteral("net"),
               {{"environment", {{"LEVEL", "debug"}}},
                {"interfaces",
                 {{{"backend", {{"type", "user"}, {"forward", {{{"host", 18462}, {"guest", 7}}}}}},
                   {"ipv4", {{"method", "dhcp"}}}}}}}));
    press(Act::Run);
    // a run brings its console to the front
    ASSERT_TRUE(waitFor([this] { return guest() != nullptr; }));
    raise();
    ASSERT_TRUE(waitFor([&] { return said("/interfaces/0/ipv4").starts_with("Configured"); }));
    EXPECT_THAT(said("/interfaces/0/ipv4"), HasSubstr("10.0.2.15/24"));
    ASSERT_TRUE(waitFor([&] { return said("/environment/LEVEL").starts_with("Configured"); }));
    if (host() == "local") {
        // sprig speaks no TCP, so nobody takes the connection
        window().status().findChild<QToolButton*>(QStringLiteral("askAgain"))->click();
        ASSERT_TRUE(waitFor([&] { return said("/interfaces/0/backend/forward/0").starts_with("Failed"); }));
    }
    window().resize(1280, 800);
    shoot(QStringLiteral("status"));
}

TEST_F(StatusDock, NamesWhatFailed)
{
    const QString config =
        sample(QStringLiteral("disk"), {{"disks", {{{"file", "zeros.img"}, {"mountpoint", "/data"}}}}});
    std::ofstream(std::filesystem::path(config.toStdString()).parent_path() / "zeros.img")
        << std::string(1 << 20, '\0');
    window().openPlace(config);
    press(Act::Run);
    // a run brings its console to the front
    ASSERT_TRUE(waitFor([this] { return guest() != nullptr; }));
    raise();
    ASSERT_TRUE(waitFor([&] { return said("/disks/0/mountpoint").starts_with("Failed"); }));
    EXPECT_THAT(said("/disks/0/mountpoint"), HasSubstr("cannot be mounted"));
    EXPECT_THAT(window().status().findChild<QLabel*>(QStringLiteral("statusSummary"))->text().toStdString(),
                HasSubstr("1 failed"));
    // it stays when the guest has gone
    ASSERT_TRUE(waitFor([this] { return !window().actions()[Act::Stop]->isEnabled(); }));
    EXPECT_THAT(said("/disks/0/mountpoint"), HasSubstr("cannot be mounted"));
    shoot(QStringLiteral("status-failed"));
}

TEST_F(StatusDock, SaysWhatWouldBeThere)
{
    raise();
    EXPECT_EQ(model().rowCount(), 0);
    shoot(QStringLiteral("status-empty"));
}

} // namespace
} // namespace rumpus::gui
