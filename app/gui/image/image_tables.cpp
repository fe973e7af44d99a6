// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/gui/image/image_tables.h"

#include "app/gui/base/theme.h"

#include <QGuiApplication>
#include <QLocale>

#include <array>

namespace rumpus::gui {

namespace {

QString addressText(std::uint64_t address)
{
    return QStringLiteral("0x%1").arg(address, 0, 16);
}

QString numberText(std::uint64_t number)
{
    return QLocale().toString(static_cast<qulonglong>(number));
}

int numberAlignment()
{
    return static_cast<int>(Qt::AlignRight | Qt::AlignVCenter);
}

QString flagsInWords(const std::string& flags)
{
    QStringList words;
    if (flags.contains('A')) {
        words += SectionsModel::tr("loaded");
    }
    if (flags.contains('W')) {
        words += SectionsModel::tr("writable");
    }
    if (flags.contains('X')) {
        words += SectionsModel::tr("executable");
    }
    return words.isEmpty() ? SectionsModel::tr("not loaded") : words.join(QStringLiteral(", "));
}

/// Long text of an image's, cut for a cell; the whole is in the tooltip.
QString cellText(const std::string& text)
{
    constexpr std::size_t most = 500;
    return QString::fromStdString(text.substr(0, most));
}

} // namespace

void SectionsModel::setSections(std::vector<Section> sections)
{
    beginResetModel();
    sections_ = std::move(sections);
    code_ = codeFont();
    endResetModel();
}

int SectionsModel::rowCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(sections_.size());
}

int SectionsModel::columnCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : 5;
}

QVariant SectionsModel::data(const QModelIndex& index, int role) const
{
    const Section& section = sections_.at(static_cast<std::size_t>(index.row()));
    const int column = index.column();
    if (role == Qt::TextAlignmentRole) {
        return column == 2 || column == 3 ? QVariant(numberAlignment()) : QVariant();
    }
    if (role == Qt::FontRole && column <= 1) {
        return code_;
    }
    if (role != Qt::DisplayRole) {
        return {};
    }
    switch (column) {
    case 0: return cellText(section.name);
    case 1: return section.address == 0 && section.flags.empty() ? QString() : addressText(section.address);
    case 2: return numberText(section.size);
    case 3: return numberText(section.fileSize);
    default: return flagsInWords(section.flags);
    }
}

QVariant SectionsModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    const std::array titles{tr("Section"), tr("Address"), tr("Size"), tr("In the file"), tr("Use")};
    if (orientation == Qt::Horizontal && role == Qt::TextAlignmentRole) {
        return section == 2 || section == 3 ? numberAlignment()
                                            : static_cast<int>(Qt::AlignLeft | Qt::AlignVCenter);
    }
    return orientation == Qt::Horizontal && role == Qt::DisplayRole
               ? titles.at(static_cast<std::size_t>(section))
               : QVariant();
}

void NotesModel::setNotes(std::vector<Note> notes)
{
    beginResetModel();
    notes_ = std::move(notes);
    code_ = codeFont();
    endResetModel();
}

int NotesModel::rowCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(notes_.size());
}

int NotesModel::columnCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : 3;
}

QVariant NotesModel::data(const QModelIndex& index, int role) const
{
    const Note& note = notes_.at(static_cast<std::size_t>(index.row()));
    if (role == Qt::FontRole && index.column() == 2) {
        return code_;
    }
    if (role == Qt::ToolTipRole && index.column() == 2) {
        return QString::fromStdString(note.description.substr(0, 4000)).toHtmlEscaped();
    }
    if (role != Qt::DisplayRole) {
        return {};
    }
    switch (index.column()) {
    case 0: return cellText(note.owner);
    case 1: return note.title.empty() ? tr("type %1").arg(addressText(note.type)) : cellText(note.title);
    default: return cellText(note.description);
    }
}

QVariant NotesModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    const std::array titles{tr("Owner"), tr("Note"), tr("Says")};
    if (orientation == Qt::Horizontal && role == Qt::TextAlignmentRole) {
        return static_cast<int>(Qt::AlignLeft | Qt::AlignVCenter);
    }
    return orientation == Qt::Horizontal && role == Qt::DisplayRole
               ? titles.at(static_cast<std::size_t>(section))
               : QVariant();
}

void SymbolsModel::setSymbols(std::shared_ptr<const SymbolList> symbols)
{
    symbols_ = std::move(symbols);
    code_ = codeFont();
    refresh();
}

void SymbolsModel::setWord(const QString& word)
{
    if (word != word_) {
        word_ = word;
        refresh();
    }
}

const Symbol& SymbolsModel::symbolAt(int row) const
{
    return symbols_->at(rows_.at(static_cast<std::size_t>(row)));
}

void SymbolsModel::refresh()
{
    beginResetModel();
    rows_ = symbols_ == nullptr ? std::vector<std::uint32_t>()
                                : symbols_->found(word_, static_cast<SymbolList::Column>(column_),
                                                  order_ == Qt::DescendingOrder);
    endResetModel();
}

int SymbolsModel::rowCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(rows_.size());
}

int SymbolsModel::columnCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : SymbolList::columns;
}

QVariant SymbolsModel::data(const QModelIndex& index, int role) const
{
    const Symbol& symbol = symbolAt(index.row());
    const int column = index.column();
    if (role == Qt::TextAlignmentRole) {
        return column == SymbolList::Size ? QVariant(numberAlignment()) : QVariant();
    }
    if (role == Qt::FontRole && (column == SymbolList::Name || column == SymbolList::Address)) {
        return code_;
    }
    if (role == Qt::DecorationRole && column == SymbolList::Part) {
        return colour(symbol.component, QGuiApplication::palette());
    }
    if (role == Qt::ToolTipRole && (column == SymbolList::Name || column == SymbolList::Source)) {
        return QString::fromStdString(column == SymbolList::Name ? symbol.name : symbol.sourceFile)
            .toHtmlEscaped();
    }
    if (role != Qt::DisplayRole) {
        return {};
    }
    switch (column) {
    case SymbolList::Name: return cellText(symbol.name);
    case SymbolList::Size: return numberText(symbol.size);
    case SymbolList::Address: return addressText(symbol.address);
    case SymbolList::Part: return QString::fromUtf8(title(symbol.component));
    default: return cellText(symbol.sourceFile);
    }
}

QVariant SymbolsModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    const std::array titles{tr("Symbol"), tr("Size"), tr("Address"), tr("Component"), tr("Source file")};
    if (orientation == Qt::Horizontal && role == Qt::TextAlignmentRole) {
        return section == SymbolList::Size ? numberAlignment()
                                           : static_cast<int>(Qt::AlignLeft | Qt::AlignVCenter);
    }
    return orientation == Qt::Horizontal && role == Qt::DisplayRole
               ? titles.at(static_cast<std::size_t>(section))
               : QVariant();
}

void SymbolsModel::sort(int column, Qt::SortOrder order)
{
    if (column >= 0 && column < SymbolList::columns && (column != column_ || order != order_)) {
        column_ = column;
        order_ = order;
        refresh();
    }
}

} // namespace rumpus::gui
