// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/gui/log/log_model.h"

#include "app/gui/base/theme.h"

#include <QCoreApplication>
#include <QIcon>

#include <algorithm>

namespace rumpus::gui {

namespace {

// removed many at a time: a view's work is by the removal, not by the row
constexpr int removedAtOnce = 500;

QString timeText(const QDateTime& time)
{
    return time.toString(QStringLiteral("HH:mm:ss.zzz"));
}

QIcon markOf(LogKind kind)
{
    switch (kind) {
    case LogKind::Action: return icon(QStringLiteral("current-line"), Tone::Accent);
    case LogKind::Command: return icon(QStringLiteral("console"), Tone::Quiet);
    case LogKind::Event: return icon(QStringLiteral("guest"), Tone::Quiet);
    case LogKind::Notice: return icon(QStringLiteral("info"), Tone::Notice);
    case LogKind::Error: return icon(QStringLiteral("error"), Tone::Bad);
    }
    return {};
}

} // namespace

QString describe(LogKind kind)
{
    switch (kind) {
    case LogKind::Action: return LogModel::tr("Action");
    case LogKind::Command: return LogModel::tr("Command");
    case LogKind::Event: return LogModel::tr("Event");
    case LogKind::Notice: return LogModel::tr("Notice");
    case LogKind::Error: return LogModel::tr("Error");
    }
    return {};
}

void LogModel::add(LogKind kind, const QString& text, const QString& details)
{
    if (static_cast<int>(entries_.size()) >= mostEntries) {
        beginRemoveRows({}, 0, removedAtOnce - 1);
        entries_.erase(entries_.begin(), entries_.begin() + removedAtOnce);
        endRemoveRows();
    }
    const int row = static_cast<int>(entries_.size());
    beginInsertRows({}, row, row);
    entries_.push_back({.time = QDateTime::currentDateTime(),
                        .kind = kind,
                        .text = text,
                        .details = details.left(longestDetails)});
    endInsertRows();
}

void LogModel::clear()
{
    beginResetModel();
    entries_.clear();
    endResetModel();
}

int LogModel::rowCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(entries_.size());
}

int LogModel::columnCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : ColumnCount;
}

QVariant LogModel::data(const QModelIndex& index, int role) const
{
    if (!checkIndex(index, CheckIndexOption::IndexIsValid)) {
        return {};
    }
    const LogEntry& entry = at(index.row());
    if (role == Qt::DisplayRole) {
        switch (index.column()) {
        case Time: return timeText(entry.time);
        case Kind: return describe(entry.kind);
        // a row is one line
        case Text:
            return entry.text.section(u'\n', 0, 0) +
                   (entry.text.contains(u'\n') ? QStringLiteral(" …") : QString());
        default: return {};
        }
    }
    if (role == Qt::DecorationRole && index.column() == Kind) {
        return markOf(entry.kind);
    }
    if (role == Qt::ToolTipRole && index.column() == Text) {
        constexpr qsizetype longestTip = 2000;
        return entry.text.left(longestTip).toHtmlEscaped().replace(u'\n', QStringLiteral("<br>"));
    }
    return {};
}

QVariant LogModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal || role != Qt::DisplayRole) {
        return {};
    }
    switch (section) {
    case Time: return tr("Time");
    case Kind: return tr("Kind");
    case Text: return tr("What");
    default: return {};
    }
}

QString toText(const LogEntry& entry)
{
    QString text = QStringLiteral("%1 %2: %3\n")
                       .arg(entry.time.toString(Qt::ISODateWithMs), describe(entry.kind), entry.text);
    for (const QString& line : entry.details.split(u'\n', Qt::SkipEmptyParts)) {
        text += QStringLiteral("    %1\n").arg(line);
    }
    return text;
}

LogFilter::LogFilter(LogModel* model, QObject* parent) : QSortFilterProxyModel(parent), model_(model)
{
    setSourceModel(model);
}

void LogFilter::setKind(std::optional<LogKind> kind)
{
    kind_ = kind;
    invalidateRowsFilter();
}

void LogFilter::setText(const QString& text)
{
    text_ = text;
    invalidateRowsFilter();
}

const LogEntry& LogFilter::at(int row) const
{
    return model_->at(mapToSource(index(row, 0)).row());
}

QString LogFilter::toText() const
{
    QString all;
    for (int row = 0; row < rowCount(); ++row) {
        all += gui::toText(at(row));
    }
    return all;
}

bool LogFilter::filterAcceptsRow(int row, const QModelIndex& /*parent*/) const
{
    const LogEntry& entry = model_->at(row);
    return (!kind_ || entry.kind == *kind_) &&
           (text_.isEmpty() || entry.text.contains(text_, Qt::CaseInsensitive) ||
            entry.details.contains(text_, Qt::CaseInsensitive));
}

} // namespace rumpus::gui
