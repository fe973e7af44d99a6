// BreakpointForm: a small panel at a line's margin or a row of the breakpoints: all that one can wish of one.
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "debug/session/debug_session.h"

#include <QCoroTask>
#include <QFrame>

#include <memory>

class QCheckBox;
class QComboBox;
class QLineEdit;
class QPlainTextEdit;
class QSpinBox;

namespace rumpus::gui {

class DebugContext;

/// Closes and is deleted by itself, when it is done with or something else is clicked.
class BreakpointForm : public QFrame {
    Q_OBJECT
public:
    /// While the context's guest stands, its threads are offered.
    BreakpointForm(const Breakpoint& breakpoint, const QString& place, DebugContext* context,
                   QWidget* parent);

    void openAt(const QPoint& global);

Q_SIGNALS:
    void accepted(const rumpus::Breakpoint& breakpoint);

private:
    void accept();
    QCoro::Task<> offerThreads(std::shared_ptr<DebugSession> session);

    Breakpoint breakpoint_;
    QCheckBox* enabled_;
    QLineEdit* condition_;
    QSpinBox* ignore_;
    QLineEdit* message_;
    QComboBox* thread_;
    QPlainTextEdit* commands_;
};

} // namespace rumpus::gui
