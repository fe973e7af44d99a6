// EmptyState: what a view shows when it has nothing to show: what would be here, and how to get it.
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QWidget>

class QAction;
class QLabel;
class QVBoxLayout;

namespace rumpus::gui {

class EmptyState : public QWidget {
    Q_OBJECT
public:
    /// `text` may wrap. Each action becomes a button.
    EmptyState(QString iconName, const QString& title, const QString& text, QWidget* parent = nullptr);

    void setTexts(const QString& title, const QString& text);
    void addAction(QAction* action);

    /// A view without content is no reason to make a window larger: it leaves out what has no room.
    QSize minimumSizeHint() const override;

protected:
    void resizeEvent(QResizeEvent* event) override;
    void changeEvent(QEvent* event) override;

private:
    void paintTone();

    QString iconName_;
    QLabel* picture_;
    QLabel* title_;
    QLabel* text_;
    QVBoxLayout* buttons_;
};

} // namespace rumpus::gui
