// SPDX-License-Identifier: GPL-3.0-or-later
#include "platforms/tender/tender_guest.h"

#include "core/base/format.h"
#include "core/base/text.h"
#include "platforms/gdb_stub.h"
#include "platforms/tender/tender_start.h"

#include <csignal>
#include <cstring>

namespace rumpus {

TenderGuest::TenderGuest(RunDirectory run, LaunchPlan plan, const ProcessIdentity& process)
    : ProcessGuest(std::move(run), std::move(plan), process)
{
    paused_ = standsStill();
    connect(&look_, &QTimer::timeout, this, [this] {
        paused_ = standsStill();
        update();
    });
    if (std::filesystem::exists(run_.gdbSocket())) {
        watchDebugger();
    }
    listenFrom(0);
    update();
}

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
    if (!isGone()) {
        look_.start(often);
    }
}

std::optional<GuestEnd> TenderGuest::endNow() const
{
    if (const auto& spoken = listener_.end(); spoken && spoken->final) {
        using SpokenHow = SpokenEnd::How;
        return GuestEnd{.how =
                            spoken->how == SpokenHow::Crashed ? GuestEnd::How::Crashed : GuestEnd::How::Ended,
                        .status = spoken->status,
                        .words = spoken->words};
    }
    if (!isGone()) {
        return std::nullopt;
    }
    if (std::filesystem::exists(run_.stopMark())) {
        return GuestEnd{.how = GuestEnd::How::Stopped};
    }
    const std::optional<int> ended = watch_.endedBySignal();
    return GuestEnd{.how = GuestEnd::How::Crashed,
                    .words = ended ? formatted("signal {} ({})", *ended, ::strsignal(*ended))
                                   : std::string("its tender ended without the guest's word of it")};
}

void TenderGuest::update()
{
    if (isGone()) {
        look_.stop();
        hearRest(); // the last words stand there before the exit that made us look
    }
    std::optional<GuestEnd> ended = endNow();
    const GuestState state = isGone()  ? GuestState::Gone
                             : ended   ? GuestState::Ended
                             : paused_ ? GuestState::Paused
                                       : GuestState::Running;
    become(state, std::move(ended));
}

Result<void> TenderGuest::signal(int number)
{
    if (!watch_.sendSignal(number)) {
        return goneError();
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
    return endBy({SIGKILL});
}

QCoro::Task<Result<void>> TenderGuest::dump(std::filesystem::path /*file*/)
{
    co_return hostError("a tender writes no dump on demand", "run the image's virtio build on QEMU instead");
}

QCoro::Task<Result<GdbEndpoint>> TenderGuest::openGdb()
{
    if (isGone()) {
        co_return goneError();
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

} // namespace rumpus
