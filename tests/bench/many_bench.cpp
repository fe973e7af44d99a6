// A hundred guests on one libvirt host, and a window that lists, watches and stops them: how long it takes,
// what it costs, and how long the window's thread was ever kept. Runs in a lab (libvirt_lab).
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/gui/base/theme.h"
#include "app/gui/window/main_window.h"
#include "app/session/host_book.h"

#include <QApplication>
#include <QCoroTask>
#include <QEventLoop>
#include <QTemporaryDir>
#include <QTimer>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <functional>
#include <sys/resource.h>
#include <unistd.h>

namespace {

using namespace rumpus;
using namespace rumpus::gui;
using Clock = std::chrono::steady_clock;

[[noreturn]] void fail(const std::string& words)
{
    std::fprintf(stderr, "many_bench: %s\n", words.c_str());
    std::_Exit(1);
}

double seconds(Clock::duration time)
{
    return std::chrono::duration<double>(time).count();
}

/// Bytes of memory that this process occupies (proc_pid_statm(5)).
double resident()
{
    std::ifstream file("/proc/self/statm");
    long total = 0;
    long pages = 0;
    file >> total >> pages;
    return static_cast<double>(pages * ::sysconf(_SC_PAGESIZE));
}

/// Seconds of processor time that this process has spent.
double spent()
{
    rusage usage{};
    ::getrusage(RUSAGE_SELF, &usage);
    const auto of = [](const timeval& time) {
        return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
    };
    return of(usage.ru_utime) + of(usage.ru_stime);
}

/// The longest time between two turns of the event loop.
class Gaps {
public:
    Gaps()
    {
        QObject::connect(&timer_, &QTimer::timeout, &timer_, [this] {
            const Clock::time_point now = Clock::now();
            worst_ = std::max(worst_, now - last_);
            last_ = now;
        });
        timer_.setTimerType(Qt::PreciseTimer);
        timer_.start(1);
    }
    double takeWorst()
    {
        last_ = Clock::now();
        return seconds(std::exchange(worst_, {})) * 1000;
    }

private:
    QTimer timer_;
    Clock::time_point last_ = Clock::now();
    Clock::duration worst_{};
};

void until(const std::function<bool()>& done)
{
    QEventLoop loop;
    QTimer poll;
    QObject::connect(&poll, &QTimer::timeout, &loop, [&] {
        if (done()) {
            loop.quit();
        }
    });
    poll.start(5);
    QTimer::singleShot(std::chrono::minutes(10), &loop, [] { fail("it did not come to an end"); });
    loop.exec();
}

void launch(Host* host, const std::filesystem::path& config, int count)
{
    for (int i = 0; i < count; ++i) {
        const auto prepared = QCoro::waitFor(prepare(config, *host, {}));
        if (!prepared) {
            fail("no plan");
        }
        if (const auto guest = QCoro::waitFor(host->launch(prepared->plan)); !guest) {
            fail(toString(guest.error()));
        }
    }
}

std::size_t guestsIn(Workbench& workbench, GuestSession::Phase most)
{
    return static_cast<std::size_t>(
        std::ranges::count_if(workbench.guests(), [&](const auto& guest) { return guest->phase() <= most; }));
}

} // namespace

int main(int argc, char** argv)
{
    const QApplication application(argc, argv);
    useOwnIcons();
    const std::size_t count = argc > 1 ? std::strtoul(argv[1], nullptr, 10) : 100;
    const char* uri = std::getenv("RUMPUS_LAB_URI");
    const char* guests = std::getenv("GUESTS");
    const QTemporaryDir settings;
    qputenv("XDG_CONFIG_HOME", settings.path().toLocal8Bit());
    HostBook book;
    if (uri == nullptr || guests == nullptr || !addHost(book, uri, "lab") || !saveHostBook(book)) {
        fail("there is no lab");
    }
    {
        const Result<std::unique_ptr<Host>> host = openHost("lab");
        const auto begin = Clock::now();
        launch(host->get(), std::filesystem::path(guests) / "echo/echo.unikernel.json",
               static_cast<int>(count));
        std::printf("%zu guests launched one after the other: %.2f s each\n", count,
                    seconds(Clock::now() - begin) / static_cast<double>(count));
    }
    Gaps gaps;
    MainWindow window;
    window.show();
    const double before = resident();
    gaps.takeWorst();
    const auto opened = Clock::now();
    until([&] { return window.workbench().guests().size() == count; });
    std::printf("listed by the window: %.2f s after it opened, longest stall %.0f ms\n",
                seconds(Clock::now() - opened), gaps.takeWorst());
    const double used = resident() - before;
    std::printf("memory of our process: %.0f KiB a guest\n", used / 1024 / static_cast<double>(count));
    const double spentBefore = spent();
    static constexpr std::chrono::seconds idle{10};
    QTimer::singleShot(idle, QCoreApplication::instance(), [] { QCoreApplication::exit(); });
    QCoreApplication::exec();
    std::printf("watching %zu idle guests: %.1f %% of a processor, longest stall %.0f ms\n", count,
                (spent() - spentBefore) * 100 / static_cast<double>(idle.count()), gaps.takeWorst());
    const auto stopping = Clock::now();
    for (const auto& guest : std::vector(window.workbench().guests())) {
        guest->stop();
    }
    until([&] { return guestsIn(window.workbench(), GuestSession::Phase::DebugStopped) == 0; });
    std::printf("all stopped: %.1f s, longest stall %.0f ms\n", seconds(Clock::now() - stopping),
                gaps.takeWorst());
    std::fflush(stdout);
    // libvirt's event thread still runs: nothing that it uses may be destroyed
    std::_Exit(0);
}
