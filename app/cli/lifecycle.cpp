// rumpus stop, kill, pause, resume, reset, send-break: one guest, one act upon it.
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/guest_command.h"

#include <chrono>

namespace rumpus::cli {

namespace {

struct LifecycleOptions {
    std::optional<std::string> guest;
    std::string host;
    double patience = 3; ///< seconds
};

template <typename Change>
QCoro::Task<int> change(LifecycleOptions options, Change act)
{
    const Result<FoundGuest> found = co_await findGuestOn(options.host, options.guest);
    if (!found) {
        co_return report(found.error());
    }
    const Result<void> done = co_await act(*found->guest, options);
    co_return done ? EndedWell : report(done.error());
}

QCoro::Task<int> stop(LifecycleOptions options)
{
    return change(std::move(options), [](Guest& guest, const LifecycleOptions& wishes) {
        return guest.stop(std::chrono::milliseconds(static_cast<std::int64_t>(wishes.patience * 1000)));
    });
}

QCoro::Task<int> kill(LifecycleOptions options)
{
    return change(std::move(options), [](Guest& guest, const LifecycleOptions&) { return guest.kill(); });
}

QCoro::Task<int> pause(LifecycleOptions options)
{
    return change(std::move(options), [](Guest& guest, const LifecycleOptions&) { return guest.pause(); });
}

QCoro::Task<int> resume(LifecycleOptions options)
{
    return change(std::move(options), [](Guest& guest, const LifecycleOptions&) { return guest.resume(); });
}

QCoro::Task<int> reset(LifecycleOptions options)
{
    return change(std::move(options), [](Guest& guest, const LifecycleOptions&) { return guest.reset(); });
}

QCoro::Task<int> sendBreak(LifecycleOptions options)
{
    return change(std::move(options),
                  [](Guest& guest, const LifecycleOptions&) { return guest.sendBreak(); });
}

void defineChange(CLI::App& app, Action& chosen, const std::string& name, const std::string& description,
                  QCoro::Task<int> (*run)(LifecycleOptions))
{
    defineCommand<LifecycleOptions>(
        app, chosen, name, description,
        [&](CLI::App& command, LifecycleOptions& options) {
            addGuestOption(command, options.guest);
            addHostOption(command, options.host);
            if (name == "stop") {
                command
                    .add_option("--patience", options.patience,
                                "Seconds to wait before it is destroyed (default: 3)")
                    ->check(CLI::NonNegativeNumber);
            }
        },
        run);
}

} // namespace

void defineLifecycle(CLI::App& app, Action& chosen)
{
    defineChange(app, chosen, "stop", "Ask a guest to power off; destroy it where it does not", stop);
    defineChange(app, chosen, "kill", "Destroy a guest at once", kill);
    defineChange(app, chosen, "pause", "Let a guest stand still", pause);
    defineChange(app, chosen, "resume", "Let a paused guest go on", resume);
    defineChange(app, chosen, "reset", "Boot a guest again", reset);
    defineChange(app, chosen, "send-break", "Send a break on a guest's serial line", sendBreak);
}

} // namespace rumpus::cli
