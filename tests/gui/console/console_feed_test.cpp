// What stands between a guest and its terminal: order, pauses, back-pressure.
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/gui/console/console_feed.h"
#include "app/gui/console/console_record.h"

#include <QFile>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>
#include <gtest/gtest.h>

#include "fake_channel.h"
#include "patience.h"

namespace rumpus::gui {
namespace {

QByteArray manyLines(int count)
{
    QByteArray text;
    for (int i = 0; i < count; ++i) {
        text += "line " + QByteArray::number(i) + "\r\n";
    }
    return text;
}

struct Fed {
    QByteArray shown;
    FakeChannel channel;
    ConsoleFeed feed{[this](const char* bytes, qsizetype length) {
        shown.append(bytes, length);
        return length;
    }};
};

/// As long as another feed needs for what it shows at once.
void passTime()
{
    Fed other;
    other.feed.follow(&other.channel);
    other.channel.print("x");
    EXPECT_TRUE(QTest::qWaitFor([&] { return other.shown == "x"; }, patience));
}

TEST(ConsoleFeed, ShowsEveryByteInOrderAndHoldsTheChannelMeanwhile)
{
    Fed fed;
    const QByteArray text = manyLines(200'000);
    fed.feed.setKeptLines(1'000'000);
    fed.feed.follow(&fed.channel);
    fed.channel.print(text);
    // so much at once is enough
    EXPECT_TRUE(fed.channel.isHeld());
    EXPECT_LE(fed.feed.waiting(), 2 * 1024 * 1024);
    EXPECT_TRUE(QTest::qWaitFor([&] { return fed.shown.size() == text.size(); }, patience));
    EXPECT_EQ(fed.shown, text);
    EXPECT_FALSE(fed.channel.isHeld());
    EXPECT_GE(fed.channel.holdChanges, 2);
}

TEST(ConsoleFeed, ShowsNothingWhilePausedAndLosesNothing)
{
    Fed fed;
    const QByteArray text = manyLines(150'000);
    fed.feed.setKeptLines(1'000'000);
    fed.feed.follow(&fed.channel);
    fed.feed.setHold(ConsoleFeed::Hold::Paused, true);
    fed.channel.print(text);
    passTime();
    EXPECT_TRUE(fed.shown.isEmpty());
    EXPECT_GT(fed.channel.waiting(), 0);
    fed.feed.setHold(ConsoleFeed::Hold::Searching, true);
    fed.feed.setHold(ConsoleFeed::Hold::Paused, false);
    passTime();
    EXPECT_TRUE(fed.shown.isEmpty());
    fed.feed.setHold(ConsoleFeed::Hold::Searching, false);
    EXPECT_TRUE(QTest::qWaitFor([&] { return fed.shown.size() == text.size(); }, patience));
    EXPECT_EQ(fed.shown, text);
}

TEST(ConsoleFeed, SkipsWhatWouldLeaveTheHistoryUnseenButNotWhatItLeavesBehind)
{
    Fed fed;
    QByteArray received;
    QObject::connect(&fed.feed, &ConsoleFeed::received, [&](const QByteArray& bytes) { received += bytes; });
    fed.feed.setKeptLines(5'000);
    fed.feed.follow(&fed.channel);
    const QByteArray text = "\x1b[31m\x1b[?25l" + manyLines(200'000);
    fed.channel.print(text);
    ASSERT_TRUE(QTest::qWaitFor([&] { return fed.shown.endsWith("line 199999\r\n"); }, patience));
    EXPECT_EQ(received, text);
    EXPECT_LT(fed.shown.size(), text.size() / 2);
    EXPECT_TRUE(fed.shown.startsWith("\x1b[31m\x1b[?25l"));
    // the history's worth of lines is whole
    const QByteArray end = text.mid(text.indexOf("line 195000\r"));
    EXPECT_TRUE(fed.shown.endsWith(end));
}

TEST(ConsoleFeed, RestsAfterAKeyAndGoesOnByItself)
{
    Fed fed;
    fed.feed.follow(&fed.channel);
    fed.feed.restAfterKey();
    fed.channel.print("x");
    passTime();
    EXPECT_EQ(fed.shown, "");
    EXPECT_TRUE(QTest::qWaitFor([&] { return fed.shown == "x"; }, patience));
}

TEST(ConsoleFeed, OffersAgainWhatTheTerminalDidNotTake)
{
    QByteArray shown;
    FakeChannel channel;
    int refusals = 3;
    ConsoleFeed feed([&](const char* bytes, qsizetype length) -> qsizetype {
        if (refusals-- > 0) {
            return 0;
        }
        const qsizetype some = std::min<qsizetype>(length, 7);
        shown.append(bytes, some);
        return some;
    });
    feed.follow(&channel);
    channel.print("more than seven bytes");
    EXPECT_TRUE(QTest::qWaitFor([&] { return shown == "more than seven bytes"; }, patience));
}

TEST(ConsoleFeed, ServesSeveralByTurns)
{
    Fed one;
    Fed other;
    const QByteArray text = manyLines(300'000);
    one.feed.follow(&one.channel);
    other.feed.follow(&other.channel);
    one.channel.print(text);
    other.channel.print("short");
    EXPECT_TRUE(QTest::qWaitFor([&] { return other.shown == "short"; }, patience));
    EXPECT_LT(one.shown.size(), text.size());
}

TEST(ConsoleRecord, KeepsTheBytesUpToItsLimitAndTellsWhatWent)
{
    ConsoleRecord record;
    const QByteArray mebibyte(1024 * 1024, 'x');
    for (int i = 0; i < 66; ++i) {
        record.append(mebibyte);
    }
    EXPECT_EQ(record.size(), ConsoleRecord::mostBytes);
    EXPECT_EQ(record.dropped(), 2 * mebibyte.size());
}

TEST(ConsoleRecord, SavesEveryByteOrPlainText)
{
    const QTemporaryDir folder;
    ConsoleRecord record;
    record.append("\x1b[31mred");
    record.append("\x1b[0m\r\nnext\r\n");
    const auto saved = [&](SaveAs as) {
        const QString file = folder.filePath(QStringLiteral("console"));
        EXPECT_TRUE(record.save(file, as));
        QFile in(file);
        EXPECT_TRUE(in.open(QIODevice::ReadOnly));
        return in.readAll();
    };
    EXPECT_EQ(saved(SaveAs::Raw), "\x1b[31mred\x1b[0m\r\nnext\r\n");
    EXPECT_EQ(saved(SaveAs::PlainText), "red\nnext\n");
    const Result<void> failed = record.save(QStringLiteral("/nowhere/console"), SaveAs::Raw);
    ASSERT_FALSE(failed);
    EXPECT_TRUE(failed.error().what.contains("/nowhere/console"));
}

} // namespace
} // namespace rumpus::gui
