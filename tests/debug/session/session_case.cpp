// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/debug/session/session_case.h"

#include "core/base/files.h"
#include "core/base/format.h"
#include "core/image/image.h"

#include <QDeadlineTimer>
#include <QEventLoop>
#include <QTimer>

#include <algorithm>
#include <csignal>
#include <iostream>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "../../core/kinds.h"

namespace rumpus {

bool waitUntil(const std::function<bool()>& condition, std::chrono::milliseconds limit)
{
    const QDeadlineTimer deadline(limit);
    QTimer wake;
    wake.start(limit);
    QEventLoop loop;
    while (!condition()) {
        if (deadline.hasExpired()) {
            return false;
        }
        loop.processEvents(QEventLoop::WaitForMoreEvents);
    }
    return true;
}

std::filesystem::path guestImage(const std::string& name)
{
    if (name == "subject") {
        return std::filesystem::path(RUMPUS_SUBJECT) / "subject.elf";
    }
    return std::filesystem::path(RUMPUS_BINARY_DIR) / "guests" / name / (name + ".elf");
}

std::filesystem::path subjectSource()
{
    return std::filesystem::path(RUMPUS_SUBJECT) / "subject.c";
}

std::string contentOf(const std::filesystem::path& file)
{
    return readFile(file).value_or("");
}

int lineOf(const std::string& mark, const std::filesystem::path& source)
{
    const std::string text = contentOf(source);
    const std::size_t place = text.find("/* at: " + mark + " */");
    EXPECT_NE(place, std::string::npos) << mark << " is not marked in " << source;
    const std::string_view before = std::string_view(text).substr(0, place);
    return static_cast<int>(std::ranges::count(before, '\n')) + 1;
}

std::string placeOf(const Stop& stop)
{
    return formatted("{}:{}", stop.frame.function, stop.frame.line);
}

namespace {

/// The socket on which QEMU will listen: made here, so that it is there before QEMU is.
int listenAt(const std::filesystem::path& path)
{
    const int listener = ::socket(AF_UNIX, SOCK_STREAM, 0); // inherited
    sockaddr_un address{.sun_family = AF_UNIX, .sun_path = {}};
    std::ranges::copy(path.native().substr(0, sizeof address.sun_path - 1), address.sun_path);
    if (::bind(listener, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0 ||
        ::listen(listener, 1) != 0) {
        ADD_FAILURE() << "cannot listen at " << path;
    }
    return listener;
}

} // namespace

HeldGuest::HeldGuest(const std::filesystem::path& image, const std::filesystem::path& folder,
                     const Wishes& wishes)
    : stub_(folder / "stub"), console_(folder / "console")
{
    std::string commandLine;
    for (const std::string& argument : wishes.arguments) {
        commandLine += (commandLine.empty() ? "" : " ") + argument;
    }
    std::filesystem::remove(stub_);
    const int listener = listenAt(stub_);
    QStringList options;
    for (const std::string& option :
         std::vector<std::string>{"-nodefaults",
                                  "-no-user-config",
                                  "-display",
                                  "none",
                                  "-machine",
                                  "microvm,auto-kernel-cmdline=off,pit=on,pic=on,rtc=on,x-option-roms=off",
                                  "-accel",
                                  "tcg",
                                  "-cpu",
                                  "max",
                                  "-m",
                                  "16M",
                                  "-bios",
                                  "qboot.rom",
                                  "-S",
                                  "-kernel",
                                  image.native(),
                                  "-append",
                                  formatted(R"({{"cmdline":"{}"}})", commandLine),
                                  "-action",
                                  wishes.holdsAtEnd ? "reboot=shutdown,shutdown=pause,panic=pause"
                                                    : "reboot=shutdown,shutdown=poweroff,panic=pause",
                                  "-serial",
                                  "file:" + console_.native(),
                                  "-gdb",
                                  "chardev:stub",
                                  "-chardev",
                                  formatted("socket,id=stub,fd={},server=on,wait=off", listener)}) {
        options << QString::fromStdString(option);
    }
    // a test that is killed leaves no guest behind
    process_.setChildProcessModifier([] { ::prctl(PR_SET_PDEATHSIG, SIGKILL); });
    process_.start(QStringLiteral("qemu-system-x86_64"), options);
    EXPECT_TRUE(process_.waitForStarted());
    ::close(listener);
}

HeldGuest::~HeldGuest()
{
    kill();
}

void HeldGuest::kill()
{
    process_.kill();
    process_.waitForFinished();
}

bool HeldGuest::says(const std::string& words)
{
    // the console is a file: looked at whenever anything happens, and now and then
    QTimer look;
    look.start(std::chrono::milliseconds(20));
    return waitUntil([&] { return console().contains(words); });
}

SessionCase::SessionCase() : folder_(temporary_.path().toStdString()) {}

SessionCase::~SessionCase()
{
    if (!session_) {
        return;
    }
    if (HasFailure()) {
        const std::string told = session_->gdb().transcript().text();
        std::cout << (told.size() > 6000 ? told.substr(told.size() - 6000) : told);
        std::cout << "end: " << session_->endWords() << std::endl;
        if (guest) {
            std::cout << "console: " << guest->console() << '\n';
        }
    }
    session_->close();
    session_->gdb().kill();
    waitUntil([this] { return !session_->gdb().isRunning(); });
}

GdbOptions SessionCase::gdbOptions()
{
    return {.script = std::filesystem::path(RUMPUS_SOURCE_DIR) / "resources/gdb/rumpus.py"};
}

void SessionCase::makeSession()
{
    session_ = DebugSession::create(gdbOptions());
    QObject::connect(session_.get(), &DebugSession::stateChanged, session_.get(),
                     [this](DebugSession::State state) { states.push_back(state); });
    QObject::connect(session_.get(), &DebugSession::logged, session_.get(),
                     [this](const QString& message) { logged.push_back(message.toStdString()); });
}

void SessionCase::boot(const std::filesystem::path& image, const HeldGuest::Wishes& wishes)
{
    guest = std::make_unique<HeldGuest>(image, folder_, wishes);
    makeSession();
}

DebugTarget SessionCase::target(const std::filesystem::path& image, StopAt stopAt) const
{
    DebugTarget target;
    target.endpoint = {guest->endpoint()};
    target.symbols = image;
    target.kind = kinds::Sprig;
    target.fromReset = true;
    target.stopAt = stopAt;
    const Result<Image> read = readImage(image, Detail::Launch);
    EXPECT_TRUE(succeeded(read));
    if (read && !read->boots.empty()) {
        target.entry = read->boots.front().address;
    }
    return target;
}

void SessionCase::debug(const std::string& wish, StopAt stopAt)
{
    debugSample("subject", {"subject", wish}, stopAt);
}

void SessionCase::debugSample(const std::string& name, const std::vector<std::string>& arguments,
                              StopAt stopAt)
{
    boot(guestImage(name), {.arguments = arguments});
    ASSERT_TRUE(succeeded(await(session().open(target(guestImage(name), stopAt)))));
    ASSERT_EQ(session().state(), DebugSession::State::Stopped);
}

Stop SessionCase::nextStop(std::uint64_t after)
{
    const Result<Stop> stop = await(session().untilStopped(after));
    EXPECT_TRUE(succeeded(stop));
    return stop.value_or(Stop());
}

Stop SessionCase::stopAfter(QCoro::Task<Result<void>> (DebugSession::*move)())
{
    const std::uint64_t before = session().generation();
    EXPECT_TRUE(succeeded(await((session().*move)())));
    return nextStop(before);
}

Stop SessionCase::step(StepKind kind)
{
    const std::uint64_t before = session().generation();
    EXPECT_TRUE(succeeded(await(session().step(kind)))) << key(kind);
    return nextStop(before);
}

Stop SessionCase::runTo(const std::string& place)
{
    const std::uint64_t before = session().generation();
    EXPECT_TRUE(succeeded(await(session().runTo(place)))) << place;
    return nextStop(before);
}

Stop SessionCase::runToMark(const std::string& mark)
{
    return runTo(markPlace(mark));
}

std::string SessionCase::markPlace(const std::string& mark) const
{
    return formatted("subject.c:{}", lineOf(mark));
}

Breakpoint SessionCase::breakpointAtMark(const std::string& mark) const
{
    return {.kind = Breakpoint::Kind::Line, .where = subjectSource().native(), .line = lineOf(mark)};
}

int SessionCase::add(Breakpoint wish)
{
    const Result<int> id = await(session().addBreakpoint(std::move(wish)));
    EXPECT_TRUE(succeeded(id));
    return id.value_or(0);
}

std::string SessionCase::evaluate(const std::string& expression)
{
    const Result<std::string> value = await(session().evaluate(expression));
    EXPECT_TRUE(succeeded(value)) << expression;
    return value.value_or("");
}

bool SessionCase::becomes(DebugSession::State state)
{
    return waitUntil([&] { return session().state() == state; });
}

} // namespace rumpus
