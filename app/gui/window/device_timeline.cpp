// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/gui/window/device_timeline.h"

#include "app/gui/window/run_timeline.h"
#include "core/base/format.h"
#include "core/base/text.h"

#include <algorithm>
#include <optional>
#include <utility>

namespace rumpus::gui {

namespace {

constexpr std::size_t mostWaiting = 1'000;

/// The device's own state that an entry tells; nothing: it tells something else.
std::optional<std::pair<XenstoreDevice, std::string>> stateIn(const XenstoreChange& change)
{
    std::optional<XenstoreDevice> device = deviceOf(change.path);
    const bool removed = change.kind == XenstoreChange::Kind::Removed;
    const std::string_view value = removed ? change.before : change.after;
    std::optional<std::string> words = stateInWords(change.path, value);
    if (!device || !words || change.kind == XenstoreChange::Kind::Permitted) {
        return std::nullopt;
    }
    return std::pair(std::move(*device), removed ? std::string() : std::move(*words));
}

Tone toneOf(std::string_view state)
{
    if (state == "Connected") {
        return Tone::Good;
    }
    if (state.starts_with("Init")) {
        return Tone::Accent;
    }
    return state.starts_with("Reconf") ? Tone::Notice : Tone::Quiet;
}

} // namespace

DeviceTimeline::DeviceTimeline(RunTimeline* runs, TimelineModel* model, QObject* parent)
    : QObject(parent), runs_(runs), model_(model)
{
    connect(runs, &RunTimeline::followed, this, &DeviceTimeline::writeWaiting);
}

void DeviceTimeline::setLink(XenstoreLink* link)
{
    if (link_) {
        link_->disconnect(this);
    }
    link_ = link;
    last_ = 0;
    waiting_.clear();
    if (link != nullptr) {
        connect(link, &XenstoreLink::journalled, this, &DeviceTimeline::takeMore);
        takeMore();
    }
}

void DeviceTimeline::takeMore()
{
    const std::deque<XenstoreEntry>& entries = link_->journal().entries();
    const auto first = std::ranges::upper_bound(entries, last_, {}, &XenstoreEntry::number);
    for (auto entry = first; entry != entries.end(); ++entry) {
        last_ = entry->number;
        auto state = entry->change && entry->guest ? stateIn(*entry->change) : std::nullopt;
        if (!state) {
            continue;
        }
        State told{.guest = *entry->guest,
                   .device = std::move(state->first),
                   .words = std::move(state->second),
                   .time = entry->time()};
        if (!write(told)) {
            waiting_.push_back(std::move(told));
            if (waiting_.size() > mostWaiting) {
                waiting_.pop_front();
            }
        }
    }
}

bool DeviceTimeline::write(const State& state)
{
    const std::vector<XenstoreGuest>& guests = link_->journal().guests();
    const int run =
        state.guest < guests.size() ? runs_->runOf(QString::fromStdString(guests[state.guest].uuid)) : 0;
    if (run == 0) {
        return false;
    }
    using namespace std::chrono;
    const duration<double, std::milli> ago = system_clock::now() - state.time;
    const QString name = QString::fromStdString(
        printable(formatted("{} {}", state.device.kind, state.device.number).substr(0, 40)));
    model_->deviceState(
        run, name, state.device.backend ? TimelineModel::DeviceEnd::Back : TimelineModel::DeviceEnd::Front,
        {.at = std::max(0.0, model_->now(run) - ago.count()),
         .words = QString::fromStdString(state.words),
         .tone = toneOf(state.words)});
    return true;
}

void DeviceTimeline::writeWaiting()
{
    if (link_) {
        std::erase_if(waiting_, [this](const State& state) { return write(state); });
    }
}

} // namespace rumpus::gui
