// HostMessages: what a host's hypervisor has logged, asked for again on wish, narrowed, copied and saved.
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/error.h"

#include <QCoroTask>
#include <QString>
#include <QStringList>
#include <QWidget>

#include <functional>
#include <string>

class QLabel;
class QLineEdit;
class QPlainTextEdit;
class QStackedLayout;
class QToolButton;

namespace rumpus::gui {

class EmptyState;
class ErrorBar;

class HostMessages : public QWidget {
    Q_OBJECT
public:
    /// Brings the whole log as it is now.
    using Fetch = std::function<QCoro::Task<Result<std::string>>()>;

    HostMessages(QString host, Fetch fetch, QWidget* parent = nullptr);

    /// Asks for the log; what is shown stays until the answer is there, and stays where there is none.
    void refresh();

Q_SIGNALS:
    void refreshed();

private:
    QWidget* makeTools();
    QCoro::Task<> ask();
    void showLines();
    void askSave();

    QString host_;
    Fetch fetch_;
    ErrorBar* bar_;
    QLineEdit* filter_;
    QLabel* count_;
    QToolButton* refresh_;
    QPlainTextEdit* text_;
    QStackedLayout* stack_;
    EmptyState* empty_;
    QStringList lines_;
    bool underWay_ = false;
};

} // namespace rumpus::gui
