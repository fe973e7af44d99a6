// What happens at a breakpoint, and how breakpoints are placed, changed and taken away.
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/files.h"
#include "core/base/format.h"
#include "core/base/text.h"
#include "debug/mi/c_string.h"
#include "debug/session/debug_session.h"
#include "debug/session/parse.h"

#include <algorithm>
#include <iterator>

namespace rumpus {

namespace {

/// The name of a source file by which GDB finds it: whole, then ever shorter tails, since the image may have
/// been built elsewhere.
std::vector<std::string> namesToTry(const std::filesystem::path& file)
{
    static constexpr std::ptrdiff_t longestTail = 3;
    std::vector<std::string> names{file.native()};
    const std::vector<std::filesystem::path> parts(file.begin(), file.end());
    for (std::ptrdiff_t length = std::min(longestTail, std::ssize(parts) - 1); length >= 1; --length) {
        std::filesystem::path tail;
        for (auto part = parts.end() - length; part != parts.end(); ++part) {
            tail /= *part;
        }
        names.push_back(tail.native());
    }
    return names;
}

/// A line that was edited since is found again by its text.
void follow(Breakpoint& wish)
{
    static constexpr std::uint64_t largestSource = std::uint64_t{16} << 20U;
    if (wish.kind != Breakpoint::Kind::Line || !wish.where.starts_with('/')) {
        return;
    }
    const Result<std::string> source = readFile(wish.where, largestSource);
    if (!source) {
        return;
    }
    wish.line = lineNow(wish, *source);
    if (wish.lineText.empty()) {
        const std::vector<std::string> lines = split(*source, '\n');
        const auto index = static_cast<std::size_t>(wish.line - 1);
        wish.lineText = wish.line > 0 && index < lines.size() ? trimmed(lines[index]) : std::string_view();
    }
}

} // namespace

QCoro::Task<Result<void>> DebugSession::placeOne(int id)
{
    PlacedBreakpoint* placed = breakpoints_.find(id);
    if (placed == nullptr) {
        co_return {};
    }
    follow(placed->wish);
    const Breakpoint wish = placed->wish;
    const std::vector<std::string> names =
        wish.kind == Breakpoint::Kind::Line ? namesToTry(wish.where) : std::vector<std::string>{""};
    Result<mi::Message> answer = std::unexpected(Error());
    for (const std::string& name : names) {
        answer = co_await gdb_->send(insertCommand(wish, name));
        if (answer || !gdb_->isRunning()) {
            break;
        }
    }
    placed = breakpoints_.find(id);
    if (placed == nullptr) {
        co_return {};
    }
    if (!answer) {
        placed->problem = toString(Error{.what = answer.error().what, .cure = cureFor(answer.error().what)});
        Q_EMIT breakpointsChanged();
        co_return inputError(formatted("no breakpoint at {}", printable(describe(wish))), placed->problem);
    }
    placed->problem.clear();
    placeBreakpoint(*placed, answer.value()->results);
    for (Frame& frame : placed->locations) {
        place(frame);
    }
    if (wish.kind >= Breakpoint::Kind::Write) {
        co_return co_await refineWatch(id);
    }
    Q_EMIT breakpointsChanged();
    co_return {};
}

QCoro::Task<Result<void>> DebugSession::refineWatch(int id)
{
    const PlacedBreakpoint placed = *breakpoints_.find(id);
    // what -break-watch has no options for
    std::vector<std::string> commands;
    if (!placed.wish.condition.empty()) {
        commands.push_back(formatted("-break-condition {} {}", placed.number, placed.wish.condition));
    }
    if (placed.wish.ignore > 0) {
        commands.push_back(formatted("-break-after {} {}", placed.number, placed.wish.ignore));
    }
    if (!placed.wish.enabled) {
        commands.push_back("-break-disable " + placed.number);
    }
    Result<void> done;
    for (const std::string& command : commands) {
        const Result<mi::Message> answer = co_await gdb_->send(command);
        PlacedBreakpoint* still = breakpoints_.find(id);
        if (!answer && still != nullptr) {
            still->problem = answer.error().what;
            done = inputError(formatted("no breakpoint as wished at {}", printable(describe(placed.wish))),
                              answer.error().what);
        }
    }
    Q_EMIT breakpointsChanged();
    co_return done;
}

QCoro::Task<Result<void>> DebugSession::placeBreakpoints()
{
    const auto self = shared_from_this();
    std::vector<int> ids;
    for (const PlacedBreakpoint& breakpoint : breakpoints_.all()) {
        if (breakpoint.number.empty()) {
            ids.push_back(breakpoint.id);
        }
    }
    for (const int id : ids) {
        // one that cannot be placed says so by itself and keeps the others from nothing
        const Result<void> done = co_await placeOne(id);
        if (!done && !gdb_->isRunning()) {
            co_return done;
        }
    }
    co_return {};
}

QCoro::Task<Result<int>> DebugSession::addBreakpoint(Breakpoint wish)
{
    const auto self = shared_from_this();
    const int id = breakpoints_.add(std::move(wish)).id;
    Q_EMIT breakpointsChanged();
    if (state_ == State::Stopped || state_ == State::Running) {
        const Result<void> done =
            co_await whileStopped([this, id]() -> QCoro::Task<Result<void>> { return placeOne(id); });
        if (!done) {
            co_return std::unexpected(done.error());
        }
    }
    co_return id;
}

QCoro::Task<Result<void>> DebugSession::changeBreakpoint(int id, Breakpoint wish)
{
    const auto self = shared_from_this();
    PlacedBreakpoint* placed = breakpoints_.find(id);
    if (placed == nullptr) {
        co_return inputError("there is no such breakpoint");
    }
    placed->wish = std::move(wish);
    const std::string number = std::exchange(placed->number, {});
    if (state_ != State::Stopped && state_ != State::Running) {
        Q_EMIT breakpointsChanged();
        co_return {};
    }
    co_return co_await whileStopped([this, id, number]() -> QCoro::Task<Result<void>> {
        if (!number.empty()) {
            co_await gdb_->send("-break-delete " + number);
        }
        co_return co_await placeOne(id);
    });
}

QCoro::Task<Result<void>> DebugSession::removeBreakpoint(int id)
{
    const auto self = shared_from_this();
    const PlacedBreakpoint* placed = breakpoints_.find(id);
    if (placed == nullptr) {
        co_return inputError("there is no such breakpoint");
    }
    const std::string number = placed->number;
    breakpoints_.remove(id);
    Q_EMIT breakpointsChanged();
    if (number.empty() || (state_ != State::Stopped && state_ != State::Running)) {
        co_return {};
    }
    co_return co_await whileStopped([this, number]() -> QCoro::Task<Result<void>> {
        const Result<mi::Message> gone = co_await gdb_->send("-break-delete " + number);
        co_return gone ? Result<void>() : std::unexpected(gone.error());
    });
}

QCoro::Task<bool> DebugSession::isForUs(PlacedBreakpoint hit)
{
    if (!hit.wish.thread.empty()) {
        const Result<mi::Message> listed = co_await gdb_->send("-rumpus-threads");
        const GuestThreads threads = listed ? guestThreadsOf(listed->record()) : GuestThreads();
        const auto current = std::ranges::find(threads.threads, true, &GuestThread::current);
        if (current != threads.threads.end() && current->name != hit.wish.thread) {
            co_return false;
        }
    }
    if (hit.wish.message.empty()) {
        co_return true;
    }
    std::string message;
    std::string_view rest = hit.wish.message;
    while (!rest.empty()) {
        const std::size_t open = rest.find('{');
        const std::size_t close = open == std::string_view::npos ? open : rest.find('}', open);
        message += rest.substr(0, close == std::string_view::npos ? rest.size() : open);
        if (close == std::string_view::npos) {
            break;
        }
        const std::string expression(rest.substr(open + 1, close - open - 1));
        const Result<mi::Message> value =
            co_await gdb_->send("-data-evaluate-expression " + mi::quote(expression));
        message += value ? value->record()["value"].text() : formatted("<{}>", value.error().what);
        rest.remove_prefix(close + 1);
    }
    Q_EMIT logged(QString::fromStdString(message));
    co_return false;
}

QCoro::Task<> DebugSession::handleHit(Stop stop)
{
    const auto self = shared_from_this();
    const std::vector<PlacedBreakpoint> hits = std::exchange(hits_, {});
    const bool plain = std::ranges::all_of(hits, [](const PlacedBreakpoint& hit) {
        return hit.wish.thread.empty() && hit.wish.message.empty() && hit.wish.commands.empty();
    });
    if (plain) {
        showStop(std::move(stop));
        co_return;
    }
    hidden_ = true;
    bool forUs = false;
    for (const PlacedBreakpoint& hit : hits) {
        if (co_await isForUs(hit)) {
            forUs = true;
            // GDB names the first of several at one place
            stop.breakpoint = hit.number;
            stop.words = stop.why == Stop::Why::Breakpoint ? "breakpoint " + hit.number : stop.words;
        }
        for (const std::string& command : hit.wish.commands) {
            const Result<std::string> said = co_await gdb_->console(command);
            Q_EMIT logged(QString::fromStdString(said ? *said : toString(said.error())));
        }
    }
    hidden_ = false;
    const bool alive = state_ == State::Running || state_ == State::Connecting;
    if (!forUs && interruptAsked_) {
        stop.why = Stop::Why::Interrupted;
        stop.words = "paused";
    } else if (!forUs && alive) {
        const Result<mi::Message> goesOn = co_await gdb_->send("-exec-continue");
        if (goesOn) {
            Q_EMIT woken();
            co_return;
        }
        stop.words = goesOn.error().what;
    }
    if (alive) {
        showStop(std::move(stop));
    }
    Q_EMIT woken();
}

} // namespace rumpus
