// BuildPane: what a build prints, and its errors and warnings as a list that leads to the source.
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/gui/build/diagnostic_model.h"
#include "app/gui/build/diagnostics.h"
#include "core/base/escape_filter.h"

#include <QElapsedTimer>
#include <QTimer>
#include <QWidget>

#include <string>

class QLabel;
class QListView;
class QPlainTextEdit;
class QStackedLayout;
class QToolButton;

namespace rumpus::gui {

class BuildPane : public QWidget {
    Q_OBJECT
public:
    explicit BuildPane(QWidget* parent = nullptr);

    /// What is shown of a build's output at most; beyond it the oldest lines go.
    static constexpr qint64 mostBytes = qint64{8} * 1024 * 1024;

    /// A build begins: what was there goes. `folder`: where the command runs, for relative paths.
    void start(const QString& title, const QString& folder);
    void append(const QByteArray& bytes);
    /// The build has ended. `text` says more where it failed: what the build command's error is.
    void finish(bool good, const QString& text = {});

    bool isRunning() const { return running_; }
    const DiagnosticModel& diagnostics() const { return model_; }
    QString stateText() const;
    QString outputText() const;
    /// The next or the previous error or warning, also from elsewhere in the window.
    void moveDiagnostic(bool forwards);

Q_SIGNALS:
    /// An error or warning was chosen: an absolute path where it is known, and a line from 1, or 0.
    void sourceWanted(const QString& file, int line);
    /// The state line, for a status bar or a tab.
    void stateChanged(const QString& text);

protected:
    void changeEvent(QEvent* event) override;

private:
    void arrange();
    void flush();
    void showText(std::string_view text);
    void showState();
    void choose(const QModelIndex& index);

    DiagnosticModel model_;
    DiagnosticReader reader_;
    EscapeFilter filter_{EscapeFilter::Keep::Text};
    QStackedLayout* stack_;
    QLabel* mark_;
    QLabel* state_;
    QPlainTextEdit* output_;
    QListView* list_;
    std::size_t flushed_ = 0; ///< of `waiting_`
    std::string waiting_;     ///< filtered, not yet shown
    std::size_t lineLength_ = 0;
    qint64 shown_ = 0;
    QTimer flushTimer_;
    QTimer clock_;
    QElapsedTimer elapsed_;
    QString title_;
    QString failure_;
    qint64 took_ = 0;
    bool running_ = false;
    bool good_ = true;
};

} // namespace rumpus::gui
