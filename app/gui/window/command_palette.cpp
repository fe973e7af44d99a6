// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/gui/window/command_palette.h"

#include "app/gui/base/fitness.h"
#include "app/gui/window/actions.h"

#include <QKeyEvent>
#include <QLineEdit>
#include <QListWidget>
#include <QVBoxLayout>

#include <algorithm>

namespace rumpus::gui {

namespace {

constexpr int actionRole = Qt::UserRole;

} // namespace

std::optional<int> fitness(const QString& name, const QString& typed)
{
    const std::string text = name.toLower().toStdString();
    int sum = 0;
    for (const QString& word : typed.toLower().split(u' ', Qt::SkipEmptyParts)) {
        const std::optional<int> found = fitness(text, word.toStdString());
        if (!found) {
            return std::nullopt;
        }
        sum += *found;
    }
    return sum;
}

CommandPalette::CommandPalette(QWidget* parent)
    : QFrame(parent), entry_(new QLineEdit), list_(new QListWidget)
{
    setObjectName(QStringLiteral("commandPalette"));
    setFrameShape(QFrame::StyledPanel);
    setAutoFillBackground(true);
    entry_->setPlaceholderText(tr("What do you want to do?"));
    entry_->setAccessibleName(tr("Command"));
    list_->setAccessibleName(tr("Commands"));
    list_->setFocusPolicy(Qt::NoFocus);
    list_->setUniformItemSizes(true);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(6, 6, 6, 6);
    column->addWidget(entry_);
    column->addWidget(list_);
    connect(entry_, &QLineEdit::textChanged, this, &CommandPalette::fill);
    connect(entry_, &QLineEdit::returnPressed, this, &CommandPalette::choose);
    connect(list_, &QListWidget::itemClicked, this, &CommandPalette::choose);
    entry_->installEventFilter(this);
    hide();
}

void CommandPalette::open(const QList<QAction*>& actions)
{
    actions_ = actions;
    const QSize place = parentWidget()->size();
    const int width = std::min(place.width() - 40, fontMetrics().averageCharWidth() * 70);
    const int height = std::min(place.height() - 80, fontMetrics().height() * 22);
    setGeometry((place.width() - width) / 2, fontMetrics().height() * 4, width, height);
    entry_->clear();
    fill({});
    show();
    raise();
    entry_->setFocus();
}

void CommandPalette::fill(const QString& typed)
{
    std::vector<std::pair<int, QAction*>> hits;
    for (QAction* action : actions_) {
        const std::optional<int> score = fitness(plainName(action->text()), typed);
        if (score && action->isVisible()) {
            // what cannot be done now is still found, but last
            constexpr int behind = 1'000'000;
            hits.emplace_back(*score - (action->isEnabled() ? 0 : behind), action);
        }
    }
    std::ranges::stable_sort(hits, std::ranges::greater(), &std::pair<int, QAction*>::first);
    list_->clear();
    for (const auto& [score, action] : hits) {
        const QString shortcut = action->shortcut().toString(QKeySequence::NativeText);
        auto* item = new QListWidgetItem(
            action->icon(), shortcut.isEmpty()
                                ? plainName(action->text())
                                : QStringLiteral("%1    %2").arg(plainName(action->text()), shortcut));
        item->setData(actionRole, QVariant::fromValue(action));
        if (!action->isEnabled()) {
            item->setFlags(item->flags() & ~Qt::ItemIsEnabled);
        }
        list_->addItem(item);
    }
    list_->setCurrentRow(0);
}

void CommandPalette::choose()
{
    const QListWidgetItem* item = list_->currentItem();
    auto* action = item != nullptr ? item->data(actionRole).value<QAction*>() : nullptr;
    if (action != nullptr && action->isEnabled()) {
        hide();
        action->trigger();
    }
}

bool CommandPalette::eventFilter(QObject* watched, QEvent* event)
{
    if (event->type() == QEvent::KeyPress) {
        const int key = static_cast<QKeyEvent*>(event)->key();
        const int rows = list_->count();
        if (key == Qt::Key_Escape) {
            hide();
            parentWidget()->setFocus();
            return true;
        }
        if ((key == Qt::Key_Down || key == Qt::Key_Up) && rows > 0) {
            list_->setCurrentRow((list_->currentRow() + (key == Qt::Key_Down ? 1 : rows - 1)) % rows);
            return true;
        }
    }
    if (event->type() == QEvent::FocusOut && !list_->underMouse()) {
        hide();
    }
    return QFrame::eventFilter(watched, event);
}

} // namespace rumpus::gui
