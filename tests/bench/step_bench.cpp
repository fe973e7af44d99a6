// From "next" to stack and visible variables known, against a bare GDB's "-exec-next" on the same kind of
// stub.
//
// Two guests stand at the same line, one under a DebugSession, one under a bare GDB that is spoken to through
// pipes; both step by turns. Prints the ratio, and that of a stack 200 deep to one 5 deep.
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/session/debugging.h"
#include "app/session/run_session.h"

#include <QCoreApplication>
#include <QCoroTask>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <poll.h>
#include <string>
#include <sys/wait.h>
#include <unistd.h>
#include <vector>

namespace {

using namespace rumpus;
using Clock = std::chrono::steady_clock;

[[noreturn]] void fail(const std::string& words)
{
    std::fprintf(stderr, "step_bench: %s\n", words.c_str());
    std::exit(1);
}

/// GDB as a program without any session would use it.
class BareGdb {
public:
    explicit BareGdb(const std::string& image, const std::string& socket)
    {
        int in[2];
        int out[2];
        if (::pipe(in) != 0 || ::pipe(out) != 0) {
            fail("no pipes");
        }
        pid_ = ::fork();
        if (pid_ == 0) {
            ::dup2(in[0], 0);
            ::dup2(out[1], 1);
            ::close(in[1]);
            ::close(out[0]);
            ::execlp("gdb", "gdb", "-nx", "-q", "--interpreter=mi3", "-iex", "set mi-async on", nullptr);
            ::_exit(127);
        }
        ::close(in[0]);
        ::close(out[1]);
        in_ = in[1];
        out_ = out[0];
        say("-file-exec-and-symbols " + image, "^done");
        say("-gdb-set trust-readonly-sections on", "^done");
        say("-target-select remote " + socket, "^connected");
        say("-break-insert -t work_for_ever", "^done");
        say("-exec-continue", "*stopped");
    }
    BareGdb(const BareGdb&) = delete;
    BareGdb& operator=(const BareGdb&) = delete;
    ~BareGdb()
    {
        ::kill(pid_, SIGKILL);
        ::waitpid(pid_, nullptr, 0);
    }

    void say(const std::string& command, std::string_view until)
    {
        const std::string line = command + "\n";
        if (::write(in_, line.data(), line.size()) < 0) {
            fail("GDB is gone");
        }
        while (true) {
            const std::size_t found = heard_.find(until);
            const std::size_t end = found == std::string::npos ? found : heard_.find('\n', found);
            if (end != std::string::npos) {
                heard_.erase(0, end + 1);
                return;
            }
            char bytes[65536];
            const ssize_t count = ::read(out_, bytes, sizeof bytes);
            if (count <= 0) {
                fail("GDB is gone, before it said " + std::string(until));
            }
            heard_.append(bytes, static_cast<std::size_t>(count));
        }
    }

private:
    pid_t pid_ = 0;
    int in_ = -1;
    int out_ = -1;
    std::string heard_;
};

struct Launched {
    std::unique_ptr<RunSession> run;

    explicit Launched(const std::string& config)
    {
        Result<std::unique_ptr<Host>> host = openHost("local");
        run = std::make_unique<RunSession>(std::move(*host));
        if (!QCoro::waitFor(run->start(config, {.debug = true}))) {
            fail("cannot launch " + config);
        }
    }
    Launched(const Launched&) = delete;
    Launched& operator=(const Launched&) = delete;
    ~Launched() { QCoro::waitFor(run->guest()->kill()); }
};

QCoro::Task<bool> stepAndLook(std::shared_ptr<DebugSession> session)
{
    const std::uint64_t before = session->generation();
    const Result<void> moved = co_await session->step(StepKind::Over);
    const Result<Stop> stop = moved ? co_await session->untilStopped(before) : std::unexpected(moved.error());
    // asked for at once, as the views do; as many frames as one shows
    auto asksStack = session->stack(0, 10);
    auto asksVariables = session->variables(0);
    const auto stack = co_await asksStack;
    const auto variables = co_await asksVariables;
    co_return stop&& stack&& variables && !stack->empty() && variables->size() == 3;
}

double median(std::vector<double> values)
{
    std::ranges::nth_element(values, values.begin() + std::ssize(values) / 2);
    return values[values.size() / 2];
}

struct Times {
    double ours;
    double bare;
};

Times measure(const std::string& config)
{
    static constexpr int rounds = 300;
    const Launched forUs(config);
    const Launched forBare(config);
    Breakpoint atWork = breakpointAt("work_for_ever");
    const auto session = QCoro::waitFor(attachTo(forUs.run->guest(), &forUs.run->prepared()->file, {atWork}));
    if (!session) {
        fail(toString(session.error()));
    }
    const std::uint64_t before = (*session)->generation();
    QCoro::waitFor((*session)->resume());
    QCoro::waitFor((*session)->untilStopped(before));
    const Result<GdbEndpoint> endpoint = QCoro::waitFor(forBare.run->guest()->openGdb());
    BareGdb bare(forBare.run->prepared()->plan.image.native(), endpoint->address);
    std::vector<double> ours;
    std::vector<double> theirs;
    for (int i = 0; i < rounds; ++i) {
        const auto start = Clock::now();
        if (!QCoro::waitFor(stepAndLook(*session))) {
            fail("a step went wrong");
        }
        const auto middle = Clock::now();
        bare.say("-exec-next", "*stopped");
        ours.push_back(std::chrono::duration<double, std::milli>(middle - start).count());
        theirs.push_back(std::chrono::duration<double, std::milli>(Clock::now() - middle).count());
    }
    (*session)->close();
    return {.ours = median(ours), .bare = median(theirs)};
}

} // namespace

int main(int argc, char** argv)
{
    const QCoreApplication application(argc, argv);
    const std::string guests = argc > 1 ? argv[1] : "build/release/guests";
    const Times shallow = measure(guests + "/deep/deep5.unikernel.json");
    const Times deep = measure(guests + "/deep/deep200.unikernel.json");
    std::printf("next, stack and variables   5 deep  %6.2f ms   bare -exec-next %6.2f ms   ratio %.2f (at "
                "most 2.0)\n",
                shallow.ours, shallow.bare, shallow.ours / shallow.bare);
    std::printf("                          200 deep  %6.2f ms   bare -exec-next %6.2f ms   ratio %.2f (at "
                "most 2.0)\n",
                deep.ours, deep.bare, deep.ours / deep.bare);
    std::printf("200 deep to 5 deep, each by its own bare GDB: %.2f (at most 1.1)\n",
                (deep.ours / deep.bare) / (shallow.ours / shallow.bare));
    std::printf("200 deep to 5 deep: %.2f\n", deep.ours / shallow.ours);
    return 0;
}
