// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/gui/debug/frame_values.h"

#include "app/gui/debug/debug_context.h"
#include "app/gui/debug/refresher.h"
#include "core/base/format.h"

#include <QPointer>

namespace rumpus::gui {

namespace {

/// "frame at 0x7fe0" of GDB's "info frame".
std::string addressIn(const Result<std::string>& said)
{
    static constexpr std::string_view mark = "frame at ";
    const std::size_t place = said ? said->find(mark) : std::string::npos;
    if (place == std::string::npos) {
        return {};
    }
    const std::size_t begin = place + mark.size();
    return said->substr(begin, said->find_first_of(":\n", begin) - begin);
}

/// The canonical frame address of the innermost frame, which a call keeps while it lasts; empty: unknown.
QCoro::Task<std::string> frameAddress(std::shared_ptr<DebugSession> session)
{
    // on x86 it is what the caller's stack pointer will be again; GDB writes the text of "info frame" letter
    // by letter, which takes longer than a step
    Result<std::string> callers = co_await session->evaluate("$sp", 1);
    if (callers) {
        co_return std::move(*callers);
    }
    co_return addressIn(co_await session->gdb().console("info frame level 0"));
}

} // namespace

FrameValues::FrameValues(DebugContext* context)
    : QObject(context), context_(context),
      refresher_(new Refresher(context, [this] { return fetch(); }, this))
{
    connect(context, &DebugContext::settled, this, &FrameValues::settle);
}

void FrameValues::want(const QObject* who, bool wanted)
{
    if (wanted) {
        wanted_.insert(who);
    } else {
        wanted_.remove(who);
    }
    refresher_->setWanted(!wanted_.isEmpty());
}

/// Of what was asked for: it holds until something else is looked at.
class FrameValues::Look {
public:
    explicit Look(FrameValues* values)
        : values_(values), session_(values->context_->session()), asked_(values->context_->generation()),
          level_(values->context_->level()), thread_(values->context_->thread()),
          cpu_(values->context_->cpu())
    {
    }
    bool holds() const
    {
        const DebugContext* context = values_ ? values_->context_ : nullptr;
        return context != nullptr && session_ == context->session() && asked_ == context->generation() &&
               context->level() == level_ && context->thread() == thread_ && context->cpu() == cpu_;
    }
    /// The frame that the guest stands in.
    bool isInnermost() const { return level_ == 0 && thread_.empty(); }
    const std::shared_ptr<DebugSession>& session() const { return session_; }
    std::string key(const std::string& function, const std::string& address) const
    {
        // without an address, and for another frame than the CPU's, no stop is like the one before
        return address.empty() ? formatted("{} {} {} {}", function, thread_, level_, asked_)
                               : formatted("{} {}", function, address);
    }

private:
    QPointer<FrameValues> values_;
    std::shared_ptr<DebugSession> session_;
    std::uint64_t asked_;
    int level_;
    std::string thread_;
    int cpu_;
};

QCoro::Task<> FrameValues::fetch()
{
    const Look look(this);
    const Frame frame = context_->frame().value_or(Frame());
    Result<std::vector<Variable>> known = co_await look.session()->variables(frame.level);
    if (!look.holds()) {
        co_return; // another frame was chosen meanwhile, and is asked for next
    }
    variables_ = known ? std::move(*known) : std::vector<Variable>();
    likelySame_ = look.isInnermost() && frame_.level == 0 && frame_.function == frame.function;
    frame_ = frame;
    keyIs_ = Key::OfTheStopBefore;
    Q_EMIT arrived();
}

QCoro::Task<> FrameValues::settle()
{
    if (keyIs_ != Key::OfTheStopBefore || !context_->mayAsk()) {
        co_return; // a step is on its way, and the stop behind it will tell
    }
    keyIs_ = Key::Asked;
    const Look look(this);
    std::string address;
    if (look.isInnermost()) {
        address = co_await frameAddress(look.session());
        if (!look.holds()) {
            co_return;
        }
    }
    keyIs_ = Key::Known;
    key_ = QString::fromStdString(look.key(frame_.function, address));
    Q_EMIT settled();
}

} // namespace rumpus::gui
