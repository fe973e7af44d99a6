// FindBar: the row under a source file in which one searches it, or goes to a line.
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QWidget>

class QLabel;
class QLineEdit;
class QToolButton;

namespace rumpus::gui {

class SourceEditor;

class FindBar : public QWidget {
    Q_OBJECT
public:
    explicit FindBar(SourceEditor* editor, QWidget* parent = nullptr);

    /// Opens to search; what is selected is searched for first.
    void openFind();
    /// Opens to go to a line.
    void openGoTo();
    void findNext();
    void findPrevious();

protected:
    void keyPressEvent(QKeyEvent* event) override;

private:
    void find(bool forward, bool fromHere);
    void written();
    void showCount(bool found);

    SourceEditor* editor_;
    QLabel* label_;
    QLineEdit* entry_;
    QLabel* count_;
    QToolButton* case_;
    QToolButton* previous_;
    QToolButton* next_;
    bool goesToLine_ = false;
};

} // namespace rumpus::gui
