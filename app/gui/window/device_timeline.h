// DeviceTimeline: writes into the timeline what the Xenstore that is shown tells of guests' devices.
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/gui/timeline/timeline_model.h"
#include "app/gui/xenstore/xenstore_link.h"
#include "platforms/xen/xenstore_words.h"

#include <QObject>
#include <QPointer>

#include <chrono>
#include <cstdint>
#include <deque>
#include <optional>
#include <string>

namespace rumpus::gui {

class RunTimeline;

class DeviceTimeline : public QObject {
    Q_OBJECT
public:
    DeviceTimeline(RunTimeline* runs, TimelineModel* model, QObject* parent = nullptr);

    /// Follows another Xenstore's journal; null: none.
    void setLink(XenstoreLink* link);

private:
    /// A state of a device whose guest has no run yet: it is created before whoever launches it hears of it.
    struct State {
        std::size_t guest = 0; ///< among the journal's
        XenstoreDevice device;
        std::string words; ///< empty: the device is gone
        std::chrono::system_clock::time_point time;
    };

    void meetAll();
    void meet(const XenstoreNode& node, const std::string& path, int depth);
    void take(const XenstoreChange& change, std::optional<std::size_t> guest,
              std::chrono::system_clock::time_point time);
    void takeMore();
    /// False: the guest has no run, or is not known by its UUID.
    bool write(const State& state);
    void writeWaiting();

    RunTimeline* runs_;
    TimelineModel* model_;
    QPointer<XenstoreLink> link_;
    bool met_ = false;       ///< the devices that were there before the journal
    std::uint64_t last_ = 0; ///< the number of the last entry that was looked at
    std::deque<State> waiting_;
};

} // namespace rumpus::gui
