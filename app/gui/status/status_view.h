// StatusView: what the guest in front did of what it was told.
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/gui/status/status_model.h"
#include "app/session/guest_session.h"

#include <QCoroTask>
#include <QPointer>
#include <QWidget>

#include <memory>

class QAction;
class QLabel;
class QStackedLayout;
class QToolButton;
class QTreeView;

namespace rumpus::gui {

class EmptyState;

class StatusView : public QWidget {
    Q_OBJECT
public:
    explicit StatusView(QWidget* parent = nullptr);

    /// From now on this guest's, until another comes; null changes nothing. Its console is read from when the
    /// view is seen.
    void follow(const std::shared_ptr<GuestSession>& guest);

    const StatusModel& model() const { return model_; }
    /// A way to get a guest, offered while there is none.
    void offer(QAction* action);
    /// Tries the guest's ports, and asks Xenstore for its devices.
    void askAgain();

protected:
    void showEvent(QShowEvent* event) override;

private:
    QWidget* makeTools();
    QWidget* makeTable();
    void begin();
    void refresh();
    void sayNothing(const QString& title, const QString& text);
    static QCoro::Task<> ask(QPointer<StatusView> view, std::shared_ptr<GuestSession> guest,
                             std::shared_ptr<GuestStatus> status);

    StatusModel model_;
    std::shared_ptr<GuestSession> guest_;
    std::shared_ptr<GuestStatus> status_; ///< nothing while the view is not seen
    QLabel* summary_;
    QToolButton* ask_;
    QTreeView* table_;
    QStackedLayout* stack_;
    EmptyState* empty_;
};

} // namespace rumpus::gui
