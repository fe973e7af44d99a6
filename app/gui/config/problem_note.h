// ProblemNote: what is wrong with a value, in small letters right under its field.
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/config/document.h"

#include <QLabel>
#include <QPointer>

#include <string>
#include <vector>

namespace rumpus::gui {

/// Stands for the value at a JSON pointer and for all below it that has no note of its own. Hidden while
/// there is nothing to say.
class ProblemNote : public QLabel {
    Q_OBJECT
public:
    /// `field` gets the focus when its problem is looked for.
    ProblemNote(std::string pointer, QWidget* field, QWidget* parent = nullptr);

    const std::string& pointer() const { return pointer_; }
    void setPointer(std::string pointer) { pointer_ = std::move(pointer); }
    QWidget* field() const { return field_; }
    void setField(QWidget* field) { field_ = field; }
    void setProblems(const std::vector<Problem>& problems);
    /// What is wrong with what was typed before it can become a value; empty: nothing.
    void setTypingProblem(const QString& text);
    bool hasProblems() const { return !problems_.empty() || !typing_.isEmpty(); }

protected:
    void changeEvent(QEvent* event) override;

private:
    void showText();

    std::string pointer_;
    QPointer<QWidget> field_;
    std::vector<Problem> problems_;
    QString typing_;
};

/// The note that a problem belongs to: the one with the longest pointer that leads to it.
ProblemNote* noteFor(const QList<ProblemNote*>& notes, std::string_view pointer);

} // namespace rumpus::gui
