// GuestDesk: what the window does for every guest by itself: a console, lines in the log, its crash report.
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/session/workbench.h"

#include <QCoroTask>
#include <QObject>
#include <QSet>

#include <deque>
#include <memory>

namespace rumpus::gui {

class ConsoleArea;
class LogModel;

class GuestDesk : public QObject {
    Q_OBJECT
public:
    GuestDesk(Workbench* workbench, ConsoleArea* consoles, LogModel* log, QObject* parent = nullptr);

    /// The guest whose console is in front; null: none.
    std::shared_ptr<GuestSession> current() const;
    /// Brings a guest's console to the front.
    void showConsole(const std::string& guest);

Q_SIGNALS:
    void currentChanged();
    void crashed(const std::shared_ptr<rumpus::GuestSession>& guest);

private:
    void adopt(const std::shared_ptr<GuestSession>& guest);
    void openConsole(const std::shared_ptr<GuestSession>& guest);
    void openWaiting();
    void show(const std::shared_ptr<GuestSession>& guest);
    QCoro::Task<> sendBreak(std::shared_ptr<GuestSession> guest);

    Workbench* workbench_;
    ConsoleArea* consoles_;
    LogModel* log_;
    std::deque<std::weak_ptr<GuestSession>> waiting_; ///< found, and their consoles not open yet
    QSet<QString> ended_;                             ///< whose end was told already
};

} // namespace rumpus::gui
