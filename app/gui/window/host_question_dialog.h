// HostQuestionDialog: what a host wants to know before it lets us in: a user's name, a password.
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "platforms/host.h"

#include <QDialog>

class QLineEdit;

namespace rumpus::gui {

class HostQuestionDialog : public QDialog {
    Q_OBJECT
public:
    explicit HostQuestionDialog(const std::vector<HostQuestion>& questions, QWidget* parent = nullptr);

    std::vector<std::string> answers() const;

private:
    QList<QLineEdit*> edits_;
};

} // namespace rumpus::gui
