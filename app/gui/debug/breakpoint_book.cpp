// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/gui/debug/breakpoint_book.h"

#include <QPointer>
#include <QTimer>

#include <algorithm>

namespace rumpus::gui {

namespace {

/// One that cannot be placed stays in the list, with its problem beside it.
QCoro::Task<Result<void>> addTo(std::shared_ptr<DebugSession> session, Breakpoint wish)
{
    co_await session->addBreakpoint(std::move(wish));
    co_return {};
}

} // namespace

BreakpointBook::BreakpointBook(QObject* parent) : QObject(parent) {}

Result<void> BreakpointBook::setFile(const std::filesystem::path& file)
{
    file_.clear();
    own_ = {};
    Result<std::vector<Breakpoint>> loaded;
    if (!file.empty()) {
        loaded = loadBreakpoints(file);
    }
    if (loaded) {
        file_ = file;
        for (Breakpoint& wish : *loaded) {
            own_.add(std::move(wish));
        }
    }
    Q_EMIT changed();
    return loaded ? Result<void>() : std::unexpected(loaded.error());
}

void BreakpointBook::setSession(std::shared_ptr<DebugSession> session)
{
    if (session_) {
        session_->disconnect(this);
        const std::vector<Breakpoint> kept = wishes();
        own_ = {};
        for (const Breakpoint& wish : kept) {
            own_.add(wish);
        }
    }
    session_ = std::move(session);
    if (session_) {
        connect(session_.get(), &DebugSession::breakpointsChanged, this, &BreakpointBook::note);
    }
    Q_EMIT changed();
}

const std::vector<PlacedBreakpoint>& BreakpointBook::all() const
{
    return session_ ? session_->breakpoints().all() : own_.all();
}

const PlacedBreakpoint* BreakpointBook::find(int id) const
{
    const auto found = std::ranges::find(all(), id, &PlacedBreakpoint::id);
    return found == all().end() ? nullptr : &*found;
}

std::vector<Breakpoint> BreakpointBook::wishes() const
{
    std::vector<Breakpoint> list;
    for (const PlacedBreakpoint& breakpoint : all()) {
        list.push_back(breakpoint.wish);
    }
    return list;
}

int BreakpointBook::lineOf(const PlacedBreakpoint& breakpoint, const QString& path)
{
    const std::filesystem::path file(path.toStdString());
    for (const Frame& location : breakpoint.locations) {
        if (location.source == file && location.line > 0) {
            return location.line;
        }
    }
    const Breakpoint& wish = breakpoint.wish;
    return wish.kind == Breakpoint::Kind::Line && file == wish.where ? wish.line : 0;
}

std::vector<PlacedBreakpoint> BreakpointBook::inSource(const QString& path) const
{
    std::vector<PlacedBreakpoint> here;
    std::ranges::copy_if(all(), std::back_inserter(here),
                         [&](const PlacedBreakpoint& breakpoint) { return lineOf(breakpoint, path) > 0; });
    return here;
}

void BreakpointBook::add(Breakpoint wish)
{
    if (!session_) {
        own_.add(std::move(wish));
        note();
        return;
    }
    order([wish](DebugSession& session) { return addTo(session.shared_from_this(), wish); });
}

void BreakpointBook::change(int id, Breakpoint wish)
{
    if (!session_) {
        if (PlacedBreakpoint* mine = own_.find(id)) {
            mine->wish = std::move(wish);
            note();
        }
        return;
    }
    order([id, wish = std::move(wish)](DebugSession& session) { return session.changeBreakpoint(id, wish); });
}

void BreakpointBook::remove(int id)
{
    if (!session_) {
        own_.remove(id);
        note();
        return;
    }
    order([id](DebugSession& session) { return session.removeBreakpoint(id); });
}

void BreakpointBook::toggle(const QString& path, int line)
{
    bool removed = false;
    for (const PlacedBreakpoint& breakpoint : inSource(path)) {
        if (lineOf(breakpoint, path) == line) {
            remove(breakpoint.id);
            removed = true;
        }
    }
    if (!removed) {
        add({.kind = Breakpoint::Kind::Line, .where = path.toStdString(), .line = line});
    }
}

QCoro::Task<> BreakpointBook::order(Change change)
{
    const QPointer<BreakpointBook> self(this);
    const std::shared_ptr<DebugSession> session = session_;
    const Result<void> done = co_await change(*session);
    if (!self) {
        co_return;
    }
    if (!done && !isStale(done.error())) {
        Q_EMIT failed(done.error());
    }
    note();
}

void BreakpointBook::note()
{
    Q_EMIT changed();
    if (!saving_ && !file_.empty()) {
        saving_ = true;
        QTimer::singleShot(0, this, &BreakpointBook::save);
    }
}

void BreakpointBook::save()
{
    saving_ = false;
    if (file_.empty()) {
        return;
    }
    if (const Result<void> saved = saveBreakpoints(file_, wishes()); !saved) {
        Q_EMIT failed(saved.error());
    }
}

} // namespace rumpus::gui
