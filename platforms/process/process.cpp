// SPDX-License-Identifier: GPL-3.0-or-later
#include "platforms/process/process.h"

#include "core/base/format.h"
#include "core/base/text.h"
#include "platforms/program_run.h"

#include <QSocketNotifier>

#include <csignal>
#include <cstring>
#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

// glibc 2.41 forgets to say that these are C
extern "C" {
#include <sys/pidfd.h>
}

namespace rumpus {

namespace {

// far above any number that is in use here, so that no dup2 hits another's source
constexpr int firstKeptDescriptor = 200;

/// posix_spawn's attributes and file actions, freed with the scope.
struct SpawnSetup {
    posix_spawnattr_t attributes{};
    posix_spawn_file_actions_t actions{};

    SpawnSetup()
    {
        posix_spawnattr_init(&attributes);
        posix_spawn_file_actions_init(&actions);
    }
    ~SpawnSetup()
    {
        posix_spawn_file_actions_destroy(&actions);
        posix_spawnattr_destroy(&attributes);
    }
    SpawnSetup(const SpawnSetup&) = delete;
    SpawnSetup& operator=(const SpawnSetup&) = delete;
};

} // namespace

Result<ProcessIdentity> spawnDetached(const SpawnRequest& request)
{
    SpawnSetup setup;
    sigset_t none;
    sigemptyset(&none);
    posix_spawnattr_setsigmask(&setup.attributes, &none);
    posix_spawnattr_setflags(&setup.attributes,
                             static_cast<short>(POSIX_SPAWN_SETSID | POSIX_SPAWN_SETSIGMASK));
    posix_spawn_file_actions_addopen(&setup.actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
    posix_spawn_file_actions_addopen(&setup.actions, STDOUT_FILENO, request.errorFile.c_str(),
                                     O_WRONLY | O_CREAT | O_APPEND, 0600);
    posix_spawn_file_actions_adddup2(&setup.actions, STDOUT_FILENO, STDERR_FILENO);
    int number = firstKeptDescriptor;
    for (const int descriptor : request.keptDescriptors) {
        posix_spawn_file_actions_adddup2(&setup.actions, descriptor, number++);
    }

    std::vector<char*> arguments;
    for (const std::string& word : request.command) {
        arguments.push_back(const_cast<char*>(word.c_str())); // posix_spawn does not write to them
    }
    arguments.push_back(nullptr);
    pid_t pid = 0;
    const int failure =
        posix_spawnp(&pid, arguments[0], &setup.actions, &setup.attributes, arguments.data(), environ);
    if (failure != 0) {
        return hostError(formatted("cannot start {}", printable(request.command.front())),
                         failure == ENOENT ? "install it, or put it on PATH" : std::strerror(failure));
    }
    return identityOf(pid).value_or(ProcessIdentity{.pid = pid});
}

Result<void> spawnConsoleKeeper(const RunDirectory& run, const ProcessIdentity& process, std::uint64_t limit)
{
    static constexpr std::string_view name = "rumpus-console-keeper";
    const int pidfd = ::pidfd_open(process.pid, 0);
    if (pidfd < 0) {
        return {}; // it is gone already, and prints no more
    }
    const Result<ProcessIdentity> keeper = spawnDetached({
        .command = {ownProgram(name), run.consoleLog(), std::to_string(limit),
                    std::to_string(firstKeptDescriptor)},
        .errorFile = run.emulatorLog(),
        .keptDescriptors = {pidfd},
    });
    ::close(pidfd);
    if (!keeper) {
        return std::unexpected(keeper.error());
    }
    int status = 0;
    ::waitpid(keeper->pid, &status, 0); // it goes to the background at once
    if (!WIFEXITED(status) || WEXITSTATUS(status) != 0) {
        return hostError(formatted("{} does not watch {}", name, printable(run.consoleLog().native())),
                         formatted("{} says why", printable(run.emulatorLog().native())));
    }
    return {};
}

ProcessWatch::ProcessWatch(const ProcessIdentity& process, QObject* parent) : QObject(parent)
{
    pidfd_ = ::pidfd_open(process.pid, PIDFD_NONBLOCK);
    // asked after the pidfd was opened: the number cannot pass to another process any more
    const std::optional<ProcessIdentity> now = pidfd_ >= 0 ? identityOf(process.pid) : std::nullopt;
    if (now != process) {
        gone_ = true;
        return;
    }
    notifier_ = std::make_unique<QSocketNotifier>(pidfd_, QSocketNotifier::Read);
    connect(notifier_.get(), &QSocketNotifier::activated, this, &ProcessWatch::becomeGone);
}

ProcessWatch::~ProcessWatch()
{
    notifier_.reset();
    if (pidfd_ >= 0) {
        ::close(pidfd_);
    }
}

bool ProcessWatch::sendSignal(int signal)
{
    return !gone_ && ::pidfd_send_signal(pidfd_, signal, nullptr, 0) == 0;
}

void ProcessWatch::becomeGone()
{
    notifier_->setEnabled(false);
    siginfo_t info{};
    if (::waitid(P_PIDFD, static_cast<id_t>(pidfd_), &info, WEXITED) == 0 && info.si_code != CLD_EXITED) {
        signal_ = info.si_status;
    }
    gone_ = true;
    Q_EMIT gone();
}

} // namespace rumpus
