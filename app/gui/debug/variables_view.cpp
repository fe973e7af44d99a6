// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/gui/debug/variables_view.h"

#include "app/gui/base/theme.h"
#include "app/gui/debug/frame_values.h"

#include <QAction>
#include <QLineEdit>
#include <QVBoxLayout>

namespace rumpus::gui {

VariablesView::VariablesView(DebugContext* context, QWidget* parent)
    : DebugPage(context, QStringLiteral("variables"), tr("The variables of the stopped guest"), parent),
      model_(new VariablesModel(context, this)), view_(new ExpressionView(context, model_))
{
    view_->setObjectName(QStringLiteral("variables"));
    view_->setAccessibleName(tr("Variables"));
    view_->setEmptyText(tr("This frame has no arguments and no variables."));
    addStaleable(view_);
    column().addWidget(view_, 1);
    setFocusProxy(view_);
}

void VariablesView::setOnScreen(bool onScreen)
{
    context().values().want(this, onScreen);
}

WatchesView::WatchesView(DebugContext* context, QWidget* parent)
    : DebugPage(context, QStringLiteral("watch"), tr("Expressions to watch"), parent),
      model_(new WatchesModel(context, this)), view_(new ExpressionView(context, model_)),
      entry_(new QLineEdit)
{
    view_->setObjectName(QStringLiteral("watches"));
    view_->setAccessibleName(tr("Watches"));
    view_->setEmptyText(tr("Expressions that you write below are shown here at every stop."));
    entry_->setObjectName(QStringLiteral("newWatch"));
    entry_->setAccessibleName(tr("New expression to watch"));
    entry_->setPlaceholderText(tr("Watch an expression: total * 2, *first, $rsp"));
    entry_->setClearButtonEnabled(true);
    entry_->setFont(codeFont());
    auto* remove = new QAction(icon(QStringLiteral("remove")), tr("Remove the watch"), this);
    remove->setShortcut(QKeySequence::Delete);
    remove->setShortcutContext(Qt::WidgetShortcut);
    view_->addAction(remove);
    addStaleable(view_);
    column().addWidget(view_, 1);
    column().addWidget(entry_);
    showAlways();
    setFocusProxy(view_);
    connect(remove, &QAction::triggered, this, [this] {
        QModelIndex index = view_->currentIndex();
        while (index.parent().isValid()) {
            index = index.parent();
        }
        model_->remove(index);
    });
    connect(entry_, &QLineEdit::returnPressed, this, [this] {
        model_->add(entry_->text());
        entry_->clear();
    });
}

void WatchesView::setOnScreen(bool onScreen)
{
    context().values().want(this, onScreen);
}

} // namespace rumpus::gui
