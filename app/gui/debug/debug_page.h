// DebugPage: what every dock of the debugger is made of: its view, and what stands there while there is none.
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/gui/debug/debug_context.h"
#include "app/gui/debug/refresher.h"

#include <QWidget>

class QAbstractScrollArea;
class QStackedLayout;
class QVBoxLayout;

namespace rumpus::gui {

class EmptyState;
class ErrorBar;

class DebugPage : public QWidget {
    Q_OBJECT
public:
    DebugContext& context() { return *context_; }

protected:
    /// `what` says what would be here: "The call stack of the stopped guest".
    DebugPage(DebugContext* context, const QString& iconName, const QString& what, QWidget* parent);

    /// Where the page's widgets go, below its error bar.
    QVBoxLayout& column() { return *column_; }
    ErrorBar& problems() { return *problems_; }
    /// Follows the page's visibility.
    void setRefresher(Refresher* refresher) { refresher_ = refresher; }
    /// Its text turns quiet when it is of an earlier moment.
    void addStaleable(QWidget* view);
    /// Called when the page comes on the screen and leaves it.
    virtual void setOnScreen(bool onScreen);
    /// The content is shown also without a session.
    void showAlways();

    void showEvent(QShowEvent* event) override;
    void hideEvent(QHideEvent* event) override;

private:
    void choose();

    DebugContext* context_;
    Refresher* refresher_ = nullptr;
    QStackedLayout* stack_;
    QString what_;
    EmptyState* empty_;
    ErrorBar* problems_;
    QVBoxLayout* column_ = nullptr;
    QList<QWidget*> staleable_;
    bool stood_ = false; ///< the guest has stopped at least once in this session
    bool always_ = false;
};

} // namespace rumpus::gui
