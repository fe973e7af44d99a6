// SPDX-License-Identifier: GPL-3.0-or-later
#include "platforms/libvirt/logged_guest.h"

#include "platforms/libvirt/logged_console.h"

#include <QCoroSignal>
#include <QElapsedTimer>

#include <utility>

namespace rumpus {

QCoro::Task<Result<void>> LoggedGuest::stop(std::chrono::milliseconds patience)
{
    const QPointer<LoggedGuest> self(this);
    if (state() == GuestState::Running) {
        const Result<void> asked = co_await askToEnd();
        QElapsedTimer timer;
        timer.start();
        while (self && asked && state() == GuestState::Running && timer.elapsed() < patience.count()) {
            co_await qCoro(this, &Guest::stateChanged, patience - std::chrono::milliseconds(timer.elapsed()));
        }
    }
    if (!self) {
        co_return {};
    }
    co_return co_await kill();
}

std::unique_ptr<LoggedConsole> LoggedGuest::addConsole(std::filesystem::path log, std::string before)
{
    auto console = std::make_unique<LoggedConsole>(this, std::move(log), std::move(before));
    std::erase_if(consoles_, [](const QPointer<LoggedConsole>& open) { return open.isNull(); });
    consoles_.emplace_back(console.get());
    return console;
}

void LoggedGuest::forEach(const Consoles& consoles, const std::function<void(LoggedConsole&)>& act)
{
    for (const QPointer<LoggedConsole>& console : consoles) {
        if (console) {
            act(*console);
        }
    }
}

void LoggedGuest::tellConsoles(const std::string& text) const
{
    forEach(consoles(), [&text](LoggedConsole& console) { console.tell(text); });
}

} // namespace rumpus
