// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/gui/debug/frame_values.h"

#include "app/gui/debug/debug_context.h"
#include "app/gui/debug/refresher.h"
#include "core/base/format.h"

#include <QPointer>

namespace rumpus::gui {

namespace {

/// "frame at 0x7fe0" of GDB's "info frame": the canonical frame address, which a call keeps while it lasts.
std::string frameAddress(const Result<std::string>& said)
{
    static constexpr std::string_view mark = "frame at ";
    const std::size_t place = said ? said->find(mark) : std::string::npos;
    if (place == std::string::npos) {
        return {};
    }
    const std::size_t begin = place + mark.size();
    return said->substr(begin, said->find_first_of(":\n", begin) - begin);
}

} // namespace

FrameValues::FrameValues(DebugContext* context)
    : QObject(context), context_(context),
      refresher_(new Refresher(context, [this] { return fetch(); }, this))
{
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

QCoro::Task<> FrameValues::fetch()
{
    const QPointer<FrameValues> self(this);
    const std::shared_ptr<DebugSession> session = context_->session();
    const std::uint64_t asked = context_->generation();
    const Frame frame = context_->frame().value_or(Frame());
    const std::string thread = context_->thread();
    const int cpu = context_->cpu();
    const bool innermost = frame.level == 0 && thread.empty();
    const auto holds = [=, this] {
        // another frame may have been chosen meanwhile, and is asked for next
        return self && session == context_->session() && asked == context_->generation() &&
               context_->level() == frame.level && context_->thread() == thread && context_->cpu() == cpu;
    };
    Result<std::vector<Variable>> known = co_await session->variables(frame.level);
    if (!holds()) {
        co_return;
    }
    variables_ = known ? std::move(*known) : std::vector<Variable>();
    likelySame_ = innermost && frame_.level == 0 && frame_.function == frame.function;
    frame_ = frame;
    Q_EMIT arrived();
    std::string address;
    if (innermost) {
        if (!context_->isStill(asked)) {
            co_return; // a step is on its way, and the stop behind it will tell
        }
        address = frameAddress(co_await session->gdb().console("info frame level 0"));
        if (!holds()) {
            co_return;
        }
    }
    // without an address, and for another frame than the CPU's, no stop is like the one before
    key_ = QString::fromStdString(address.empty()
                                      ? formatted("{} {} {} {}", frame.function, thread, frame.level, asked)
                                      : formatted("{} {}", frame.function, address));
    Q_EMIT settled();
}

} // namespace rumpus::gui
