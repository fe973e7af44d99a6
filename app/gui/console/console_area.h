// ConsoleArea: the consoles of all guests, one a tab.
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/gui/base/theme.h"
#include "platforms/host.h"

#include <QHash>
#include <QWidget>

#include <memory>

class QStackedLayout;
class QStackedWidget;
class QTabWidget;

namespace rumpus::gui {

class ConsoleView;
class EmptyState;

class ConsoleArea : public QWidget {
    Q_OBJECT
public:
    explicit ConsoleArea(QWidget* parent = nullptr);

    /// A tab for a guest, brought to the front. Where there is one of this id, the console takes its place.
    ConsoleView* addGuest(const QString& id, const QString& title, std::unique_ptr<ConsoleChannel> channel);
    /// What the guest does, for its tab: "running", "paused".
    void setState(const QString& id, const QString& state, Tone tone);
    /// The guest ended; its tab stays until it is closed.
    void setEnded(const QString& id, const QString& how, Tone tone);
    /// Takes the tab away, finished or not.
    void remove(const QString& id);

    ConsoleView* view(const QString& id) const;
    QString currentId() const;
    void setCurrent(const QString& id);
    int count() const { return static_cast<int>(views_.size()); }
    /// Where the window puts buttons for what to do first.
    EmptyState* emptyState() const { return empty_; }

Q_SIGNALS:
    void currentChanged(const QString& id);
    /// The user closed a finished guest's tab.
    void closed(const QString& id);

protected:
    void changeEvent(QEvent* event) override;

private:
    int indexOf(const QString& id) const;
    void addCloseButton(const QString& id);
    void paintTabs();

    QStackedLayout* stack_;
    EmptyState* empty_;
    QTabWidget* tabs_;
    QStackedWidget* tools_; ///< of the console that is seen
    QHash<QString, ConsoleView*> views_;
    QHash<const QWidget*, QWidget*> toolsOf_;
    QHash<QString, Tone> tones_;
};

} // namespace rumpus::gui
