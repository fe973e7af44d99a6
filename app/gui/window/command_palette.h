// CommandPalette: any action by a few letters of its name.
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QAction>
#include <QFrame>
#include <QList>

#include <optional>

class QLineEdit;
class QListWidget;

namespace rumpus::gui {

/// How well a name fits the words that were typed, all of them; more is better, nothing: not at all.
std::optional<int> fitness(const QString& name, const QString& typed);

class CommandPalette : public QFrame {
    Q_OBJECT
public:
    explicit CommandPalette(QWidget* parent);

    void open(const QList<QAction*>& actions);

protected:
    bool eventFilter(QObject* watched, QEvent* event) override;

private:
    void fill(const QString& typed);
    void choose();

    QList<QAction*> actions_;
    QLineEdit* entry_;
    QListWidget* list_;
};

} // namespace rumpus::gui
