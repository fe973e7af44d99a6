// RegistersModel: the CPU's registers by group; only the groups that are open are asked for.
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "debug/session/debug_session.h"

#include <QAbstractItemModel>
#include <QCoroTask>

#include <array>
#include <cstdint>
#include <string>
#include <vector>

namespace rumpus::gui {

class DebugContext;
class Refresher;

class RegistersModel : public QAbstractItemModel {
    Q_OBJECT
public:
    enum Column : std::uint8_t { Name, Value, ColumnCount };

    explicit RegistersModel(DebugContext* context, QObject* parent = nullptr);

    Refresher& refresher() { return *refresher_; }
    /// Whether a group's row is open.
    void setOpen(const QModelIndex& group, bool open);
    QModelIndex indexOf(const std::string& name) const;

    QModelIndex index(int row, int column, const QModelIndex& parent = {}) const override;
    QModelIndex parent(const QModelIndex& index) const override;
    int rowCount(const QModelIndex& parent = {}) const override;
    int columnCount(const QModelIndex& parent = {}) const override;
    bool hasChildren(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role = Qt::DisplayRole) const override;
    bool setData(const QModelIndex& index, const QVariant& value, int role = Qt::EditRole) override;
    Qt::ItemFlags flags(const QModelIndex& index) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

private:
    struct Group {
        std::string name;
        bool open = false;
        std::vector<Register> registers;
    };
    QCoro::Task<> fetch();
    QCoro::Task<> write(std::string name, std::string value);
    void clear();
    void take(std::size_t group, std::vector<Register> registers);
    const Register* registerAt(const QModelIndex& index) const;

    DebugContext* context_;
    Refresher* refresher_;
    std::vector<Group> groups_;
};

} // namespace rumpus::gui
