// The terminal alone: what it shows, what it types, what it never answers.
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/gui/base/theme.h"
#include "app/gui/console/console_settings.h"
#include "app/gui/console/history_search.h"
#include "app/gui/console/terminal.h"

#include <QApplication>
#include <QScrollBar>
#include <QSignalSpy>
#include <QTest>
#include <gtest/gtest.h>

#include "patience.h"

namespace rumpus::gui {
namespace {

class TerminalTest : public testing::Test {
protected:
    TerminalTest()
    {
        terminal.resize(800, 400);
        terminal.show();
        EXPECT_TRUE(QTest::qWaitForWindowExposed(&terminal));
        QObject::connect(&terminal, &Terminal::typed, &terminal,
                         [this](const QByteArray& bytes) { typed += bytes; });
    }
    void feed(const QByteArray& bytes)
    {
        EXPECT_EQ(terminal.feed(bytes.constData(), bytes.size()), bytes.size());
    }
    QString allText()
    {
        QStringList rows;
        for (int row = 0; row < terminal.rowCount(); ++row) {
            rows << terminal.rowText(row);
        }
        return rows.join(u'\n').trimmed();
    }
    void press(Qt::Key key, Qt::KeyboardModifiers modifiers = Qt::NoModifier)
    {
        QTest::keyClick(terminal.focusProxy(), key, modifiers);
    }

    Terminal terminal;
    QByteArray typed;
};

TEST_F(TerminalTest, ShowsWhatItIsFed)
{
    feed("first\r\n\x1b[31msecond\x1b[0m\r\n");
    EXPECT_EQ(allText(), QStringLiteral("first\nsecond"));
}

TEST_F(TerminalTest, AnswersNoQuestionEvenWithoutAFilter)
{
    feed("\x1b[6n\x1b[c\x1b[>c\x1bZ\x1b[5n\x1b[x\x05");
    // an answer would come before what is typed after it
    QTest::keyClicks(terminal.focusProxy(), QStringLiteral("x"));
    ASSERT_TRUE(QTest::qWaitFor([&] { return typed.endsWith("x"); }, patience));
    EXPECT_EQ(typed, "x");
}

TEST_F(TerminalTest, SendsKeysToTheGuest)
{
    QTest::keyClicks(terminal.focusProxy(), QStringLiteral("ls"));
    press(Qt::Key_Return);
    press(Qt::Key_C, Qt::ControlModifier);
    press(Qt::Key_Up);
    press(Qt::Key_Shift, Qt::ShiftModifier);
    EXPECT_EQ(typed, "ls\r\x03\x1b[A");
}

TEST_F(TerminalTest, SendsDelForBackspaceUnlessToldOtherwise)
{
    press(Qt::Key_Backspace);
    EXPECT_EQ(typed, "\x7f");
    typed.clear();
    Settings::instance().set(consoleBackspaceSetting, false);
    press(Qt::Key_Backspace);
    EXPECT_EQ(typed, "\b");
    Settings::instance().forget(consoleBackspaceSetting.key);
    typed.clear();
    press(Qt::Key_H, Qt::ControlModifier);
    EXPECT_EQ(typed, "\b");
}

TEST_F(TerminalTest, ResetEndsWhatTheGuestLeftSetAndKeepsItsText)
{
    feed("kept\r\n\x1b(0\x1b[31;5m\x1b[2;3r\x1b[?25l");
    terminal.resetModes();
    feed("plain qqq\r\n");
    EXPECT_TRUE(allText().contains(QStringLiteral("kept")));
    EXPECT_TRUE(allText().contains(QStringLiteral("plain qqq")));
}

TEST_F(TerminalTest, RowsAreFoundByTheSearchAndShownInTheMiddle)
{
    QByteArray text;
    for (int i = 0; i < 5000; ++i) {
        text += i % 1000 == 0 ? "a Needle here, needle\r\n" : "hay hay hay\r\n";
    }
    feed(text);
    // the scroll bar follows by a timer of the terminal's
    const auto* bar = terminal.findChild<QScrollBar*>();
    ASSERT_TRUE(QTest::qWaitFor([&] { return bar->maximum() > 4000; }, patience));
    HistorySearch search({.count = [&] { return terminal.rowCount(); },
                          .text = [&](int row) { return terminal.rowText(row); }});
    QSignalSpy finished(&search, &HistorySearch::finished);
    search.start(QStringLiteral("needle"), Qt::CaseInsensitive);
    ASSERT_TRUE(finished.wait(patience));
    EXPECT_EQ(search.matches().size(), 10U);
    search.start(QStringLiteral("Needle"), Qt::CaseSensitive);
    ASSERT_TRUE(finished.wait(patience));
    ASSERT_EQ(search.matches().size(), 5U);
    const auto match = search.moveNear(1500);
    ASSERT_TRUE(match);
    EXPECT_EQ(*match, (HistorySearch::Match{.row = 2000, .column = 2, .length = 6}));
    terminal.showMatch(match->row, match->column, match->length);
    EXPECT_EQ(terminal.selectedText(), QStringLiteral("Needle"));
    EXPECT_LT(terminal.topRow(), 2000);
    EXPECT_GT(terminal.topRow() + terminal.screenLinesCount(), 2000);
    terminal.clearSelection();
    EXPECT_EQ(terminal.selectedText(), QString());
}

TEST_F(TerminalTest, FollowsThePaletteBetweenLightAndDark)
{
    feed("\x1b[2J");
    const QPalette before = QApplication::palette();
    const auto ground = [&] { return terminal.grab().toImage().pixelColor(200, 200).lightness(); };
    EXPECT_GT(ground(), 200);
    QApplication::setPalette(darkPalette());
    EXPECT_TRUE(QTest::qWaitFor([&] { return ground() < 60; }, patience));
    QApplication::setPalette(before);
}

TEST(HistorySearch, GoesRoundInBothDirections)
{
    const QStringList rows = {QStringLiteral("x"), QStringLiteral("-"), QStringLiteral("x x")};
    HistorySearch search(
        {.count = [&] { return static_cast<int>(rows.size()); }, .text = [&](int row) { return rows[row]; }});
    QSignalSpy finished(&search, &HistorySearch::finished);
    search.start(QStringLiteral("x"), Qt::CaseSensitive);
    ASSERT_TRUE(finished.wait(patience));
    EXPECT_EQ(search.matches().size(), 3U);
    EXPECT_FALSE(search.current());
    EXPECT_EQ(search.moveNear(1)->row, 2);
    EXPECT_EQ(search.move(true)->column, 2);
    EXPECT_EQ(search.move(true)->row, 0);
    EXPECT_EQ(search.move(false)->column, 2);
    // beyond the last one: the last
    EXPECT_EQ(search.moveNear(100)->column, 2);
    search.start(QString(), Qt::CaseSensitive);
    ASSERT_TRUE(finished.wait(patience));
    EXPECT_TRUE(search.matches().empty());
    EXPECT_FALSE(search.move(true));
}

} // namespace
} // namespace rumpus::gui
