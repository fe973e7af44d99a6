// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/gui/debug/threads_model.h"

#include "app/gui/base/theme.h"
#include "app/gui/debug/debug_context.h"
#include "app/gui/debug/refresher.h"
#include "app/gui/debug/texts.h"

#include <QFont>
#include <QPointer>
#include <QRegularExpression>

#include <algorithm>

namespace rumpus::gui {

namespace {
constexpr quintptr topLevel = 0; ///< the internal id of groups; a thread has its group's number + 1
}

std::vector<VirtualCpu> readCpus(std::string_view said)
{
    // "* 1    Thread 1.1 (CPU#0 [running]) main () at main.c:3"
    static const QRegularExpression line(
        QStringLiteral(R"(^\*?\s*(\d+)\s+\S*\s*[\w.]+\s+\((CPU#\d+)\s*\[(\w+)\s*\]\)\s*(.*)$)"),
        QRegularExpression::MultilineOption);
    std::vector<VirtualCpu> cpus;
    const QString text = plainLines(said);
    for (const QRegularExpressionMatch& match : line.globalMatch(text)) {
        cpus.push_back({.number = match.captured(1).toInt(),
                        .name = match.captured(2),
                        .state = match.captured(3),
                        .where = match.captured(4)});
    }
    return cpus;
}

ThreadsModel::ThreadsModel(DebugContext* context, QObject* parent)
    : QAbstractItemModel(parent), context_(context),
      refresher_(new Refresher(context, [this] { return fetch(); }, this))
{
    connect(context, &DebugContext::sessionChanged, this, &ThreadsModel::clear);
    connect(context, &DebugContext::threadSelected, this, [this] {
        for (const QModelIndex& group : {index(Cpus, 0), index(Threads, 0)}) {
            if (const int count = rowCount(group); count > 0) {
                Q_EMIT dataChanged(index(0, 0, group), index(count - 1, Waits, group));
            }
        }
    });
}

void ThreadsModel::clear()
{
    beginResetModel();
    cpus_.clear();
    threads_ = {};
    cpusKnown_ = false;
    endResetModel();
}

QCoro::Task<> ThreadsModel::fetch()
{
    const QPointer<ThreadsModel> self(this);
    const std::shared_ptr<DebugSession> session = context_->session();
    const std::uint64_t asked = context_->generation();
    auto listed = session->guestThreads();
    // one CPU's state is the stop itself; several are told at each stop
    if (!cpusKnown_ || cpus_.size() > 1) {
        auto told = session->gdb().console("info threads");
        const Result<std::string> said = co_await told;
        if (!self || !context_->isStill(asked)) {
            co_return;
        }
        cpusKnown_ = true;
        setCpus(readCpus(said.value_or("")));
    }
    Result<GuestThreads> threads = co_await listed;
    if (!self || !context_->isStill(asked)) {
        co_return;
    }
    if (cpus_.size() < 2 && context_->session()->stop()) {
        const Frame& here = context_->session()->stop()->frame;
        const QString name = cpus_.empty() ? QStringLiteral("CPU#0") : cpus_.front().name;
        const int number = context_->session()->stop()->cpu;
        setCpus({{.number = number,
                  .name = name,
                  .state = tr("stopped"),
                  .where = functionText(here) + u' ' + placeText(here)}});
    }
    setThreads(threads ? std::move(*threads) : GuestThreads{.error = toString(threads.error())});
}

template <typename Change>
void ThreadsModel::replace(Group group, std::size_t before, std::size_t now, Change change)
{
    const QModelIndex parent = index(group, 0);
    const int had = static_cast<int>(before);
    const int has = static_cast<int>(now);
    if (has < had) {
        beginRemoveRows(parent, has, had - 1);
        change();
        endRemoveRows();
    } else if (has > had) {
        beginInsertRows(parent, had, has - 1);
        change();
        endInsertRows();
    } else {
        change();
    }
    if (const int common = std::min(had, has); common > 0) {
        Q_EMIT dataChanged(index(0, 0, parent), index(common - 1, ColumnCount - 1, parent));
    }
    Q_EMIT dataChanged(parent, parent.siblingAtColumn(ColumnCount - 1));
}

void ThreadsModel::setCpus(std::vector<VirtualCpu> cpus)
{
    replace(Cpus, cpus_.size(), cpus.size(), [&] { cpus_ = std::move(cpus); });
}

void ThreadsModel::setThreads(GuestThreads threads)
{
    replace(Threads, threads_.threads.size(), threads.threads.size(), [&] { threads_ = std::move(threads); });
}

const GuestThread* ThreadsModel::threadAt(const QModelIndex& index) const
{
    const bool is = index.isValid() && index.internalId() == Threads + 1;
    return is ? &threads_.threads.at(static_cast<std::size_t>(index.row())) : nullptr;
}

const VirtualCpu* ThreadsModel::cpuAt(const QModelIndex& index) const
{
    const bool is = index.isValid() && index.internalId() == Cpus + 1;
    return is ? &cpus_.at(static_cast<std::size_t>(index.row())) : nullptr;
}

QModelIndex ThreadsModel::indexOf(const std::string& thread) const
{
    const auto found = thread.empty() ? std::ranges::find(threads_.threads, true, &GuestThread::current)
                                      : std::ranges::find(threads_.threads, thread, &GuestThread::id);
    return found == threads_.threads.end()
               ? QModelIndex()
               : index(static_cast<int>(found - threads_.threads.begin()), 0, index(Threads, 0));
}

QModelIndex ThreadsModel::index(int row, int column, const QModelIndex& parent) const
{
    if (!hasIndex(row, column, parent)) {
        return {};
    }
    return createIndex(row, column, parent.isValid() ? static_cast<quintptr>(parent.row()) + 1 : topLevel);
}

QModelIndex ThreadsModel::parent(const QModelIndex& index) const
{
    if (!index.isValid() || index.internalId() == topLevel) {
        return {};
    }
    return createIndex(static_cast<int>(index.internalId() - 1), 0, topLevel);
}

int ThreadsModel::rowCount(const QModelIndex& parent) const
{
    if (!parent.isValid()) {
        return GroupCount;
    }
    if (parent.internalId() != topLevel || parent.column() != 0) {
        return 0;
    }
    return static_cast<int>(parent.row() == Cpus ? cpus_.size() : threads_.threads.size());
}

int ThreadsModel::columnCount(const QModelIndex& /*parent*/) const
{
    return ColumnCount;
}

QVariant ThreadsModel::groupData(Group group, int column, int role) const
{
    if (role == Qt::FontRole) {
        QFont font;
        font.setWeight(QFont::DemiBold);
        return font;
    }
    if (role == Qt::ToolTipRole && group == Threads && !threads_.error.empty()) {
        return asToolTip(plain(threads_.error));
    }
    if (role != Qt::DisplayRole) {
        return {};
    }
    if (column == Name) {
        return group == Cpus ? tr("CPUs") : tr("Guest threads");
    }
    if (group == Threads && column == State) {
        return threads_.family.empty() ? tr("unknown kernel") : plain(threads_.family);
    }
    return group == Threads && column == Waits ? plain(threads_.error) : QVariant();
}

QVariant ThreadsModel::cpuData(const VirtualCpu& cpu, int column, int role) const
{
    if (role == Qt::DecorationRole && column == Name) {
        const bool looked = cpus_.size() > 1 && context_->thread().empty() && cpu.number == context_->cpu();
        return looked ? icon(QStringLiteral("current-line"), Tone::Accent) : icon(QStringLiteral("host"));
    }
    if (role != Qt::DisplayRole) {
        return {};
    }
    return column == Name ? cpu.name : column == State ? cpu.state : cpu.where;
}

QVariant ThreadsModel::threadData(const GuestThread& thread, int column, int role) const
{
    switch (role) {
    case Qt::DisplayRole:
        return column == Name    ? plain(thread.name.empty() ? thread.id : thread.name)
               : column == State ? plain(thread.state)
                                 : plain(thread.waits);
    case Qt::DecorationRole: {
        if (column != Name) {
            return {};
        }
        // another CPU is looked at, and not what runs on the one that has stopped
        const bool elsewhere = context_->session() && context_->session()->stop() &&
                               context_->cpu() != context_->session()->stop()->cpu;
        const bool looked =
            context_->thread().empty() ? thread.current && !elsewhere : thread.id == context_->thread();
        return looked ? icon(QStringLiteral("current-line"), Tone::Accent) : icon(QStringLiteral("thread"));
    }
    case Qt::FontRole: {
        QFont font;
        font.setBold(thread.current);
        return font;
    }
    case Qt::ToolTipRole:
        return asToolTip(
            plain(thread.wakeup.empty() ? thread.id : thread.id + "\nwakes at " + thread.wakeup + " ns"));
    default: return {};
    }
}

QVariant ThreadsModel::data(const QModelIndex& index, int role) const
{
    if (const GuestThread* thread = threadAt(index)) {
        return threadData(*thread, index.column(), role);
    }
    if (const VirtualCpu* cpu = cpuAt(index)) {
        return cpuData(*cpu, index.column(), role);
    }
    return groupData(static_cast<Group>(index.row()), index.column(), role);
}

QVariant ThreadsModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (role != Qt::DisplayRole || orientation != Qt::Horizontal) {
        return {};
    }
    return section == Name ? tr("Name") : section == State ? tr("State") : tr("Waits for, or stands in");
}

} // namespace rumpus::gui
