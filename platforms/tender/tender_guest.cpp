// SPDX-License-Identifier: GPL-3.0-or-later
#include "platforms/tender/tender_guest.h"

#include "core/base/format.h"
#include "core/base/text.h"
#include "platforms/gdb_stub.h"
#include "platforms/qemu/qemu_console.h"
#include "platforms/tender/tender_start.h"

#include <QCoroSignal>

#include <algorithm>
#include <csignal>
#include <cstring>
#include <fstream>

namespace rumpus {

TenderGuest::TenderGuest(RunDirectory run, LaunchPlan plan, const ProcessIdentity& process)
    : run_(std::move(run)), plan_(std::move(plan)), process_(process), watch_(process), listener_(plan_.kind)
{
    paused_ = standsStill();
    connect(&look_, &QTimer::timeout, this, [this] {
        paused_ = standsStill();
        update();
    });
    if (std::filesystem::exists(run_.gdbSocket())) {
        watchDebugger();
    }
    connect(&watch_, &ProcessWatch::gone, this, &TenderGuest::update);
    connect(&console_, &FileFollower::grown, this, [this](const QByteArray& bytes) {
        if (listener_.hear({bytes.constData(), static_cast<std::size_t>(bytes.size())})) {
            update();
        }
    });
    if (console_.open(run_.consoleLog())) {
        console_.read();
    }
    update();
}

TenderGuest::~TenderGuest() = default;

bool TenderGuest::standsStill() const
{
    if (isHvt()) { // its stub waits for a debugger before the first instruction
        return std::filesystem::exists(run_.gdbSocket());
    }
    return standingOf(process_) != Standing::No;
}

void TenderGuest::watchDebugger()
{
    static constexpr std::chrono::milliseconds often{100};
    if (!watch_.isGone()) {
        look_.start(often);
    }
}

GuestState TenderGuest::stateNow() const
{
    if (watch_.isGone()) {
        return GuestState::Gone;
    }
    return end_ ? GuestState::Ended : paused_ ? GuestState::Paused : GuestState::Running;
}

void TenderGuest::update()
{
    if (watch_.isGone()) {
        console_.read(); // the last words stand there before the exit that made us look
    }
    if (const auto& spoken = listener_.end(); spoken && spoken->final) {
        using SpokenHow = SpokenEnd::How;
        end_ =
            GuestEnd{.how = spoken->how == SpokenHow::Crashed ? GuestEnd::How::Crashed : GuestEnd::How::Ended,
                     .status = spoken->status,
                     .words = spoken->words};
    } else if (watch_.isGone() && std::filesystem::exists(run_.stopMark())) {
        end_ = GuestEnd{.how = GuestEnd::How::Stopped};
    } else if (watch_.isGone()) {
        const auto ended = watch_.endedBySignal();
        end_ = GuestEnd{.how = GuestEnd::How::Crashed,
                        .words = ended ? formatted("signal {} ({})", *ended, ::strsignal(*ended))
                                       : std::string("its tender ended without the guest's word of it")};
    }
    const GuestState state = stateNow();
    if (state == state_) {
        return;
    }
    state_ = state;
    if (state == GuestState::Gone) {
        look_.stop();
        for (const QPointer<QemuConsole>& console : consoles_) {
            if (console) {
                console->guestIsGone();
            }
        }
    }
    Q_EMIT stateChanged(state);
}

std::unique_ptr<ConsoleChannel> TenderGuest::openConsole()
{
    auto console = std::make_unique<QemuConsole>(run_, plan_.consoleLimit);
    std::erase_if(consoles_, [](const QPointer<QemuConsole>& open) { return open.isNull(); });
    consoles_.emplace_back(console.get());
    return console;
}

Result<void> TenderGuest::signal(int number)
{
    if (!watch_.sendSignal(number)) {
        return hostError(formatted("guest {} is gone", id()), "start it again with `rumpus run`");
    }
    paused_ = number == SIGSTOP;
    update();
    return {};
}

QCoro::Task<Result<void>> TenderGuest::resume()
{
    if (isHvt() && standsStill()) {
        const Result<void> gone = co_await detachFromStub({.address = run_.gdbSocket()});
        paused_ = standsStill();
        update();
        co_return gone;
    }
    co_return signal(SIGCONT);
}

QCoro::Task<Result<void>> TenderGuest::pause()
{
    co_return signal(SIGSTOP);
}

QCoro::Task<Result<void>> TenderGuest::reset(AfterReset /*after*/)
{
    co_return hostError("a tender starts its guest once", "stop it and run it again");
}

QCoro::Task<Result<void>> TenderGuest::stop(std::chrono::milliseconds /*patience*/)
{
    return kill(); // Solo5 has no word for a wish to end
}

QCoro::Task<Result<void>> TenderGuest::kill()
{
    if (watch_.isGone()) {
        co_return {};
    }
    std::ofstream(run_.stopMark()) << "stopped\n";
    watch_.sendSignal(SIGKILL);
    static constexpr std::chrono::seconds patience{3};
    if (!watch_.isGone()) {
        co_await qCoro(&watch_, &ProcessWatch::gone, patience);
    }
    co_return watch_.isGone() ? Result<void>()
                              : hostError(formatted("the tender's process {} does not end", process_.pid));
}

QCoro::Task<Result<void>> TenderGuest::dump(std::filesystem::path /*file*/)
{
    co_return hostError("a tender writes no dump on demand", "run the image's virtio build on QEMU instead");
}

QCoro::Task<Result<GdbEndpoint>> TenderGuest::openGdb()
{
    if (watch_.isGone()) {
        co_return hostError(formatted("guest {} is gone", id()), "start it again with `rumpus run`");
    }
    const bool isThere = std::filesystem::exists(run_.gdbSocket());
    if (isHvt() && !isThere) {
        co_return hostError("solo5-hvt takes a debugger only at its guest's start, and one",
                            "start it anew with Debug, or `rumpus debug`");
    }
    if (!isHvt() && !isThere) {
        const Result<void> served = co_await serveGdb(run_, process_);
        if (!served) {
            co_return std::unexpected(served.error());
        }
    }
    watchDebugger();
    if (isHvt()) {
        co_return GdbEndpoint{.address = run_.gdbSocket(), .before = {}, .canInterrupt = false};
    }
    // GDB would look for the libraries that a process of Linux has, and report the stop that it stands in
    co_return GdbEndpoint{.address = run_.gdbSocket(),
                          .before = {"set osabi none", "handle SIGSTOP nostop noprint nopass"}};
}

QCoro::Task<Result<void>> TenderGuest::closeGdb()
{
    if (isHvt()) {
        co_return {}; // it ended with its debugger
    }
    co_return signal(SIGCONT);
}

QCoro::Task<Result<GuestUsage>> TenderGuest::usage()
{
    const std::optional<ProcessUsage> used = watch_.isGone() ? std::nullopt : usageOf(process_);
    if (!used) {
        co_return hostError(formatted("guest {} is gone", id()));
    }
    co_return GuestUsage{.cpu = used->cpu,
                         .memory = used->memory,
                         .diskRead = {},
                         .diskWritten = {},
                         .netReceived = {},
                         .netSent = {}};
}

QCoro::Task<Result<std::uint32_t>> TenderGuest::number()
{
    if (watch_.isGone()) {
        co_return hostError(formatted("guest {} is gone", id()));
    }
    co_return static_cast<std::uint32_t>(process_.pid);
}

} // namespace rumpus
