// ErrorBar: a failure, told at the place that it concerns, with its cure and its details to copy.
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/error.h"

#include <QFrame>

#include <functional>

class QLabel;
class QToolButton;
class QPushButton;

namespace rumpus::gui {

/// Hidden until something is told. Put it on top of the view that it speaks of.
class ErrorBar : public QFrame {
    Q_OBJECT
public:
    explicit ErrorBar(QWidget* parent = nullptr);

    /// `details` goes into the clipboard with the text: a command line, a log, a transcript.
    void tell(const Error& error, const QString& details = {});
    /// For what is no failure but has to be known.
    void tellNotice(const QString& text, const QString& details = {});
    /// A button beside the text, gone with the bar; for cures that the window can do itself.
    void offer(const QString& label, std::function<void()> cure);
    void clear();

    QString text() const;

Q_SIGNALS:
    void dismissed();

protected:
    void changeEvent(QEvent* event) override;

private:
    void show(bool bad, const QString& what, const QString& cure, const QString& details);
    void paintTone();

    QLabel* mark_;
    QLabel* label_;
    QPushButton* offer_;
    QPushButton* copy_;
    QToolButton* close_;
    QString details_;
    std::function<void()> cure_;
    bool bad_ = true;
    bool painting_ = false; ///< the change of palette is our own
};

} // namespace rumpus::gui
