// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/gui/debug/debug_page.h"

#include "app/gui/base/empty_state.h"
#include "app/gui/base/error_bar.h"
#include "app/gui/debug/texts.h"

#include <QStackedLayout>
#include <QVBoxLayout>

namespace rumpus::gui {

DebugPage::DebugPage(DebugContext* context, const QString& iconName, const QString& what, QWidget* parent)
    : QWidget(parent), context_(context), stack_(new QStackedLayout(this)), what_(what),
      empty_(new EmptyState(iconName, what, {})), problems_(new ErrorBar)
{
    auto* content = new QWidget;
    column_ = new QVBoxLayout(content);
    column_->setContentsMargins(0, 0, 0, 0);
    column_->setSpacing(0);
    column_->addWidget(problems_);
    stack_->addWidget(empty_);
    stack_->addWidget(content);
    connect(context, &DebugContext::sessionChanged, this, [this] {
        stood_ = false;
        problems_->clear();
        choose();
    });
    connect(context, &DebugContext::stopped, this, [this] {
        stood_ = true;
        choose();
    });
    connect(context, &DebugContext::running, this, &DebugPage::choose);
    connect(context, &DebugContext::staleChanged, this, [this](bool stale) {
        for (QWidget* view : std::as_const(staleable_)) {
            paintStale(view, stale);
        }
    });
    stood_ = context->frame().has_value();
    choose();
}

void DebugPage::choose()
{
    const bool full = always_ || (context_->session() && stood_);
    if (!full) {
        empty_->setTexts(what_,
                         context_->session()
                             ? tr("The guest runs. Pause it, or let it come to a breakpoint, to look inside.")
                             : tr("Start a guest with Debug (F5), or attach to one that runs."));
    }
    stack_->setCurrentIndex(full ? 1 : 0);
}

void DebugPage::addStaleable(QWidget* view)
{
    staleable_ << view;
}

void DebugPage::showAlways()
{
    always_ = true;
    choose();
}

void DebugPage::setOnScreen(bool onScreen)
{
    if (refresher_ != nullptr) {
        refresher_->setWanted(onScreen);
    }
}

void DebugPage::showEvent(QShowEvent* event)
{
    QWidget::showEvent(event);
    setOnScreen(true);
}

void DebugPage::hideEvent(QHideEvent* event)
{
    QWidget::hideEvent(event);
    setOnScreen(false);
}

} // namespace rumpus::gui
