// HostBox: the chooser in the tool bar: on which host Run and Debug start the unikernel that is in front.
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/session/host_list.h"

#include <QComboBox>
#include <QHash>

namespace rumpus::gui {

class HostBox : public QComboBox {
    Q_OBJECT
public:
    explicit HostBox(const HostList* hosts, QWidget* parent = nullptr);

    /// The chosen host's name, as openHost takes it.
    QString host() const;
    /// What the user has chosen for a unikernel; empty: its config says where it runs.
    QString choiceFor(const QString& config) const { return chosen_.value(config); }
    /// From now on the choice is this unikernel's: what was chosen for it before, else what its config names.
    void setUnikernel(const QString& config, const QString& configHost);
    /// What a host is called once it has said what it can do, and what is worth knowing of it.
    void nameHost(const QString& host, const QString& title, const QString& note);

Q_SIGNALS:
    /// Another host stands there: by the user's choice, or with another unikernel.
    void hostChanged(const QString& host);

private:
    void add(const QString& host);
    void remove(const QString& host);
    void show(const QString& host);

    QString config_;
    QString configHost_;
    QHash<QString, QString> chosen_; ///< by the user, for each config
    QString shown_;
};

} // namespace rumpus::gui
