// DoctorDialog: what this machine has for unikernels, and the cure for what it lacks.
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QCoroTask>
#include <QDialog>

class QLabel;
class QPushButton;

namespace rumpus::gui {

class CheckList;

class DoctorDialog : public QDialog {
    Q_OBJECT
public:
    explicit DoctorDialog(QWidget* parent = nullptr);

Q_SIGNALS:
    /// All that was found is shown.
    void examined();

private:
    QCoro::Task<> examine();
    void copy() const;

    QLabel* words_;
    CheckList* checks_;
    QPushButton* again_;
    QPushButton* copy_;
};

} // namespace rumpus::gui
