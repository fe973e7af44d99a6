// SPDX-License-Identifier: GPL-3.0-or-later
#include "platforms/libvirt/polkit_agent.h"

#include "core/base/format.h"
#include "core/base/text.h"
#include "platforms/libvirt/host_uri.h"

#include <QStandardPaths>

#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <fcntl.h>
#include <libvirt/virterror.h>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

namespace rumpus {

namespace {

/// Where the terminal is another job's, an agent would only be stopped when it reads.
bool canAskAtTerminal()
{
    const int terminal = ::open("/dev/tty", O_RDWR | O_NOCTTY | O_CLOEXEC);
    if (terminal < 0) {
        return false;
    }
    const bool ours = ::tcgetpgrp(terminal) == ::getpgrp();
    ::close(terminal);
    return ours;
}

/// In the child of a process with threads: nothing that takes a lock is allowed here.
[[noreturn]] void becomeAgent(char* const* words, int notify)
{
    // one that outlived us would take the terminal from whoever has it next
    ::prctl(PR_SET_PDEATHSIG, SIGTERM);
    std::signal(SIGPIPE, SIG_DFL);
    sigset_t none;
    ::sigemptyset(&none);
    ::sigprocmask(SIG_SETMASK, &none, nullptr);
    ::fcntl(notify, F_SETFD, 0);
    ::execv(words[0], words);
    ::_exit(127);
}

/// False where the other end stays open for longer than that.
bool isClosedSoon(int descriptor)
{
    static constexpr int patience = 10000;
    pollfd ended{.fd = descriptor, .events = POLLIN, .revents = 0};
    int changed = 0;
    do {
        changed = ::poll(&ended, 1, patience);
    } while (changed < 0 && errno == EINTR);
    return changed > 0;
}

constexpr std::string_view joinGroup =
    "add yourself to group libvirt (`sudo usermod -aG libvirt $USER`) and log in again";

} // namespace

Result<std::unique_ptr<PolkitAgent>> PolkitAgent::start()
{
    if (!canAskAtTerminal()) {
        return hostError("there is no terminal to ask at");
    }
    const std::string program = QStandardPaths::findExecutable(QStringLiteral("pkttyagent")).toStdString();
    if (program.empty()) {
        return hostError("there is no pkttyagent to ask with", "install it (Debian's package polkitd)");
    }
    std::array<int, 2> ready{};
    if (::pipe2(ready.data(), O_CLOEXEC) != 0) {
        return hostError(formatted("pkttyagent cannot be started: {}", std::strerror(errno)));
    }
    // it is not told to stand back for a desktop's agent (--fallback): there is none, and polkit asks such a
    // one in vain where it knows of no session, as in a container
    std::array<std::string, 5> words{program, "--process", std::to_string(::getpid()), "--notify-fd",
                                     std::to_string(ready[1])};
    std::array<char*, 6> arguments{};
    for (std::size_t i = 0; i < words.size(); ++i) {
        arguments.at(i) = words.at(i).data();
    }
    const pid_t child = ::fork();
    if (child == 0) {
        becomeAgent(arguments.data(), ready[1]);
    }
    ::close(ready[1]);
    // it closes its end when polkit knows of it, and also when it fails, and then it says why itself
    const bool known = child > 0 && isClosedSoon(ready[0]);
    ::close(ready[0]);
    if (child < 0) {
        return hostError("pkttyagent cannot be started: there are too many processes");
    }
    std::unique_ptr<PolkitAgent> agent(new PolkitAgent(child));
    if (!known) {
        return hostError("polkit does not answer");
    }
    return agent;
}

PolkitAgent::~PolkitAgent()
{
    ::kill(process_, SIGTERM);
    while (::waitpid(process_, nullptr, 0) < 0 && errno == EINTR) {
    }
}

bool mayAskPolkit(const std::string& uri)
{
    const Result<HostUri> parsed = parseHostUri(uri);
    return parsed && !isRemote(*parsed) && parsed->path == "/system" && ::geteuid() != 0;
}

bool isPolkits(const LibvirtFailure& failure)
{
    // while a connection is opened, libvirt's daemon asks nobody else by D-Bus
    return failure.domain == VIR_FROM_POLKIT ||
           (failure.domain == VIR_FROM_DBUS && failure.code == VIR_ERR_DBUS_SERVICE);
}

bool lacksPolkitAgent(const LibvirtFailure& failure)
{
    return failure.domain == VIR_FROM_POLKIT && failure.code == VIR_ERR_AUTH_UNAVAILABLE;
}

Error polkitError(const std::string& uri, const LibvirtFailure& failure)
{
    Error error = libvirtError(formatted("polkit does not let you in at {}", printable(uri)), failure);
    // an agent here is not asked by another machine's polkit
    const bool here = mayAskPolkit(uri);
    const std::string otherwise = here && uri.starts_with("qemu")
                                      ? formatted("{}, or use qemu:///session", joinGroup)
                                      : std::string(joinGroup);
    if (lacksPolkitAgent(failure)) {
        error.cure = here ? formatted("start a polkit agent in your session, or {}", otherwise) : otherwise;
    } else if (failure.code == VIR_ERR_AUTH_CANCELLED) {
        error.cure = "try again, and answer its question";
    } else if (failure.code == VIR_ERR_AUTH_FAILED) {
        error.cure =
            here ? formatted("try again with the right password; where its rules refuse you, {}", otherwise)
                 : otherwise;
    } else if (failure.message.contains("Timeout")) {
        error.cure = formatted("try again, and answer its question within {} s", polkitPatience.count());
    } else {
        error.cure = "look whether polkit runs there: `systemctl status polkit`";
    }
    return error;
}

} // namespace rumpus
