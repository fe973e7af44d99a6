// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/gui/debug/call_stack_model.h"

#include "app/gui/base/theme.h"
#include "app/gui/debug/debug_context.h"
#include "app/gui/debug/refresher.h"
#include "app/gui/debug/texts.h"
#include "core/base/text.h"

#include <QGuiApplication>
#include <QPointer>

#include <algorithm>
#include <utility>

namespace rumpus::gui {

namespace {
constexpr int page = 50;
constexpr int mostUnasked = 200; ///< frames that are asked for only to fill the view with folds
} // namespace

CallStackModel::CallStackModel(DebugContext* context, QObject* parent)
    : QAbstractTableModel(parent), context_(context),
      refresher_(new Refresher(context, [this] { return fetch(); }, this))
{
    connect(context, &DebugContext::sessionChanged, this, &CallStackModel::clear);
    connect(context, &DebugContext::stopped, this, &CallStackModel::showStop);
}

void CallStackModel::setVisibleRows(int rows)
{
    visibleRows_ = std::clamp(rows, 5, page);
}

void CallStackModel::setFolded(bool folded)
{
    folded_ = folded;
    unfolded_.clear();
    arrange();
}

void CallStackModel::clear()
{
    frames_.clear();
    unfolded_.clear();
    hasMore_ = false;
    arrange();
}

void CallStackModel::showStop(const Stop& stop)
{
    unfolded_.clear();
    if (frames_.empty()) {
        frames_.push_back(stop.frame);
    } else {
        frames_.front() = stop.frame;
    }
    arrange();
}

QCoro::Task<> CallStackModel::fetch()
{
    const QPointer<CallStackModel> self(this);
    const std::shared_ptr<DebugSession> session = context_->session();
    const std::uint64_t asked = context_->generation();
    const std::string thread = context_->thread();
    const int cpu = context_->cpu();
    const auto holds = [=] {
        return self && self->context_->isStill(asked) && self->context_->thread() == thread &&
               self->context_->cpu() == cpu;
    };
    // a page that the user had asked for at this stop stays
    int wanted = visibleRows_;
    std::vector<Frame> frames;
    bool more = true;
    while (true) {
        const int low = static_cast<int>(frames.size());
        // one more than is shown, to know whether there is more
        auto known = co_await session->stack(low, wanted - low + 1);
        if (!holds() || !known) {
            if (holds()) {
                context_->tell(known.error());
            }
            co_return;
        }
        more = static_cast<int>(known->size()) > wanted - low;
        if (more) {
            known->pop_back();
        }
        std::ranges::move(*known, std::back_inserter(frames));
        frames_ = frames;
        hasMore_ = more;
        arrange();
        const bool filled = std::ssize(rows_) > visibleRows_ || wanted >= mostUnasked;
        if (!more || filled || !folded_) {
            co_return;
        }
        wanted += page;
    }
}

QCoro::Task<> CallStackModel::fetchMore()
{
    if (fetchingMore_ || !context_->mayAsk() || !hasMore_) {
        co_return;
    }
    const QPointer<CallStackModel> self(this);
    const std::shared_ptr<DebugSession> session = context_->session();
    const std::uint64_t asked = context_->generation();
    const std::size_t low = frames_.size();
    fetchingMore_ = true;
    auto known = co_await session->stack(static_cast<int>(low), page + 1);
    if (!self) {
        co_return;
    }
    fetchingMore_ = false;
    if (!known || !context_->isStill(asked) || frames_.size() != low) {
        co_return;
    }
    hasMore_ = std::ssize(*known) > page;
    if (hasMore_) {
        known->pop_back();
    }
    std::ranges::move(*known, std::back_inserter(frames_));
    arrange();
}

std::vector<CallStackModel::Row> CallStackModel::arranged() const
{
    std::vector<Row> rows;
    for (std::size_t i = 0; i < frames_.size();) {
        std::size_t end = i + 1;
        // the innermost frame is where the guest stands, and always seen
        const bool foldable = folded_ && i > 0 && !unfolded_.contains(i);
        const auto isKernel = [&](std::size_t k) { return frames_[k].component != Component::Application; };
        while (foldable && isKernel(i) && end < frames_.size() && isKernel(end)) {
            ++end;
        }
        if (end - i > 1) {
            rows.push_back({.kind = Kind::Fold, .first = i, .count = end - i});
        } else if (folded_ && unfolded_.contains(i)) {
            for (end = i; end < frames_.size() && isKernel(end); ++end) {
                rows.push_back({.first = end});
            }
        } else {
            rows.push_back({.first = i});
        }
        i = end;
    }
    if (hasMore_) {
        rows.push_back({.kind = Kind::More, .first = frames_.size(), .count = 0});
    }
    return rows;
}

void CallStackModel::arrange()
{
    // rows change in place: no reset, so that selection and scroll stay
    std::vector<Row> rows = arranged();
    const int before = static_cast<int>(rows_.size());
    const int now = static_cast<int>(rows.size());
    const std::vector<Row> old = rows_;
    const std::vector<Frame> oldFrames = std::exchange(shown_, frames_);
    const auto differs = [&](int row) {
        const Row& one = old.at(static_cast<std::size_t>(row));
        const Row& other = rows_.at(static_cast<std::size_t>(row));
        return one != other || (one.first < oldFrames.size() && oldFrames[one.first] != frames_[one.first]);
    };
    if (now < before) {
        beginRemoveRows({}, now, before - 1);
        rows_ = std::move(rows);
        endRemoveRows();
    } else if (now > before) {
        beginInsertRows({}, before, now - 1);
        rows_ = std::move(rows);
        endInsertRows();
    } else {
        rows_ = std::move(rows);
    }
    for (int row = 0; row < std::min(before, now); ++row) {
        if (differs(row)) {
            Q_EMIT dataChanged(index(row, 0), index(row, ColumnCount - 1));
        }
    }
}

const Frame* CallStackModel::frameAt(int row) const
{
    const bool is = row >= 0 && row < rowCount() && kindAt(row) == Kind::Frame;
    return is ? &frames_.at(rows_.at(static_cast<std::size_t>(row)).first) : nullptr;
}

int CallStackModel::rowOf(int level) const
{
    const auto wanted = static_cast<std::size_t>(level);
    const auto found = std::ranges::find_if(
        rows_, [&](const Row& row) { return wanted >= row.first && wanted < row.first + row.count; });
    return found == rows_.end() ? -1 : static_cast<int>(found - rows_.begin());
}

void CallStackModel::unfold(int row)
{
    if (row < 0 || row >= rowCount()) {
        return;
    }
    const Row chosen = rows_.at(static_cast<std::size_t>(row));
    if (chosen.kind == Kind::Fold) {
        unfolded_.insert(chosen.first);
        arrange();
    } else if (chosen.kind == Kind::More) {
        fetchMore();
    }
}

QString CallStackModel::text() const
{
    QString text;
    for (const Frame& frame : frames_) {
        text += QStringLiteral("#%1  %2  %3  %4\n")
                    .arg(frame.level)
                    .arg(frameText(frame, Function), frameText(frame, Place), plain(title(frame.component)));
    }
    return hasMore_ ? text + QStringLiteral("…\n") : text;
}

int CallStackModel::rowCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(rows_.size());
}

int CallStackModel::columnCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : ColumnCount;
}

QString CallStackModel::frameText(const Frame& frame, int column) const
{
    if (column == Function) {
        return functionText(frame);
    }
    return frame.file.empty() && !frame.function.empty() ? hexText(frame.address) : placeText(frame);
}

QString CallStackModel::foldText(const Row& row) const
{
    return tr("⋯ %n frame(s) of the kernel", nullptr, static_cast<int>(row.count));
}

QVariant CallStackModel::data(const QModelIndex& index, int role) const
{
    const Row& row = rows_.at(static_cast<std::size_t>(index.row()));
    if (role == KindRole) {
        return static_cast<int>(row.kind);
    }
    if (row.kind != Kind::Frame) {
        if (role == Qt::DisplayRole && index.column() == Function) {
            return row.kind == Kind::Fold ? foldText(row) : tr("more…");
        }
        return role == Qt::ForegroundRole ? colour(Tone::Quiet, QGuiApplication::palette()) : QVariant();
    }
    const Frame& frame = frames_.at(row.first);
    switch (role) {
    case Qt::DisplayRole: return frameText(frame, index.column());
    case Qt::ToolTipRole:
        return asToolTip(tr("%1\n%2\n%3 · %4")
                             .arg(functionText(frame),
                                  frame.source.empty() ? plain(frame.file) : plain(frame.source.native()),
                                  plain(title(frame.component)), hexText(frame.address)));
    case Qt::ForegroundRole:
        return index.column() == Place ? colour(Tone::Quiet, QGuiApplication::palette()) : QVariant();
    case ComponentRole: return static_cast<int>(frame.component);
    case LevelRole: return frame.level;
    default: return {};
    }
}

QVariant CallStackModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (role != Qt::DisplayRole || orientation != Qt::Horizontal) {
        return {};
    }
    return section == Function ? tr("Function") : tr("Place");
}

} // namespace rumpus::gui
