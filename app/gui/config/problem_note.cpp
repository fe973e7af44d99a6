// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/gui/config/problem_note.h"

#include "app/gui/config/tone.h"

#include <QEvent>

#include <algorithm>

namespace rumpus::gui {

ProblemNote::ProblemNote(std::string pointer, QWidget* field, QWidget* parent)
    : QLabel(parent), pointer_(std::move(pointer)), field_(field)
{
    QFont small = font();
    small.setPointSizeF(small.pointSizeF() * 0.92);
    setFont(small);
    setTextFormat(Qt::PlainText);
    setWordWrap(true);
    setTextInteractionFlags(Qt::TextSelectableByMouse);
    setAccessibleName(tr("Problem"));
    hide();
}

void ProblemNote::setProblems(const std::vector<Problem>& problems)
{
    if (problems != problems_) {
        problems_ = problems;
        showText();
    }
}

void ProblemNote::setTypingProblem(const QString& text)
{
    if (text != typing_) {
        typing_ = text;
        showText();
    }
}

void ProblemNote::showText()
{
    QStringList lines;
    bool bad = !typing_.isEmpty();
    if (bad) {
        lines << typing_;
    }
    for (const Problem& problem : problems_) {
        bad = bad || problem.severity == Severity::Error;
        QString line = QString::fromStdString(problem.text);
        if (!line.isEmpty()) {
            line[0] = line[0].toUpper();
        }
        lines << line;
    }
    paintLabel(this, bad ? Tone::Bad : Tone::Notice);
    setText(lines.join(u'\n'));
    setVisible(hasProblems());
}

void ProblemNote::changeEvent(QEvent* event)
{
    QLabel::changeEvent(event);
    if (event->type() == QEvent::PaletteChange && hasProblems()) {
        showText();
    }
}

ProblemNote* noteFor(const QList<ProblemNote*>& notes, std::string_view pointer)
{
    ProblemNote* best = nullptr;
    for (ProblemNote* note : notes) {
        const std::string& place = note->pointer();
        const bool leads =
            pointer.starts_with(place) && (pointer.size() == place.size() || pointer[place.size()] == '/');
        if (leads && (best == nullptr || place.size() > best->pointer().size())) {
            best = note;
        }
    }
    return best;
}

} // namespace rumpus::gui
