// CrashPanel: a crashed guest's report: where, why, the stack, registers, threads and the console's last
// lines.
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/session/crash_report.h"

#include <QWidget>

class QLabel;
class QPlainTextEdit;
class QPushButton;
class QTreeWidget;
class QTreeWidgetItem;

namespace rumpus::gui {

class EmptyState;
class ErrorBar;

class CrashPanel : public QWidget {
    Q_OBJECT
public:
    explicit CrashPanel(QWidget* parent = nullptr);

    void setReport(const CrashReport& report);
    void clear();
    /// "crash.c:21 — age_of: page fault: read of 0x8, not present".
    QString headline() const;

Q_SIGNALS:
    void sourceWanted(const QString& path, int line);
    /// Debug the dump.
    void dumpWanted(const QString& core, const QString& image);

protected:
    void changeEvent(QEvent* event) override;

private:
    void arrange();
    void fillStack();
    void fillRegisters();
    void fillThreads();
    void addFrames(QTreeWidgetItem* parent, const std::vector<Frame>& frames);
    void goTo(QTreeWidgetItem* item);
    void save();
    void paintTone();
    void markLine();
    /// The frame that the user's eye should fall on: the interrupted one, or the first of the application.
    const Frame* faulty() const;

    CrashReport report_;
    bool has_ = false;
    EmptyState* empty_;
    QWidget* content_;
    ErrorBar* problems_;
    QLabel* mark_;
    QLabel* headline_;
    QLabel* reason_;
    QPlainTextEdit* source_;
    QTreeWidget* stack_;
    QTreeWidget* registers_;
    QTreeWidget* threads_;
    QPlainTextEdit* console_;
    QPushButton* save_;
    QPushButton* copy_;
    QPushButton* open_;
};

} // namespace rumpus::gui
