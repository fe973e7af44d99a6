// PaintGate: a stop is painted once, when what is on the screen has been answered, so that no new top stands
// over old callers for a moment, and GDB's answers need not wait for paintings between them.
//
// GDB answers within a few ms; what takes longer is painted as it comes.
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QObject>
#include <QPointer>
#include <QTimer>
#include <QWidget>

namespace rumpus::gui {

class DebugContext;

class PaintGate : public QObject {
    Q_OBJECT
public:
    /// `window` is a top level, and outlives nothing: the gate may go before and after it.
    PaintGate(DebugContext* context, QWidget* window);
    ~PaintGate() override;

    bool eventFilter(QObject* watched, QEvent* event) override;

private:
    void open();

    QPointer<QWidget> window_;
    QTimer patience_;
    bool closed_ = false;
    bool held_ = false; ///< the window wanted to paint meanwhile
};

} // namespace rumpus::gui
