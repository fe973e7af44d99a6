// XenstorePlaceBox: the chooser of the Xenstore dock: this machine's, and those of the Xen hosts.
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QComboBox>

namespace rumpus {
class HostList;
}

namespace rumpus::gui {

/// Whether a host of the user's list, or a URI, is one of Xen's.
bool isXenHost(const QString& host);

class XenstorePlaceBox : public QComboBox {
    Q_OBJECT
public:
    /// `hosts` outlives it.
    explicit XenstorePlaceBox(const HostList* hosts, QWidget* parent = nullptr);

    /// The chosen host, as xenstoreOf takes it; empty: none.
    QString host() const;
    /// Chooses a host, also one that is not in the list yet.
    void choose(const QString& host);

Q_SIGNALS:
    void hostChanged(const QString& host);

private:
    void add(const QString& host);
    void remove(const QString& host);

    QString told_;
};

} // namespace rumpus::gui
