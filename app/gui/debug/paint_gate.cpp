// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/gui/debug/paint_gate.h"

#include "app/gui/debug/debug_context.h"

#include <QCoreApplication>
#include <QEvent>

#include <utility>

namespace rumpus::gui {

namespace {
/// Two pictures of a screen at 60 Hz: nobody sees a view wait for longer.
constexpr std::chrono::milliseconds longest{33};
} // namespace

PaintGate::PaintGate(DebugContext* context, QWidget* window) : QObject(context), window_(window)
{
    window->installEventFilter(this);
    patience_.setSingleShot(true);
    patience_.setTimerType(Qt::PreciseTimer);
    connect(&patience_, &QTimer::timeout, this, &PaintGate::open);
    connect(context, &DebugContext::asking, this, [this] {
        closed_ = true;
        patience_.start(longest);
    });
    connect(context, &DebugContext::answered, this, &PaintGate::open);
}

PaintGate::~PaintGate()
{
    open();
}

bool PaintGate::eventFilter(QObject* watched, QEvent* event)
{
    if (watched == window_ && closed_ && event->type() == QEvent::UpdateRequest) {
        held_ = true;
        return true;
    }
    return QObject::eventFilter(watched, event);
}

void PaintGate::open()
{
    patience_.stop();
    closed_ = false;
    if (std::exchange(held_, false) && window_) {
        // the window asks only once until it is answered; who hears of the answers may change more
        QCoreApplication::postEvent(window_, new QEvent(QEvent::UpdateRequest), Qt::LowEventPriority);
    }
}

} // namespace rumpus::gui
