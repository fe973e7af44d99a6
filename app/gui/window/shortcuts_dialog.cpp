// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/gui/window/shortcuts_dialog.h"

#include "app/gui/base/theme.h"
#include "app/gui/window/actions.h"

#include <QDialogButtonBox>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QKeySequenceEdit>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QTreeWidget>
#include <QVBoxLayout>

namespace rumpus::gui {

namespace {

constexpr int actionRole = Qt::UserRole;

QAction* actionOf(const QTreeWidgetItem* item)
{
    return item != nullptr ? item->data(0, actionRole).value<QAction*>() : nullptr;
}

} // namespace

ShortcutsDialog::ShortcutsDialog(Actions* actions, QWidget* parent)
    : QDialog(parent), actions_(actions), filter_(new QLineEdit), list_(new QTreeWidget),
      keys_(new QKeySequenceEdit), standard_(new QPushButton(tr("&Default"))), conflict_(new QLabel)
{
    setWindowTitle(tr("Keyboard Shortcuts"));
    filter_->setPlaceholderText(tr("Filter"));
    filter_->setAccessibleName(tr("Filter"));
    filter_->setClearButtonEnabled(true);
    list_->setAccessibleName(tr("Actions"));
    list_->setHeaderLabels({tr("Action"), tr("Keys")});
    list_->setRootIsDecorated(false);
    list_->setUniformRowHeights(true);
    keys_->setMaximumSequenceLength(1);
    keys_->setClearButtonEnabled(true);
    conflict_->setTextFormat(Qt::PlainText);
    conflict_->setWordWrap(true);
    auto* label = new QLabel(tr("&Keys:"));
    label->setBuddy(keys_);
    auto* row = new QHBoxLayout;
    row->addWidget(label);
    row->addWidget(keys_, 1);
    row->addWidget(standard_);
    auto* buttons = new QDialogButtonBox(QDialogButtonBox::Close);
    auto* column = new QVBoxLayout(this);
    column->addWidget(filter_);
    column->addWidget(list_);
    column->addLayout(row);
    column->addWidget(conflict_);
    column->addWidget(buttons);
    const int letter = fontMetrics().averageCharWidth();
    resize(letter * 80, fontMetrics().height() * 28);
    fill();
    list_->header()->resizeSection(0, letter * 46);
    connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);
    connect(filter_, &QLineEdit::textChanged, this, &ShortcutsDialog::filter);
    connect(list_, &QTreeWidget::currentItemChanged, this, &ShortcutsDialog::showCurrent);
    connect(keys_, &QKeySequenceEdit::editingFinished, this, [this] { assign(keys_->keySequence()); });
    connect(standard_, &QPushButton::clicked, this, [this] {
        if (const QAction* action = current()) {
            assign(actions_->standardShortcut(action));
        }
    });
    list_->setCurrentItem(list_->topLevelItem(0));
}

void ShortcutsDialog::fill()
{
    for (QAction* action : actions_->all()) {
        auto* item = new QTreeWidgetItem(
            list_, {plainName(action->text()), action->shortcut().toString(QKeySequence::NativeText)});
        item->setIcon(0, action->icon());
        item->setData(0, actionRole, QVariant::fromValue(action));
    }
}

void ShortcutsDialog::filter(const QString& text)
{
    for (int i = 0; i < list_->topLevelItemCount(); ++i) {
        QTreeWidgetItem* item = list_->topLevelItem(i);
        item->setHidden(!item->text(0).contains(text, Qt::CaseInsensitive) &&
                        !item->text(1).contains(text, Qt::CaseInsensitive));
    }
}

QAction* ShortcutsDialog::current() const
{
    return actionOf(list_->currentItem());
}

QAction* ShortcutsDialog::holder(const QKeySequence& shortcut) const
{
    for (QAction* action : actions_->all()) {
        if (action != current() && !shortcut.isEmpty() && action->shortcut() == shortcut) {
            return action;
        }
    }
    return nullptr;
}

void ShortcutsDialog::showCurrent()
{
    const QAction* action = current();
    keys_->setEnabled(action != nullptr);
    standard_->setEnabled(action != nullptr && action->shortcut() != actions_->standardShortcut(action));
    conflict_->clear();
    if (action != nullptr) {
        keys_->setKeySequence(action->shortcut());
    }
}

void ShortcutsDialog::assign(const QKeySequence& shortcut)
{
    QAction* action = current();
    if (action == nullptr || action->shortcut() == shortcut) {
        return;
    }
    if (QAction* other = holder(shortcut)) {
        // two actions on the same keys would do nothing at all
        actions_->setShortcut(other, {});
        for (int i = 0; i < list_->topLevelItemCount(); ++i) {
            if (actionOf(list_->topLevelItem(i)) == other) {
                list_->topLevelItem(i)->setText(1, {});
            }
        }
        actions_->setShortcut(action, shortcut);
        showCurrent();
        conflict_->setText(tr("“%1” had these keys, and has none now.").arg(plainName(other->text())));
    } else {
        actions_->setShortcut(action, shortcut);
        showCurrent();
    }
    list_->currentItem()->setText(1, shortcut.toString(QKeySequence::NativeText));
}

} // namespace rumpus::gui
