// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/gui/timeline/timeline_model.h"

#include <algorithm>

namespace rumpus::gui {

namespace {

constexpr std::size_t mostRuns = 20;
constexpr std::size_t mostMarks = 2'000;
constexpr std::size_t mostSamples = 20'000;
constexpr std::size_t mostDevices = 64; // a guest can write what it likes
constexpr std::size_t mostStates = 1'000;

/// Growth a second; nothing where the host cannot tell, or begins to count anew.
std::optional<double> rate(std::optional<std::uint64_t> before, std::optional<std::uint64_t> now,
                           double seconds)
{
    if (!before || !now || *now < *before) {
        return std::nullopt;
    }
    return static_cast<double>(*now - *before) / seconds;
}

std::optional<std::uint64_t> sum(std::optional<std::uint64_t> one, std::optional<std::uint64_t> other)
{
    if (!one && !other) {
        return std::nullopt;
    }
    return one.value_or(0) + other.value_or(0);
}

/// After hours older samples stand farther apart.
void thinOut(std::vector<TimelineSample>& samples)
{
    std::size_t kept = 0;
    for (std::size_t i = 0; i < samples.size(); i += 2) {
        samples[kept++] = samples[i];
    }
    samples.resize(kept);
}

} // namespace

const TimelinePhase* TimelineRun::phase(BootMoment moment) const
{
    const auto found = std::ranges::find(phases, moment, &TimelinePhase::moment);
    return found == phases.end() ? nullptr : &*found;
}

double TimelineRun::booted() const
{
    double last = 0;
    for (const TimelinePhase& phase : phases) {
        last = phase.moment == BootMoment::Exit ? last : std::max(last, phase.end);
    }
    return last;
}

int TimelineModel::startRun(const QString& title)
{
    if (entries_.size() == mostRuns) {
        entries_.pop_front();
    }
    Entry& entry = entries_.emplace_back();
    entry.run.id = ++lastId_;
    entry.run.title = title;
    entry.clock.start();
    Q_EMIT runStarted(lastId_);
    return lastId_;
}

void TimelineModel::reached(int run, BootMoment moment, std::optional<double> at)
{
    Entry* entry = find(run);
    if (entry == nullptr || entry->run.phase(moment) != nullptr) {
        return;
    }
    const double time = timeOf(*entry, at);
    std::vector<TimelinePhase>& phases = entry->run.phases;
    const auto place = std::ranges::upper_bound(phases, time, {}, &TimelinePhase::end);
    const double start = place == phases.begin() ? 0 : std::prev(place)->end;
    const auto added = phases.insert(place, {.moment = moment, .start = start, .end = time});
    if (const auto next = std::next(added); next != phases.end()) {
        next->start = time;
    }
    entry->run.end = std::max(entry->run.end, time);
    Q_EMIT runChanged(run);
}

void TimelineModel::mark(int run, const QString& text, Tone tone, std::optional<double> at)
{
    Entry* entry = find(run);
    if (entry == nullptr || entry->run.marks.size() >= mostMarks) {
        return;
    }
    const double time = timeOf(*entry, at);
    entry->run.marks.push_back({.at = time, .text = text, .tone = tone});
    entry->run.end = std::max(entry->run.end, time);
    Q_EMIT runChanged(run);
}

void TimelineModel::deviceState(int run, const QString& device, DeviceEnd end, TimelineState state)
{
    Entry* entry = find(run);
    if (entry == nullptr) {
        return;
    }
    std::vector<TimelineDevice>& devices = entry->run.devices;
    auto place = std::ranges::lower_bound(devices, device, {}, &TimelineDevice::name);
    if (place == devices.end() || place->name != device) {
        if (devices.size() >= mostDevices) {
            return;
        }
        place = devices.insert(place, {.name = device, .front = {}, .back = {}});
    }
    std::vector<TimelineState>& states = end == DeviceEnd::Front ? place->front : place->back;
    const bool isNew = states.empty() || states.back().words != state.words;
    if (!isNew || states.size() >= mostStates) {
        return;
    }
    state.at = std::max(state.at, states.empty() ? 0 : states.back().at);
    entry->run.end = std::max(entry->run.end, state.at);
    states.push_back(std::move(state));
    Q_EMIT runChanged(run);
}

void TimelineModel::sample(int run, const GuestUsage& usage, std::optional<double> at)
{
    Entry* entry = find(run);
    const double time = entry == nullptr ? 0 : timeOf(*entry, at);
    if (entry == nullptr || (entry->last && time <= entry->last->first)) {
        return;
    }
    TimelineSample sample{.at = time, .values = {}};
    sample.values[static_cast<std::size_t>(Series::Memory)] = static_cast<double>(usage.memory);
    if (entry->last) {
        const auto& [before, old] = *entry->last;
        const double seconds = (time - before) / 1000;
        const std::chrono::duration<double> cpu = usage.cpu - old.cpu;
        sample.values[static_cast<std::size_t>(Series::Cpu)] = std::max(0.0, 100 * cpu.count() / seconds);
        sample.values[static_cast<std::size_t>(Series::Disk)] =
            rate(sum(old.diskRead, old.diskWritten), sum(usage.diskRead, usage.diskWritten), seconds);
        sample.values[static_cast<std::size_t>(Series::Net)] =
            rate(sum(old.netReceived, old.netSent), sum(usage.netReceived, usage.netSent), seconds);
    }
    entry->last = {time, usage};
    std::vector<TimelineSample>& samples = entry->run.samples;
    if (samples.size() >= mostSamples) {
        thinOut(samples);
    }
    samples.push_back(sample);
    entry->run.end = std::max(entry->run.end, time);
    Q_EMIT runChanged(run);
}

void TimelineModel::finishRun(int run, std::optional<double> at)
{
    Entry* entry = find(run);
    if (entry == nullptr || entry->run.finished) {
        return;
    }
    entry->run.end = std::max(entry->run.end, timeOf(*entry, at));
    entry->run.finished = true;
    Q_EMIT runChanged(run);
}

std::vector<int> TimelineModel::ids() const
{
    std::vector<int> ids;
    std::transform(entries_.rbegin(), entries_.rend(), std::back_inserter(ids),
                   [](const Entry& entry) { return entry.run.id; });
    return ids;
}

const TimelineRun* TimelineModel::run(int id) const
{
    const Entry* entry = find(id);
    return entry == nullptr ? nullptr : &entry->run;
}

const TimelineRun* TimelineModel::previousOf(int id) const
{
    const Entry* entry = find(id);
    const TimelineRun* previous = nullptr;
    for (const Entry& other : entries_) {
        if (entry != nullptr && other.run.id < id && other.run.title == entry->run.title) {
            previous = &other.run;
        }
    }
    return previous;
}

double TimelineModel::now(int id) const
{
    const Entry* entry = find(id);
    if (entry == nullptr) {
        return 0;
    }
    return entry->run.finished ? entry->run.end : std::max(entry->run.end, timeOf(*entry, {}));
}

double TimelineModel::timeOf(const Entry& entry, std::optional<double> at) const
{
    return at ? std::max(0.0, *at) : static_cast<double>(entry.clock.nsecsElapsed()) / 1e6;
}

TimelineModel::Entry* TimelineModel::find(int id)
{
    const auto found =
        std::ranges::find_if(entries_, [id](const Entry& entry) { return entry.run.id == id; });
    return found == entries_.end() ? nullptr : &*found;
}

const TimelineModel::Entry* TimelineModel::find(int id) const
{
    const auto found =
        std::ranges::find_if(entries_, [id](const Entry& entry) { return entry.run.id == id; });
    return found == entries_.end() ? nullptr : &*found;
}

} // namespace rumpus::gui
