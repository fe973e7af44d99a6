// rumpus ps: the guests of a host, also those that another rumpus started.
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/command.h"
#include "app/session/guests.h"
#include "core/base/format.h"
#include "core/base/text.h"
#include "core/base/units.h"

#include <algorithm>
#include <array>
#include <chrono>

namespace rumpus::cli {

namespace {

struct PsOptions {
    std::string host;
    bool all = false;
    bool json = false;
};

using Row = std::array<std::string, 5>;

std::string duration(std::chrono::system_clock::duration length)
{
    const auto seconds =
        std::max<std::int64_t>(std::chrono::duration_cast<std::chrono::seconds>(length).count(), 0);
    const auto hours = seconds / 3600;
    const auto minutes = seconds / 60 % 60;
    return hours > 0 ? formatted("{}:{:02}:{:02}", hours, minutes, seconds % 60)
                     : formatted("{}:{:02}", minutes, seconds % 60);
}

std::string stateOf(const Guest& guest)
{
    switch (guest.state()) {
    case GuestState::Ended: return "held";
    case GuestState::Gone: return "finished";
    default: return std::string(key(guest.state()));
    }
}

Json guestJson(const Guest& guest)
{
    Json line = {{"guest", guest.id()},
                 {"name", guest.name()},
                 {"unikernel", guest.plan().name},
                 {"state", key(guest.state())},
                 {"host", guest.plan().host},
                 {"madeBy", guest.maker()},
                 {"started", std::chrono::duration<double>(guest.startedAt().time_since_epoch()).count()},
                 {"memory", guest.plan().memory},
                 {"image", guest.plan().image.native()},
                 {"place", guest.place().native()}};
    if (guest.end()) {
        line["end"] = {{"how", key(guest.end()->how)}, {"words", guest.end()->words}};
        line["end"]["status"] = guest.end()->status ? Json(*guest.end()->status) : Json();
    }
    return line;
}

void printTable(const std::vector<Row>& rows)
{
    std::array<std::size_t, std::tuple_size_v<Row>> widths{};
    for (const Row& row : rows) {
        for (std::size_t i = 0; i < row.size(); ++i) {
            widths[i] = std::max(widths[i], row[i].size());
        }
    }
    for (const Row& row : rows) {
        std::string line;
        for (std::size_t i = 0; i < row.size(); ++i) {
            line += formatted("{:<{}}  ", row[i], widths[i]);
        }
        line.erase(line.find_last_not_of(' ') + 1);
        print(line + "\n");
    }
}

QCoro::Task<int> runPs(PsOptions options)
{
    const Result<std::unique_ptr<Host>> host = openHost(options.host);
    if (!host) {
        co_return report(host.error());
    }
    const auto guests = co_await (*host)->guests(options.all ? Which::All : Which::Existing);
    if (!guests) {
        co_return report(guests.error());
    }
    std::vector<Row> rows{{"GUEST", "STATE", "UP", "MEMORY", ""}};
    for (const auto& guest : *guests) {
        if (options.json) {
            printJson(guestJson(*guest));
            continue;
        }
        const bool gone = guest->state() == GuestState::Gone;
        // of those that are gone several can have had one name
        const std::string id = shortId(*guest);
        const std::string name = printable(guest->name());
        const std::string past = id == guest->id() ? id : formatted("{} ({})", name, id);
        rows.push_back({gone ? past : name, stateOf(*guest),
                        gone ? "" : duration(std::chrono::system_clock::now() - guest->startedAt()),
                        gone ? "" : exactSize(guest->plan().memory),
                        guest->end()      ? describe(*guest->end())
                        : guest->isOurs() ? ""
                                          : "made by " + guest->maker()});
    }
    if (!options.json) {
        if (rows.size() > 1) {
            printTable(rows);
        } else {
            say(options.all
                    ? "there are no guests: `rumpus run` starts one"
                    : "no guest is running: `rumpus run` starts one, `rumpus ps --all` lists finished ones");
        }
    }
    co_return EndedWell;
}

} // namespace

void definePs(CLI::App& app, Action& chosen)
{
    defineCommand<PsOptions>(
        app, chosen, "ps", "List guests",
        [](CLI::App& command, PsOptions& options) {
            command.add_flag("-a,--all", options.all,
                             "Finished ones too, as long as their consoles are kept");
            addHostOption(command, options.host);
            addJsonOption(command, options.json);
        },
        runPs);
}

} // namespace rumpus::cli
