// XenstoreJournalModel: the journal's changes as rows, those that a filter lets through.
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "platforms/xen/xenstore_journal.h"

#include <QAbstractTableModel>
#include <QTimer>

#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>

namespace rumpus::gui {

class XenstoreJournalModel : public QAbstractTableModel {
    Q_OBJECT
public:
    enum Column : std::uint8_t { Time, What, Path, Values, Guest, ColumnCount };
    static constexpr int PathRole = Qt::UserRole + 1; ///< empty for a gap

    explicit XenstoreJournalModel(QObject* parent = nullptr);

    /// Shows another journal, which outlives this or another call; null: none.
    void setJournal(const XenstoreJournal* journal);
    /// The journal has more, which is shown soon, and together with what comes until then.
    void takeMore();
    /// The journal was cleared.
    void takeCleared();

    /// Errors: no regular expression; then the one before stays.
    Result<void> setFilter(const XenstoreFilter& filter);
    const XenstoreMatcher& matcher() const { return matcher_; }
    /// While it is paused no row comes; the journal goes on.
    void setPaused(bool paused);
    bool isPaused() const { return paused_; }
    /// What the journal has beyond what was looked at.
    std::size_t waiting() const;

    const XenstoreEntry* entry(int row) const;

    int rowCount(const QModelIndex& parent = {}) const override;
    int columnCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

Q_SIGNALS:
    /// Rows have come, or more is waiting.
    void grown();

private:
    std::uint64_t firstKept() const;
    const XenstoreEntry* find(std::uint64_t number) const;
    void dropOld();
    void append();
    void beginScan();
    void scan();
    QString text(const XenstoreEntry& entry, int column) const;

    const XenstoreJournal* journal_ = nullptr;
    XenstoreMatcher matcher_;
    std::deque<std::uint64_t> rows_; ///< numbers of entries
    std::uint64_t last_ = 0;         ///< the last number that was looked at
    bool paused_ = false;
    QTimer soon_;
    QTimer slice_;
    std::optional<std::deque<std::uint64_t>> found_; ///< by a new filter that has not looked at all yet
    std::uint64_t scanned_ = 0;
};

} // namespace rumpus::gui
