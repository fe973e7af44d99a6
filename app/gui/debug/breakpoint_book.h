// BreakpointBook: the breakpoints of a config, whether a debug session is there to place them or not.
//
// With a session the list is the session's. At its end the wishes are kept, for the next one and in a file.
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "debug/session/debug_session.h"

#include <QCoroTask>
#include <QObject>

#include <filesystem>
#include <functional>
#include <memory>
#include <vector>

namespace rumpus::gui {

class BreakpointBook : public QObject {
    Q_OBJECT
public:
    explicit BreakpointBook(QObject* parent = nullptr);

    /// Where they are kept (`breakpointFile` of a config); loads it. Empty: nowhere. Errors: it cannot be
    /// read; it is not written either then.
    Result<void> setFile(const std::filesystem::path& file);
    /// From now on they are the session's; null: ours again.
    void setSession(std::shared_ptr<DebugSession> session);

    const std::vector<PlacedBreakpoint>& all() const;
    const PlacedBreakpoint* find(int id) const;
    /// What `attachTo` shall place.
    std::vector<Breakpoint> wishes() const;
    /// Those of a source file, which is a path on this machine.
    std::vector<PlacedBreakpoint> inSource(const QString& path) const;
    /// The line that one shows at: where GDB has put it, else where it is wished.
    static int lineOf(const PlacedBreakpoint& breakpoint, const QString& path);

    void add(Breakpoint wish);
    void change(int id, Breakpoint wish);
    void remove(int id);
    /// Sets one in a line, or removes those that are there.
    void toggle(const QString& path, int line);

Q_SIGNALS:
    void changed();
    void failed(const rumpus::Error& error);

private:
    using Change = std::function<QCoro::Task<Result<void>>(DebugSession&)>;
    QCoro::Task<> order(Change change);
    void note();
    void save();

    std::filesystem::path file_;
    std::shared_ptr<DebugSession> session_;
    BreakpointList own_;
    bool saving_ = false;
};

} // namespace rumpus::gui
