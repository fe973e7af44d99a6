// RunTimeline: writes into the timeline what a click, its guest and the guest's console tell.
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/gui/timeline/timeline_model.h"
#include "app/session/workbench.h"

#include <QObject>
#include <QTimer>

#include <map>
#include <memory>

namespace rumpus::gui {

class RunTimeline : public QObject {
    Q_OBJECT
public:
    RunTimeline(Workbench* workbench, TimelineModel* model, QObject* parent = nullptr);

    /// The run of a guest; 0: it has none.
    int runOf(const QString& guest) const;

Q_SIGNALS:
    /// A guest has a run from now on.
    void followed(const QString& guest);
    /// What a guest uses of its host, while it runs as often as the settings say; `cpu` in percent of one
    /// processor.
    void measured(const QString& guest, double cpu, quint64 memory);

private:
    struct Follower {
        int run = 0;
        std::weak_ptr<GuestSession> guest;
        std::unique_ptr<ConsoleChannel> console;
        BootListener listener;
        GuestSession::Phase phase = GuestSession::Phase::Starting;
    };

    void begin(const QString& config);
    void follow(const QString& config, const std::shared_ptr<GuestSession>& guest);
    void note(const std::shared_ptr<GuestSession>& guest);
    void hear(const QString& id, const QByteArray& bytes);
    void measureAll();
    QCoro::Task<> measure(std::shared_ptr<GuestSession> guest);

    Workbench* workbench_;
    TimelineModel* model_;
    std::map<QString, int> clicks_; ///< by config
    std::map<QString, Follower> followers_;
    QTimer clock_;
};

} // namespace rumpus::gui
