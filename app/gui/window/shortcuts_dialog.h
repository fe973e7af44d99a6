// ShortcutsDialog: every action's keys, to see and to change.
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QDialog>

class QKeySequenceEdit;
class QLabel;
class QLineEdit;
class QPushButton;
class QTreeWidget;
class QTreeWidgetItem;

namespace rumpus::gui {

class Actions;

class ShortcutsDialog : public QDialog {
    Q_OBJECT
public:
    explicit ShortcutsDialog(Actions* actions, QWidget* parent = nullptr);

private:
    void fill();
    void filter(const QString& text);
    void showCurrent();
    void assign(const QKeySequence& shortcut);
    QAction* current() const;
    /// Another action that has these keys.
    QAction* holder(const QKeySequence& shortcut) const;

    Actions* actions_;
    QLineEdit* filter_;
    QTreeWidget* list_;
    QKeySequenceEdit* keys_;
    QPushButton* standard_;
    QLabel* conflict_;
};

} // namespace rumpus::gui
