// DebugContext: what all views of the debugger share: the session, where the guest stands, and which frame
// and thread the user looks at.
//
// At a stop the views that are on the screen ask at once; while GDB answers, everybody hears of the stop and
// shows the top frame, which is known already. While a move is on its way to GDB nothing is asked: it would
// be of a moment that has passed.
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "debug/session/debug_session.h"

#include <QCoroTask>
#include <QObject>
#include <QTimer>

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace rumpus::gui {

class BreakpointBook;
class FrameValues;

class DebugContext : public QObject {
    Q_OBJECT
public:
    explicit DebugContext(QObject* parent = nullptr);
    ~DebugContext() override;

    /// `config` is the file that breakpoints and watches belong to; empty: none.
    void setSession(std::shared_ptr<DebugSession> session, const QString& config = {});
    const std::shared_ptr<DebugSession>& session() const { return session_; }
    QString config() const { return config_; }

    BreakpointBook& breakpoints() { return *breakpoints_; }
    FrameValues& values() { return *values_; }

    /// The guest stands still and nothing is on its way that will move it.
    bool mayAsk() const;
    bool isRunning() const;
    std::uint64_t generation() const { return session_ ? session_->generation() : 0; }
    /// True while a coroutine that began in that generation may go on asking.
    bool isStill(std::uint64_t generation) const { return mayAsk() && this->generation() == generation; }

    /// The frame that is looked at; nothing where the guest does not stand.
    const std::optional<Frame>& frame() const { return frame_; }
    int level() const { return frame_ ? frame_->level : 0; }
    /// The guest thread that is looked at; empty: the CPU's.
    const std::string& thread() const { return thread_; }
    /// The CPU that is looked at, by GDB's number; 0: the guest does not stand.
    int cpu() const;
    /// What is shown is of an earlier moment, for long enough that it should be seen.
    bool isStale() const { return stale_; }

    void selectFrame(const Frame& frame);
    QCoro::Task<> selectThread(std::string id);
    QCoro::Task<> selectCpu(int number);
    /// Somebody has changed the guest's memory or registers: all is asked anew.
    void noteEdit();
    /// Brings expressions up to date, once a stop, and tells them by `expressionsUpdated`.
    QCoro::Task<> updateExpressions();

    // --- moves: each does nothing while another is under way

    void resume();
    void interrupt();
    void step(StepKind kind);
    void until();
    void runTo(const QString& place);
    void jump(const QString& place);

    /// A view on the screen asks, or has what it shows.
    void noteAsked();
    void noteAnswered();

    void showSource(const QString& path, int line) { Q_EMIT sourceWanted(path, line); }
    void showMemory(const QString& expression) { Q_EMIT memoryWanted(expression); }
    void watch(const QString& expression) { Q_EMIT watchWanted(expression); }
    void tell(const Error& error);

Q_SIGNALS:
    void sessionChanged();
    void stopped(const rumpus::Stop& stop);
    /// At a stop, a selection or an edit: what is on the screen is to be asked for.
    void refreshDue();
    /// The first view asks; the last one has what it shows.
    void asking();
    void answered();
    /// What is shown was painted: now is the time to ask for what is not.
    void settled();
    void running();
    /// The session is over; the words say why. `lost`: nobody has ended it.
    void ended(const QString& words, bool lost);
    void frameSelected(const rumpus::Frame& frame);
    void threadSelected();
    void staleChanged(bool stale);
    void expressionsUpdated(const std::vector<rumpus::Expression>& changed);
    void sourceWanted(const QString& path, int line);
    void memoryWanted(const QString& expression);
    void watchWanted(const QString& expression);
    void failed(const rumpus::Error& error);
    void logged(const QString& message);

private:
    using Order = std::function<QCoro::Task<Result<void>>(DebugSession&)>;
    QCoro::Task<> move(Order order);
    void onState(DebugSession::State state);
    void setStale(bool stale);
    void drop();
    /// Looks at what the order has chosen, if that is still of this stop.
    QCoro::Task<> look(std::string thread, int cpu, Order order);

    std::shared_ptr<DebugSession> session_;
    QString config_;
    BreakpointBook* breakpoints_;
    FrameValues* values_;
    std::optional<Frame> frame_;
    std::string thread_;
    int cpu_ = 0; ///< 0: the one that has stopped
    QTimer staleness_;
    QTimer settling_;
    bool stale_ = false;
    bool moving_ = false;
    int asked_ = 0;             ///< views that wait for what they show
    std::uint64_t updated_ = 0; ///< the generation in which the expressions were brought up to date
};

} // namespace rumpus::gui
