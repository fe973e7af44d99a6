// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/gui/config/plan_view.h"

#include "app/gui/base/empty_state.h"
#include "app/gui/base/error_bar.h"
#include "app/gui/config/tone.h"

#include <QClipboard>
#include <QEvent>
#include <QGridLayout>
#include <QGuiApplication>
#include <QHBoxLayout>
#include <QLabel>
#include <QListView>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QVBoxLayout>

namespace rumpus::gui {

namespace {
constexpr int longestFact = 2000; ///< characters; a module can be megabytes
} // namespace

PlanView::PlanView(ConfigDocument& document, QWidget* parent)
    : QWidget(parent), model_(document), error_(new ErrorBar), note_(new QLabel), facts_(new QWidget),
      grid_(new QGridLayout(facts_)), command_(new QPlainTextEdit),
      copy_(new QPushButton(icon(QStringLiteral("copy")), tr("Copy command"))), plan_(new QWidget),
      none_(new EmptyState(QStringLiteral("plan"), {}, {})), list_(new ProblemListView(problems_))
{
    note_->setTextFormat(Qt::PlainText);
    note_->setWordWrap(true);
    grid_->setContentsMargins(0, 0, 0, 0);
    grid_->setHorizontalSpacing(fontMetrics().averageCharWidth() * 2);
    grid_->setColumnStretch(1, 1);
    command_->setReadOnly(true);
    command_->setLineWrapMode(QPlainTextEdit::NoWrap);
    command_->setObjectName(QStringLiteral("command"));
    command_->setAccessibleName(tr("The command that runs the guest"));
    copy_->setObjectName(QStringLiteral("copyCommand"));
    auto* head = new QHBoxLayout;
    head->addWidget(new QLabel(tr("What Run executes:")), 1);
    head->addWidget(copy_);
    auto* inside = new QVBoxLayout(plan_);
    inside->setContentsMargins(14, 10, 14, 10);
    inside->setSpacing(10);
    inside->addWidget(facts_);
    inside->addWidget(note_);
    inside->addLayout(head);
    inside->addWidget(command_, 1);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->addWidget(error_);
    column->addWidget(plan_, 1);
    column->addWidget(none_, 1);
    column->addWidget(list_);
    connect(&model_, &PlanModel::changed, this, &PlanView::refresh);
    connect(list_, &ProblemListView::chosen, this, &PlanView::problemChosen);
    connect(copy_, &QPushButton::clicked, this,
            [this] { QGuiApplication::clipboard()->setText(command_->toPlainText()); });
    paintTheme();
    none_->setTexts(tr("Planning…"), {});
    plan_->hide();
    list_->hide();
    list_->findChild<QListView*>()->setObjectName(QStringLiteral("planProblems"));
}

void PlanView::showEvent(QShowEvent* event)
{
    QWidget::showEvent(event);
    model_.setActive(true);
}

void PlanView::hideEvent(QHideEvent* event)
{
    QWidget::hideEvent(event);
    model_.setActive(false);
}

void PlanView::refresh()
{
    const PlanAnswer& answer = model_.answer();
    problems_.setProblems(answer.problems);
    list_->setVisible(!answer.problems.empty());
    answer.error ? error_->tell(*answer.error) : error_->clear();
    plan_->setVisible(answer.plan.has_value());
    none_->setVisible(!answer.plan);
    none_->setTexts(tr("There is no plan yet"),
                    answer.error ? tr("Once the cause above is mended, this shows what Run executes.")
                                 : tr("Once the problems below are mended, this shows what Run executes."));
    QString note = QString::fromStdString(answer.note);
    if (!note.isEmpty()) {
        note[0] = note[0].toUpper();
    }
    note_->setText(note);
    note_->setVisible(!answer.note.empty());
    const QString command = QString::fromStdString(answer.command);
    if (command_->toPlainText() != command) {
        command_->setPlainText(command);
    }
    showFacts();
}

void PlanView::showFacts()
{
    while (QLayoutItem* item = grid_->takeAt(0)) {
        delete item->widget();
        delete item;
    }
    int row = 0;
    for (const auto& [what, how] : model_.facts()) {
        auto* name = new QLabel(what);
        auto* value = new QLabel(how.size() > longestFact ? how.left(longestFact) + u'…' : how);
        paintLabel(name, Tone::Quiet);
        value->setTextFormat(Qt::PlainText);
        value->setWordWrap(true);
        value->setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard);
        value->setAccessibleName(what);
        grid_->addWidget(name, row, 0, Qt::AlignTop);
        grid_->addWidget(value, row, 1);
        ++row;
    }
}

void PlanView::paintTheme()
{
    command_->setFont(codeFont());
    paintLabel(note_, Tone::Notice);
}

void PlanView::changeEvent(QEvent* event)
{
    QWidget::changeEvent(event);
    if (event->type() == QEvent::PaletteChange) {
        paintTheme();
        showFacts();
    }
}

} // namespace rumpus::gui
