// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/gui/source/find_bar.h"

#include "app/gui/base/tool_button.h"
#include "app/gui/source/source_editor.h"

#include <QHBoxLayout>
#include <QKeyEvent>
#include <QLabel>
#include <QLineEdit>
#include <QToolButton>

namespace rumpus::gui {

FindBar::FindBar(SourceEditor* editor, QWidget* parent)
    : QWidget(parent), editor_(editor), label_(new QLabel), entry_(new QLineEdit), count_(new QLabel),
      case_(textButton(QStringLiteral("Aa"), tr("Upper and lower case differ"))),
      previous_(toolButton(QStringLiteral("find-previous"), tr("Previous match (Shift+Enter)"))),
      next_(toolButton(QStringLiteral("find-next"), tr("Next match (Enter)")))
{
    entry_->setObjectName(QStringLiteral("findText"));
    entry_->setClearButtonEnabled(true);
    label_->setBuddy(entry_);
    case_->setCheckable(true);
    QToolButton* close = toolButton(QStringLiteral("close"), tr("Close the search (Esc)"));

    auto* row = new QHBoxLayout(this);
    row->setContentsMargins(8, 3, 4, 3);
    row->addWidget(label_);
    row->addWidget(entry_, 1);
    row->addWidget(count_);
    for (QToolButton* button : {case_, previous_, next_, close}) {
        row->addWidget(button);
    }
    hide();

    connect(entry_, &QLineEdit::textChanged, this, &FindBar::written);
    connect(case_, &QToolButton::toggled, this, &FindBar::written);
    connect(previous_, &QToolButton::clicked, this, &FindBar::findPrevious);
    connect(next_, &QToolButton::clicked, this, &FindBar::findNext);
    connect(close, &QToolButton::clicked, this, [this] {
        hide();
        editor_->setFocus();
    });
}

void FindBar::openFind()
{
    goesToLine_ = false;
    label_->setText(tr("Find:"));
    const QString selected = editor_->selectedText();
    if (!selected.isEmpty() && !selected.contains(u'\n')) {
        entry_->setText(selected);
    }
    for (QToolButton* button : {case_, previous_, next_}) {
        button->show();
    }
    count_->clear();
    show();
    entry_->setFocus();
    entry_->selectAll();
}

void FindBar::openGoTo()
{
    goesToLine_ = true;
    label_->setText(tr("Go to line:"));
    for (QToolButton* button : {case_, previous_, next_}) {
        button->hide();
    }
    count_->setText(tr("of %1").arg(editor_->lines()));
    show();
    entry_->setFocus();
    entry_->clear();
}

void FindBar::findNext()
{
    find(true, false);
}

void FindBar::findPrevious()
{
    find(false, false);
}

void FindBar::written()
{
    if (goesToLine_) {
        const int line = entry_->text().toInt();
        if (line > 0 && line <= editor_->lines()) {
            editor_->setCursorPosition(line - 1, 0);
            editor_->reveal(line - 1);
        }
        return;
    }
    find(true, true);
}

void FindBar::find(bool forward, bool fromHere)
{
    if (entry_->text().isEmpty()) {
        count_->clear();
        return;
    }
    int line = 0;
    int column = 0;
    int endLine = 0;
    int endColumn = 0;
    editor_->getCursorPosition(&line, &column);
    if (editor_->hasSelectedText()) {
        editor_->getSelection(&line, &column, &endLine, &endColumn);
        if (forward && !fromHere) {
            line = endLine;
            column = endColumn;
        }
    }
    const bool found = editor_->findFirst(entry_->text(), false, case_->isChecked(), false, true, forward,
                                          line, column, true, false);
    if (found) {
        editor_->getSelection(&line, &column, &endLine, &endColumn);
        editor_->reveal(line);
    }
    showCount(found);
}

void FindBar::showCount(bool found)
{
    const Qt::CaseSensitivity sensitivity = case_->isChecked() ? Qt::CaseSensitive : Qt::CaseInsensitive;
    const auto count = editor_->text().count(entry_->text(), sensitivity);
    count_->setText(found ? tr("%n match(es)", nullptr, static_cast<int>(count)) : tr("not found"));
}

void FindBar::keyPressEvent(QKeyEvent* event)
{
    switch (event->key()) {
    case Qt::Key_Escape:
        hide();
        editor_->setFocus();
        return;
    case Qt::Key_Return:
    case Qt::Key_Enter:
        if (goesToLine_) {
            hide();
            editor_->setFocus();
        } else if ((event->modifiers() & Qt::ShiftModifier) != 0) {
            findPrevious();
        } else {
            findNext();
        }
        return;
    default: QWidget::keyPressEvent(event);
    }
}

} // namespace rumpus::gui
