// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/gui/xenstore/xenstore_link.h"

namespace rumpus::gui {

namespace {
/// All of them are rows, which a view goes through at each new one, and are copied to be saved.
constexpr XenstoreJournal::Limits journalLimits{.entries = 20'000, .bytes = std::size_t{8} << 20U};
} // namespace

XenstoreLink::XenstoreLink(XenstorePlace place)
    : client_(std::move(place)), tree_(client_), editor_(client_), journal_(journalLimits)
{
    connect(&tree_, &XenstoreTree::stateChanged, this, &XenstoreLink::follow);
    connect(&tree_, &XenstoreTree::changed, this, [this](const XenstoreChange& change) {
        journal_.add(change);
        Q_EMIT journalled();
    });
    connect(&tree_, &XenstoreTree::gapped, this, [this](const XenstoreGap& gap) {
        journal_.add(gap);
        Q_EMIT journalled();
    });
}

XenstoreLink::~XenstoreLink()
{
    // what they tell while they go is for nobody
    tree_.disconnect(this);
}

void XenstoreLink::start()
{
    tree_.start();
}

void XenstoreLink::clearJournal()
{
    journal_.clear();
    Q_EMIT journalCleared();
}

void XenstoreLink::follow()
{
    using Known = XenstoreTree::State;
    switch (tree_.state()) {
    case Known::Idle: return;
    case Known::Loading:
        // until it is read again, what is known is from before
        state_ = wasLive_ ? State::Lost : State::Connecting;
        break;
    case Known::Live:
        if (!wasLive_) {
            journal_.meet(tree_.find("/local/domain"));
        }
        wasLive_ = true;
        state_ = State::Live;
        break;
    case Known::Waiting: state_ = wasLive_ ? State::Lost : State::Connecting; break;
    case Known::Failed: state_ = State::Failed; break;
    }
    words_ = tree_.words();
    Q_EMIT stateChanged();
}

} // namespace rumpus::gui
