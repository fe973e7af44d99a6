// Xenstore on the real xenstored without Xen: loading 10,000 nodes beside xenstore-ls -f, from a write to the
// model beside xenstore-watch, both interleaved, medians; and 1,000 writes a second for 30 s.
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/format.h"
#include "platforms/xen/xenstore_journal.h"
#include "platforms/xen/xenstore_tree.h"

#include <QCoreApplication>
#include <QCoroTask>
#include <QProcess>
#include <QSocketNotifier>
#include <QTimer>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <ctime>
#include <fcntl.h>
#include <functional>
#include <sched.h>
#include <stop_token>
#include <string>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <thread>
#include <unistd.h>
#include <vector>

#include "tests/platforms/xen/lab.h"

extern "C" {
#include <xenstore.h>
}

namespace rumpus {

namespace {

using Clock = std::chrono::steady_clock;
using namespace std::chrono_literals;

constexpr int nodes = 10000;
constexpr int loadRounds = 11;
constexpr int latencyRounds = 3000;
constexpr int stormNodes = 100;
constexpr int stormWrites = 30000; // one a millisecond

double milliseconds(Clock::duration time)
{
    return std::chrono::duration<double, std::milli>(time).count();
}

/// Milliseconds that this thread has run.
double processorTime()
{
    timespec time{};
    ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
    return static_cast<double>(time.tv_sec) * 1e3 + static_cast<double>(time.tv_nsec) / 1e6;
}

double median(std::vector<double> values)
{
    std::ranges::sort(values);
    return values[values.size() / 2];
}

void out(const std::string& text)
{
    std::fputs(text.c_str(), stdout);
    std::fflush(stdout);
}

/// Lets the event loop run until something is so.
void runUntil(const std::function<bool()>& so)
{
    while (!so()) {
        QCoreApplication::processEvents(QEventLoop::WaitForMoreEvents);
    }
}

[[noreturn]] void giveUp(const std::string& why)
{
    out("xenstore_bench: " + why + "\n");
    std::exit(3);
}

void require(const Result<void>& result)
{
    if (!result) {
        giveUp(toString(result.error()));
    }
}

/// As much as 100 domains with two interfaces and a disk have.
void fill(XenstoreClient& client)
{
    int waiting = nodes;
    for (int i = 0; i < nodes; ++i) {
        const std::string path =
            formatted("/bench/domain/{}/device/vif/{}/key{}", i / 100, i / 50 % 2, i % 50);
        client.channel()->ask(XenstoreVerb::Write, 0, path + '\0' + formatted("value {}", i),
                              [&waiting](const XenstoreReply&) { --waiting; });
    }
    runUntil([&] { return waiting == 0; });
}

double listByTool(const XenstoreLab& lab)
{
    QProcess tool;
    QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
    environment.insert(QStringLiteral("XENSTORED_PATH"), QString::fromStdString(lab.socket().native()));
    tool.setProcessEnvironment(environment);
    tool.setStandardOutputFile(QProcess::nullDevice());
    const auto begin = Clock::now();
    tool.start(QStringLiteral("xenstore-ls"), {QStringLiteral("-f")});
    if (!tool.waitForFinished(60000) || tool.exitCode() != 0) {
        giveUp("xenstore-ls is missing (Debian: apt install xenstore-utils)");
    }
    return milliseconds(Clock::now() - begin);
}

struct Load {
    double values = 0;
    double permissions = 0;
    double longestTurn = 0; ///< of the event loop, in processor time
    std::size_t size = 0;
};

Load loadByUs(const XenstoreLab& lab)
{
    Load load;
    const auto begin = Clock::now();
    XenstoreClient client(lab.place());
    XenstoreTree tree(client);
    bool done = false;
    auto task = tree.start();
    task.then([&](const Result<void>& started) {
        require(started);
        done = true;
    });
    double last = processorTime();
    while (!done || !tree.knowsPermissions()) {
        QCoreApplication::processEvents(QEventLoop::WaitForMoreEvents);
        if (load.values == 0 && tree.state() == XenstoreTree::State::Live) {
            load.values = milliseconds(Clock::now() - begin);
        }
        const double now = processorTime();
        load.longestTurn = std::max(load.longestTurn, now - std::exchange(last, now));
    }
    load.permissions = milliseconds(Clock::now() - begin);
    load.size = tree.size();
    return load;
}

void benchLoad(const XenstoreLab& lab)
{
    std::vector<double> tool;
    std::vector<double> ours;
    std::vector<double> permissions;
    double worst = 0;
    std::size_t size = 0;
    for (int i = 0; i < loadRounds; ++i) {
        tool.push_back(listByTool(lab));
        const Load load = loadByUs(lab);
        ours.push_back(load.values);
        permissions.push_back(load.permissions);
        worst = std::max(worst, load.longestTurn);
        size = load.size;
    }
    out(formatted("load of {} nodes\n", size));
    out(formatted("  xenstore-ls -f   {:7.1f} ms\n", median(tool)));
    out(formatted("  the tree         {:7.1f} ms   {:.1f} ms with all permissions; the event loop's longest "
                  "turn {:.1f} ms\n",
                  median(ours), median(permissions), worst));
    out(formatted("  ratio {:.2f}   (at most 0.5 wanted)\n", median(ours) / median(tool)));
}

/// xenstore-watch, and how often it has said something.
class ToolWatch {
public:
    ToolWatch(const XenstoreLab& lab, const char* path)
    {
        const std::string pipe = lab.folder() / "pipe";
        ::mkfifo(pipe.c_str(), 0600);
        descriptor_ = ::open(pipe.c_str(), O_RDWR | O_NONBLOCK | O_CLOEXEC);
        QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
        environment.insert(QStringLiteral("XENSTORED_PATH"), QString::fromStdString(lab.socket().native()));
        process_.setProcessEnvironment(environment);
        process_.setStandardOutputFile(QString::fromStdString(pipe));
        process_.setChildProcessModifier([] { ::prctl(PR_SET_PDEATHSIG, SIGKILL); });
        process_.start(QStringLiteral("xenstore-watch"), {QString::fromLatin1(path)});
        notifier_ = std::make_unique<QSocketNotifier>(descriptor_, QSocketNotifier::Read);
        QObject::connect(notifier_.get(), &QSocketNotifier::activated, &process_, [this] {
            char text[4096];
            const ssize_t count = ::read(descriptor_, text, sizeof text);
            said_ += count > 0 ? std::count(text, text + count, '\n') : 0;
        });
    }
    ~ToolWatch()
    {
        notifier_.reset();
        process_.kill();
        process_.waitForFinished();
        ::close(descriptor_);
    }
    ToolWatch(const ToolWatch&) = delete;
    ToolWatch& operator=(const ToolWatch&) = delete;
    std::int64_t said() const { return said_; }

private:
    int descriptor_ = -1;
    std::int64_t said_ = 0;
    QProcess process_;
    std::unique_ptr<QSocketNotifier> notifier_;
};

/// From a write until something is seen of it.
double seenAfter(XenstoreChannel& writer, const char* path, const std::string& value,
                 const std::function<bool()>& seen)
{
    bool answered = false;
    const auto begin = Clock::now();
    writer.ask(XenstoreVerb::Write, 0, std::string(path) + '\0' + value,
               [&answered](const XenstoreReply&) { answered = true; });
    runUntil(seen);
    const double took = milliseconds(Clock::now() - begin);
    runUntil([&] { return answered; });
    return took;
}

/// Keeps every core from sleeping, with work that any other goes before. A virtual machine's core takes 50 µs
/// and more to wake, which is more than all that is measured here; who does more of it on a core that is
/// awake already would be called the faster.
class AwakeCores {
public:
    AwakeCores()
    {
        for (unsigned i = 0; i < std::max(1U, std::thread::hardware_concurrency()); ++i) {
            threads_.emplace_back([](const std::stop_token& stop) {
                const sched_param none{};
                ::sched_setscheduler(0, SCHED_IDLE, &none);
                while (!stop.stop_requested()) {
                }
            });
        }
    }

private:
    std::vector<std::jthread> threads_;
};

void benchLatency(const XenstoreLab& lab, XenstoreClient& client)
{
    require(QCoro::waitFor(client.write("/latency/ours", "")));
    require(QCoro::waitFor(client.write("/latency/tool", "")));
    XenstoreClient follower(lab.place());
    XenstoreTree tree(follower, "/latency/ours");
    require(QCoro::waitFor(tree.start()));
    const ToolWatch tool(lab, "/latency/tool");
    runUntil([&] { return tool.said() == 1 && tree.knowsPermissions(); });
    const auto measure = [&](const char* when) {
        std::vector<double> ours;
        std::vector<double> tools;
        const auto byTool = [&](int i) {
            const std::int64_t before = tool.said();
            tools.push_back(seenAfter(*client.channel(), "/latency/tool", std::to_string(i),
                                      [&] { return tool.said() > before; }));
        };
        const auto byUs = [&](int i) {
            const std::string value = formatted("{} {}", when, i);
            ours.push_back(seenAfter(*client.channel(), "/latency/ours", value,
                                     [&] { return tree.root()->value() == value; }));
        };
        for (int i = 0; i < latencyRounds; ++i) {
            i % 2 == 0 ? byTool(i) : byUs(i);
            i % 2 == 0 ? byUs(i) : byTool(i);
        }
        out(formatted("from a write until it is seen, {}\n", when));
        out(formatted("  xenstore-watch   {:7.3f} ms   says that it changed\n", median(tools)));
        out(formatted("  the tree         {:7.3f} ms   has the new value\n", median(ours)));
        out(formatted("  ratio {:.2f}   (at most 1.2 wanted)\n", median(ours) / median(tools)));
    };
    measure("cores as they are");
    const AwakeCores awake;
    measure("no core asleep");
}

std::string stormPath(int node)
{
    return formatted("/storm/{}", node);
}

/// Another program: libxenstore, one write a millisecond.
void writeStorm(const std::string& socket, std::atomic<bool>& done)
{
    ::setenv("XENSTORED_PATH", socket.c_str(), 1);
    xs_handle* const store = ::xs_open(0);
    auto next = Clock::now();
    for (int i = 0; i < stormWrites; ++i) {
        const std::string value = std::to_string(i);
        ::xs_write(store, XBT_NULL, stormPath(i % stormNodes).c_str(), value.data(),
                   static_cast<unsigned>(value.size()));
        next += 1ms;
        std::this_thread::sleep_until(next);
    }
    ::xs_close(store);
    done = true;
}

void benchStorm(const XenstoreLab& lab, XenstoreClient& client)
{
    for (int i = 0; i < stormNodes; ++i) {
        require(QCoro::waitFor(client.write(stormPath(i), "")));
    }
    XenstoreTree tree(client);
    XenstoreJournal journal;
    std::uint64_t seen = 0;
    std::uint64_t unseen = 0;
    QObject::connect(&tree, &XenstoreTree::changed, &tree, [&](const XenstoreChange& change) {
        ++seen;
        unseen += change.unseen;
        journal.add(change);
    });
    require(QCoro::waitFor(tree.start()));
    runUntil([&] { return tree.knowsPermissions(); });

    QTimer pulse; // a window's frame would be late by as much
    double worst = 0;
    auto last = Clock::now();
    QObject::connect(&pulse, &QTimer::timeout, &pulse, [&] {
        worst = std::max(worst, milliseconds(Clock::now() - std::exchange(last, Clock::now())));
    });
    pulse.setTimerType(Qt::PreciseTimer);
    pulse.start(1ms);
    const double before = processorTime();
    std::atomic<bool> done = false;
    const auto begin = Clock::now();
    std::thread writer([&] { writeStorm(lab.socket(), done); });
    const auto isRight = [&] {
        for (int i = 0; i < stormNodes; ++i) {
            const std::string value = std::to_string(stormWrites - stormNodes + i);
            if (tree.find(stormPath(i))->value() != value) {
                return false;
            }
        }
        return true;
    };
    runUntil([&] { return done.load(); });
    const double took = milliseconds(Clock::now() - begin);
    const auto ended = Clock::now();
    runUntil([&] { return isRight() || Clock::now() - ended > 5s; });
    writer.join();
    const double used = processorTime() - before;
    out(formatted("{} writes in {:.1f} s to {} nodes of {}\n", stormWrites, took / 1000, stormNodes,
                  tree.size()));
    out(formatted("  last values      {}\n", isRight() ? "all right" : "WRONG"));
    out(formatted("  changes seen     {}, and {} times it was told that more had been\n", seen, unseen));
    out(formatted("  coalesced        {} writes\n", stormWrites - static_cast<std::int64_t>(seen)));
    out(formatted("  event loop       worst gap {:.1f} ms; the thread used {:.1f} % of a processor\n", worst,
                  used / took * 100));
}

/// All, or the one of that name.
void run(std::string_view name)
{
    Result<std::unique_ptr<XenstoreLab>> lab = XenstoreLab::start();
    if (!lab) {
        giveUp(toString(lab.error()));
    }
    XenstoreClient client((*lab)->place());
    require(QCoro::waitFor(client.open()));
    fill(client);
    if (name.empty() || name == "load") {
        benchLoad(**lab);
    }
    if (name.empty() || name == "latency") {
        benchLatency(**lab, client);
    }
    if (name.empty() || name == "storm") {
        benchStorm(**lab, client);
    }
}

} // namespace

} // namespace rumpus

int main(int argc, char** argv)
{
    const QCoreApplication application(argc, argv);
    rumpus::run(argc > 1 ? argv[1] : "");
}
