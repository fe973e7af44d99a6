// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/gui/debug/refresher.h"

#include "app/gui/debug/debug_context.h"

namespace rumpus::gui {

Refresher::Refresher(DebugContext* context, Fetch fetch, QObject* parent)
    : QObject(parent), context_(context), fetch_(std::move(fetch))
{
    connect(context, &DebugContext::refreshDue, this, &Refresher::invalidate);
}

void Refresher::setWanted(bool wanted)
{
    wanted_ = wanted;
    run();
}

void Refresher::invalidate()
{
    dirty_ = true;
    run();
}

QCoro::Task<> Refresher::run()
{
    if (underWay_) {
        co_return;
    }
    const QPointer<Refresher> self(this);
    bool ran = false;
    underWay_ = true;
    while (self && dirty_ && wanted_ && context_ && context_->mayAsk()) {
        dirty_ = false;
        ran = true;
        ++count_;
        context_->noteAsked();
        co_await fetch_();
        if (self && context_) {
            context_->noteAnswered();
        }
    }
    if (self) {
        underWay_ = false;
        if (ran) {
            Q_EMIT finished();
        }
    }
}

} // namespace rumpus::gui
