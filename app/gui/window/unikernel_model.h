// UnikernelModel: the left tree: unikernels with what they do, hosts with the guests that run there.
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/gui/base/theme.h"
#include "app/session/workbench.h"

#include <QStandardItemModel>

namespace rumpus::gui {

/// What a unikernel is called by the path of its config.
QString unikernelName(const QString& config);

/// The colour that tells a phase.
Tone toneOf(GuestSession::Phase phase, const std::optional<GuestEnd>& end);
/// Where a guest stands, with how it ended where it has.
Tone toneOf(const GuestSession& guest);

class UnikernelModel : public QStandardItemModel {
    Q_OBJECT
public:
    enum class Kind : std::uint8_t { Section, Unikernel, Host, Guest };
    enum Role : std::uint16_t { KindRole = Qt::UserRole, IdRole, WordsRole, ToneRole };

    explicit UnikernelModel(Workbench* workbench, QObject* parent = nullptr);

    QModelIndex unikernel(const QString& config) const;
    QModelIndex guest(const QString& id) const;
    QModelIndex host(const QString& name) const;
    static Kind kindOf(const QModelIndex& index) { return index.data(KindRole).value<Kind>(); }
    /// What a host is called once it has said what it can do, and what is worth knowing of it.
    void nameHost(const QString& host, const QString& title, const QString& note);

private:
    void showUnikernels();
    void showUnikernel(const QString& config);
    void showGuest(const std::shared_ptr<GuestSession>& guest);
    void removeGuest(const QString& id);
    void addHost(const QString& name);
    void removeHost(const QString& name);
    void showHost(const QString& name);
    QStandardItem* itemOf(const QStandardItem* parent, const QString& id) const;

    Workbench* workbench_;
    QStandardItem* unikernels_;
    QStandardItem* hosts_;
};

} // namespace rumpus::gui
