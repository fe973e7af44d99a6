// A console as its user meets it: with a console that a test speaks through, and with real guests.
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/gui/base/empty_state.h"
#include "app/gui/console/console_area.h"
#include "app/gui/console/console_settings.h"
#include "app/gui/console/console_view.h"
#include "app/session/run_session.h"

#include <QAction>
#include <QApplication>
#include <QClipboard>
#include <QDir>
#include <QFile>
#include <QLabel>
#include <QLineEdit>
#include <QSignalSpy>
#include <QTabBar>
#include <QTabWidget>
#include <QTemporaryDir>
#include <QTest>
#include <QToolButton>
#include <gtest/gtest.h>

#include "fake_channel.h"
#include "patience.h"

namespace rumpus::gui {
namespace {

QString allText(Terminal& terminal)
{
    QStringList rows;
    for (int row = 0; row < terminal.rowCount(); ++row) {
        rows << terminal.rowText(row);
    }
    terminal.clearSelection();
    return rows.join(u'\n').trimmed();
}

/// A picture for people to look at.
void shoot(QWidget& widget, const QString& name)
{
    // a terminal brings its picture up to date by a timer of its own; here it does so at once
    for (Terminal* terminal : widget.findChildren<Terminal*>()) {
        EXPECT_TRUE(QMetaObject::invokeMethod(terminal->focusProxy(), "updateImage"));
    }
    QApplication::processEvents();
    const QDir folder(QStringLiteral(RUMPUS_BINARY_DIR "/shots"));
    folder.mkpath(QStringLiteral("."));
    EXPECT_TRUE(widget.grab().save(folder.filePath(name + QStringLiteral(".png"))));
}

class ConsoleViewTest : public testing::Test {
protected:
    ConsoleViewTest()
    {
        view.resize(900, 420);
        view.setTitle(QStringLiteral("hello"));
        view.show();
        EXPECT_TRUE(QTest::qWaitForWindowExposed(&view));
        auto owned = std::make_unique<FakeChannel>();
        channel = owned.get();
        view.attach(std::move(owned));
    }
    template <typename T>
    T* find(const char* name)
    {
        return view.findChild<T*>(QString::fromLatin1(name));
    }
    void trigger(const char* name) { find<QAction>(name)->trigger(); }
    bool shows(const QString& text)
    {
        return QTest::qWaitFor([&] { return allText(*view.terminal()).contains(text); }, patience);
    }
    QString countText() { return find<QLabel>("findCount")->text(); }
    void typeToFind(const QString& text) { find<QLineEdit>("findField")->setText(text); }

    ConsoleView view;
    FakeChannel* channel = nullptr;
};

TEST_F(ConsoleViewTest, ShowsTheGuestsLinesAndNothingThatActs)
{
    channel->print("one\ntwo\n\x1b]0;owned\a\x1b[6n\x1b]52;c;cm0gLXJm\athree\n");
    EXPECT_TRUE(shows(QStringLiteral("one\ntwo\nthree")));
    EXPECT_EQ(channel->typed, "");
    EXPECT_EQ(view.title(), QStringLiteral("hello"));
}

TEST_F(ConsoleViewTest, TypesAndPastes)
{
    QTest::keyClicks(view.terminal()->focusProxy(), QStringLiteral("hi"));
    QTest::keyClick(view.terminal()->focusProxy(), Qt::Key_Return);
    QApplication::clipboard()->setText(QStringLiteral("pasted"));
    trigger("consolePaste");
    EXPECT_EQ(channel->typed, "hi\rpasted");
}

TEST_F(ConsoleViewTest, TellsInABarThatInputWentNowhere)
{
    channel->refuses = true;
    QTest::keyClick(view.terminal()->focusProxy(), Qt::Key_A);
    const auto* bar = find<ErrorBar>("consoleNotice");
    EXPECT_TRUE(bar->isVisible());
    EXPECT_TRUE(bar->text().contains(QStringLiteral("takes no input")));
}

TEST_F(ConsoleViewTest, TellsOfLostBytesBesideTheGuestsTextNotInIt)
{
    channel->print("before\n");
    Q_EMIT channel->noticed({"120 bytes were lost"});
    channel->print("after\n");
    EXPECT_TRUE(shows(QStringLiteral("before\nafter")));
    EXPECT_TRUE(find<ErrorBar>("consoleNotice")->isVisible());
    EXPECT_EQ(find<ErrorBar>("consoleNotice")->text(), QStringLiteral("120 bytes were lost"));
    shoot(view, QStringLiteral("console-notice"));
}

TEST_F(ConsoleViewTest, FindsCountsAndGoesFromMatchToMatch)
{
    QByteArray text;
    for (int i = 1; i <= 300; ++i) {
        text += "packet " + QByteArray::number(i) + (i % 100 == 0 ? " Lost\n" : " sent\n");
    }
    channel->print(text);
    ASSERT_TRUE(shows(QStringLiteral("packet 300 Lost")));
    trigger("consoleFind");
    typeToFind(QStringLiteral("lost"));
    // the one on the screen is the first to be shown
    ASSERT_TRUE(QTest::qWaitFor([&] { return countText() == QStringLiteral("3 of 3"); }, patience));
    EXPECT_EQ(view.terminal()->selectedText(), QStringLiteral("Lost"));
    auto* field = find<QLineEdit>("findField");
    QTest::keyClick(field, Qt::Key_Return);
    EXPECT_EQ(countText(), QStringLiteral("1 of 3"));
    QTest::keyClick(field, Qt::Key_Return, Qt::ShiftModifier);
    EXPECT_EQ(countText(), QStringLiteral("3 of 3"));
    QTest::keyClick(field, Qt::Key_Return, Qt::ShiftModifier);
    EXPECT_EQ(countText(), QStringLiteral("2 of 3"));
    shoot(view, QStringLiteral("console-find"));

    // what comes later is found by the next step
    channel->print("another lost\n");
    ASSERT_TRUE(QTest::qWaitFor([&] { return view.feed()->waiting() == 0; }, patience));
    QTest::keyClick(field, Qt::Key_Return);
    EXPECT_TRUE(QTest::qWaitFor([&] { return countText().endsWith(QStringLiteral("of 4")); }, patience));

    find<QToolButton>("findCase")->click();
    typeToFind(QStringLiteral("LOST"));
    EXPECT_TRUE(QTest::qWaitFor([&] { return countText() == QStringLiteral("not found"); }, patience));
    view.activateWindow();
    ASSERT_TRUE(QTest::qWaitForWindowActive(&view));
    QTest::keyClick(field, Qt::Key_Escape);
    EXPECT_FALSE(field->isVisible());
    EXPECT_TRUE(view.terminal()->focusProxy()->hasFocus());
}

TEST_F(ConsoleViewTest, PausesWithoutLossAndGoesOn)
{
    trigger("consolePause");
    channel->print("later\n");
    ConsoleView other;
    auto owned = std::make_unique<FakeChannel>();
    FakeChannel* others = owned.get();
    other.attach(std::move(owned));
    others->print("later\n");
    ASSERT_TRUE(QTest::qWaitFor([&] { return allText(*other.terminal()).contains(QStringLiteral("later")); },
                                patience));
    EXPECT_FALSE(allText(*view.terminal()).contains(QStringLiteral("later")));
    trigger("consolePause");
    EXPECT_TRUE(shows(QStringLiteral("later")));
}

TEST_F(ConsoleViewTest, FollowsTheNewestLineUnlessScrolledUp)
{
    QByteArray text;
    for (int i = 0; i < 500; ++i) {
        text += "line " + QByteArray::number(i) + '\n';
    }
    channel->print(text);
    ASSERT_TRUE(QTest::qWaitFor([&] { return view.terminal()->topRow() > 400; }, patience));
    auto* follow = find<QAction>("consoleFollow");
    EXPECT_FALSE(follow->isEnabled());
    QTest::keyClick(view.terminal()->focusProxy(), Qt::Key_PageUp, Qt::ShiftModifier);
    ASSERT_TRUE(QTest::qWaitFor([&] { return follow->isEnabled(); }, patience));
    const int top = view.terminal()->topRow();
    channel->print(text);
    ASSERT_TRUE(shows(QStringLiteral("line 499\nline 0")));
    EXPECT_EQ(view.terminal()->topRow(), top);
    follow->trigger();
    EXPECT_TRUE(QTest::qWaitFor([&] { return view.terminal()->isAtEnd() && view.terminal()->topRow() > 900; },
                                patience));
}

TEST_F(ConsoleViewTest, StampsNewLinesWithTheTimeSinceTheStart)
{
    view.setStartedAt(std::chrono::system_clock::now() - std::chrono::seconds(100));
    trigger("consoleStamps");
    channel->print("stamped\n");
    EXPECT_TRUE(shows(QStringLiteral("[100.")));
    EXPECT_TRUE(shows(QStringLiteral("] stamped")));
    trigger("consoleStamps");
    channel->print("bare\n");
    EXPECT_TRUE(shows(QStringLiteral("\nbare")));
    // what is saved is the guest's, without our stamps
    EXPECT_EQ(view.record().bytes(), "stamped\nbare\n");
}

TEST_F(ConsoleViewTest, SavesInTheBackground)
{
    const QTemporaryDir folder;
    const QString file = folder.filePath(QStringLiteral("console.txt"));
    channel->print("\x1b[32mgreen\x1b[0m\r\n");
    QSignalSpy saved(&view, &ConsoleView::saved);
    view.save(file, SaveAs::PlainText);
    ASSERT_TRUE(saved.wait(patience));
    QFile in(file);
    ASSERT_TRUE(in.open(QIODevice::ReadOnly));
    EXPECT_EQ(in.readAll(), "green\n");
    view.save(QStringLiteral("/nowhere/console.txt"), SaveAs::Raw);
    EXPECT_TRUE(QTest::qWaitFor([&] { return find<ErrorBar>("consoleNotice")->isVisible(); }, patience));
}

TEST_F(ConsoleViewTest, ClearsZoomsAndResets)
{
    channel->print("old\n");
    ASSERT_TRUE(shows(QStringLiteral("old")));
    trigger("consoleClear");
    EXPECT_EQ(allText(*view.terminal()), QString());
    const double size = view.terminal()->getTerminalFont().pointSizeF();
    trigger("consoleZoomIn");
    EXPECT_GT(view.terminal()->getTerminalFont().pointSizeF(), size);
    trigger("consoleZoomReset");
    EXPECT_EQ(view.terminal()->getTerminalFont().pointSizeF(), size);
    channel->print("\x1b(0");
    ASSERT_TRUE(QTest::qWaitFor([&] { return view.feed()->waiting() == 0; }, patience));
    trigger("consoleReset");
    channel->print("qqq\n");
    EXPECT_TRUE(shows(QStringLiteral("qqq")));
}

TEST_F(ConsoleViewTest, TellsHowTheGuestEndedAndTypesNoMore)
{
    channel->print("rump kernel bare metal bootstrap\n\x1b[1;32mok\x1b[0m boot\n"
                   "=== main() of \"hello\" returned 0 ===\n");
    ASSERT_TRUE(shows(QStringLiteral("returned 0")));
    view.setEnded(QStringLiteral("the application ended with status 0"), Tone::Quiet);
    const auto* end = find<QLabel>("consoleEndText");
    EXPECT_TRUE(end->isVisible());
    EXPECT_EQ(end->text(), QStringLiteral("The application ended with status 0"));
    QTest::keyClick(view.terminal()->focusProxy(), Qt::Key_A);
    EXPECT_EQ(channel->typed, "");
    shoot(view, QStringLiteral("console-ended"));
}

TEST_F(ConsoleViewTest, GivesControlKeysToTheGuestAndItsOwnShortcutsToItself)
{
    QAction windows(&view);
    windows.setShortcut(QKeySequence(Qt::CTRL | Qt::Key_C));
    view.addAction(&windows);
    QSignalSpy taken(&windows, &QAction::triggered);
    view.activateWindow();
    ASSERT_TRUE(QTest::qWaitForWindowActive(&view));
    view.terminal()->setFocus();
    QTest::keyClick(view.terminal()->focusProxy(), Qt::Key_C, Qt::ControlModifier);
    EXPECT_EQ(taken.count(), 0);
    EXPECT_EQ(channel->typed, "\x03");
    QTest::keyClick(view.terminal()->focusProxy(), Qt::Key_F, Qt::ControlModifier);
    EXPECT_TRUE(find<QLineEdit>("findField")->isVisible());
}

TEST_F(ConsoleViewTest, EveryControlHasANameForThoseWhoDoNotSeeIt)
{
    for (const QToolButton* button : view.findChildren<QToolButton*>()) {
        const bool ours = button->objectName() != QStringLiteral("qt_toolbar_ext_button") &&
                          !view.terminal()->isAncestorOf(button) &&
                          qobject_cast<QLineEdit*>(button->parentWidget()) == nullptr;
        if (ours) {
            EXPECT_FALSE(button->accessibleName().isEmpty() && button->text().isEmpty())
                << button->objectName().toStdString();
        }
    }
}

// --- the tabs ----------------------------------------------------------------------------------

class ConsoleAreaTest : public testing::Test {
protected:
    ConsoleAreaTest()
    {
        area.resize(1280, 320);
        area.show();
        EXPECT_TRUE(QTest::qWaitForWindowExposed(&area));
    }
    FakeChannel* add(const QString& id)
    {
        auto owned = std::make_unique<FakeChannel>();
        FakeChannel* channel = owned.get();
        area.addGuest(id, id, std::move(owned));
        return channel;
    }
    ConsoleArea area;
};

TEST_F(ConsoleAreaTest, SaysWhatWouldBeHereWhenNothingIs)
{
    EXPECT_EQ(area.count(), 0);
    shoot(area, QStringLiteral("console-empty"));
}

TEST_F(ConsoleAreaTest, HasATabAGuestThatStaysUntilItIsClosed)
{
    FakeChannel* hello = add(QStringLiteral("hello"));
    add(QStringLiteral("R&D <b>"));
    hello->print("hi\n");
    area.setState(QStringLiteral("hello"), QStringLiteral("running"), Tone::Good);
    auto* tabs = area.findChild<QTabWidget*>(QStringLiteral("consoleTabs"));
    EXPECT_EQ(area.currentId(), QStringLiteral("R&D <b>"));
    EXPECT_EQ(tabs->tabText(1), QStringLiteral("R&&D <b>"));
    EXPECT_EQ(area.findChild<QToolButton*>(QStringLiteral("consoleClose")), nullptr);

    area.setEnded(QStringLiteral("hello"), QStringLiteral("the guest crashed: page fault"), Tone::Bad);
    EXPECT_TRUE(tabs->tabToolTip(0).contains(QStringLiteral("page fault")));
    area.setCurrent(QStringLiteral("hello"));
    EXPECT_TRUE(QTest::qWaitFor(
        [&] { return allText(*area.view(QStringLiteral("hello"))->terminal()) == u"hi"; }, patience));
    shoot(area, QStringLiteral("console-tabs"));
    QSignalSpy closed(&area, &ConsoleArea::closed);
    area.findChild<QToolButton*>(QStringLiteral("consoleClose"))->click();
    ASSERT_TRUE(QTest::qWaitFor([&] { return closed.count() == 1; }, patience));
    EXPECT_EQ(area.count(), 1);
    area.remove(QStringLiteral("R&D <b>"));
    EXPECT_EQ(area.count(), 0);
    EXPECT_TRUE(area.emptyState()->isVisible());
}

TEST_F(ConsoleAreaTest, ARestartedGuestGoesOnInItsTab)
{
    add(QStringLiteral("hello"))->print("first run\n");
    area.setEnded(QStringLiteral("hello"), QStringLiteral("the guest was stopped"), Tone::Quiet);
    FakeChannel* second = add(QStringLiteral("hello"));
    second->print("second run\n");
    EXPECT_EQ(area.count(), 1);
    ConsoleView* view = area.view(QStringLiteral("hello"));
    EXPECT_FALSE(view->hasEnded());
    EXPECT_TRUE(QTest::qWaitFor(
        [&] { return allText(*view->terminal()).contains(QStringLiteral("second run")); }, patience));
    QTest::keyClick(view->terminal()->focusProxy(), Qt::Key_A);
    EXPECT_EQ(second->typed, "a");
}

// --- real guests -------------------------------------------------------------------------------

std::unique_ptr<RunSession> launch(const QString& config)
{
    auto run = std::make_unique<RunSession>(std::move(*openHost("local")));
    EXPECT_TRUE(QCoro::waitFor(run->start(config.toStdString(), {})));
    return run;
}

QString guests()
{
    return qEnvironmentVariable("GUESTS");
}

TEST(ConsoleOfAGuest, EchoesWhatIsTyped)
{
    const auto run = launch(guests() + QStringLiteral("/echo/echo.unikernel.json"));
    ConsoleArea area;
    area.resize(1280, 320);
    area.show();
    ConsoleView* view =
        area.addGuest(QStringLiteral("echo"), QStringLiteral("echo"), run->guest()->openConsole());
    const auto shows = [&](const char* text) {
        return QTest::qWaitFor([&] { return allText(*view->terminal()).contains(QString::fromLatin1(text)); },
                               patience);
    };
    ASSERT_TRUE(shows("say>"));
    QTest::keyClicks(view->terminal()->focusProxy(), QStringLiteral("hallo there"));
    QTest::keyClick(view->terminal()->focusProxy(), Qt::Key_Backspace);
    QTest::keyClick(view->terminal()->focusProxy(), Qt::Key_Return);
    EXPECT_TRUE(shows("1: hallo ther (10 bytes)")) << allText(*view->terminal()).toStdString();
    shoot(area, QStringLiteral("console-echo"));
    QCoro::waitFor(run->guest()->kill());
}

TEST(ConsoleOfAGuest, ShowsAFloodToItsLastLine)
{
    const QTemporaryDir folder;
    const QString config = folder.filePath(QStringLiteral("flood.unikernel.json"));
    QFile out(config);
    ASSERT_TRUE(out.open(QIODevice::WriteOnly));
    out.write(
        R"({"version": 1, "name": "flood", "memory": "16 MiB", "arguments": ["flood", "10000"], "image": ")" +
        guests().toUtf8() + R"(/flood/flood.elf"})");
    out.close();
    const auto run = launch(config);
    ConsoleView view;
    view.resize(1000, 500);
    view.show();
    view.attach(run->guest()->openConsole());
    EXPECT_TRUE(QTest::qWaitFor(
        [&] {
            return view.terminal()->rowCount() >= 10'000 && view.feed()->waiting() == 0 &&
                   run->guest()->end().has_value();
        },
        patience));
    // the flood, whole, and nothing twice
    const QByteArray bytes = view.record().bytes();
    EXPECT_GE(bytes.count('\n'), 10'000);
    EXPECT_LE(bytes.count('\n'), 10'020);
    QCoro::waitFor(run->guest()->kill());
}

TEST(ConsoleOfAGuest, LooksWellInTheDark)
{
    const QPalette before = QApplication::palette();
    QApplication::setPalette(darkPalette());
    ConsoleArea area;
    area.resize(1280, 360);
    area.show();
    auto owned = std::make_unique<FakeChannel>();
    FakeChannel* channel = owned.get();
    ConsoleView* view = area.addGuest(QStringLiteral("colours"), QStringLiteral("colours"), std::move(owned));
    QByteArray text = "NetBSD 7.99.34 (RUMP-ROAST)\nvioif0: Ethernet address 52:54:00:12:34:56\n";
    for (const char* base : {"3", "9"}) {
        for (char i = '0'; i <= '7'; ++i) {
            text += QByteArray("\x1b[") + base + i + "mcolour " + base + i + "\x1b[0m ";
        }
        text += '\n';
    }
    channel->print(text + "\x1b[1mbold\x1b[0m \x1b[4munderlined\x1b[0m \x1b[7mreversed\x1b[0m\n");
    ASSERT_TRUE(QTest::qWaitFor(
        [&] { return allText(*view->terminal()).contains(QStringLiteral("reversed")); }, patience));
    area.setState(QStringLiteral("colours"), QStringLiteral("running"), Tone::Good);
    view->openFind();
    shoot(area, QStringLiteral("console-dark"));
    QApplication::setPalette(before);
    shoot(area, QStringLiteral("console-light"));
}

} // namespace
} // namespace rumpus::gui
