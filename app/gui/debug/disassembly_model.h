// DisassemblyModel: the function around the frame's instruction, with the source lines that it comes from.
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "debug/session/debug_session.h"

#include <QAbstractTableModel>
#include <QCoroTask>

#include <cstdint>
#include <vector>

namespace rumpus::gui {

class DebugContext;
class Refresher;

class DisassemblyModel : public QAbstractTableModel {
    Q_OBJECT
public:
    enum Column : std::uint8_t { Address, Bytes, Text, ColumnCount };
    enum Role : std::uint16_t { SourceRole = Qt::UserRole, CurrentRole };

    explicit DisassemblyModel(DebugContext* context, QObject* parent = nullptr);

    Refresher& refresher() { return *refresher_; }
    /// The row of the frame's instruction; -1: not here.
    int currentRow() const { return current_; }
    /// The address of an instruction's row; 0 for a line of source.
    std::uint64_t addressOf(int row) const;
    /// The source line of a row.
    const Instruction* instructionOf(int row) const;

    int rowCount(const QModelIndex& parent = {}) const override;
    int columnCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

Q_SIGNALS:
    void currentChanged();

private:
    struct Row {
        std::size_t instruction = 0;
        bool isSource = false;
        QString text; ///< of a source line
    };
    QCoro::Task<> fetch();
    void clear();
    void take(std::vector<Instruction> instructions);
    void mark(std::uint64_t address);

    DebugContext* context_;
    Refresher* refresher_;
    std::vector<Instruction> instructions_;
    std::vector<Row> rows_;
    int current_ = -1;
};

} // namespace rumpus::gui
