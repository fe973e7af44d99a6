// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/gui/timeline/timeline_view.h"

#include "app/gui/base/empty_state.h"
#include "app/gui/base/tool_button.h"

#include <QComboBox>
#include <QHBoxLayout>
#include <QSignalBlocker>
#include <QStackedWidget>
#include <QToolButton>
#include <QVBoxLayout>

namespace rumpus::gui {

TimelineView::TimelineView(TimelineModel* model, QWidget* parent)
    : QWidget(parent), model_(model), chart_(new TimelineChart(model)),
      empty_(new EmptyState(
          QStringLiteral("timeline"), tr("Nothing has run yet"),
          tr("Run a unikernel: here you see how long each part of its boot takes, compared with "
             "the run before, and what it uses."))),
      stack_(new QStackedWidget), runs_(new QComboBox)
{
    setObjectName(QStringLiteral("timeline"));
    auto* content = new QWidget;
    auto* column = new QVBoxLayout(content);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    column->addWidget(makeBar());
    column->addWidget(chart_, 1);
    stack_->addWidget(empty_);
    stack_->addWidget(content);
    auto* outer = new QVBoxLayout(this);
    outer->setContentsMargins(0, 0, 0, 0);
    outer->addWidget(stack_);

    connect(model_, &TimelineModel::runStarted, this, [this](int id) {
        list();
        showRun(id);
    });
    connect(model_, &TimelineModel::runChanged, this, &TimelineView::nameRun);
    connect(chart_, &TimelineChart::fitChanged, this, [this] {
        everything_->setChecked(chart_->fitted() == TimelineChart::Fit::Everything);
        boot_->setChecked(chart_->fitted() == TimelineChart::Fit::Boot);
    });
    list();
    if (const std::vector<int> ids = model_->ids(); !ids.empty()) {
        showRun(ids.front());
    }
}

QWidget* TimelineView::makeBar()
{
    runs_->setObjectName(QStringLiteral("timelineRuns"));
    runs_->setAccessibleName(tr("Run"));
    runs_->setSizeAdjustPolicy(QComboBox::AdjustToContents);
    connect(runs_, &QComboBox::currentIndexChanged, this,
            [this] { chart_->showRun(runs_->currentData().toInt()); });

    everything_ = textButton(tr("Everything"), tr("Show the whole run"));
    boot_ = textButton(tr("Boot"), tr("Show the boot alone"));
    for (QToolButton* one : {everything_, boot_}) {
        one->setCheckable(true);
    }
    everything_->setChecked(true);
    connect(everything_, &QToolButton::clicked, chart_, [this] {
        chart_->fit(TimelineChart::Fit::Everything);
        everything_->setChecked(true);
    });
    connect(boot_, &QToolButton::clicked, chart_, [this] {
        chart_->fit(TimelineChart::Fit::Boot);
        boot_->setChecked(true);
    });
    QToolButton* in = toolButton(QStringLiteral("zoom-in"), tr("Zoom in (+)"));
    QToolButton* out = toolButton(QStringLiteral("zoom-out"), tr("Zoom out (−)"));
    constexpr double step = 1.5;
    connect(in, &QToolButton::clicked, chart_, [this] { chart_->zoom(1 / step); });
    connect(out, &QToolButton::clicked, chart_, [this] { chart_->zoom(step); });

    auto* bar = new QWidget;
    auto* row = new QHBoxLayout(bar);
    row->setContentsMargins(6, 3, 6, 3);
    row->addWidget(runs_);
    row->addStretch(1);
    for (QToolButton* one : {everything_, boot_, in, out}) {
        row->addWidget(one);
    }
    return bar;
}

void TimelineView::list()
{
    const QSignalBlocker quiet(runs_);
    const int shown = chart_->run();
    runs_->clear();
    for (const int id : model_->ids()) {
        runs_->addItem({}, id);
        nameRun(id);
    }
    runs_->setCurrentIndex(runs_->findData(shown));
    stack_->setCurrentIndex(runs_->count() == 0 ? 0 : 1);
}

void TimelineView::nameRun(int id)
{
    const int place = runs_->findData(id);
    const TimelineRun* run = model_->run(id);
    if (place < 0 || run == nullptr) {
        return;
    }
    const QString name = run->finished ? tr("%1, %2").arg(run->title, durationText(run->end))
                                       : tr("%1, running").arg(run->title);
    if (runs_->itemText(place) != name) {
        runs_->setItemText(place, name);
    }
}

void TimelineView::showRun(int id)
{
    if (model_->run(id) != nullptr) {
        const QSignalBlocker quiet(runs_);
        runs_->setCurrentIndex(runs_->findData(id));
        chart_->showRun(id);
    }
}

} // namespace rumpus::gui
