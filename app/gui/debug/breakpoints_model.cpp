// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/gui/debug/breakpoints_model.h"

#include "app/gui/base/theme.h"
#include "app/gui/debug/breakpoint_book.h"
#include "app/gui/debug/texts.h"
#include "core/base/text.h"

#include <QCoreApplication>
#include <QGuiApplication>

#include <algorithm>

namespace rumpus::gui {

QString breakpointIcon(const PlacedBreakpoint& breakpoint)
{
    const Breakpoint& wish = breakpoint.wish;
    return !wish.enabled                          ? QStringLiteral("breakpoint-off")
           : !wish.message.empty()                ? QStringLiteral("logpoint")
           : wish.kind >= Breakpoint::Kind::Write ? QStringLiteral("watchpoint")
                                                  : QStringLiteral("breakpoint");
}

QString kindText(Breakpoint::Kind kind)
{
    const auto tr = [](const char* text) { return QCoreApplication::translate("BreakpointsModel", text); };
    switch (kind) {
    case Breakpoint::Kind::Line: return tr("line");
    case Breakpoint::Kind::Function: return tr("function");
    case Breakpoint::Kind::Address: return tr("address");
    case Breakpoint::Kind::Expression: return tr("expression");
    case Breakpoint::Kind::Write: return tr("write");
    case Breakpoint::Kind::Read: return tr("read");
    case Breakpoint::Kind::Access: return tr("access");
    }
    return {};
}

BreakpointsModel::BreakpointsModel(BreakpointBook* book, QObject* parent)
    : QAbstractTableModel(parent), book_(book), shown_(book->all())
{
    connect(book, &BreakpointBook::changed, this, &BreakpointsModel::take);
}

void BreakpointsModel::take()
{
    const int had = static_cast<int>(shown_.size());
    const int has = static_cast<int>(book_->all().size());
    const auto copy = [this] { shown_ = book_->all(); };
    if (has < had) {
        // the rows of those that stay are kept, so that the selection stays with them
        for (int row = had - 1; row >= 0; --row) {
            if (book_->find(shown_.at(static_cast<std::size_t>(row)).id) == nullptr) {
                beginRemoveRows({}, row, row);
                shown_.erase(shown_.begin() + row);
                endRemoveRows();
            }
        }
    }
    if (shown_.size() < book_->all().size()) {
        beginInsertRows({}, static_cast<int>(shown_.size()), has - 1);
        copy();
        endInsertRows();
    } else if (shown_.size() > book_->all().size()) {
        beginResetModel();
        copy();
        endResetModel();
    } else {
        copy();
    }
    if (has > 0) {
        Q_EMIT dataChanged(index(0, 0), index(has - 1, ColumnCount - 1));
    }
}

const PlacedBreakpoint* BreakpointsModel::at(const QModelIndex& index) const
{
    return index.isValid() && index.row() < rowCount() ? &shown_.at(static_cast<std::size_t>(index.row()))
                                                       : nullptr;
}

int BreakpointsModel::rowCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(shown_.size());
}

int BreakpointsModel::columnCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : ColumnCount;
}

QString BreakpointsModel::text(const PlacedBreakpoint& breakpoint, int column) const
{
    const Breakpoint& wish = breakpoint.wish;
    switch (column) {
    case Place: {
        if (wish.kind != Breakpoint::Kind::Line) {
            return plain(describe(wish));
        }
        Breakpoint near = wish;
        near.where = std::filesystem::path(wish.where).filename().native();
        return plain(describe(near));
    }
    case Hits: return breakpoint.hits == 0 ? QString() : QString::number(breakpoint.hits);
    case Condition: return plain(wish.condition);
    case Ignore: return wish.ignore == 0 ? QString() : QString::number(wish.ignore);
    case Thread: return plain(wish.thread);
    case Message: return plain(wish.message);
    case Commands: return plain(join(wish.commands, "; "));
    case KindColumn: return kindText(wish.kind);
    default: return {};
    }
}

QString BreakpointsModel::toolTip(const PlacedBreakpoint& breakpoint) const
{
    QStringList lines{plain(describe(breakpoint.wish))};
    for (const Frame& location : breakpoint.locations) {
        lines
            << tr("at %1 %2 %3").arg(hexText(location.address), functionText(location), placeText(location));
    }
    if (!breakpoint.problem.empty()) {
        lines << plain(breakpoint.problem);
    }
    return lines.join(u'\n');
}

QVariant BreakpointsModel::data(const QModelIndex& index, int role) const
{
    const PlacedBreakpoint& breakpoint = shown_.at(static_cast<std::size_t>(index.row()));
    switch (role) {
    case Qt::DisplayRole:
    case Qt::EditRole: return text(breakpoint, index.column());
    case Qt::CheckStateRole:
        return index.column() == Place ? QVariant(breakpoint.wish.enabled ? Qt::Checked : Qt::Unchecked)
                                       : QVariant();
    case Qt::DecorationRole:
        if (index.column() != Place) {
            return {};
        }
        return breakpoint.problem.empty()
                   ? icon(breakpointIcon(breakpoint), breakpoint.wish.enabled ? Tone::Bad : Tone::Quiet)
                   : icon(QStringLiteral("warning"), Tone::Notice);
    case Qt::ForegroundRole:
        return breakpoint.wish.enabled && index.column() != KindColumn
                   ? QVariant()
                   : colour(Tone::Quiet, QGuiApplication::palette());
    case Qt::FontRole:
        return index.column() == Condition || index.column() == Message || index.column() == Commands
                   ? codeFont()
                   : QVariant();
    case Qt::ToolTipRole: return asToolTip(toolTip(breakpoint));
    default: return {};
    }
}

bool BreakpointsModel::setData(const QModelIndex& index, const QVariant& value, int role)
{
    const PlacedBreakpoint* breakpoint = at(index);
    if (breakpoint == nullptr) {
        return false;
    }
    Breakpoint wish = breakpoint->wish;
    if (role == Qt::CheckStateRole) {
        wish.enabled = value.toInt() == Qt::Checked;
    } else if (role == Qt::EditRole && index.column() == Condition) {
        wish.condition = value.toString().trimmed().toStdString();
    } else if (role == Qt::EditRole && index.column() == Ignore) {
        wish.ignore = value.toString().toUInt();
    } else if (role == Qt::EditRole && index.column() == Message) {
        wish.message = value.toString().trimmed().toStdString();
    } else if (role == Qt::EditRole && index.column() == Thread) {
        wish.thread = value.toString().trimmed().toStdString();
    }
    if (wish == breakpoint->wish) {
        return false;
    }
    book_->change(breakpoint->id, std::move(wish));
    return true;
}

Qt::ItemFlags BreakpointsModel::flags(const QModelIndex& index) const
{
    Qt::ItemFlags flags = Qt::ItemIsEnabled | Qt::ItemIsSelectable;
    if (index.column() == Place) {
        flags |= Qt::ItemIsUserCheckable;
    }
    // commands are lines: the form has them
    const int column = index.column();
    if (column == Condition || column == Ignore || column == Thread || column == Message) {
        flags |= Qt::ItemIsEditable;
    }
    return flags;
}

QVariant BreakpointsModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal || (role != Qt::DisplayRole && role != Qt::ToolTipRole)) {
        return {};
    }
    const bool tip = role == Qt::ToolTipRole;
    switch (section) {
    case Place: return tip ? tr("Where it is; the check mark says whether it is in force") : tr("Place");
    case Hits: return tip ? tr("How often it was hit") : tr("Hits");
    case Condition: return tip ? tr("Stops only where this is true: i > 10") : tr("Condition");
    case Ignore: return tip ? tr("So many hits pass before it stops") : tr("Ignore");
    case Thread: return tip ? tr("The guest's thread that alone stops here") : tr("Thread");
    case Commands: return tip ? tr("What GDB does at each hit") : tr("Commands");
    case Message:
        return tip ? tr("Printed instead of stopping; {i} is replaced by i's value") : tr("Message");
    case KindColumn: return tip ? tr("What it is set on") : tr("Kind");
    default: return {};
    }
}

} // namespace rumpus::gui
