// rumpus console: the terminal attached to a running guest's console.
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/console_io.h"
#include "app/cli/guest_command.h"
#include "core/base/format.h"
#include "core/base/text.h"

#include <QCoroSignal>

namespace rumpus::cli {

namespace {

struct ConsoleOptions {
    std::optional<std::string> guest;
    std::string host;
};

/// Tells when to leave: the user wants to, or the guest is gone.
class Departure : public QObject {
    Q_OBJECT
public:
    explicit Departure(ConsoleIo& console)
    {
        connect(&console, &ConsoleIo::left, this, [this] {
            byUser = true;
            Q_EMIT now();
        });
        connect(&console, &ConsoleIo::finished, this, &Departure::now);
    }
    bool byUser = false;

Q_SIGNALS:
    void now();
};

QCoro::Task<int> runConsole(ConsoleOptions options)
{
    const Result<FoundGuest> found = co_await findGuestOn(options.host, options.guest);
    if (!found) {
        co_return report(found.error());
    }
    Guest& guest = *found->guest;
    if (guest.state() == GuestState::Gone) {
        co_return report(Error{Fault::Input, formatted("guest {} has finished", guest.id()),
                               formatted("`rumpus log {}` prints its console", guest.id())});
    }
    ConsoleIo console(guest, ConsoleIo::Format::Bytes, ConsoleIo::Input::Interactive);
    Departure departure(console);
    co_await qCoro(&departure, &Departure::now);
    if (departure.byUser) {
        say(formatted("left; {} goes on", guest.name()));
    } else if (guest.end()) {
        say(formatted("{}: {}", guest.name(), describe(*guest.end())));
    }
    co_return EndedWell;
}

} // namespace

void defineConsole(CLI::App& app, Action& chosen)
{
    defineCommand<ConsoleOptions>(
        app, chosen, "console", "Attach the terminal to a guest's console; Ctrl+] leaves",
        [](CLI::App& command, ConsoleOptions& options) {
            addGuestOption(command, options.guest);
            addHostOption(command, options.host);
        },
        runConsole);
}

} // namespace rumpus::cli

#include "console.moc"
