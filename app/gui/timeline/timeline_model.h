// TimelineModel: what happened in the runs of guests, and when; in plain values.
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/gui/base/theme.h"
#include "app/session/boot_phases.h"
#include "platforms/host.h"

#include <QElapsedTimer>
#include <QObject>
#include <QString>

#include <array>
#include <cstdint>
#include <deque>
#include <optional>
#include <vector>

namespace rumpus::gui {

/// The stretch that ends with a moment; it begins with the moment before. In ms since the click.
struct TimelinePhase {
    BootMoment moment = BootMoment::Build;
    double start = 0;
    double end = 0;
    double length() const { return end - start; }
    bool operator==(const TimelinePhase&) const = default;
};

struct TimelineMark {
    double at = 0;
    QString text; ///< plain
    Tone tone = Tone::Quiet;
    bool operator==(const TimelineMark&) const = default;
};

/// A state of one end of a split device, until the next one.
struct TimelineState {
    double at = 0;
    QString words; ///< "Connected"; empty: it is not there any more
    Tone tone = Tone::Quiet;
    bool operator==(const TimelineState&) const = default;
};

/// A device of Xen's: the guest's end of it, and the host's.
struct TimelineDevice {
    QString name; ///< "vif 0"
    std::vector<TimelineState> front;
    std::vector<TimelineState> back;
};

enum class Series : std::uint8_t {
    Cpu,    ///< percent of one processor
    Memory, ///< bytes of the host's memory
    Disk,   ///< bytes read and written a second
    Net,    ///< bytes received and sent a second
};
inline constexpr int seriesCount = 4;

struct TimelineSample {
    double at = 0;
    std::array<std::optional<double>, seriesCount> values; ///< by Series; nothing: the host cannot tell

    std::optional<double> value(Series series) const { return values.at(static_cast<std::size_t>(series)); }
};

struct TimelineRun {
    int id = 0;
    QString title;                     ///< the unikernel's name: runs of one name are compared
    std::vector<TimelinePhase> phases; ///< by time
    std::vector<TimelineMark> marks;
    std::vector<TimelineDevice> devices; ///< by name
    std::vector<TimelineSample> samples;
    double end = 0; ///< the last time that is known of it
    bool finished = false;

    const TimelinePhase* phase(BootMoment moment) const;
    /// When the last moment before the exit was: all that is boot lies before it.
    double booted() const;
};

class TimelineModel : public QObject {
    Q_OBJECT
public:
    using QObject::QObject;

    /// Of times that are not given it is now. Gives the run's id; calls with an unknown one do nothing.
    int startRun(const QString& title);
    /// Each moment counts once.
    void reached(int run, BootMoment moment, std::optional<double> at = {});
    void mark(int run, const QString& text, Tone tone, std::optional<double> at = {});
    enum class DeviceEnd : std::uint8_t { Front, Back };
    void deviceState(int run, const QString& device, DeviceEnd end, TimelineState state);
    /// Rates are the difference to the sample before.
    void sample(int run, const GuestUsage& usage, std::optional<double> at = {});
    void finishRun(int run, std::optional<double> at = {});

    /// Newest first. The last twenty are kept.
    std::vector<int> ids() const;
    const TimelineRun* run(int id) const;
    /// The run of the same name before this one, or null.
    const TimelineRun* previousOf(int id) const;
    /// The time in a run that goes on; the end of one that is finished.
    double now(int id) const;

Q_SIGNALS:
    void runStarted(int id);
    void runChanged(int id);

private:
    struct Entry {
        TimelineRun run;
        QElapsedTimer clock;
        std::optional<std::pair<double, GuestUsage>> last;
    };
    Entry* find(int id);
    const Entry* find(int id) const;
    double timeOf(const Entry& entry, std::optional<double> at) const;

    std::deque<Entry> entries_; ///< oldest first
    int lastId_ = 0;
};

} // namespace rumpus::gui
