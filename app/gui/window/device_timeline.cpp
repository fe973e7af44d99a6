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
    met_ = false;
    last_ = 0;
    waiting_.clear();
    if (link != nullptr) {
        connect(link, &XenstoreLink::stateChanged, this, &DeviceTimeline::meetAll);
        connect(link, &XenstoreLink::journalled, this, &DeviceTimeline::takeMore);
        meetAll();
        takeMore();
    }
}

/// What stood so when it was first seen has no entry in the journal.
void DeviceTimeline::meetAll()
{
    static constexpr int deepest = 5; // backend/KIND/DOMAIN/NUMBER/state
    const XenstoreNode* const domains = link_->tree().find("/local/domain");
    if (met_ || domains == nullptr || link_->state() != XenstoreLink::State::Live) {
        return;
    }
    met_ = true;
    for (const auto& domain : domains->children()) {
        for (const char* side : {"device", "backend"}) {
            if (const XenstoreNode* const devices = domain->child(side)) {
                meet(*devices, formatted("/local/domain/{}/{}", domain->name(), side), deepest);
            }
        }
    }
}

void DeviceTimeline::meet(const XenstoreNode& node, const std::string& path, int depth)
{
    if (const auto device = node.name() == "state" ? deviceOf(path) : std::nullopt) {
        const XenstoreChange seen{
            .kind = XenstoreChange::Kind::Created, .path = path, .after = std::string(node.value())};
        take(seen, link_->journal().guestOf(device->domain), std::chrono::system_clock::now());
    }
    for (const auto& child : node.children()) {
        if (depth > 1) {
            meet(*child, formatted("{}/{}", path, child->name()), depth - 1);
        }
    }
}

void DeviceTimeline::take(const XenstoreChange& change, std::optional<std::size_t> guest,
                          std::chrono::system_clock::time_point time)
{
    auto state = guest ? stateIn(change) : std::nullopt;
    if (!state) {
        return;
    }
    State told{
        .guest = *guest, .device = std::move(state->first), .words = std::move(state->second), .time = time};
    if (!write(told)) {
        waiting_.push_back(std::move(told));
        if (waiting_.size() > mostWaiting) {
            waiting_.pop_front();
        }
    }
}

void DeviceTimeline::takeMore()
{
    const std::deque<XenstoreEntry>& entries = link_->journal().entries();
    const auto first = std::ranges::upper_bound(entries, last_, {}, &XenstoreEntry::number);
    for (auto entry = first; entry != entries.end(); ++entry) {
        last_ = entry->number;
        if (entry->change) {
            take(*entry->change, entry->guest, entry->time());
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
