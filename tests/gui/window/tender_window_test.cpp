// The window on host solo5: Run and Debug of a guest under a tender.
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/gui/base/error_bar.h"
#include "app/gui/debug/debug_context.h"

#include "tests/gui/window/window_case.h"

namespace rumpus::gui {
namespace {

/// With the program in PATH that stands in for solo5-spt: no distribution has tenders.
class TenderWindow : public WindowCase {
protected:
    void SetUp() override
    {
        path_ = qgetenv("PATH");
        qputenv("PATH", QByteArray::fromStdString((guestsFolder() / "solo5").native()) + ":" + path_);
        WindowCase::SetUp();
        window().openPlace(sample(QStringLiteral("hello"), {{"image", (guestsFolder() / "solo5/spt.elf").native()},
                                                            {"host", "solo5"},
                                                            {"arguments", {"hello", "one"}}}));
    }
    void TearDown() override
    {
        WindowCase::TearDown();
        qputenv("PATH", path_);
    }
    bool isOver() { return guest() && guest()->phase() >= GuestSession::Phase::Held; }

    QByteArray path_;
};

TEST_F(TenderWindow, RunsAGuestAndTellsHowItEnded)
{
    press(Act::Run);
    ASSERT_TRUE(waitFor([this] { return isOver(); })) << window().problems().text().toStdString();
    EXPECT_EQ(guest()->words(), "the application ended with status 0");
    EXPECT_TRUE(waitFor([this] { return console(guest()->id()).contains(u"solo5_exit(0) called"); }));
}

TEST_F(TenderWindow, DebugsItFromItsMainToItsEnd)
{
    press(Act::Debug);
    ASSERT_TRUE(stops()) << window().problems().text().toStdString();
    EXPECT_EQ(window().debugContext().frame()->function, "solo5_app_main");
    EXPECT_TRUE(window().dock(QStringLiteral("stack"))->isVisible());
    const int first = window().debugContext().frame()->line;
    trigger(Act::StepOver);
    ASSERT_TRUE(waitFor([this, first] {
        return window().debugContext().mayAsk() && window().debugContext().frame()->line != first;
    }));
    shoot(QStringLiteral("debug-solo5"));
    trigger(Act::Debug);
    EXPECT_TRUE(waitFor([this] { return isOver(); }));
    EXPECT_TRUE(waitFor([this] { return console(guest()->id()).contains(u"solo5_exit(0) called"); }));
}

} // namespace
} // namespace rumpus::gui
