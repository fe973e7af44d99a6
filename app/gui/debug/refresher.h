// Refresher: asks for what a view shows, once a stop, and only while somebody looks.
//
// At most one refresh is under way; a stop that comes meanwhile makes exactly one more, of the newest.
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QCoroTask>
#include <QObject>
#include <QPointer>

#include <functional>

namespace rumpus::gui {

class DebugContext;

class Refresher : public QObject {
    Q_OBJECT
public:
    /// `fetch` asks, and gives up as soon as the context says that it may not ask any more.
    using Fetch = std::function<QCoro::Task<>()>;
    Refresher(DebugContext* context, Fetch fetch, QObject* parent);

    /// Whether what it brings is on the screen.
    void setWanted(bool wanted);
    /// What was brought is of an earlier moment.
    void invalidate();
    bool isUnderWay() const { return underWay_; }
    bool isCurrent() const { return !dirty_ && !underWay_; }
    /// How many were started, for tests.
    int count() const { return count_; }

Q_SIGNALS:
    void finished();

private:
    QCoro::Task<> run();

    QPointer<DebugContext> context_;
    Fetch fetch_;
    bool wanted_ = false;
    bool dirty_ = true;
    bool underWay_ = false;
    int count_ = 0;
};

} // namespace rumpus::gui
