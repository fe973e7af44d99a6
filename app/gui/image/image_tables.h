// The Image page's tables: sections, notes, symbols.
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/gui/image/symbol_list.h"

#include <QAbstractTableModel>
#include <QFont>

#include <memory>

namespace rumpus::gui {

class SectionsModel : public QAbstractTableModel {
    Q_OBJECT
public:
    using QAbstractTableModel::QAbstractTableModel;
    void setSections(std::vector<Section> sections);

    int rowCount(const QModelIndex& parent = {}) const override;
    int columnCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

private:
    std::vector<Section> sections_;
    QFont code_;
};

class NotesModel : public QAbstractTableModel {
    Q_OBJECT
public:
    using QAbstractTableModel::QAbstractTableModel;
    void setNotes(std::vector<Note> notes);

    int rowCount(const QModelIndex& parent = {}) const override;
    int columnCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

private:
    std::vector<Note> notes_;
    QFont code_;
};

/// Filters and sorts by itself: a proxy of 40,000 rows takes longer than a key press may.
class SymbolsModel : public QAbstractTableModel {
    Q_OBJECT
public:
    using QAbstractTableModel::QAbstractTableModel;
    void setSymbols(std::shared_ptr<const SymbolList> symbols);
    void setWord(const QString& word);
    const Symbol& symbolAt(int row) const;

    int rowCount(const QModelIndex& parent = {}) const override;
    int columnCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;
    void sort(int column, Qt::SortOrder order) override;

private:
    void refresh();

    std::shared_ptr<const SymbolList> symbols_;
    std::vector<std::uint32_t> rows_;
    QFont code_;
    QString word_;
    int column_ = SymbolList::Size;
    Qt::SortOrder order_ = Qt::DescendingOrder;
};

} // namespace rumpus::gui
