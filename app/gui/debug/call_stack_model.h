// CallStackModel: the frames that were asked for so far, kernel frames folded where the user wants it.
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "debug/session/debug_session.h"

#include <QAbstractTableModel>
#include <QCoroTask>

#include <cstdint>
#include <optional>
#include <set>
#include <vector>

namespace rumpus::gui {

class DebugContext;
class Refresher;

class CallStackModel : public QAbstractTableModel {
    Q_OBJECT
public:
    enum Column : std::uint8_t { Function, Place, ColumnCount };
    enum Role : std::uint16_t { ComponentRole = Qt::UserRole, KindRole, LevelRole };
    enum class Kind : std::uint8_t { Frame, Fold, More };

    explicit CallStackModel(DebugContext* context, QObject* parent = nullptr);

    Refresher& refresher() { return *refresher_; }
    /// How many rows can be seen, which is how many frames are asked for after a stop.
    void setVisibleRows(int rows);
    /// Kernel frames that follow each other become one row.
    void setFolded(bool folded);
    bool isFolded() const { return folded_; }

    const std::vector<Frame>& frames() const { return frames_; }
    const Frame* frameAt(int row) const;
    /// The row of a frame of that level, or of the fold that it is in; -1: none.
    int rowOf(int level) const;
    Kind kindAt(int row) const { return rows_.at(static_cast<std::size_t>(row)).kind; }
    /// What a double click does to a fold or to the last row: shows what is behind it.
    void unfold(int row);
    /// As text, for the clipboard.
    QString text() const;

    int rowCount(const QModelIndex& parent = {}) const override;
    int columnCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

private:
    struct Row {
        Kind kind = Kind::Frame;
        std::size_t first = 0; ///< of the frames
        std::size_t count = 1;
        bool operator==(const Row&) const = default;
    };
    QCoro::Task<> fetch();
    QCoro::Task<> fetchMore();
    void showStop(const Stop& stop);
    void clear();
    void arrange();
    std::vector<Row> arranged() const;
    QString frameText(const Frame& frame, int column) const;
    QString foldText(const Row& row) const;

    DebugContext* context_;
    Refresher* refresher_;
    std::vector<Frame> frames_;
    std::vector<Frame> shown_; ///< as the views know them
    std::vector<Row> rows_;
    bool hasMore_ = false;
    bool fetchingMore_ = false;
    bool folded_ = false;
    int visibleRows_ = 16;
    std::set<std::size_t> unfolded_; ///< first frames of folds that the user opened at this stop
};

} // namespace rumpus::gui
