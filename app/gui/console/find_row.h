// FindRow: the row under a console where a text to find is typed, with how many there are.
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QWidget>

#include <optional>

class QLabel;
class QLineEdit;
class QToolButton;

namespace rumpus::gui {

class FindRow : public QWidget {
    Q_OBJECT
public:
    explicit FindRow(QWidget* parent = nullptr);

    /// Shows the row, ready for typing.
    void open();
    QString text() const;
    Qt::CaseSensitivity sensitivity() const;

    /// Which of how many; `searching` while there may be more.
    void showCount(std::optional<std::size_t> current, std::size_t count, bool searching);

Q_SIGNALS:
    /// Another text, or another way of comparing.
    void wanted();
    void moved(bool forwards);
    void closed();

protected:
    void keyPressEvent(QKeyEvent* event) override;

private:
    QLineEdit* field_;
    QLabel* count_;
    QToolButton* previous_;
    QToolButton* next_;
    QToolButton* sensitive_;
    QToolButton* close_;
};

} // namespace rumpus::gui
