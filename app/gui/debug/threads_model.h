// ThreadsModel: the machine's CPUs and the guest kernel's threads, in one tree.
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "debug/session/debug_session.h"

#include <QAbstractItemModel>
#include <QCoroTask>

#include <cstdint>
#include <string_view>
#include <vector>

namespace rumpus::gui {

class DebugContext;
class Refresher;

/// A CPU as GDB's "info threads" tells of it.
struct VirtualCpu {
    int number = 0; ///< GDB's
    QString name;   ///< "CPU#0"
    QString state;  ///< "running", "halted"
    QString where;  ///< its innermost frame
};
std::vector<VirtualCpu> readCpus(std::string_view said);

class ThreadsModel : public QAbstractItemModel {
    Q_OBJECT
public:
    enum Column : std::uint8_t { Name, State, Waits, ColumnCount };
    enum Group : std::uint8_t { Cpus, Threads, GroupCount };

    explicit ThreadsModel(DebugContext* context, QObject* parent = nullptr);

    Refresher& refresher() { return *refresher_; }
    const GuestThreads& threads() const { return threads_; }
    /// The thread of a row, or null where the row is none.
    const GuestThread* threadAt(const QModelIndex& index) const;
    /// The CPU of a row, or null where the row is none.
    const VirtualCpu* cpuAt(const QModelIndex& index) const;
    QModelIndex indexOf(const std::string& thread) const;

    QModelIndex index(int row, int column, const QModelIndex& parent = {}) const override;
    QModelIndex parent(const QModelIndex& index) const override;
    int rowCount(const QModelIndex& parent = {}) const override;
    int columnCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

private:
    QCoro::Task<> fetch();
    void clear();
    void setCpus(std::vector<VirtualCpu> cpus);
    void setThreads(GuestThreads threads);
    /// Changes the number of a group's rows around the given change of its data.
    template <typename Change>
    void replace(Group group, std::size_t before, std::size_t now, Change change);
    QVariant groupData(Group group, int column, int role) const;
    QVariant cpuData(const VirtualCpu& cpu, int column, int role) const;
    QVariant threadData(const GuestThread& thread, int column, int role) const;

    DebugContext* context_;
    Refresher* refresher_;
    std::vector<VirtualCpu> cpus_;
    GuestThreads threads_;
    bool cpusKnown_ = false;
};

} // namespace rumpus::gui
