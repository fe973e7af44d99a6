// rumpus-xen-gdbstub: a gdbstub for one guest of an unmodified Xen, run in its dom0.
// SPDX-License-Identifier: GPL-3.0-or-later
#include "platforms/xen/gdbstub/door.h"
#include "platforms/xen/gdbstub/held_guest.h"
#include "platforms/xen/gdbstub/server.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <fcntl.h>
#include <memory>
#include <optional>
#include <poll.h>
#include <span>
#include <string>
#include <string_view>
#include <sys/socket.h>
#include <unistd.h>

namespace {

using namespace rumpus::gdbstub;
using Clock = std::chrono::steady_clock;

constexpr std::string_view help =
    R"(usage: rumpus-xen-gdbstub --socket PATH [--uuid UUID] [--wait SECONDS] DOMAIN
       rumpus-xen-gdbstub --repair [--uuid UUID] DOMAIN

Holds a guest of this Xen host's for GDB (target remote PATH), without support by the hypervisor.
DOMAIN is its number. It says "ready" when the guest stands still and GDB may come, "ready, paused" of one
that somebody else had paused before, and goes on in the background. It ends with the guest, or when nobody
has been there for a while; the guest then goes on as if it had never been there.

  --socket PATH   where it listens: a unix socket, for this user alone
  --uuid UUID     the guest's; another one with its number is left in peace
  --wait SECONDS  without a debugger (default: 60)
  --repair        only puts right what a gdbstub that was killed has left in the guest
  --version
)";

constexpr std::string_view ready = "ready";
constexpr std::string_view readyPaused = "ready, paused";
constexpr const char* journals = "/run/rumpus/xen-gdbstub";

struct Options {
    std::string socket;
    std::string uuid;
    std::chrono::seconds wait{60};
    bool repair = false;
    std::optional<unsigned> domain;
    std::string wrong; ///< what is wrong with them
};

std::optional<unsigned> numberIn(std::string_view text)
{
    unsigned number = 0;
    const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), number);
    return failure == std::errc() && end == text.data() + text.size() ? std::optional(number) : std::nullopt;
}

Options optionsFrom(std::span<char*> words)
{
    Options options;
    for (std::size_t i = 0; i < words.size(); ++i) {
        const std::string_view word = words[i];
        const bool takes = word == "--socket" || word == "--uuid" || word == "--wait";
        const std::string_view value = takes && i + 1 < words.size() ? words[i + 1] : "";
        i += takes ? 1 : 0;
        if (word == "--socket") {
            options.socket = value;
        } else if (word == "--uuid") {
            options.uuid = value;
        } else if (word == "--wait" && numberIn(value)) {
            options.wait = std::chrono::seconds(*numberIn(value));
        } else if (word == "--repair") {
            options.repair = true;
        } else if (!options.domain && numberIn(word)) {
            options.domain = numberIn(word);
        } else {
            options.wrong = "\"" + std::string(word) + "\" is not understood";
        }
    }
    if (options.wrong.empty() && !options.domain) {
        options.wrong = "which domain? its number is wanted";
    } else if (options.wrong.empty() && options.socket.empty() && !options.repair) {
        options.wrong = "where is it to listen? --socket PATH";
    }
    return options;
}

int fail(const std::string& why)
{
    std::fputs(("rumpus-xen-gdbstub: " + why + "\n").c_str(), stderr);
    return 1;
}

volatile std::sig_atomic_t ended = 0;

void endOnSignals()
{
    struct sigaction action{};
    action.sa_handler = [](int) { ended = 1; };
    for (const int signal : {SIGTERM, SIGINT, SIGHUP}) {
        ::sigaction(signal, &action, nullptr);
    }
    std::signal(SIGPIPE, SIG_IGN);
}

void sendAll(int socket, std::string_view bytes)
{
    while (!bytes.empty()) {
        const ssize_t sent = ::send(socket, bytes.data(), bytes.size(), MSG_NOSIGNAL);
        if (sent == 0 || (sent < 0 && errno != EINTR)) {
            return; // who has gone is noticed by reading
        }
        bytes.remove_prefix(static_cast<std::size_t>(std::max<ssize_t>(sent, 0)));
    }
}

/// One debugger, until it goes.
void serve(HeldGuest& guest, int socket)
{
    // a guest that has just been let run is likely to stop soon: a step, a call
    static constexpr int soonest = 1;
    static constexpr int latest = 10;
    static constexpr std::size_t bufferSize = 65536;
    Server server(guest, [socket](std::string_view bytes) { sendAll(socket, bytes); });
    std::string buffer(bufferSize, '\0');
    int pause = 0;
    while (ended == 0 && !server.isDetached()) {
        std::array<pollfd, 2> waits{{{.fd = socket, .events = POLLIN, .revents = 0},
                                     {.fd = guest.descriptor(), .events = POLLIN, .revents = 0}}};
        ::poll(waits.data(), server.isRunning() ? waits.size() : 1, server.isRunning() ? pause : -1);
        if (waits[0].revents != 0) {
            const ssize_t count = ::recv(socket, buffer.data(), buffer.size(), 0);
            if (count <= 0) {
                break;
            }
            server.receive(std::string_view(buffer).substr(0, static_cast<std::size_t>(count)));
            pause = 0;
        }
        server.look();
        pause = std::clamp(pause + 1, soonest, latest);
    }
    if (server.isRunning()) {
        (void)guest.interrupt();
    }
}

void serveAll(HeldGuest& guest, const Door& door, std::chrono::seconds wait)
{
    static constexpr int look = 1000; // milliseconds
    auto last = Clock::now();
    while (ended == 0 && Clock::now() - last < wait && !guest.isGone()) {
        pollfd waits{.fd = door.descriptor(), .events = POLLIN, .revents = 0};
        if (::poll(&waits, 1, look) <= 0) {
            continue;
        }
        if (const int socket = door.admit(); socket >= 0) {
            guest.hold();
            serve(guest, socket);
            guest.letGo();
            ::close(socket);
            last = Clock::now();
        }
    }
}

/// The end of a pipe by which who started us learns that it may go on, or why not.
class Starter {
public:
    explicit Starter(int pipe) : pipe_(pipe) {}

    void tell(std::string_view word) const
    {
        [[maybe_unused]] const ssize_t written = ::write(pipe_, word.data(), word.size());
        ::close(pipe_);
    }

private:
    int pipe_;
};

/// In the background, which begins before anything is opened: Xen's handles do not outlive a fork.
std::optional<Starter> goToBackground(int& status)
{
    std::array<int, 2> pipe{};
    if (::pipe2(pipe.data(), O_CLOEXEC) != 0) {
        status = 1;
        return std::nullopt;
    }
    if (::fork() == 0) {
        ::close(pipe[0]);
        ::setsid();
        const int nowhere = ::open("/dev/null", O_RDWR | O_CLOEXEC);
        for (const int stream : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) {
            nowhere >= 0 ? ::dup2(nowhere, stream) : ::close(stream);
        }
        return Starter(pipe[1]);
    }
    ::close(pipe[1]);
    std::string word;
    std::array<char, 1024> piece{};
    for (ssize_t count = 0; (count = ::read(pipe[0], piece.data(), piece.size())) > 0;) {
        word.append(piece.data(), static_cast<std::size_t>(count));
    }
    status = word == ready || word == readyPaused ? 0 : fail(word.empty() ? "it ended without a word" : word);
    if (status == 0) {
        std::puts(word.c_str());
    }
    return std::nullopt;
}

Outcome<std::string> uuidOf(const XenDomain& domain, const std::string& wished)
{
    const std::string path = domain.node("vm");
    std::string uuid = path.substr(path.rfind('/') + 1);
    if (uuid.empty() || uuid.contains("..")) {
        return std::unexpected("there is no domain " + std::to_string(domain.number()));
    }
    if (!wished.empty() && wished != uuid) {
        return std::unexpected("domain " + std::to_string(domain.number()) + " is another guest by now");
    }
    return uuid;
}

/// What is needed to work on a guest.
struct Opened {
    std::unique_ptr<XenDomain> domain;
    std::unique_ptr<Journal> journal;
};

Outcome<Opened> openDomain(const Options& options)
{
    Outcome<std::unique_ptr<XenDomain>> domain = XenDomain::open(*options.domain);
    if (!domain) {
        return std::unexpected(domain.error());
    }
    const Outcome<std::string> uuid = uuidOf(**domain, options.uuid);
    if (!uuid) {
        return std::unexpected(uuid.error());
    }
    Outcome<std::unique_ptr<Journal>> journal = Journal::open(journals, *uuid);
    if (!journal) {
        return std::unexpected(journal.error());
    }
    return Opened{.domain = std::move(*domain), .journal = std::move(*journal)};
}

int repair(const Options& options)
{
    const Outcome<Opened> opened = openDomain(options);
    if (!opened) {
        return fail(opened.error());
    }
    HeldGuest::repair(*opened->domain, *opened->journal);
    opened->journal->remove();
    return 0;
}

int serveGuest(const Options& options, const Starter& starter)
{
    Outcome<Opened> opened = openDomain(options);
    const Outcome<std::unique_ptr<Door>> door =
        opened ? Door::open(options.socket) : std::unexpected(opened.error());
    const Outcome<std::unique_ptr<HeldGuest>> guest =
        door ? HeldGuest::open(std::move(opened->domain), std::move(opened->journal))
             : std::unexpected(door.error());
    if (!guest) {
        starter.tell(guest.error());
        return 1;
    }
    starter.tell((*guest)->wasPaused() ? readyPaused : ready);
    serveAll(**guest, **door, options.wait);
    return 0;
}

int run(const Options& options)
{
    if (options.repair) {
        return repair(options);
    }
    int status = 0;
    const std::optional<Starter> starter = goToBackground(status);
    endOnSignals();
    return starter ? serveGuest(options, *starter) : status;
}

} // namespace

int main(int argc, char** argv)
{
    const std::span<char*> words(argv + 1, static_cast<std::size_t>(std::max(argc - 1, 0)));
    const auto asks = [&words](std::string_view word) {
        return std::ranges::any_of(words, [word](const char* one) { return word == one; });
    };
    if (asks("--help") || asks("--version")) {
        std::fputs(asks("--help") ? help.data() : "rumpus-xen-gdbstub " RUMPUS_VERSION "\n", stdout);
        return 0;
    }
    const Options options = optionsFrom(words);
    return options.wrong.empty() ? run(options) : fail(options.wrong + " (--help)");
}
