// LogPane: the log as a list that can be narrowed, copied and saved.
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/gui/log/log_model.h"
#include "core/base/error.h"

#include <QWidget>

class QComboBox;
class QLineEdit;
class QPlainTextEdit;
class QStackedLayout;
class QToolButton;
class QTreeView;

namespace rumpus::gui {

class EmptyState;
class ErrorBar;

class LogPane : public QWidget {
    Q_OBJECT
public:
    /// The model outlives the pane.
    explicit LogPane(LogModel* model, QWidget* parent = nullptr);

    /// What is seen, as a text file. Errors: the system's.
    Result<void> exportTo(const QString& file) const;

private:
    QWidget* makeTools();
    QWidget* makeList();
    void copy();
    void askExport();
    void showDetails();
    void showWhatThereIs();

    LogModel* model_;
    LogFilter filter_;
    ErrorBar* bar_;
    QLineEdit* field_;
    QComboBox* kinds_;
    QTreeView* list_;
    QPlainTextEdit* details_;
    QStackedLayout* stack_;
    EmptyState* empty_;
};

} // namespace rumpus::gui
