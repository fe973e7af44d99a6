// SourceView: one source file in a tab: its text, breakpoints, the guest's place, values, search.
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "debug/session/model.h"

#include <QCoroTask>
#include <QDateTime>
#include <QStringList>
#include <QWidget>

class QStackedLayout;

namespace rumpus::gui {

class DebugContext;
class EmptyState;
class FindBar;
class SourceEditor;

class SourceView : public QWidget {
    Q_OBJECT
public:
    /// `path` on this machine; where there is no such file, it is what the image says.
    SourceView(DebugContext* context, const QString& path, QWidget* parent = nullptr);

    const QString& path() const { return path_; }
    bool isMissing() const { return missing_; }
    SourceEditor& editor() { return *editor_; }
    FindBar& findBar() { return *find_; }

    /// Puts the cursor into a line, from 1; 0: nowhere.
    void goTo(int line);
    void toggleBreakpoint();
    /// The definition of the name at the cursor.
    void goToDefinition();
    /// The line of the cursor, from 1.
    int line() const;

Q_SIGNALS:
    /// The user has found the file elsewhere.
    void located(const QString& wanted, const QString& found);

protected:
    void showEvent(QShowEvent* event) override;
    void hideEvent(QHideEvent* event) override;

private:
    void load();
    void makeActions();
    void showFrame();
    void showMarks();
    void showValues();
    void locate();
    void openMarginMenu(int line, const QPoint& global);
    void openMenu(int line, const QString& expression, const QPoint& global);
    void editBreakpoint(int id, const QPoint& global);
    QCoro::Task<> tellValue(QString expression, QPoint global, QRect word);
    QCoro::Task<> findDefinition(QString name);
    QString placeOf(int line) const;

    DebugContext* context_;
    QString path_;
    QStackedLayout* stack_;
    EmptyState* empty_;
    SourceEditor* editor_;
    FindBar* find_;
    QStringList lines_;
    QDateTime loaded_;
    bool missing_ = false;
};

} // namespace rumpus::gui
