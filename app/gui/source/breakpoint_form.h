// BreakpointForm: a small panel at a line's margin: condition, hits to ignore, message, enabled.
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "debug/session/model.h"

#include <QFrame>

class QCheckBox;
class QLineEdit;
class QSpinBox;

namespace rumpus::gui {

/// Closes and is deleted by itself, when it is done with or something else is clicked.
class BreakpointForm : public QFrame {
    Q_OBJECT
public:
    BreakpointForm(const Breakpoint& breakpoint, const QString& place, QWidget* parent);

    void openAt(const QPoint& global);

Q_SIGNALS:
    void accepted(const rumpus::Breakpoint& breakpoint);

private:
    void accept();

    Breakpoint breakpoint_;
    QCheckBox* enabled_;
    QLineEdit* condition_;
    QSpinBox* ignore_;
    QLineEdit* message_;
};

} // namespace rumpus::gui
