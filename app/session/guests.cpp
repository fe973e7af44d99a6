// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/session/guests.h"

#include "core/base/format.h"
#include "core/base/text.h"
#include "core/config/document.h"

#include <algorithm>
#include <functional>

namespace rumpus {

namespace {

using Guests = std::vector<std::unique_ptr<Guest>>;

bool isAlive(const std::unique_ptr<Guest>& guest)
{
    return guest->state() != GuestState::Gone;
}

std::string unikernelName(const std::string& word)
{
    if (word.ends_with(configSuffix)) {
        const Result<ConfigFile> file = loadConfigFile(word);
        return file ? file->config.name : word;
    }
    return word;
}

Result<std::unique_ptr<Guest>> onlyOne(Guests guests)
{
    // beside one that runs, nobody means those that only stand there to be looked at
    const auto isRunning = [](const auto& guest) { return guest->state() < GuestState::Ended; };
    if (std::ranges::any_of(guests, isRunning)) {
        std::erase_if(guests, std::not_fn(isRunning));
    }
    if (guests.size() == 1) {
        return std::move(guests.front());
    }
    if (guests.empty()) {
        return inputError("no guest is running", "name a finished one (`rumpus ps --all` lists them)");
    }
    std::vector<std::string> ids;
    std::ranges::transform(guests, std::back_inserter(ids), [](const auto& guest) { return guest->name(); });
    return inputError(formatted("{} are running", counted(guests.size(), "guest")),
                      "name one of " + join(ids, ", "));
}

/// The one whose short id the word is; nothing where two have it.
std::optional<std::size_t> calledShortly(const Guests& guests, std::string_view word)
{
    std::optional<std::size_t> found;
    for (std::size_t i = 0; i < guests.size(); ++i) {
        if (shortId(*guests[i]) == word) {
            if (found) {
                return std::nullopt;
            }
            found = i;
        }
    }
    return found;
}

} // namespace

std::string shortId(const Guest& guest)
{
    static constexpr std::size_t ofUuid = 8; // its first group (RFC 9562, 4)
    return guest.id().substr(0, guest.id().starts_with(guest.name()) ? std::string::npos : ofUuid);
}

QCoro::Task<Result<std::unique_ptr<Guest>>> findGuest(Host& host, std::optional<std::string> word)
{
    Result<Guests> guests = co_await host.guests(word ? Which::All : Which::Existing);
    if (!guests) {
        co_return std::unexpected(guests.error());
    }
    if (!word) {
        co_return onlyOne(std::move(*guests));
    }
    const std::string name = unikernelName(*word);
    std::unique_ptr<Guest>* best = nullptr;
    for (std::unique_ptr<Guest>& guest : *guests) {
        const bool meant = guest->id() == *word || (guest->name() == *word && isAlive(guest));
        if (meant) {
            co_return std::move(guest);
        }
        // the list is oldest first, so a later one is a better one
        if (guest->plan().name == name && (best == nullptr || isAlive(guest) || !isAlive(*best))) {
            best = &guest;
        }
    }
    if (const auto called = calledShortly(*guests, *word)) {
        co_return std::move((*guests)[*called]);
    }
    if (best == nullptr) {
        co_return inputError(formatted("there is no guest \"{}\"", printable(*word)),
                             "`rumpus ps --all` lists those there are");
    }
    co_return std::move(*best);
}

} // namespace rumpus
