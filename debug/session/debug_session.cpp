// SPDX-License-Identifier: GPL-3.0-or-later
#include "debug/session/debug_session.h"

#include "core/base/format.h"
#include "core/base/text.h"
#include "core/image/kind.h"
#include "debug/mi/c_string.h"
#include "debug/session/parse.h"

#include <QCoroSignal>

#include <array>
#include <utility>

namespace rumpus {

DebugSession::DebugSession(GdbOptions options) : gdb_(std::make_unique<GdbProcess>(std::move(options)))
{
    connect(gdb_.get(), &GdbProcess::execRecord, this, &DebugSession::onExec);
    connect(gdb_.get(), &GdbProcess::notifyRecord, this, &DebugSession::onNotify);
    connect(gdb_.get(), &GdbProcess::silent, this, &DebugSession::silent);
    connect(&insistence_, &QTimer::timeout, this, [this] { gdb_->send("-exec-interrupt"); });
    connect(gdb_.get(), &GdbProcess::ended, this, [this](const Error& why) { lose(toString(why)); });
}

std::shared_ptr<DebugSession> DebugSession::create(GdbOptions options)
{
    return std::shared_ptr<DebugSession>(new DebugSession(std::move(options)));
}

void DebugSession::become(State state)
{
    if (state_ != state || state == State::Stopped) {
        state_ = state;
        Q_EMIT stateChanged(state);
    }
    Q_EMIT woken();
}

void DebugSession::lose(const std::string& words)
{
    if (state_ == State::Lost || state_ == State::Ended || state_ == State::Idle) {
        return;
    }
    ++generation_;
    stop_.reset();
    hidden_ = false;
    insistence_.stop();
    endWords_ = words;
    breakpoints_.forgetPlaces();
    become(State::Lost);
}

void DebugSession::close()
{
    if (state_ == State::Ended) {
        return;
    }
    ++generation_;
    stop_.reset();
    insistence_.stop();
    state_ = State::Ended;
    breakpoints_.forgetPlaces();
    Q_EMIT stateChanged(state_);
    Q_EMIT woken();
}

void DebugSession::place(Frame& frame)
{
    const bool absolute = frame.file.starts_with('/');
    frame.component = componentOf(
        target_.kind, absolute || frame.source.empty() ? frame.file : frame.source.native(), frame.function);
    if (!frame.file.empty()) {
        frame.source = sources_.find(frame.file, frame.source.native());
    }
}

void DebugSession::showStop(Stop stop)
{
    place(stop.frame);
    stop.generation = ++generation_;
    stop_ = std::move(stop);
    interruptAsked_ = false;
    selectedThread_.clear();
    levelOffset_ = 0;
    cpu_ = stop_->cpu;
    become(State::Stopped);
}

void DebugSession::onExec(const mi::Message& record)
{
    if (state_ == State::Lost || state_ == State::Ended) {
        return; // what GDB still says brings no session back
    }
    if (record->klass == "running") {
        if (!hidden_ && state_ == State::Stopped) {
            stop_.reset();
            become(State::Running);
        }
        return;
    }
    if (record->klass != "stopped") {
        return;
    }
    insistence_.stop();
    Stop stop = stopOf(record.record());
    hits_ = breakpoints_.takeHits(stop.breakpoint);
    if (stop.why == Stop::Why::Ended) {
        lose("the machine is gone");
        return;
    }
    if (hidden_ || state_ == State::Connecting) {
        hiddenStop_ = std::move(stop);
        Q_EMIT woken();
        return;
    }
    if (stop.why == Stop::Why::Breakpoint || stop.why == Stop::Why::Watchpoint) {
        handleHit(std::move(stop));
        return;
    }
    if (stop.why == Stop::Why::Interrupted && stop.frame.function.empty()) {
        showUnknownStop(std::move(stop));
        return;
    }
    showStop(std::move(stop));
}

QCoro::Task<> DebugSession::fetchFrame(Stop& stop)
{
    const Result<mi::Message> top = co_await gdb_->send("-stack-list-frames 0 0");
    if (top) {
        for (const mi::Member frame : top->record()["stack"]) {
            stop.frame = frameOf(frame.value);
        }
    }
}

QCoro::Task<> DebugSession::showUnknownStop(Stop stop)
{
    const auto self = shared_from_this();
    hidden_ = true; // until it is shown, nobody else stops the guest or lets it go
    const auto found = co_await gdb_->console("rumpus find-image");
    if (found) {
        co_await fetchFrame(stop);
    }
    hidden_ = false;
    if (state_ == State::Running) {
        showStop(std::move(stop));
    }
}

void DebugSession::onNotify(const mi::Message& record)
{
    if (record->klass == "thread-group-exited") {
        lose("the stub has closed the connection: the machine is gone");
    } else if (record->klass == "breakpoint-modified") {
        const mi::Value bkpt = record.record()["bkpt"];
        if (PlacedBreakpoint* placed = breakpoints_.findNumber(bkpt["number"].text())) {
            breakpoints_.count(*placed, static_cast<unsigned>(bkpt["times"].number().value_or(0)),
                               static_cast<unsigned>(bkpt["ignore"].number().value_or(0)));
            Q_EMIT breakpointsChanged();
        }
    } else if (record->klass == "breakpoint-deleted") {
        if (const PlacedBreakpoint* placed = breakpoints_.findNumber(record.record()["id"].text())) {
            breakpoints_.remove(placed->id);
            Q_EMIT breakpointsChanged();
        }
    }
}

QCoro::Task<Result<void>> DebugSession::open(DebugTarget target)
{
    const auto self = shared_from_this();
    target_ = std::move(target);
    sources_ = SourceFinder(target_.sourceMap, target_.sourceRoots);
    become(State::Connecting);
    Result<void> done;
    for (const auto next :
         {&DebugSession::untilLoaded, &DebugSession::connectStub, &DebugSession::goToFirstStop}) {
        if (done && state_ != State::Connecting) {
            done = hostError("the debug session was closed", endWords_);
        }
        if (done) {
            done = co_await (this->*next)();
        }
    }
    if (!done && state_ != State::Lost) {
        endWords_ = toString(done.error());
        close();
    }
    co_return done;
}

QCoro::Task<Result<void>> DebugSession::openAgain()
{
    const auto self = shared_from_this();
    target_.fromReset = true;
    stop_.reset();
    become(State::Connecting);
    // GDB does not know that the machine was reset under it
    Result<std::string> forgotten = co_await gdb_->console("maintenance flush register-cache");
    for (const char* command : {"maintenance flush dcache", "rumpus move-image 0"}) {
        if (forgotten) {
            forgotten = co_await gdb_->console(command);
        }
    }
    if (!forgotten) {
        co_return std::unexpected(forgotten.error());
    }
    co_return co_await goToFirstStop();
}

void DebugSession::warmUp(std::filesystem::path symbols)
{
    loading_ = std::move(symbols);
    load(loading_);
}

QCoro::Task<> DebugSession::load(std::filesystem::path symbols)
{
    const auto self = shared_from_this();
    Result<void> done;
    if (!gdb_->isRunning()) {
        done = co_await gdb_->start();
        if (done) {
            done = co_await configure();
        }
    }
    if (done) {
        const Result<mi::Message> read =
            co_await gdb_->send("-file-exec-and-symbols " + mi::quote(symbols.native()));
        if (!read) {
            done =
                inputError(formatted("GDB cannot read {}", printable(symbols.native())), read.error().what);
        }
    }
    loaded_ = done;
    Q_EMIT woken();
}

QCoro::Task<Result<void>> DebugSession::untilLoaded()
{
    if (loading_.empty()) {
        warmUp(target_.symbols);
    }
    while (true) {
        while (!loaded_) {
            co_await qCoro(this, &DebugSession::woken);
        }
        if (!*loaded_ || loading_ == target_.symbols) {
            co_return Result<void>(*loaded_);
        }
        loaded_.reset();
        warmUp(target_.symbols);
    }
}

std::string arrivalCommand(const DebugTarget& target)
{
    const std::string arrive = formatted("rumpus arrive 0x{:x}", target.entry.value_or(0));
    return target.loadedBy == LoadedBy::Loader ? arrive + formatted(" 0x{:x}", target.loaderEntry) : arrive;
}

std::span<const char* const> gdbSettings()
{
    static constexpr std::array settings{
        // below an application's main is the kernel that called it
        "backtrace past-main on", "backtrace past-entry on",
        // a stub answers a page nearly as fast as a word, and a stack lies close together (GDB's manual,
        // "Caching Target Data")
        "dcache line-size 1024"};
    return settings;
}

QCoro::Task<Result<void>> DebugSession::configure()
{
    std::vector<std::string> commands;
    for (const char* setting : gdbSettings()) {
        commands.push_back(std::string("-gdb-set ") + setting);
    }
    for (const char* command : {"-gdb-set print elements 200", "-gdb-set print entry-values no",
                                "-gdb-set python print-stack message", "-enable-pretty-printing"}) {
        commands.emplace_back(command);
    }
    for (const std::string& command : commands) {
        // what an old GDB does not know, it does without
        const Result<mi::Message> ignored = co_await gdb_->send(command);
        if (!ignored && !gdb_->isRunning()) {
            co_return std::unexpected(ignored.error());
        }
    }
    co_return {};
}

QCoro::Task<Result<void>> DebugSession::connectStub()
{
    if (target_.fromReset && target_.liesWhereLinked()) {
        // the image is not in memory yet: what GDB wants to know of its code, the file must tell
        const auto trusted = co_await gdb_->send("-gdb-set trust-readonly-sections on");
        if (!trusted) {
            co_return std::unexpected(trusted.error());
        }
    }
    for (const std::string& command : target_.endpoint.before) {
        const auto taken = co_await gdb_->send("-interpreter-exec console " + mi::quote(command));
        if (!taken) {
            co_return std::unexpected(taken.error());
        }
    }
    const bool isCore = !target_.core.empty();
    const std::string where = isCore ? target_.core.native() : target_.endpoint.address;
    // GDB would ask a mute stub for minutes: it is interrupted, and ended where it does not listen
    static constexpr std::chrono::seconds limit{10};
    QTimer late;
    int tries = 0;
    connect(&late, &QTimer::timeout, this, [this, &tries] {
        if (++tries == 1) {
            gdb_->interrupt();
        } else {
            gdb_->kill();
        }
    });
    late.start(limit);
    // handed to GDB's command line as it is: quotes would be part of a socket's name
    const Result<mi::Message> connected =
        co_await gdb_->send(formatted("-target-select {} {}", isCore ? "core" : "remote",
                                      isCore && where.contains(' ') ? mi::quote(where) : where));
    if (!connected) {
        co_return hostError(formatted("GDB cannot {} {}", isCore ? "open" : "connect to", printable(where)),
                            tries > 0 ? "nothing there speaks GDB's remote protocol"
                                      : connected.error().what);
    }
    late.stop();
    if (!target_.fromReset) {
        // where it is not to be found, the symbols are those of where it was linked
        co_await gdb_->console("rumpus find-image");
    }
    co_return {};
}

QCoro::Task<Result<Stop>> DebugSession::runHidden(std::string command)
{
    hiddenStop_.reset();
    const Result<mi::Message> taken = co_await gdb_->send(std::move(command));
    if (!taken) {
        co_return std::unexpected(taken.error());
    }
    while (!hiddenStop_ && state_ != State::Lost && state_ != State::Ended) {
        co_await qCoro(this, &DebugSession::woken);
    }
    if (!hiddenStop_) {
        co_return hostError("the guest was lost", endWords_);
    }
    co_return *std::exchange(hiddenStop_, std::nullopt);
}

QCoro::Task<bool> DebugSession::isAt(std::uint64_t address)
{
    const Result<mi::Message> there =
        co_await gdb_->send(formatted("-data-evaluate-expression $pc==0x{:x}", address));
    co_return there && there->record()["value"].is("1");
}

QCoro::Task<> DebugSession::switchBreakpoints(std::string_view command)
{
    std::string placed;
    for (const PlacedBreakpoint& breakpoint : breakpoints_.all()) {
        placed += breakpoint.number.empty() || !breakpoint.wish.enabled ? "" : " " + breakpoint.number;
    }
    if (!placed.empty()) {
        co_await gdb_->send(std::string(command) + placed);
    }
}

QCoro::Task<Result<Stop>> DebugSession::runToEntry()
{
    if (!target_.liesWhereLinked()) {
        co_return co_await runHidden("-interpreter-exec console " + mi::quote(arrivalCommand(target_)));
    }
    const auto set = co_await gdb_->send(formatted("-break-insert -t -h *0x{:x}", *target_.entry));
    if (!set) {
        co_return std::unexpected(set.error());
    }
    co_return co_await runHidden("-exec-continue");
}

QCoro::Task<Result<void>> DebugSession::followMove()
{
    const std::string_view mover = kernelMover(target_.kind);
    if (mover.empty()) {
        co_return {};
    }
    const auto followed = co_await gdb_->console(formatted("rumpus follow-move {}", mover));
    hiddenStop_.reset();
    co_return followed ? Result<void>() : std::unexpected(followed.error());
}

QCoro::Task<Result<Stop>> DebugSession::runToMain()
{
    const std::string begin(applicationMain(target_.kind));
    const auto set = co_await gdb_->send("-break-insert -t " + begin);
    if (!set) {
        co_return inputError(formatted("there is no {} in the image's debug information", begin),
                             "stop at \"entry\" or \"none\"");
    }
    Result<Stop> arrived = co_await runHidden("-exec-continue");
    // a breakpoint of the user's may come first
    if (arrived && breakpoints_.findNumber(arrived->breakpoint) == nullptr &&
        arrived->why == Stop::Why::Breakpoint) {
        arrived->words = begin;
    }
    co_return arrived;
}

QCoro::Task<Result<void>> DebugSession::goToFirstStop()
{
    Result<Stop> stop = Stop{.why = Stop::Why::Connected, .words = "connected"};
    const bool toEntry = target_.goesToEntry();
    const bool toMain = target_.fromReset && target_.stopAt == StopAt::Main;
    // those that are placed already would be bytes in memory that the image is loaded over, or where the
    // kernel is not any more
    co_await switchBreakpoints("-break-disable");
    // what loads the image may have done so before it gave us the guest
    bool isThere = false;
    if (toEntry) {
        isThere = co_await isAt(*target_.entry);
        if (!isThere) {
            stop = co_await runToEntry();
        }
        if (!stop) {
            co_return std::unexpected(stop.error());
        }
        stop->why = Stop::Why::Entry;
        stop->words = "the image's first instruction";
    }
    if (toMain) {
        if (const Result<void> followed = co_await followMove(); !followed) {
            co_return followed;
        }
    }
    co_await switchBreakpoints("-break-enable");
    if (const Result<void> placed = co_await placeBreakpoints(); !placed) {
        co_return placed;
    }
    if (toMain) {
        stop = co_await runToMain();
    }
    if (!stop) {
        co_return std::unexpected(stop.error());
    }
    if (toEntry || toMain) {
        // from here on memory is what the guest has, not what the file says
        co_await gdb_->send("-gdb-set trust-readonly-sections off");
    }
    if (stop->why == Stop::Why::Connected || (isThere && stop->why == Stop::Why::Entry)) {
        co_await fetchFrame(*stop);
    }
    showStop(std::move(*stop));
    co_return {};
}

QCoro::Task<Result<Stop>> DebugSession::untilStopped(std::uint64_t after)
{
    const auto self = shared_from_this();
    while (generation_ <= after || state_ != State::Stopped) {
        if (state_ == State::Lost || state_ == State::Ended) {
            co_return hostError("the debug session has ended", endWords_);
        }
        co_await qCoro(this, &DebugSession::woken);
    }
    // a copy: QCoro moves even from what is only referred to
    co_return Stop(*stop_);
}

} // namespace rumpus
