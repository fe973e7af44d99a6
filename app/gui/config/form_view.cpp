// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/gui/config/form_view.h"

#include "app/gui/config/field.h"
#include "app/gui/config/form_parts.h"
#include "app/gui/config/form_sections.h"
#include "app/gui/config/problem_note.h"
#include "app/gui/config/programs_view.h"

#include <QVBoxLayout>

#include <algorithm>
#include <map>

namespace rumpus::gui {

namespace {
constexpr int widest = 120; ///< in average characters: longer lines are no easier to read
} // namespace

FormView::FormView(ConfigDocument& document, QWidget* parent)
    : QScrollArea(parent), document_(document), content_(new QWidget), column_(new QVBoxLayout(content_))
{
    setFrameShape(QFrame::NoFrame);
    setWidgetResizable(true);
    setHorizontalScrollBarPolicy(Qt::ScrollBarAsNeeded);
    setFocusPolicy(Qt::NoFocus);
    content_->setObjectName(QLatin1StringView(formName));
    content_->setMaximumWidth(fontMetrics().averageCharWidth() * widest);
    column_->setContentsMargins(14, 8, 14, 14);
    column_->setSpacing(14);
    build();
    setWidget(content_);
    orderTabs(content_);
    connect(&document_, &ConfigDocument::textChanged, this, [this] {
        stale_ = true;
        if (isVisible()) {
            refresh();
        }
    });
    connect(&document_, &ConfigDocument::problemsChanged, this, &FormView::showProblems);
}

FormSection* FormView::addSection(const QString& title, const QString& about,
                                  std::vector<std::string> pointers)
{
    auto* section = new FormSection(title, about, std::move(pointers));
    column_->addWidget(section);
    sections_.push_back(section);
    return section;
}

void FormView::build()
{
    // what is wrong with the file as a whole, or with keys that the form does not have
    column_->addWidget(new ProblemNote({}, content_));
    addSection(tr("General"), {}, {})->add(generalFields(document_));
    addSection(tr("Programs"), {}, {})->add(programFields(document_));
    addSection(tr("Network"), {}, {})->add(networkFields(document_));
    addSection(tr("Disks"), {}, {})->add(diskFields(document_));
    addSection(tr("Build"), tr("how the image is made from its source"), {"/build"})
        ->add(buildFields(document_));
    addSection(tr("Debug"), tr("where a session begins and finds its source"), {"/debug"})
        ->add(debugFields(document_));
    addSection(tr("When it ends"), {}, {})->add(endFields(document_));
    addSection(tr("Advanced"), tr("what is passed on as it is, and limits"),
               {"/kernelParameters", "/backendArguments", "/xenstore", "/console", "/host"})
        ->add(advancedFields(document_));
    column_->addStretch(1);
}

void FormView::begin()
{
    for (FormSection* section : sections_) {
        section->openBy(document_.json().value);
    }
    ensureVisible(0, 0);
}

void FormView::showEvent(QShowEvent* event)
{
    if (stale_) {
        refresh();
        showProblems();
    }
    QScrollArea::showEvent(event);
}

void FormView::refresh()
{
    stale_ = false;
    const JsonText& json = document_.json();
    // where the text is no JSON, the last values stay to be looked at
    content_->setEnabled(json.isJson);
    if (!json.isJson) {
        return;
    }
    for (auto* programs : content_->findChildren<ProgramsView*>()) {
        programs->refresh(json.value);
    }
    // cards can hold lists of cards
    bool changed = false;
    for (bool other = true; other; changed = changed || other) {
        other = false;
        for (CardList* list : content_->findChildren<CardList*>()) {
            other = list->refresh(json.value) || other;
        }
    }
    for (Field* field : content_->findChildren<Field*>()) {
        field->refresh(json.value);
    }
    if (changed) {
        orderTabs(content_);
    }
}

void FormView::showProblems()
{
    const auto notes = content_->findChildren<ProblemNote*>();
    std::map<ProblemNote*, std::vector<Problem>> problems;
    for (const Problem& problem : document_.problems()) {
        problems[noteFor(notes, problem.pointer)].push_back(problem);
    }
    for (ProblemNote* note : notes) {
        note->setProblems(problems[note]);
    }
    for (FormSection* section : sections_) {
        const auto inside = section->findChildren<ProblemNote*>();
        section->setTroubled(std::ranges::any_of(inside, &ProblemNote::hasProblems));
    }
}

bool FormView::reveal(const std::string& pointer)
{
    const ProblemNote* note = noteFor(content_->findChildren<ProblemNote*>(), pointer);
    if (note == nullptr || note->field() == nullptr || note->field() == content_) {
        return false;
    }
    for (FormSection* section : sections_) {
        if (section->isAncestorOf(note)) {
            section->setOpen(true);
        }
    }
    note->field()->setFocus(Qt::OtherFocusReason);
    content_->layout()->activate();
    ensureWidgetVisible(note->field(), 0, 80);
    return true;
}

} // namespace rumpus::gui
