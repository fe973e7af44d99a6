// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/gui/debug/debug_context.h"

#include "app/gui/debug/breakpoint_book.h"
#include "app/gui/debug/frame_values.h"
#include "app/gui/debug/texts.h"

#include <QPointer>

namespace rumpus::gui {

namespace {
/// A step is over before it; what takes longer shall be seen to run.
constexpr std::chrono::milliseconds untilStale{150};
} // namespace

DebugContext::DebugContext(QObject* parent)
    : QObject(parent), breakpoints_(new BreakpointBook(this)), values_(new FrameValues(this))
{
    staleness_.setSingleShot(true);
    connect(&staleness_, &QTimer::timeout, this, [this] { setStale(true); });
    settling_.setSingleShot(true);
    connect(&settling_, &QTimer::timeout, this, [this] {
        if (asked_ == 0) {
            Q_EMIT settled();
        }
    });
    connect(breakpoints_, &BreakpointBook::failed, this, &DebugContext::failed);
}

DebugContext::~DebugContext()
{
    if (session_) {
        session_->disconnect(this);
    }
}

void DebugContext::setSession(std::shared_ptr<DebugSession> session, const QString& config)
{
    if (session_) {
        session_->disconnect(this);
    }
    drop();
    session_ = std::move(session);
    config_ = config;
    breakpoints_->setSession(session_);
    Q_EMIT sessionChanged();
    if (session_) {
        connect(session_.get(), &DebugSession::stateChanged, this, &DebugContext::onState);
        connect(session_.get(), &DebugSession::logged, this, &DebugContext::logged);
        onState(session_->state());
    }
}

void DebugContext::drop()
{
    moving_ = false;
    updated_ = 0;
    frame_.reset();
    thread_.clear();
    cpu_ = 0;
    setStale(false);
}

bool DebugContext::mayAsk() const
{
    return session_ && !moving_ && session_->state() == DebugSession::State::Stopped;
}

bool DebugContext::isRunning() const
{
    return session_ && session_->state() == DebugSession::State::Running;
}

void DebugContext::onState(DebugSession::State state)
{
    using State = DebugSession::State;
    switch (state) {
    case State::Stopped: {
        // a copy: who hears of the stop may start a move
        const Stop stop = *session_->stop();
        moving_ = false;
        thread_.clear();
        cpu_ = 0;
        frame_ = stop.frame;
        // GDB answers while the window shows what is known already
        Q_EMIT refreshDue();
        setStale(false);
        Q_EMIT stopped(stop);
        if (mayAsk() && generation() == stop.generation) {
            Q_EMIT frameSelected(stop.frame);
        }
        break;
    }
    case State::Connecting:
    case State::Running:
        if (!staleness_.isActive() && !stale_) {
            staleness_.start(untilStale);
        }
        Q_EMIT running();
        break;
    case State::Lost:
    case State::Ended: {
        const QString words = plain(session_->endWords());
        // it is still speaking: it may go when it has finished
        QTimer::singleShot(0, [kept = session_] { Q_UNUSED(kept); });
        setSession(nullptr, config_);
        Q_EMIT ended(words, state == State::Lost);
        break;
    }
    case State::Idle: break;
    }
}

void DebugContext::setStale(bool stale)
{
    staleness_.stop();
    if (stale_ != stale) {
        stale_ = stale;
        Q_EMIT staleChanged(stale);
    }
}

void DebugContext::selectFrame(const Frame& frame)
{
    if (!mayAsk() || (frame_ && frame_->level == frame.level && frame_->address == frame.address)) {
        return;
    }
    frame_ = frame;
    Q_EMIT frameSelected(frame);
    Q_EMIT refreshDue();
}

int DebugContext::cpu() const
{
    if (cpu_ != 0 || !session_) {
        return cpu_;
    }
    return session_->stop() ? session_->stop()->cpu : 0;
}

QCoro::Task<> DebugContext::selectThread(std::string id)
{
    const bool isHere = id == thread_ && (cpu_ == 0 || !id.empty());
    if (mayAsk() && !isHere) {
        co_await look(id, 0, [id](DebugSession& session) { return session.selectThread(id); });
    }
}

QCoro::Task<> DebugContext::selectCpu(int number)
{
    if (mayAsk() && (number != cpu() || !thread_.empty())) {
        const int other = number == session_->stop()->cpu ? 0 : number;
        co_await look({}, other, [number](DebugSession& session) { return session.selectCpu(number); });
    }
}

QCoro::Task<> DebugContext::look(std::string thread, int cpu, Order order)
{
    const QPointer<DebugContext> self(this);
    const std::shared_ptr<DebugSession> session = session_;
    const std::uint64_t asked = generation();
    const Result<void> selected = co_await order(*session);
    if (!self || !isStill(asked)) {
        co_return;
    }
    if (!selected) {
        tell(selected.error());
        co_return;
    }
    thread_ = thread;
    cpu_ = cpu;
    const Result<std::vector<Frame>> top = co_await session->stack(0, 1);
    if (!self || !isStill(asked) || thread_ != thread || cpu_ != cpu) {
        co_return;
    }
    frame_ = top && !top->empty() ? top->front() : Frame();
    Q_EMIT threadSelected();
    Q_EMIT frameSelected(Frame(*frame_));
    Q_EMIT refreshDue();
}

void DebugContext::noteAsked()
{
    if (++asked_ == 1) {
        Q_EMIT asking();
    }
}

void DebugContext::noteAnswered()
{
    if (--asked_ == 0) {
        Q_EMIT answered();
        // after the paintings that are due: GDB at work would take the processor from them
        settling_.start(0);
    }
}

void DebugContext::noteEdit()
{
    updated_ = 0;
    if (mayAsk()) {
        Q_EMIT refreshDue();
    }
}

QCoro::Task<> DebugContext::updateExpressions()
{
    const std::uint64_t asked = generation();
    if (!mayAsk() || updated_ == asked) {
        co_return;
    }
    updated_ = asked;
    const QPointer<DebugContext> self(this);
    const std::shared_ptr<DebugSession> session = session_;
    const Result<std::vector<Expression>> changed = co_await session->updateExpressions();
    if (self && changed && self->session_ == session) {
        Q_EMIT expressionsUpdated(*changed);
    }
}

QCoro::Task<> DebugContext::move(Order order)
{
    if (!mayAsk()) {
        co_return;
    }
    const QPointer<DebugContext> self(this);
    const std::shared_ptr<DebugSession> session = session_;
    const std::uint64_t before = generation();
    moving_ = true;
    const Result<void> moved = co_await order(*session);
    if (self && !moved && self->session_ == session) {
        // a move that failed may have shown its old stop again, which asks anew by itself
        const bool stands = generation() == before;
        moving_ = moving_ && !stands;
        tell(moved.error());
        if (stands && mayAsk()) {
            Q_EMIT refreshDue();
        }
    }
}

void DebugContext::resume()
{
    move([](DebugSession& session) { return session.resume(); });
}

void DebugContext::step(StepKind kind)
{
    move([kind](DebugSession& session) { return session.step(kind); });
}

void DebugContext::until()
{
    move([](DebugSession& session) { return session.until(); });
}

void DebugContext::runTo(const QString& place)
{
    move([place = place.toStdString()](DebugSession& session) { return session.runTo(place); });
}

void DebugContext::jump(const QString& place)
{
    move([place = place.toStdString()](DebugSession& session) { return session.jump(place); });
}

void DebugContext::interrupt()
{
    if (!isRunning()) {
        return;
    }
    [](DebugContext* context, std::shared_ptr<DebugSession> session) -> QCoro::Task<> {
        const QPointer<DebugContext> self(context);
        const Result<void> asked = co_await session->interrupt();
        if (self && !asked && self->isRunning()) {
            self->tell(asked.error());
        }
    }(this, session_);
}

void DebugContext::tell(const Error& error)
{
    if (!rumpus::isStale(error)) {
        Q_EMIT failed(error);
    }
}

} // namespace rumpus::gui
