// rumpus rumprun, rumprun-xen, rumpstop: the commands of rumprun's own scripts, for those who have them in
// their fingers and their scripts.
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/command.h"
#include "app/cli/guest_command.h"
#include "app/cli/stay.h"
#include "app/session/hosts.h"
#include "app/session/medium.h"
#include "app/session/rumprun/launch.h"
#include "app/session/rumprun/medium.h"
#include "core/base/format.h"
#include "core/base/text.h"

#include <QCoreApplication>
#include <QProcess>

#include <algorithm>
#include <unistd.h>
#include <vector>

namespace rumpus::cli {

namespace {

/// The scripts know no other failure.
constexpr int scriptFailed = 1;

constexpr std::string_view usage = R"(usage: rumpus rumprun [--host HOST] [-hDS] [-t DIR] [-T DIR]
                      PLATFORM [-dip] [-b FILE[,MOUNTPOINT]] [-D PORT]
                      [-e VAR[=VALUE]] [-g ARGS] [-I TAG,DRIVER[,BACKEND]]
                      [-M MEGABYTES] [-N NAME] [-n NETSPEC] [-W TAG,NETSPEC]
                      IMAGE [--] [ARGS]

PLATFORM: qemu (emulated), kvm, xen; iso, ec2 (an image for elsewhere)

before it:
  -D        print the commands that would be run, and run none
  -S        with sudo where that is needed (xen on this machine)
  -t DIR    put files on the way into DIR, which is made, and removed at the end
  -T DIR    the same, and keep it: json.cfg, xr.conf
  --host H  run it on this host of Rumpus's (`rumpus hosts`)

behind it:
  -b  a disk image, and where the guest mounts it
  -D  GDB's port, on this machine's loopback (qemu, kvm, xen)
  -d  destroy the domain when it has powered off or crashed (xen)
  -e  an environment variable
  -g  arguments for QEMU itself (qemu, kvm)
  -I  an interface; BACKEND is for QEMU ('-net user') or xl ('bridge=br0')
  -i  stay with the guest's console; without it a cookie for rumpstop is printed
  -M  memory, 64 where it is left out
  -N  the guest's name, and its host name
  -n  an interface and its address in one; excludes -I
  -p  leave it paused
  -W  the address of an interface that -I has made

NETSPEC: inet,dhcp   inet,static,ADDRESS/BITS[,GATEWAY]   inet6,auto
         (inet:dhcp and so on, as in November 2014, for -n)
)";

struct RumprunOptions {
    RumprunEdition edition = RumprunEdition::Last;
    std::string host;
    std::vector<std::string> words;
};

int fail(const Error& error)
{
    report(error);
    return scriptFailed;
}

/// The problems by the command's options, and not by the places of a config that nobody has seen.
void tell(const std::vector<Problem>& problems)
{
    for (const Problem& problem : problems) {
        const std::string_view option = rumprunOptionOf(problem.pointer);
        say(formatted("{}{}{}{}", problem.severity == Severity::Warning ? "warning: " : "", option,
                      option.empty() ? "" : ": ", problem.text));
    }
}

int fail(const Refusal& refusal)
{
    tell(refusal.problems);
    return refusal.error ? fail(*refusal.error) : scriptFailed;
}

/// The same command by sudo, where the script would have called xl by it.
int runAsRoot(const RumprunOptions& options)
{
    std::vector<std::string> words{"sudo", QCoreApplication::applicationFilePath().toStdString(), "rumprun"};
    words.insert(words.end(), options.words.begin(), options.words.end());
    std::vector<char*> pointers;
    std::ranges::transform(words, std::back_inserter(pointers),
                           [](std::string& word) { return word.data(); });
    pointers.push_back(nullptr);
    ::execvp(pointers[0], pointers.data());
    return fail(Error{.fault = Fault::Host,
                      .what = "cannot run sudo",
                      .cure = "install it, or become root and leave -S out"});
}

QCoro::Task<int> makeImage(const RumprunCommand& command)
{
    const std::expected<RumprunMedium, Refusal> medium = rumprunMedium(command);
    if (!medium) {
        co_return fail(medium.error());
    }
    if (command.dump) {
        const std::string folder = command.folder.empty() ? "/tmp/rumprun.iso" : command.folder;
        for (const auto& words : commandsFor(medium->plan, folder, medium->output)) {
            print(shellCommand(words) + "\n");
        }
        co_return EndedWell;
    }
    const Result<RumprunFolder> folder = RumprunFolder::make(command);
    if (!folder) {
        co_return fail(folder.error());
    }
    const Result<void> made = co_await makeMedium(medium->plan, folder->path(), medium->output);
    if (!made) {
        co_return fail(made.error());
    }
    say(formatted("{} is made", printable(medium->output.native())));
    co_return EndedWell;
}

/// GDB's port of a Xen guest, served by a process of its own that goes with the debugger or the guest.
void serveGdb(const std::string& guest, const std::string& host, std::uint16_t port)
{
    QProcess server;
    server.setProgram(QCoreApplication::applicationFilePath());
    server.setArguments({QStringLiteral("gdbserver"), QString::fromStdString(guest), QStringLiteral("--host"),
                         QString::fromStdString(host), QStringLiteral("--port"), QString::number(port)});
    // who waits for the end of our output is not to wait for its
    server.setStandardInputFile(QProcess::nullDevice());
    server.setStandardOutputFile(QProcess::nullDevice());
    server.setStandardErrorFile(QProcess::nullDevice());
    server.startDetached();
}

QCoro::Task<int> stayOrLeave(RunSession& session, const RumprunCommand& command)
{
    if (command.interactive) {
        co_return co_await stay(session, {.interactive = true});
    }
    co_await session.untilStarted();
    Guest& guest = *session.guest();
    if (guest.end() && guest.end()->how == GuestEnd::How::Refused) {
        tellEnd(guest, *guest.end(), false);
        co_return scriptFailed;
    }
    const Result<std::uint32_t> number = co_await guest.number();
    if (!number) {
        co_return fail(number.error());
    }
    print(guestCookie(command, *number) + "\n");
    co_return EndedWell;
}

QCoro::Task<int> launchGuest(const RumprunCommand& command, const std::string& wish)
{
    Result<std::unique_ptr<Host>> host = openRumprunHost(command, wish);
    if (!host) {
        co_return fail(host.error());
    }
    auto prepared = co_await prepareRumprun(command, **host);
    if (!prepared) {
        co_return fail(prepared.error());
    }
    tell(prepared->warnings);
    if (command.dump) {
        for (const auto& words : (*host)->commands(prepared->plan)) {
            print(shellCommand(words) + "\n");
        }
        co_return EndedWell;
    }
    if (const Result<void> kept = keepRumprunFiles(command, prepared->plan); !kept) {
        co_return fail(kept.error());
    }
    const std::string hostName = (*host)->name();
    RunSession session(std::move(*host));
    const auto started = co_await session.start(std::move(*prepared));
    if (!started) {
        co_return fail(started.error());
    }
    if (command.gdbPort && command.platform == RumprunPlatform::Xen) {
        serveGdb(session.guest()->id(), hostName, *command.gdbPort);
    }
    co_return co_await stayOrLeave(session, command);
}

QCoro::Task<int> runRumprun(RumprunOptions options)
{
    if (options.words.size() >= 2 && options.words[0] == "--host") {
        options.host = options.words[1];
        options.words.erase(options.words.begin(), options.words.begin() + 2);
    }
    const bool asksForHelp = !options.words.empty() && options.words[0] == "--help";
    const Result<RumprunCommand> command =
        asksForHelp ? RumprunCommand{.help = true} : readRumprun(options.words, options.edition);
    if (!command) {
        co_return fail(command.error());
    }
    if (command->help) {
        print(usage);
        co_return EndedWell;
    }
    for (const std::string& note : command->notes) {
        say("warning: " + note);
    }
    const bool medium =
        command->platform == RumprunPlatform::Iso || command->platform == RumprunPlatform::Ec2;
    if (command->sudo && command->platform == RumprunPlatform::Xen && options.host.empty() &&
        !command->dump && ::geteuid() != 0) {
        co_return runAsRoot(options);
    }
    const int code = medium ? co_await makeImage(*command) : co_await launchGuest(*command, options.host);
    co_return code;
}

struct StopOptions {
    std::string cookie;
    std::string host;
    bool sudo = false;
};

/// The guest by that number. Errors: none of this host's has it.
QCoro::Task<Result<std::unique_ptr<Guest>>> guestByNumber(Host& host, std::uint32_t wanted)
{
    Result<std::vector<std::unique_ptr<Guest>>> guests = co_await host.guests(Which::Existing);
    if (!guests) {
        co_return std::unexpected(guests.error());
    }
    for (std::unique_ptr<Guest>& guest : *guests) {
        const Result<std::uint32_t> number = co_await guest->number();
        if (number && *number == wanted) {
            co_return std::move(guest);
        }
    }
    co_return inputError(formatted("no guest of host {} has the number {}", host.name(), wanted),
                         "`rumpus ps` lists the guests");
}

QCoro::Task<int> stopByCookie(StopOptions options)
{
    const Result<GuestCookie> cookie = readGuestCookie(options.cookie);
    if (!cookie) {
        co_return fail(cookie.error());
    }
    const std::string wish = !options.host.empty() ? options.host : cookie->xen ? "xen:///system" : "local";
    const Result<std::unique_ptr<Host>> host = openHost(wish);
    if (!host) {
        co_return fail(host.error());
    }
    const Result<std::unique_ptr<Guest>> guest = co_await guestByNumber(**host, cookie->number);
    if (!guest) {
        co_return fail(guest.error());
    }
    const Result<void> killed = co_await (*guest)->kill();
    co_return killed ? EndedWell : fail(killed.error());
}

void defineScript(CLI::App& app, Action& chosen, const std::string& name, const std::string& description,
                  const RumprunOptions& options)
{
    app.add_subcommand(name, description)->callback([options, &chosen] {
        chosen = [options] { return runRumprun(options); };
    });
}

} // namespace

bool readsItsOwnWords(std::string_view command)
{
    return command == "rumprun" || command == "rumprun-xen";
}

void defineRumprun(CLI::App& app, Action& chosen, const std::vector<std::string>& words)
{
    defineScript(app, chosen, "rumprun", "Run an image by the command line of rumprun's script",
                 {.edition = RumprunEdition::Last, .host = {}, .words = words});
    defineScript(app, chosen, "rumprun-xen", "The same as rumprun-xen had it in November 2014",
                 {.edition = RumprunEdition::November2014, .host = {}, .words = words});
    defineCommand<StopOptions>(
        app, chosen, "rumpstop", "Destroy a guest by the cookie that rumprun printed",
        [](CLI::App& command, StopOptions& options) {
            command.add_option("COOKIE", options.cookie, "Such as qemu:4711 or xen:3")->required();
            command.add_flag("-S", options.sudo, "Ignored: `sudo rumpus rumpstop` does what it did");
            addHostOption(command, options.host);
        },
        stopByCookie);
}

} // namespace rumpus::cli
