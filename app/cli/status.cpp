// rumpus status: what a guest really did of what it was told.
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/guest_command.h"
#include "app/session/guest_status.h"
#include "core/base/format.h"
#include "core/base/text.h"

#include <algorithm>

namespace rumpus::cli {

namespace {

struct StatusOptions {
    std::optional<std::string> guest;
    std::string host;
    bool json = false;
};

int printStatus(const GuestStatus& status, bool json)
{
    const std::vector<GuestKey>& keys = status.keys();
    const std::vector<KeyVerdict> verdicts = status.verdicts();
    std::size_t widest = 0;
    for (const GuestKey& guestKey : keys) {
        widest = std::max(widest, printable(guestKey.pointer).size());
    }
    bool failed = false;
    for (std::size_t i = 0; i < keys.size(); ++i) {
        failed = failed || verdicts[i].state == KeyVerdict::State::Failed;
        if (json) {
            printJson(toJson(keys[i], verdicts[i]));
            continue;
        }
        print(formatted("{:<{}}  {:<10}  {}\n", printable(keys[i].pointer), widest, key(verdicts[i].state),
                        verdicts[i].words.empty() ? printable(keys[i].intent) : verdicts[i].words));
    }
    return failed ? EndedBadly : EndedWell;
}

QCoro::Task<int> tellStatus(StatusOptions options)
{
    const Result<FoundGuest> found = co_await findGuestOn(options.host, options.guest);
    if (!found) {
        co_return report(found.error());
    }
    GuestStatus status(*found->guest);
    if (status.keys().empty()) {
        say(found->guest->isOurs()
                ? formatted("{} was told nothing", found->guest->name())
                : formatted("{} was not started by Rumpus, so nobody knows what it was told",
                            found->guest->name()));
        co_return EndedWell;
    }
    co_await status.catchUp();
    co_await status.tryNetwork();
    co_await status.askXenstore();
    co_return printStatus(status, options.json);
}

} // namespace

void defineStatus(CLI::App& app, Action& chosen)
{
    defineCommand<StatusOptions>(
        app, chosen, "status",
        "Tell key by key what a guest did of what it was told: configured, failed, not seen (exit code 1: "
        "something failed)",
        [](CLI::App& command, StatusOptions& options) {
            addGuestOption(command, options.guest);
            addHostOption(command, options.host);
            addJsonOption(command, options.json);
        },
        tellStatus);
}

} // namespace rumpus::cli
