// rumpus-tender-helper: lets a guest of solo5-spt, which is a plain process, stand at its beginning and be
// debugged.
//
//   rumpus-tender-helper start ENTRY COMMAND…   becomes the command, which stops before it executes ENTRY
//   rumpus-tender-helper serve SOCKET PID       gives each who connects a gdbserver; returns once it listens
//
// Linux alone, no Qt: both outlive the Rumpus that started them.
// SPDX-License-Identifier: GPL-3.0-or-later
#include <array>
#include <cerrno>
#include <csignal>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fcntl.h>
#include <linux/seccomp.h>
#include <poll.h>
#include <string>
#include <string_view>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <sys/user.h>
#include <sys/wait.h>
#include <unistd.h>

namespace {

constexpr int failed = 1;
constexpr int misused = 2;

/// Waits until the traced process stops; false: it has ended.
bool waitForStop(pid_t process, int& status)
{
    while (::waitpid(process, &status, __WALL) < 0) {
        if (errno != EINTR) {
            return false;
        }
    }
    return WIFSTOPPED(status);
}

/// True at the beginning of the call by which the tender gives up its other system calls: its guest is in
/// memory by then, and what it executes next is the guest's.
bool beginsSandbox(pid_t process)
{
    __ptrace_syscall_info call{};
    return ::ptrace(PTRACE_GET_SYSCALL_INFO, process, sizeof call, &call) > 0 &&
           call.op == PTRACE_SYSCALL_INFO_ENTRY &&
           // without a filter libseccomp only asks what the kernel can do
           call.entry.nr == SYS_seccomp && call.entry.args[0] == SECCOMP_SET_MODE_FILTER &&
           call.entry.args[2] != 0;
}

/// Lets the process, which is about to execute the command, run up to `entry` and leaves it standing there.
int stopAtEntry(pid_t process, std::uintptr_t entry)
{
    constexpr unsigned execEvent = PTRACE_EVENT_EXEC; // in the status's upper half
    constexpr int systemCall = SIGTRAP | 0x80;        // PTRACE_O_TRACESYSGOOD
    constexpr std::uintptr_t trap = 0xcc;             // int3
    std::uintptr_t code = 0;
    bool executed = false;
    bool placed = false;
    int status = 0;
    while (waitForStop(process, status)) {
        const int signal = WSTOPSIG(status);
        const auto event = static_cast<unsigned>(status) >> 16U;
        executed = executed || event == execEvent;
        user_regs_struct registers{};
        if (signal == systemCall && !placed && beginsSandbox(process)) {
            code = static_cast<std::uintptr_t>(::ptrace(PTRACE_PEEKTEXT, process, entry, nullptr));
            placed = ::ptrace(PTRACE_POKETEXT, process, entry, (code & ~std::uintptr_t{0xff}) | trap) == 0;
        } else if (placed && event == 0 && signal == SIGTRAP &&
                   ::ptrace(PTRACE_GETREGS, process, nullptr, &registers) == 0 &&
                   registers.rip == entry + 1) {
            registers.rip = entry;
            ::ptrace(PTRACE_POKETEXT, process, entry, code);
            ::ptrace(PTRACE_SETREGS, process, nullptr, &registers);
            ::ptrace(PTRACE_DETACH, process, nullptr, SIGSTOP);
            return 0;
        }
        const bool delivered = event == 0 && signal != SIGTRAP && signal != systemCall;
        ::ptrace(executed && !placed ? PTRACE_SYSCALL : PTRACE_CONT, process, nullptr,
                 delivered ? signal : 0);
    }
    return 0;
}

int start(std::uintptr_t entry, char** command)
{
    std::array<int, 2> ready{};
    const pid_t tender = ::getpid();
    // where only parents may trace (Yama, Documentation/admin-guide/LSM/Yama.rst): gdbserver is none either
    ::prctl(PR_SET_PTRACER, PR_SET_PTRACER_ANY, 0, 0, 0);
    if (::pipe(ready.data()) != 0) {
        std::perror("pipe");
        return failed;
    }
    const pid_t between = ::fork();
    if (between == 0) {
        if (::fork() != 0) {
            ::_exit(0); // so that the tender gets no child to wait for
        }
        ::close(ready[0]);
        constexpr std::uintptr_t options = PTRACE_O_TRACEEXEC | PTRACE_O_TRACESYSGOOD;
        const bool seized = ::ptrace(PTRACE_SEIZE, tender, nullptr, options) == 0;
        const char answer = seized ? 'y' : 'n';
        if (::write(ready[1], &answer, 1) != 1) {
            ::_exit(failed);
        }
        ::close(ready[1]);
        ::_exit(seized ? stopAtEntry(tender, entry) : failed);
    }
    ::close(ready[1]);
    int status = 0;
    ::waitpid(between, &status, 0);
    char answer = 'n';
    if (::read(ready[0], &answer, 1) != 1 || answer != 'y') {
        std::fputs("solo5-spt: this machine does not let it be traced (kernel.yama.ptrace_scope)\n", stderr);
        return failed;
    }
    ::close(ready[0]);
    ::execvp(command[0], command);
    std::perror(command[0]);
    return failed;
}

int listenAt(std::string_view path)
{
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    if (path.size() >= sizeof address.sun_path) {
        errno = ENAMETOOLONG;
        return -1;
    }
    path.copy(address.sun_path, path.size());
    const int listener = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    ::umask(0177);
    ::unlink(address.sun_path);
    const bool bound = listener >= 0 &&
                       ::bind(listener, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0 &&
                       ::listen(listener, 1) == 0;
    return bound ? listener : -1;
}

/// True where gdbserver, whose stderr this is, was told to detach; false: its debugger went without a word.
bool saysDetached(int errors)
{
    std::string said;
    std::array<char, 512> piece{};
    ssize_t size = 0;
    while ((size = ::read(errors, piece.data(), piece.size())) > 0) {
        said.append(piece.data(), static_cast<std::size_t>(size));
    }
    return said.contains("Detaching from process");
}

/// A gdbserver for one who connects. One that stood before goes on only if its debugger has let it go.
void serveOne(int connection, const char* process)
{
    if (::fork() != 0) {
        return;
    }
    std::array<int, 2> errors{};
    if (::pipe2(errors.data(), O_CLOEXEC) != 0) {
        ::_exit(failed);
    }
    if (::fork() == 0) {
        ::dup2(connection, STDIN_FILENO);
        ::dup2(connection, STDOUT_FILENO);
        ::dup2(errors[1], STDERR_FILENO);
        ::signal(SIGCHLD, SIG_DFL); // it waits for what it traces
        ::setenv("LC_ALL", "C", 1);
        ::execlp("gdbserver", "gdbserver", "--once", "-", "--attach", process, nullptr);
        ::_exit(failed);
    }
    ::close(connection);
    ::close(errors[1]);
    if (saysDetached(errors[0])) {
        ::kill(std::atoi(process), SIGCONT);
    }
    ::_exit(0);
}

int serve(const char* path, const char* process)
{
    const auto guest = static_cast<int>(::syscall(SYS_pidfd_open, std::atoi(process), 0));
    const int listener = guest < 0 ? -1 : listenAt(path);
    if (listener < 0) {
        std::perror(path);
        return failed;
    }
    if (::fork() != 0) {
        return 0;
    }
    ::setsid();
    const int nowhere = ::open("/dev/null", O_RDWR);
    for (const int standard : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) {
        ::dup2(nowhere, standard);
    }
    ::signal(SIGCHLD, SIG_IGN); // nobody waits for those who serve
    std::array<pollfd, 2> waiting{pollfd{.fd = listener, .events = POLLIN, .revents = 0},
                                  pollfd{.fd = guest, .events = POLLIN, .revents = 0}};
    while (waiting[1].revents == 0) {
        if (::poll(waiting.data(), waiting.size(), -1) < 0 && errno != EINTR) {
            break;
        }
        const int connection =
            (waiting[0].revents & POLLIN) != 0 ? ::accept4(listener, nullptr, nullptr, SOCK_CLOEXEC) : -1;
        if (connection >= 0) {
            serveOne(connection, process);
            ::close(connection);
        }
    }
    ::unlink(path);
    return 0;
}

} // namespace

int main(int argc, char** argv)
{
    const std::string_view verb = argc > 1 ? argv[1] : "";
    if (verb == "start" && argc > 3) {
        return start(std::strtoull(argv[2], nullptr, 0), argv + 3);
    }
    if (verb == "serve" && argc == 4) {
        return serve(argv[2], argv[3]);
    }
    std::fputs("usage: rumpus-tender-helper start ENTRY COMMAND… | serve SOCKET PID\n", stderr);
    return misused;
}
