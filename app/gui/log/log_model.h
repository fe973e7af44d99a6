// LogModel: what was done and what went wrong, with its time.
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QAbstractTableModel>
#include <QDateTime>
#include <QSortFilterProxyModel>

#include <cstdint>
#include <deque>
#include <optional>

namespace rumpus::gui {

enum class LogKind : std::uint8_t {
    Action,  ///< what the user did
    Command, ///< a program that was started, QMP or GDB that was asked
    Event,   ///< what a guest or a host did by itself
    Notice,  ///< to be known, no failure
    Error,
};
QString describe(LogKind kind);

struct LogEntry {
    QDateTime time;
    LogKind kind = LogKind::Action;
    QString text;
    QString details; ///< many lines: a command's output, an error's transcript
};

class LogModel : public QAbstractTableModel {
    Q_OBJECT
public:
    enum Column : std::uint8_t { Time, Kind, Text, ColumnCount };
    static constexpr int mostEntries = 10'000;
    static constexpr qsizetype longestDetails = qsizetype{256} * 1024;

    using QAbstractTableModel::QAbstractTableModel;

    /// Adds an entry with the present time. Beyond `mostEntries` the oldest go.
    void add(LogKind kind, const QString& text, const QString& details = {});
    void clear();
    const LogEntry& at(int row) const { return entries_.at(static_cast<std::size_t>(row)); }

    int rowCount(const QModelIndex& parent = {}) const override;
    int columnCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

private:
    std::deque<LogEntry> entries_;
};

/// One entry as lines of text, its details indented.
QString toText(const LogEntry& entry);

/// The entries of one kind, or all, that contain a text.
class LogFilter : public QSortFilterProxyModel {
    Q_OBJECT
public:
    explicit LogFilter(LogModel* model, QObject* parent = nullptr);

    void setKind(std::optional<LogKind> kind);
    void setText(const QString& text);
    const LogEntry& at(int row) const;
    /// All that pass, as text.
    QString toText() const;

protected:
    bool filterAcceptsRow(int row, const QModelIndex& parent) const override;

private:
    LogModel* model_;
    std::optional<LogKind> kind_;
    QString text_;
};

} // namespace rumpus::gui
