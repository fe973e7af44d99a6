// HostsPage: the user's list of hosts in the settings: add, remove, and a test that says what one lacks.
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/session/hosts.h"

#include <QCoroTask>
#include <QWidget>

class QLineEdit;
class QPushButton;
class QToolButton;
class QTreeWidget;

namespace rumpus::gui {

class CheckList;
class ErrorBar;

class HostsPage : public QWidget {
    Q_OBJECT
public:
    explicit HostsPage(QWidget* parent = nullptr);

Q_SIGNALS:
    /// The last test has told all that it found.
    void tested();

private:
    void layOut();
    void fill();
    void add();
    void remove();
    QString chosen() const;
    QCoro::Task<> test(QString host);

    ErrorBar* error_;
    QTreeWidget* list_;
    CheckList* checks_;
    QLineEdit* uri_;
    QLineEdit* name_;
    QToolButton* remove_;
    QPushButton* add_;
    QPushButton* test_;
};

} // namespace rumpus::gui
