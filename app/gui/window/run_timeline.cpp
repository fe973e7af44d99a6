// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/gui/window/run_timeline.h"

#include "app/gui/window/unikernel_model.h"
#include "app/gui/window/window_settings.h"

#include <QPointer>

#include <algorithm>

namespace rumpus::gui {

RunTimeline::RunTimeline(Workbench* workbench, TimelineModel* model, QObject* parent)
    : QObject(parent), workbench_(workbench), model_(model)
{
    connect(workbench, &Workbench::clicked, this, &RunTimeline::begin);
    connect(workbench, &Workbench::reached, this, [this](const QString& config, BootMoment moment) {
        if (const auto click = clicks_.find(config); click != clicks_.end()) {
            model_->reached(click->second, moment);
        }
    });
    connect(workbench, &Workbench::arrived, this, &RunTimeline::follow);
    connect(workbench, &Workbench::guestChanged, this, &RunTimeline::note);
    connect(workbench, &Workbench::guestForgotten, this, [this](const QString& id) { followers_.erase(id); });
    connect(&clock_, &QTimer::timeout, this, &RunTimeline::measureAll);
    const auto start = [this] {
        static constexpr int least = 500; // milliseconds; hosts are asked no more often (usage_sampler.h)
        clock_.start(std::max(Settings::instance().get(settings::measureEvery), least));
    };
    connect(&Settings::instance(), &Settings::changed, this, [start](const QString& key) {
        if (key == QLatin1StringView(settings::measureEvery.key)) {
            start();
        }
    });
    start();
}

int RunTimeline::runOf(const QString& guest) const
{
    const auto found = followers_.find(guest);
    return found == followers_.end() ? 0 : found->second.run;
}

void RunTimeline::begin(const QString& config)
{
    clicks_[config] = model_->startRun(unikernelName(config));
}

void RunTimeline::follow(const QString& config, const std::shared_ptr<GuestSession>& guest)
{
    const auto click = clicks_.find(config);
    if (click == clicks_.end()) {
        return;
    }
    const int run = click->second;
    clicks_.erase(click);
    if (!guest) {
        model_->finishRun(run);
        return;
    }
    const QString id = QString::fromStdString(guest->id());
    std::unique_ptr<ConsoleChannel> console = guest->guest().openConsole();
    connect(console.get(), &ConsoleChannel::received, this,
            [this, id](const QByteArray& bytes) { hear(id, bytes); });
    ConsoleChannel* channel = console.get();
    followers_.insert_or_assign(id, Follower{.run = run,
                                             .guest = guest,
                                             .console = std::move(console),
                                             .listener = BootListener(guest->guest().plan().kind)});
    note(guest);
    channel->start();
    Q_EMIT followed(id);
}

void RunTimeline::hear(const QString& id, const QByteArray& bytes)
{
    const auto found = followers_.find(id);
    if (found == followers_.end()) {
        return;
    }
    Follower& follower = found->second;
    for (const BootMoment moment :
         follower.listener.hear({bytes.constData(), static_cast<std::size_t>(bytes.size())})) {
        model_->reached(follower.run, moment);
        if (moment == BootMoment::Main) {
            // the last one that a console tells; a flood need not be read twice
            follower.console->setHeld(true);
            break;
        }
    }
}

void RunTimeline::note(const std::shared_ptr<GuestSession>& guest)
{
    const auto found = followers_.find(QString::fromStdString(guest->id()));
    if (found == followers_.end()) {
        return;
    }
    using Phase = GuestSession::Phase;
    Follower& follower = found->second;
    const Phase phase = guest->phase();
    const Phase before = std::exchange(follower.phase, phase);
    if (phase == Phase::Running || phase == Phase::DebugRunning) {
        model_->reached(follower.run, BootMoment::FirstInstruction);
    }
    if (phase == before && phase != Phase::DebugStopped) {
        return;
    }
    const bool over = phase == Phase::Held || phase == Phase::Ended;
    const bool wasOver = before == Phase::Held || before == Phase::Ended;
    if (over && !wasOver) {
        model_->mark(follower.run, QString::fromStdString(guest->words()), toneOf(*guest));
        model_->reached(follower.run, BootMoment::Exit);
        model_->finishRun(follower.run);
    } else if (phase == Phase::Paused || phase == Phase::DebugStopped) {
        model_->mark(follower.run, QString::fromStdString(guest->words()), Tone::Notice);
    }
}

void RunTimeline::measureAll()
{
    for (const std::shared_ptr<GuestSession>& guest : workbench_->guests()) {
        if (guest->phase() < GuestSession::Phase::Held) {
            measure(guest);
        }
    }
}

QCoro::Task<> RunTimeline::measure(std::shared_ptr<GuestSession> guest)
{
    const QPointer<RunTimeline> self(this);
    const Result<GuestUsage> usage = co_await guest->guest().usage();
    if (!self || !usage) {
        co_return;
    }
    const QString id = QString::fromStdString(guest->id());
    const auto found = followers_.find(id);
    if (found == followers_.end()) {
        Q_EMIT measured(id, -1, usage->memory);
        co_return;
    }
    model_->sample(found->second.run, *usage);
    const TimelineRun* run = model_->run(found->second.run);
    const bool known = run != nullptr && !run->samples.empty();
    Q_EMIT measured(id, known ? run->samples.back().value(Series::Cpu).value_or(-1) : -1, usage->memory);
}

} // namespace rumpus::gui
