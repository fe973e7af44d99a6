// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/gui/debug/call_stack_view.h"

#include "app/gui/base/passing.h"
#include "app/gui/base/settings.h"
#include "app/gui/base/theme.h"
#include "app/gui/debug/stripe_delegate.h"
#include "app/gui/debug/texts.h"

#include <QClipboard>
#include <QContextMenuEvent>
#include <QGuiApplication>
#include <QHeaderView>
#include <QLabel>
#include <QMenu>
#include <QScrollBar>
#include <QTableView>
#include <QToolButton>
#include <QVBoxLayout>

namespace rumpus::gui {

namespace {
const Setting<bool> onlyMyCode{.key = "debug/onlyMyCode", .standard = false};
}

CallStackView::CallStackView(DebugContext* context, QWidget* parent)
    : DebugPage(context, QStringLiteral("stack"), tr("The call stack of the stopped guest"), parent),
      model_(new CallStackModel(context, this)), view_(new QTableView), fold_(new QToolButton)
{
    fold_->setText(tr("Only my code"));
    fold_->setToolTip(tr("Fold the frames of the kernel and of libraries into one row each"));
    fold_->setIcon(icon(QStringLiteral("filter")));
    fold_->setToolButtonStyle(Qt::ToolButtonTextBesideIcon);
    fold_->setCheckable(true);
    fold_->setAutoRaise(true);
    fold_->setObjectName(QStringLiteral("onlyMyCode"));
    fold_->setChecked(Settings::instance().get(onlyMyCode));
    model_->setFolded(fold_->isChecked());

    view_->setModel(model_);
    view_->setObjectName(QStringLiteral("callStack"));
    view_->setAccessibleName(tr("Call stack"));
    view_->setSelectionBehavior(QAbstractItemView::SelectRows);
    view_->setSelectionMode(QAbstractItemView::SingleSelection);
    view_->setTabKeyNavigation(false);
    view_->setShowGrid(false);
    view_->setWordWrap(false);
    view_->setFrameShape(QFrame::NoFrame);
    view_->horizontalHeader()->hide();
    view_->verticalHeader()->hide();
    view_->verticalHeader()->setSectionResizeMode(QHeaderView::Fixed);
    view_->setTextElideMode(Qt::ElideMiddle);
    view_->setItemDelegate(new QuickTextDelegate(view_));
    view_->setItemDelegateForColumn(CallStackModel::Function,
                                    new StripeDelegate(CallStackModel::ComponentRole, view_));
    view_->horizontalHeader()->setStretchLastSection(false);
    view_->horizontalHeader()->setSectionResizeMode(CallStackModel::Function, QHeaderView::Stretch);
    // not by content, which would be measured at every step
    view_->horizontalHeader()->resizeSection(CallStackModel::Place, fontMetrics().averageCharWidth() * 15);
    addStaleable(view_);

    auto* bar = new QHBoxLayout;
    bar->setContentsMargins(2, 2, 2, 2);
    bar->addWidget(fold_);
    bar->addStretch(1);
    column().addLayout(bar);
    column().addWidget(view_, 1);
    setRefresher(&model_->refresher());
    setFocusProxy(view_);

    connect(fold_, &QToolButton::toggled, this, [this](bool on) {
        Settings::instance().set(onlyMyCode, on);
        model_->setFolded(on);
        markFrame();
        model_->refresher().invalidate();
    });
    connect(view_, &QTableView::clicked, this, &CallStackView::choose);
    connect(view_, &QTableView::activated, this, &CallStackView::choose);
    connect(context, &DebugContext::frameSelected, this, &CallStackView::markFrame);
    connect(&model_->refresher(), &Refresher::finished, this, &CallStackView::markFrame);
}

void CallStackView::choose(const QModelIndex& index)
{
    if (const Frame* frame = model_->frameAt(index.row())) {
        const Frame chosen = *frame;
        context().selectFrame(chosen);
        if (!chosen.source.empty()) {
            context().showSource(sourcePath(chosen), chosen.line);
        }
    } else {
        model_->unfold(index.row());
    }
}

void CallStackView::markFrame()
{
    const int row = model_->rowOf(context().level());
    if (row >= 0 && context().frame() && view_->currentIndex().row() != row) {
        view_->setCurrentIndex(model_->index(row, 0));
    }
}

void CallStackView::measure()
{
    const int height = fontMetrics().height() * 4 / 3;
    view_->verticalHeader()->setMinimumSectionSize(height);
    view_->verticalHeader()->setDefaultSectionSize(height);
    model_->setVisibleRows(view_->viewport()->height() / height + 1);
}

void CallStackView::resizeEvent(QResizeEvent* event)
{
    DebugPage::resizeEvent(event);
    measure();
}

void CallStackView::contextMenuEvent(QContextMenuEvent* event)
{
    QMenu* menu = passingMenu(this);
    menu->addAction(icon(QStringLiteral("copy")), tr("Copy the stack"), this,
                    [this] { QGuiApplication::clipboard()->setText(model_->text()); });
    const QModelIndex index = view_->indexAt(view_->viewport()->mapFromGlobal(event->globalPos()));
    if (const Frame* frame = index.isValid() ? model_->frameAt(index.row()) : nullptr) {
        const QString address = hexText(frame->address);
        menu->addAction(icon(QStringLiteral("memory")), tr("Show the code in memory"), this,
                        [this, address] { context().showMemory(address); });
        menu->addAction(tr("Run to here"), this,
                        [this, address] { context().runTo(QStringLiteral("*") + address); });
    }
    menu->popup(event->globalPos());
}

} // namespace rumpus::gui
