// SPDX-License-Identifier: GPL-3.0-or-later
#include "platforms/process/process_guest.h"

#include "core/base/format.h"
#include "platforms/process/process_console.h"

#include <QCoroSignal>

#include <fstream>
#include <utility>

namespace rumpus {

ProcessGuest::ProcessGuest(RunDirectory run, LaunchPlan plan, const ProcessIdentity& process)
    : run_(std::move(run)), plan_(std::move(plan)), process_(process), watch_(process), listener_(plan_.kind)
{
    connect(&watch_, &ProcessWatch::gone, this, &ProcessGuest::update);
}

ProcessGuest::~ProcessGuest() = default;

void ProcessGuest::listenFrom(qint64 origin)
{
    listener_ = EndListener(plan_.kind);
    heard_ = std::make_unique<FileFollower>();
    connect(heard_.get(), &FileFollower::grown, this, [this](const QByteArray& bytes) {
        if (listener_.hear({bytes.constData(), static_cast<std::size_t>(bytes.size())})) {
            update();
        }
    });
    if (heard_->open(run_.consoleLog(), origin)) {
        heard_->read();
    }
}

void ProcessGuest::hearRest()
{
    if (heard_) {
        heard_->read();
    }
}

void ProcessGuest::become(GuestState state, std::optional<GuestEnd> end)
{
    end_ = std::move(end);
    if (state == state_) {
        return;
    }
    state_ = state;
    if (state == GuestState::Gone) {
        for (const QPointer<ProcessConsole>& console : consoles_) {
            if (console) {
                console->guestIsGone();
            }
        }
    }
    Q_EMIT stateChanged(state);
}

std::unexpected<Error> ProcessGuest::goneError() const
{
    return hostError(formatted("guest {} is gone", id()), "start it again with `rumpus run`");
}

std::unique_ptr<ConsoleChannel> ProcessGuest::openConsole()
{
    auto console = std::make_unique<ProcessConsole>(run_, plan_.consoleLimit);
    std::erase_if(consoles_, [](const QPointer<ProcessConsole>& open) { return open.isNull(); });
    consoles_.emplace_back(console.get());
    return console;
}

QCoro::Task<Result<void>> ProcessGuest::endBy(std::vector<int> signals)
{
    static constexpr std::chrono::seconds patience{3};
    if (isGone()) {
        co_return {};
    }
    std::ofstream(run_.stopMark()) << "stopped\n";
    for (const int signal : signals) {
        watch_.sendSignal(signal);
        if (!isGone()) {
            co_await qCoro(&watch_, &ProcessWatch::gone, patience);
        }
        if (isGone()) {
            co_return {};
        }
    }
    co_return hostError(formatted("the guest's process {} does not end", process_.pid),
                        "look at it with `ps`; a kernel that waits for a disk can hold it");
}

QCoro::Task<Result<GuestUsage>> ProcessGuest::usage()
{
    const std::optional<ProcessUsage> used = isGone() ? std::nullopt : usageOf(process_);
    if (!used) {
        co_return goneError();
    }
    co_return GuestUsage{.cpu = used->cpu,
                         .memory = used->memory,
                         .diskRead = {},
                         .diskWritten = {},
                         .netReceived = {},
                         .netSent = {}};
}

QCoro::Task<Result<std::uint32_t>> ProcessGuest::number()
{
    if (isGone()) {
        co_return goneError();
    }
    co_return static_cast<std::uint32_t>(process_.pid);
}

} // namespace rumpus
