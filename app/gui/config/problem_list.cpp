// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/gui/config/problem_list.h"

#include "app/gui/base/theme.h"

#include <QEvent>
#include <QListView>
#include <QToolButton>
#include <QVBoxLayout>

#include <algorithm>

namespace rumpus::gui {

namespace {
constexpr int mostLines = 4;
} // namespace

void ProblemListModel::setProblems(std::vector<Problem> problems)
{
    if (problems == problems_) {
        return;
    }
    beginResetModel();
    problems_ = std::move(problems);
    endResetModel();
}

int ProblemListModel::errors() const
{
    return static_cast<int>(std::ranges::count(problems_, Severity::Error, &Problem::severity));
}

int ProblemListModel::warnings() const
{
    return static_cast<int>(problems_.size()) - errors();
}

int ProblemListModel::rowCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(problems_.size());
}

QVariant ProblemListModel::data(const QModelIndex& index, int role) const
{
    if (!checkIndex(index, CheckIndexOption::IndexIsValid)) {
        return {};
    }
    const Problem& problem = at(index.row());
    const bool bad = problem.severity == Severity::Error;
    const QString pointer = QString::fromStdString(problem.pointer);
    const QString text = QString::fromStdString(problem.text);
    switch (role) {
    case Qt::DisplayRole:
        return pointer.isEmpty() ? tr("Line %1: %2").arg(problem.line).arg(text)
                                 : QStringLiteral("%1: %2").arg(pointer, text);
    case Qt::ToolTipRole: return tr("Line %1: %2").arg(problem.line).arg(text).toHtmlEscaped();
    case Qt::DecorationRole:
        return icon(bad ? QStringLiteral("error") : QStringLiteral("warning"),
                    bad ? Tone::Bad : Tone::Notice);
    case Qt::AccessibleTextRole:
        return (bad ? tr("Error at %1: %2") : tr("Warning at %1: %2")).arg(pointer, text);
    default: return {};
    }
}

ProblemListView::ProblemListView(ProblemListModel& model, QWidget* parent)
    : QWidget(parent), model_(model), head_(new QToolButton), list_(new QListView)
{
    head_->setAutoRaise(true);
    head_->setToolButtonStyle(Qt::ToolButtonTextBesideIcon);
    head_->setObjectName(QStringLiteral("problemCount"));
    list_->setModel(&model_);
    list_->setObjectName(QStringLiteral("problems"));
    list_->setAccessibleName(tr("Problems of the configuration"));
    list_->setUniformItemSizes(true);
    const int small = list_->fontMetrics().height();
    list_->setIconSize(QSize(small, small));
    list_->setTextElideMode(Qt::ElideRight);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(8, 0, 8, 4);
    column->setSpacing(2);
    column->addWidget(head_);
    column->addWidget(list_);
    connect(head_, &QToolButton::clicked, this, [this] {
        open_ = !open_;
        refresh();
    });
    connect(&model_, &QAbstractItemModel::modelReset, this, &ProblemListView::refresh);
    const auto choose = [this](const QModelIndex& index) { Q_EMIT chosen(model_.at(index.row())); };
    connect(list_, &QListView::clicked, this, choose);
    connect(list_, &QListView::activated, this, choose);
    refresh();
}

void ProblemListView::refresh()
{
    const int errors = model_.errors();
    const int warnings = model_.warnings();
    const int all = errors + warnings;
    QStringList counts;
    if (errors > 0) {
        counts << (errors == 1 ? tr("1 error") : tr("%1 errors").arg(errors));
    }
    if (warnings > 0) {
        counts << (warnings == 1 ? tr("1 warning") : tr("%1 warnings").arg(warnings));
    }
    head_->setText(all == 0 ? tr("No problems") : counts.join(QStringLiteral(", ")));
    head_->setIcon(all == 0     ? icon(QStringLiteral("info"), Tone::Good)
                   : errors > 0 ? icon(QStringLiteral("error"), Tone::Bad)
                                : icon(QStringLiteral("warning"), Tone::Notice));
    head_->setEnabled(all > 0);
    head_->setToolTip(all > 0 ? tr("Show or hide the list") : QString());
    list_->setVisible(all > 0 && open_);
    const int line = std::max(list_->sizeHintForRow(0), list_->fontMetrics().height() + 4);
    list_->setFixedHeight(line * std::min(all, mostLines) + 2 * list_->frameWidth() + 2);
}

void ProblemListView::changeEvent(QEvent* event)
{
    QWidget::changeEvent(event);
    if (event->type() == QEvent::StyleChange || event->type() == QEvent::FontChange) {
        refresh();
    }
}

} // namespace rumpus::gui
