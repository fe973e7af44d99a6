// 50 MB of text through our console into its terminal, against xterm that is fed the same on the same
// display; and the longest that the window's thread is busy while four consoles flood.
//
// Ours and xterm's rounds alternate. Both keep 100,000 lines of history.
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/gui/console/console_area.h"
#include "app/gui/console/console_view.h"
#include "platforms/file_follower.h"

#include <QApplication>
#include <QEventLoop>
#include <QFile>
#include <QProcess>
#include <QTemporaryDir>
#include <QTest>
#include <QTimer>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <functional>
#include <vector>

namespace {

using namespace rumpus;
using Clock = std::chrono::steady_clock;

constexpr int lines = 618'000;
constexpr int rounds = 3;
constexpr int patience = 300'000;

[[noreturn]] void fail(const char* words)
{
    std::fprintf(stderr, "console_bench: %s\n", words);
    std::exit(1);
}

/// A guest's console as it lies in its file.
class FileChannel : public ConsoleChannel {
public:
    explicit FileChannel(const QString& file)
    {
        if (!follower_.open(file.toStdString())) {
            fail("cannot read what it wrote");
        }
        connect(&follower_, &FileFollower::grown, this, &ConsoleChannel::received);
    }
    void start() override { follower_.read(); }
    void drain() override { follower_.read(); }
    void setHeld(bool held) override { follower_.setHeld(held); }
    Result<void> write(QByteArray /*bytes*/) override { return {}; }
    bool isDone() const { return follower_.atEnd(); }

private:
    FileFollower follower_;
};

qint64 writeText(const QString& file)
{
    QFile out(file);
    if (!out.open(QIODevice::WriteOnly)) {
        fail("cannot write its text");
    }
    for (int i = 0; i < lines; ++i) {
        out.write(QStringLiteral(
                      "[%1] net: packet %2 of 1500 bytes from 10.0.2.2 to 10.0.2.15, queue %3 of 256..\r\n")
                      .arg(i, 8)
                      .arg(i * 7 % 100'000, 6)
                      .arg(i % 256, 3)
                      .toLatin1());
    }
    return out.size();
}

/// Runs the window's event loop until then. (QTest::qWaitFor sleeps between its turns.)
bool until(const std::function<bool()>& done)
{
    QEventLoop loop;
    QTimer poll;
    QObject::connect(&poll, &QTimer::timeout, &loop, [&] {
        if (done()) {
            loop.exit(0);
        }
    });
    poll.start(10);
    QTimer::singleShot(patience, &loop, [&] { loop.exit(1); });
    return loop.exec() == 0;
}

double seconds(Clock::duration time)
{
    return std::chrono::duration<double>(time).count();
}

double median(std::vector<double> values)
{
    std::ranges::nth_element(values, values.begin() + std::ssize(values) / 2);
    return values[values.size() / 2];
}

double ours(const QString& file, bool skips)
{
    gui::ConsoleView view;
    view.resize(1000, 600);
    view.show();
    if (!QTest::qWaitForWindowExposed(&view)) {
        fail("no window");
    }
    auto owned = std::make_unique<FileChannel>(file);
    const FileChannel* channel = owned.get();
    if (!skips) {
        view.feed()->setKeptLines(lines);
    }
    const auto begin = Clock::now();
    view.attach(std::move(owned));
    // and its last line seen: the terminal's scroll bar follows what it painted
    const bool done = until([&] {
        return channel->isDone() && view.feed()->waiting() == 0 &&
               view.terminal()->topRow() == view.terminal()->historyLinesCount() &&
               view.terminal()->historyLinesCount() == 100'000;
    });
    if (!done) {
        fail("our console did not come to the end");
    }
    return seconds(Clock::now() - begin);
}

double xterms(const QString& file)
{
    QProcess xterm;
    const auto begin = Clock::now();
    xterm.start(QStringLiteral("xterm"),
                {QStringLiteral("-geometry"), QStringLiteral("120x36"), QStringLiteral("-sl"),
                 QStringLiteral("100000"), QStringLiteral("-e"), QStringLiteral("cat"), file});
    if (!xterm.waitForFinished(patience) || xterm.exitCode() != 0) {
        fail("xterm did not run");
    }
    return seconds(Clock::now() - begin);
}

/// The longest time between two ticks of a 5 ms timer, while four consoles flood; one of them is seen.
double worstGap(const QString& file)
{
    gui::ConsoleArea area;
    area.resize(1280, 400);
    area.show();
    if (!QTest::qWaitForWindowExposed(&area)) {
        fail("no window");
    }
    std::vector<const gui::ConsoleView*> views;
    std::vector<const FileChannel*> channels;
    for (int i = 0; i < 4; ++i) {
        auto owned = std::make_unique<FileChannel>(file);
        channels.push_back(owned.get());
        const QString name = QStringLiteral("flood %1").arg(i);
        views.push_back(area.addGuest(name, name, std::move(owned)));
    }
    std::vector<double> gaps;
    auto last = Clock::now();
    QTimer timer;
    timer.setTimerType(Qt::PreciseTimer);
    QObject::connect(&timer, &QTimer::timeout, [&] {
        const auto now = Clock::now();
        gaps.push_back(seconds(now - last) * 1000);
        last = now;
    });
    timer.start(5);
    if (!until([&] {
            return std::ranges::all_of(channels, &FileChannel::isDone) &&
                   std::ranges::all_of(views, [](const auto* view) { return view->feed()->waiting() == 0; });
        })) {
        fail("the floods did not end");
    }
    std::ranges::sort(gaps);
    std::printf(
        "four flooding consoles: a 5 ms timer's gaps: median %.1f ms, 99 %% within %.1f ms, worst %.1f ms\n",
        gaps[gaps.size() / 2], gaps[gaps.size() * 99 / 100], gaps.back());
    return gaps.back();
}

} // namespace

int main(int argc, char** argv)
{
    const QTemporaryDir home;
    qputenv("XDG_CONFIG_HOME", home.path().toLocal8Bit());
    const QApplication application(argc, argv);
    const QString file = home.filePath(QStringLiteral("text"));
    const double megabytes = static_cast<double>(writeText(file)) / 1e6;
    std::vector<double> our;
    std::vector<double> every;
    std::vector<double> their;
    for (int round = 0; round < rounds; ++round) {
        our.push_back(ours(file, true));
        every.push_back(ours(file, false));
        their.push_back(xterms(file));
    }
    std::printf("%.0f MB, %d lines   xterm %5.1f MB/s\n", megabytes, lines, megabytes / median(their));
    const auto tell = [&](const char* what, const std::vector<double>& times) {
        std::printf("%-46s %5.1f MB/s   ratio %.1f (at least 3)\n", what, megabytes / median(times),
                    median(their) / median(times));
    };
    tell("ours, to the same 100,000 lines of history", our);
    tell("ours, where no line is skipped", every);
    worstGap(file);
    return 0;
}
