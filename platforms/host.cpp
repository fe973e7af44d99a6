// SPDX-License-Identifier: GPL-3.0-or-later
#include "platforms/host.h"

#include "core/base/format.h"

#include <utility>

namespace rumpus {

std::string_view key(GuestState state)
{
    switch (state) {
    case GuestState::Starting: return "starting";
    case GuestState::Paused: return "paused";
    case GuestState::Running: return "running";
    case GuestState::Ended: return "ended";
    case GuestState::Gone: return "gone";
    }
    std::unreachable();
}

std::string_view key(GuestEnd::How how)
{
    switch (how) {
    case GuestEnd::How::Ended: return "ended";
    case GuestEnd::How::PoweredOff: return "powered-off";
    case GuestEnd::How::Reset: return "reset";
    case GuestEnd::How::TripleFault: return "triple-fault";
    case GuestEnd::How::Panicked: return "panicked";
    case GuestEnd::How::Crashed: return "crashed";
    case GuestEnd::How::Killed: return "killed";
    case GuestEnd::How::Stopped: return "stopped";
    case GuestEnd::How::Refused: return "refused";
    }
    std::unreachable();
}

bool isCrash(GuestEnd::How how)
{
    return how == GuestEnd::How::TripleFault || how == GuestEnd::How::Panicked ||
           how == GuestEnd::How::Crashed;
}

std::string describe(const GuestEnd& end)
{
    const std::string words = end.words.empty() ? std::string() : ": " + end.words;
    switch (end.how) {
    case GuestEnd::How::Ended:
        return end.status ? formatted("the application ended with status {}", *end.status)
                          : "the application ended";
    case GuestEnd::How::PoweredOff: return "the guest powered off";
    case GuestEnd::How::Reset: return "the guest asked for a reset";
    case GuestEnd::How::TripleFault: return "the guest crashed by a triple fault";
    case GuestEnd::How::Panicked: return "the guest panicked" + words;
    case GuestEnd::How::Crashed: return "the guest crashed" + words;
    case GuestEnd::How::Killed: return "the guest was killed from outside" + words;
    case GuestEnd::How::Stopped: return "the guest was stopped";
    case GuestEnd::How::Refused: return "the guest did not start" + words;
    }
    std::unreachable();
}

QCoro::Task<Result<std::string>> Guest::monitor(std::string /*line*/)
{
    co_return hostError("this guest has no QEMU");
}

QCoro::Task<Result<ProgramOutput>> Guest::runBeside(ProgramRun run)
{
    return runProgram(std::move(run));
}

QCoro::Task<Result<void>> Guest::sendBreak()
{
    co_return hostError("this host cannot send a break");
}

} // namespace rumpus
