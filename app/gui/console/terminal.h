// Terminal: QTermWidget for a guest's console: no process behind it, bytes in by `feed`, keys out by `typed`.
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/gui/console/qtermwidget_header.h"

#include <QMetaMethod>
#include <QPointer>

class QScrollBar;

namespace rumpus::gui {

class Terminal : public QTermWidget {
    Q_OBJECT
public:
    explicit Terminal(QWidget* parent = nullptr);

    /// Shows bytes; gives how many it took (fewer only where they must go through the terminal's pty). What
    /// the terminal itself would answer to them goes nowhere.
    qsizetype feed(const char* bytes, qsizetype length);

    /// Ends whatever the guest left set (colours, character set, other screen, margins); keeps all text.
    void resetModes();
    /// The settings' font, zoom, colours and history.
    void applySettings();

    /// Rows that can be looked at, the oldest first: history and screen.
    int rowCount();
    /// The text of one row. Takes the selection away.
    QString rowText(int row);
    /// Scrolls there and selects it.
    void showMatch(int row, int column, int length);
    void clearSelection();

    /// The row at the top of what is seen.
    int topRow();
    bool isAtEnd() const;

Q_SIGNALS:
    /// What the user typed or pasted.
    void typed(const QByteArray& bytes);
    void atEndChanged(bool atEnd);

protected:
    bool eventFilter(QObject* watched, QEvent* event) override;
    void changeEvent(QEvent* event) override;

private:
    void takeKeys(const char* bytes, int length);
    void applyColours();

    QPointer<QObject> session_;
    QMetaMethod receive_;
    QScrollBar* scrollBar_ = nullptr;
    bool feeding_ = false;
    bool backspace_ = false; ///< the key that is being sent
};

} // namespace rumpus::gui
