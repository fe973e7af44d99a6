// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/session/boot_phases.h"

#include "core/dialect/guest_speech.h"

#include <algorithm>
#include <array>
#include <utility>

namespace rumpus {

namespace {

using enum BootMoment;

constexpr std::size_t mostBytes = std::size_t{256} << 10U;

struct Names {
    std::string_view key;
    std::string_view title;
};
constexpr std::array names{
    Names{"build", "Build"},           Names{"plan", "Plan"},
    Names{"process", "Process"},       Names{"first-instruction", "First instruction"},
    Names{"first-byte", "First byte"}, Names{"banner", "Kernel banner"},
    Names{"devices", "Devices"},       Names{"network", "Network"},
    Names{"main", "main()"},           Names{"exit", "Exit"},
};
static_assert(names.size() == bootMoments);

BootMoment momentOf(BootPhase phase)
{
    switch (phase) {
    case BootPhase::Banner: return Banner;
    case BootPhase::Devices: return Devices;
    case BootPhase::Network: return Network;
    case BootPhase::Main: return Main;
    }
    std::unreachable();
}

bool says(std::string_view line, const BootWord& word)
{
    const std::size_t at = line.find(word.text);
    return at != std::string_view::npos && line.substr(at + word.text.size()).contains(word.also);
}

} // namespace

std::string_view key(BootMoment moment)
{
    return names.at(static_cast<std::size_t>(moment)).key;
}

std::string_view title(BootMoment moment)
{
    return names.at(static_cast<std::size_t>(moment)).title;
}

BootListener::BootListener(ImageKind kind) : kind_(kind) {}

std::vector<BootMoment> BootListener::hear(std::string_view bytes)
{
    std::vector<BootMoment> news;
    if (bytes.empty()) {
        return news;
    }
    if (heard_ == 0) {
        news.push_back(FirstByte);
    }
    const bool before = heard_ < mostBytes && isNew(Main);
    heard_ += std::min(bytes.size(), mostBytes);
    if (before) {
        lines_.add(bytes, [&](std::string_view line) { hearLine(line, news); });
    }
    return news;
}

void BootListener::hearLine(std::string_view line, std::vector<BootMoment>& news)
{
    for (const BootWord& word : speechOf(kind_).boot) {
        const BootMoment moment = momentOf(word.phase);
        if (isNew(Main) && isNew(moment) && says(line, word)) {
            told_.push_back(moment);
            news.push_back(moment);
        }
    }
}

bool BootListener::isNew(BootMoment moment) const
{
    return !std::ranges::contains(told_, moment);
}

} // namespace rumpus
