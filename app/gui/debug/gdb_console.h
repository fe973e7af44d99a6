// GdbConsole: the dock in which any command of GDB's can be given.
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/gui/debug/debug_page.h"

#include <QCoroTask>
#include <QStringList>
#include <QTextCharFormat>

class QCompleter;
class QLineEdit;
class QPlainTextEdit;
class QStringListModel;

namespace rumpus::gui {

class GdbConsole : public DebugPage {
    Q_OBJECT
public:
    explicit GdbConsole(DebugContext* context, QWidget* parent = nullptr);

    /// Gives a command to GDB and shows what it says.
    void run(const QString& command);
    QString text() const;
    const QStringList& history() const { return history_; }

Q_SIGNALS:
    /// The command has been answered.
    void answered(const QString& command);

protected:
    bool eventFilter(QObject* watched, QEvent* event) override;
    void changeEvent(QEvent* event) override;

private:
    QCoro::Task<> give(QString command);
    QCoro::Task<> complete(QString beginning);
    enum class Said { Normal, Command, Problem, Logpoint };
    void print(const QString& text, Said said);
    QTextCharFormat formatOf(Said said) const;
    void repaintAll();
    void walkHistory(int by);

    QPlainTextEdit* output_;
    QLineEdit* entry_;
    QCompleter* completer_;
    QStringListModel* candidates_;
    QStringList history_;
    qsizetype place_ = 0; ///< in the history
    QString written_;     ///< what stood in the entry before the history was walked
};

} // namespace rumpus::gui
